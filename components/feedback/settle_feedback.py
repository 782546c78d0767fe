"""Decides between several lines, or a line and an earlier span, about one photo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.data_check.settings import CheckSettings
from components.feedback.feedback_photos import SeenPhoto
from components.feedback.parse_feedback import Feedback, FeedbackObject
from components.imaging.near_duplicates import earlier_twins
from components.importers.collected_faults import Faults
from components.records.review import Review
from components.records.shelf_photo import ShelfObject, ShelfPhoto

SAME_BOX = 0.02
"""Pixels: spans keep corners to a hundredth."""

KEPT_SHARE = 0.5
"""A correction that keeps less than this share of a photo's boxes may have forgotten the rest."""


@dataclass(frozen=True, eq=False)
class PhotoFeedback:
    """Feedback and its photo."""

    feedback: Feedback
    photo: SeenPhoto


def latest_of_each(
    entries: Sequence[PhotoFeedback], file: Path, faults: Faults
) -> tuple[list[PhotoFeedback], list[str]]:
    """Let the latest line on each photo stand, by content.

    Args:
        entries: All lines.
        file: Of the lines, for sentences.
        faults: Takes lines of one moment that disagree.

    Returns:
        One per photo, in the order of lines; and a sentence for each line that another overrules.
    """
    by_content: defaultdict[str, list[PhotoFeedback]] = defaultdict(list)
    for each in entries:
        by_content[each.photo.digest].append(each)
    standing: list[PhotoFeedback] = []
    overruled: list[str] = []
    for same in by_content.values():
        latest = max(same, key=lambda each: (each.feedback.review.when, each.feedback.line))
        standing.append(latest)
        winner = latest.feedback
        for loser in (each.feedback for each in same):
            if _same_objects(loser.objects, winner.objects):
                continue
            if loser.review.when == winner.review.when:
                what = f"photo '{winner.photo}' is corrected differently in row {loser.line}, "
                faults.add(file, winner.line, f"{what}of the same moment", "keep one of the lines")
            else:
                overruled.append(
                    f"{file}, row {loser.line}: photo '{loser.photo}' was corrected again by "
                    f"{_by(winner.review)} in row {winner.line}, which stands"
                )
    return standing, overruled


def new_to_spans(
    entries: Sequence[PhotoFeedback], earlier: Mapping[str, Sequence[ShelfPhoto]], file: Path
) -> tuple[list[PhotoFeedback], list[str]]:
    """Leave out what a span holds already, unchanged.

    Args:
        entries: One per photo.
        earlier: Photos of spans by content.
        file: Of the lines, for sentences.

    Returns:
        The others; and a sentence for each that a person corrected differently in a span.
    """
    new: list[PhotoFeedback] = []
    conflicts: list[str] = []
    for each in entries:
        before = earlier.get(each.photo.digest, ())
        if not any(_is(photo, each.feedback) for photo in before):
            new.append(each)
            conflicts += _conflicts(each.feedback, before, file)
    return new, conflicts


def shortened(
    entries: Sequence[PhotoFeedback], earlier: Mapping[str, Sequence[ShelfPhoto]], file: Path
) -> list[str]:
    """Return a sentence for each line with boxes that leaves out most of those a photo had.

    A line's objects are all there is on its photo; who gives only the corrected one drops the rest.
    """
    sentences = []
    for each in entries:
        feedback = each.feedback
        had = [photo for photo in earlier.get(each.photo.digest, ()) if photo.objects]
        if feedback.review.verdict == "nothing_here" or not had:
            continue
        given, before = len(feedback.objects), len(had[-1].objects)
        if given < KEPT_SHARE * before:
            sentences.append(
                f"{file}, row {feedback.line}: photo '{feedback.photo}' had {before} boxes in "
                f"span-{had[-1].span} and keeps {given}: a line's objects are all there is; if "
                "that is not meant, add a later line with all of them"
            )
    return sentences


def homes(
    entries: Sequence[PhotoFeedback], earlier: Mapping[str, Sequence[ShelfPhoto]]
) -> list[dict[str, str]]:
    """Return for each photo the `attributes` that say where it belongs, so that no split leaks.

    A photo that a span holds stays where the first span put it. Else what the line says counts;
    photos without a visit that are nearly the same get the visit of the first of them.

    Args:
        entries: What is to be written.
        earlier: Photos of spans by content.
    """
    settings = CheckSettings()
    fingerprints = [each.photo.fingerprint for each in entries]
    twins = earlier_twins(
        fingerprints, [""] * len(entries), settings.hash_bits, settings.colour_difference
    )
    found: list[dict[str, str]] = []
    for each, twin in zip(entries, twins.same.tolist(), strict=True):
        before = earlier.get(each.photo.digest, ())
        if before:
            first = before[0]
            home = {"store": first.store, "visit": first.home, "split": first.split or ""}
        elif twin >= 0 and not each.feedback.visit:
            home = {**found[twin], "store": each.feedback.store}
        else:
            visit = each.feedback.visit or each.photo.digest[:16]
            home = {"store": each.feedback.store, "visit": visit}
        found.append({name: value for name, value in home.items() if value})
    return found


def _conflicts(feedback: Feedback, before: Sequence[ShelfPhoto], file: Path) -> list[str]:
    sentences = []
    for photo in before:
        if photo.review is None or _same_objects(photo.objects, feedback.objects):
            continue
        line = f"{file}, row {feedback.line}: photo '{feedback.photo}'"
        if photo.review.when > feedback.review.when:
            sentences.append(
                f"{line} was corrected again by {_by(photo.review)} in span-{photo.span}, "
                "which stands"
            )
        else:
            sentences.append(
                f"{line} was corrected before by {_by(photo.review)} in span-{photo.span}; "
                "this one stands"
            )
    return sentences


def _by(review: Review) -> str:
    return f"{review.who} ({review.when.isoformat()})"


def _is(photo: ShelfPhoto, feedback: Feedback) -> bool:
    """Whether a span's photo is this very feedback."""
    return photo.review == feedback.review and _same_objects(photo.objects, feedback.objects)


def _same_objects(
    ones: Sequence[ShelfObject | FeedbackObject], others: Sequence[ShelfObject | FeedbackObject]
) -> bool:
    return len(ones) == len(others) and all(
        one.sku == other.sku
        and all(abs(a - b) <= SAME_BOX for a, b in zip(one.box, other.box, strict=True))
        for one, other in zip(_in_order(ones), _in_order(others), strict=True)
    )


def _in_order(
    objects: Sequence[ShelfObject | FeedbackObject],
) -> list[ShelfObject | FeedbackObject]:
    return sorted(objects, key=lambda thing: (thing.sku, [round(edge, 2) for edge in thing.box]))
