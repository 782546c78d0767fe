"""What is wrong with shelf photos, one by one and beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from components.artifacts.data_findings import Shot
from components.data_check.altered_copies import earlier_originals
from components.data_check.findings import Findings
from components.data_check.packshot_copies import copied_packshots
from components.imaging.fingerprint import Fingerprint
from components.imaging.near_duplicates import earlier_twins
from components.records.catalog_row import CatalogRow
from components.records.problems import Problem
from components.records.shelf_photo import ShelfPhoto


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


def compare_with_packshots(
    findings: Findings,
    file: str,
    packshots: Sequence[tuple[CatalogRow, Fingerprint]],
    photos: Sequence[tuple[ShelfPhoto, Fingerprint]],
    seed: int,
) -> None:
    """Note photos to judge on, or to choose a threshold on, that are nearly packshots.

    A packshot is what a product is recognised by: to find it again proves nothing.

    Args:
        findings: Where to note them.
        file: Path of the catalogue.
        packshots: All that are worth comparing.
        photos: Likewise.
        seed: Of the splits.
    """
    judged = [(p, f) for p, f in photos if p.split_for(seed) != "train"]
    copied = copied_packshots(
        [fingerprint for _, fingerprint in judged],
        [fingerprint for _, fingerprint in packshots],
        findings.settings.packshot_likeness,
    )
    for (photo, _), which in zip(judged, copied.tolist(), strict=True):
        if which < 0:
            continue
        row = packshots[which][0]
        split = photo.split_for(seed)
        problem = Problem(
            str(photo.path),
            None,
            f"in the split '{split}', and nearly the packshot of '{row.sku}', {file} row "
            f"{row.line}: to know a packshot again proves nothing",
            "judge on photos of shelves; leave shelves out where you have none",
        )
        shots = (Shot(row.image, row.sku), _photo_shot(photo, split))
        findings.add("leakage", problem, *shots)


def _first(originals: Sequence[tuple[str, int]]) -> tuple[str, int] | None:
    return next((original for original in originals if original[1] >= 0), None)


def _photo_shot(photo: ShelfPhoto, split: str = "") -> Shot:
    return Shot(photo.path, f"{split}: {photo.source_id}" if split else photo.source_id)
