"""What a photo of the report shows, in words."""

from __future__ import annotations

from collections.abc import Mapping

from components.publish.report.photos.choose_photos import GradedPhoto
from components.publish.report.photos.mistakes import Mistake


def caption(photo: GradedPhoto, names: Mapping[str, str]) -> str:
    """Say how much is right and wrong on a photo.

    Args:
        photo: The photo.
        names: Product names by SKU; a SKU without one stands for itself.
    """
    if photo.label:
        said = names.get(photo.said, photo.said) or "nothing"
        return f"shows {names.get(photo.label, photo.label)}; the model says {said}"
    if photo.counted:
        of = photo.right + photo.missed
        if not of:
            return f"no product is there, {photo.wrong} counted; nobody drew boxes"
        return f"{photo.right} of {of} counted, {photo.wrong} too many; nobody drew boxes"
    if photo.negative:
        alarms = "1 false alarm" if photo.wrong == 1 else f"{photo.wrong} false alarms"
        return f"no product of the catalogue on it, {alarms}"
    return f"{photo.right} right, {photo.wrong} wrong, {photo.missed} missed"


def note(mistake: Mistake, names: Mapping[str, str]) -> str:
    """Say what one mistake is."""
    said, stands = (names.get(sku, sku) for sku in (mistake.said, mistake.stands))
    if mistake.kind == "missed":
        return f"{stands} is not found"
    shown = f"called {said} (score {mistake.score:.2f})"
    return f"{stands}, {shown}" if mistake.kind == "mistaken" else f"{shown}, wrongly"
