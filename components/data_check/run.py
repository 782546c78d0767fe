"""Checking a catalogue and shelf photos, picture by picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from components.data_check.boxes import boxes_on_each_other
from components.data_check.duplicates import earlier_twins
from components.data_check.findings import CheckReport, Counts, Findings, Shot
from components.data_check.look import Look
from components.data_check.looking import SeenPackshot, look_at_packshots, look_at_photos
from components.data_check.settings import CheckSettings
from components.example_gen.catalog import CatalogRow, scan_catalog, unusable_packshot
from components.example_gen.check import nothing_to_judge_on
from components.example_gen.images import BadImage
from components.example_gen.photos import ShelfObject, ShelfPhoto, ShelfSet
from components.example_gen.problems import Problem
from components.example_gen.settings import DataSettings
from components.example_gen.shelves import scan_shelves
from components.progress import report

Progress = Callable[[int, int], None]
"""Called with pictures done and pictures in all."""

_REPORT_EVERY = 100
_T = TypeVar("_T")


def check_data(
    products_csv: Path,
    shelves: Path | None,
    settings: CheckSettings | None = None,
    progress: Progress | None = None,
    data: DataSettings | None = None,
) -> CheckReport:
    """Check a catalogue and shelf photos; every picture is decoded once.

    Args:
        products_csv: The catalogue.
        shelves: The folder of spans; None to check the catalogue alone.
        settings: How grave each fault is.
        progress: Told how far it is; without, `components.progress` is.
        data: How the pipeline reads and splits the data.

    Returns:
        Everything found. Wrong input raises nothing: it is a finding.
    """
    settings, data = settings or CheckSettings(), data or DataSettings()
    findings = Findings(settings)
    catalog = scan_catalog(products_csv, data.limits)
    findings.break_contract(catalog.problems)
    found = ShelfSet((), (), 0, 0)
    if shelves is not None:
        found, problems = scan_shelves(shelves, catalog.skus, data)
        findings.break_contract(problems)
        if found.photos:
            findings.break_contract(nothing_to_judge_on(shelves, found, data))

    tell = _Teller(progress or _report, len(catalog.rows) + len(found.photos))
    seen = look_at_packshots(
        [row.image for row in catalog.rows],
        data.limits,
        settings.second_product,
        settings.workers,
    )
    _check_packshots(findings, products_csv, zip(catalog.rows, tell(seen), strict=True))
    looks = look_at_photos([photo.path for photo in found.photos], data.limits, settings.workers)
    _check_photos(findings, zip(found.photos, tell(looks), strict=True), data.seed)
    for photo in found.photos:
        _check_boxes(findings, photo)
    if found.photos:
        _check_presence(findings, products_csv, catalog.rows, found.photos)

    counts = Counts(
        products=len(catalog.skus or ()),
        packshots=len(catalog.rows),
        photos=len(found.photos),
        boxes=sum(len(photo.objects) for photo in found.photos),
        skipped=found.skipped,
        left_out=found.left_out,
    )
    return CheckReport(findings.sorted(), counts)


class _Teller:
    """Reports progress over several passes as one."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def __call__(self, things: Iterable[_T]) -> Iterator[_T]:
        for thing in things:
            self._done += 1
            if self._done % _REPORT_EVERY == 0 or self._done == self._total:
                self._progress(self._done, self._total)
            yield thing


def _report(done: int, total: int) -> None:
    report("DataCheck", done, total, "pictures looked at")


def _check_packshots(
    findings: Findings,
    products_csv: Path,
    seen: Iterable[tuple[CatalogRow, SeenPackshot | BadImage]],
) -> None:
    settings, file = findings.settings, str(products_csv)
    good: list[tuple[CatalogRow, SeenPackshot]] = []
    for row, packshot in seen:
        if isinstance(packshot, BadImage):
            findings.break_contract([unusable_packshot(file, row, packshot)])
            continue
        name, shot = f"image '{row.image_name}'", _packshot_shot(row)
        contrast = packshot.look.contrast
        if contrast < settings.blank_contrast:
            what = f"{name} is blank: a contrast of {contrast:.3f}"
            findings.add("blank_packshot", Problem(file, row.line, what, "replace the image"), shot)
            continue
        good.append((row, packshot))
        if packshot.border > settings.border_share:
            what = f"{name} is not isolated: {packshot.border:.0%} of its border is not white"
            remedy = "put the product on white"
            findings.add("not_isolated", Problem(file, row.line, what, remedy), shot)
        elif packshot.products > 1:
            what = f"{name} shows {packshot.products} products side by side"
            remedy = "show one, as it stands on the shelf"
            findings.add("several_products", Problem(file, row.line, what, remedy), shot)
    _compare_packshots(findings, file, good)


def _compare_packshots(
    findings: Findings, file: str, packshots: list[tuple[CatalogRow, SeenPackshot]]
) -> None:
    settings = findings.settings
    twins = earlier_twins(
        [packshot.look for _, packshot in packshots],
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


def _check_photos(
    findings: Findings, seen: Iterable[tuple[ShelfPhoto, Look | BadImage]], seed: int
) -> None:
    settings = findings.settings
    good: list[tuple[ShelfPhoto, Look]] = []
    for photo, look in seen:
        if isinstance(look, BadImage):
            findings.break_contract(
                [Problem(str(photo.path), None, str(look), "replace the photo")]
            )
        elif look.contrast < settings.blank_contrast:
            what = f"the photo is blank: a contrast of {look.contrast:.3f}"
            problem = Problem(str(photo.path), None, what, "take it again or remove it")
            findings.add("blank_photo", problem, _photo_shot(photo))
        else:
            good.append((photo, look))

    splits = [photo.split_for(seed) for photo, _ in good]
    twins = earlier_twins(
        [look for _, look in good], splits, settings.hash_bits, settings.colour_difference
    )
    for here, (photo, _) in enumerate(good):
        if (there := int(twins.other[here])) >= 0:
            other = good[there][0]
            problem = Problem(
                str(photo.path),
                None,
                f"in the split '{splits[here]}', and nearly the same as '{other.source_id}' in "
                f"'{splits[there]}'",
                "give both one visit or one split, or remove one",
            )
            findings.add(
                "leakage",
                problem,
                _photo_shot(other, splits[there]),
                _photo_shot(photo, splits[here]),
            )
        elif (there := int(twins.same[here])) >= 0:
            other = good[there][0]
            what = f"nearly the same as '{other.source_id}'"
            problem = Problem(str(photo.path), None, what, "remove one of them")
            findings.add("near_duplicate_photo", problem, _photo_shot(other), _photo_shot(photo))


def _check_boxes(findings: Findings, photo: ShelfPhoto) -> None:
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


def _check_presence(
    findings: Findings,
    products_csv: Path,
    rows: Iterable[CatalogRow],
    photos: Iterable[ShelfPhoto],
) -> None:
    shown = {thing.sku for photo in photos for thing in photo.objects}
    shown |= {photo.label for photo in photos}
    first_rows: dict[str, CatalogRow] = {}
    for row in rows:
        first_rows.setdefault(row.sku, row)
    for row in first_rows.values():
        if row.sku not in shown:
            what = f"no shelf photo shows '{row.sku}'"
            problem = Problem(
                str(products_csv), row.line, what, "add photos of it, or accept it unmeasured"
            )
            findings.add("never_on_shelf", problem)


def _place(thing: ShelfObject) -> str:
    left, top, right, bottom = thing.box
    return f"({left:g}, {top:g}) to ({right:g}, {bottom:g})"


def _packshot_shot(row: CatalogRow) -> Shot:
    return Shot(row.image, row.sku)


def _photo_shot(photo: ShelfPhoto, split: str = "") -> Shot:
    return Shot(photo.path, f"{split}: {photo.source_id}" if split else photo.source_id)
