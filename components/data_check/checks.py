"""What is wrong with packshots, photos and boxes once they have been looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from components.artifacts.data_findings import Shot
from components.data_check.altered import earlier_originals
from components.data_check.boxes import boxes_on_each_other
from components.data_check.findings import Findings
from components.data_check.looking import SeenPackshot
from components.imaging.fingerprint import Fingerprint
from components.imaging.near_duplicates import earlier_twins
from components.records.catalog_row import CatalogRow
from components.records.problems import Problem
from components.records.shelf_photo import ShelfObject, ShelfPhoto


def check_packshot(findings: Findings, file: str, row: CatalogRow, packshot: SeenPackshot) -> bool:
    """Note what is wrong with one packshot; return whether it is worth comparing with others."""
    settings = findings.settings
    name, shot = f"image '{row.image_name}'", _packshot_shot(row)
    contrast = packshot.fingerprint.contrast
    if contrast < settings.blank_contrast:
        what = f"{name} is blank: a contrast of {contrast:.3f}"
        findings.add("blank_packshot", Problem(file, row.line, what, "replace the image"), shot)
        return False
    if packshot.border > settings.border_share:
        what = f"{name} is not isolated: {packshot.border:.0%} of its border is not white"
        remedy = "put the product on white"
        findings.add("not_isolated", Problem(file, row.line, what, remedy), shot)
    elif packshot.products > 1:
        what = f"{name} shows {packshot.products} products side by side"
        remedy = "show one, as it stands on the shelf"
        findings.add("several_products", Problem(file, row.line, what, remedy), shot)
    return True


def compare_packshots(
    findings: Findings, file: str, packshots: Sequence[tuple[CatalogRow, SeenPackshot]]
) -> None:
    """Note packshots of two SKUs that are one, or nearly."""
    settings = findings.settings
    twins = earlier_twins(
        [packshot.fingerprint for _, packshot in packshots],
        [row.sku for row, _ in packshots],
        settings.hash_bits,
        settings.colour_difference,
    )
    first_of_pixels: dict[bytes, CatalogRow] = {}
    for (row, packshot), place in zip(packshots, twins.other.tolist(), strict=True):
        same = first_of_pixels.setdefault(packshot.digest, row)
        if same.sku != row.sku:
            other, kind = same, "the very image"
        elif place >= 0:
            other, kind = packshots[place][0], "nearly the image"
        else:
            continue
        what = f"image '{row.image_name}' of '{row.sku}' is {kind} of '{other.sku}' in row "
        problem = Problem(
            file,
            row.line,
            f"{what}{other.line}",
            "give each SKU its own packshot, or make one SKU of the two",
        )
        shots = (_packshot_shot(other), _packshot_shot(row))
        findings.add(
            "same_packshot" if same.sku != row.sku else "near_duplicate_packshot", problem, *shots
        )


def check_photo(findings: Findings, photo: ShelfPhoto, fingerprint: Fingerprint) -> bool:
    """Note what is wrong with one photo; return whether it is worth comparing with others."""
    if fingerprint.contrast >= findings.settings.blank_contrast:
        return True
    what = f"the photo is blank: a contrast of {fingerprint.contrast:.3f}"
    problem = Problem(str(photo.path), None, what, "take it again or remove it")
    findings.add("blank_photo", problem, _photo_shot(photo))
    return False


def compare_photos(
    findings: Findings, photos: Sequence[tuple[ShelfPhoto, Fingerprint]], seed: int
) -> None:
    """Note photos that are nearly the same, and those of them that lie in two splits.

    Args:
        findings: Where to note them.
        photos: In the order in which a later one repeats an earlier one.
        seed: Of the splits.
    """
    settings = findings.settings
    splits = [photo.split_for(seed) for photo, _ in photos]
    fingerprints = [fingerprint for _, fingerprint in photos]
    limits = (settings.hash_bits, settings.colour_difference)
    altered = earlier_originals(fingerprints, splits, *limits, settings.crop_bits)
    copies = (
        ("", earlier_twins(fingerprints, splits, *limits)),
        (", mirrored", altered.mirrored),
        (", cropped", altered.cropped),
    )
    for here, (photo, _) in enumerate(photos):
        foreign = [(how, int(twins.other[here])) for how, twins in copies]
        own = [(how, int(twins.same[here])) for how, twins in copies]
        if found := _first(foreign):
            how, there = found
            other = photos[there][0]
            problem = Problem(
                str(photo.path),
                None,
                f"in the split '{splits[here]}', and nearly the same as '{other.source_id}' in "
                f"'{splits[there]}'{how}",
                "give both one visit or one split, or remove one",
            )
            shots = (_photo_shot(other, splits[there]), _photo_shot(photo, splits[here]))
            findings.add("leakage", problem, *shots)
        elif found := _first(own):
            how, there = found
            other = photos[there][0]
            what = f"nearly the same as '{other.source_id}'{how}"
            problem = Problem(str(photo.path), None, what, "remove one of them")
            findings.add("near_duplicate_photo", problem, _photo_shot(other), _photo_shot(photo))


def _first(originals: Sequence[tuple[str, int]]) -> tuple[str, int] | None:
    return next((original for original in originals if original[1] >= 0), None)


def check_boxes(findings: Findings, photo: ShelfPhoto) -> None:
    """Note boxes of one photo that lie on each other."""
    for one, other in boxes_on_each_other(photo.objects, findings.settings.box_overlap):
        shot = Shot(photo.path, photo.source_id, (one.box, other.box))
        if one.sku == other.sku:
            what = f"two boxes of '{one.sku}' lie on each other at {_place(one)}"
            problem = Problem(str(photo.path), None, what, "remove one of them")
            findings.add("repeated_box", problem, shot)
        else:
            what = f"one thing is boxed as '{one.sku}' and as '{other.sku}' at {_place(one)}"
            problem = Problem(str(photo.path), None, what, "keep the right one")
            findings.add("contradicting_box", problem, shot)


def check_presence(
    findings: Findings, file: str, rows: Iterable[CatalogRow], shown: Collection[str]
) -> None:
    """Note the SKUs of a catalogue that are not among those `shown`."""
    first_rows: dict[str, CatalogRow] = {}
    for row in rows:
        first_rows.setdefault(row.sku, row)
    for row in first_rows.values():
        if row.sku not in shown:
            what = f"no shelf photo shows '{row.sku}'"
            problem = Problem(file, row.line, what, "add photos of it, or accept it unmeasured")
            findings.add("never_on_shelf", problem)


def _place(thing: ShelfObject) -> str:
    left, top, right, bottom = thing.box
    return f"({left:g}, {top:g}) to ({right:g}, {bottom:g})"


def _packshot_shot(row: CatalogRow) -> Shot:
    return Shot(row.image, row.sku)


def _photo_shot(photo: ShelfPhoto, split: str = "") -> Shot:
    return Shot(photo.path, f"{split}: {photo.source_id}" if split else photo.source_id)
