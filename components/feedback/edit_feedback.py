"""Changes single boxes of a feedback file by their numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from components.datasets.box_size import size_fault
from components.datasets.nearest_name import nearest, nearest_sku
from components.feedback.feedback_lines import read_line_file, replace_line_file, text_of
from components.feedback.parse_feedback import not_in_catalog, what_to_do_with
from components.importers.collected_faults import refusal
from components.records.prediction import Box
from components.records.problems import InputError, Problem
from components.records.skus import UNKNOWN_PRODUCT, sku_fault, tidy_sku

Refuse = Callable[[str, str], Exception]
_Entry = tuple[int, dict[str, Any]]
"""A line's place, counted from 0, and what it says."""


@dataclass(frozen=True)
class Edits:
    """What to change on one photo.

    Attributes:
        skus: Number of a box and the SKU that it is of.
        remove: Numbers of boxes around nothing.
        add: SKU and box of products that have none yet.
    """

    skus: Sequence[tuple[int, str]] = ()
    remove: Sequence[int] = ()
    add: Sequence[tuple[str, Box]] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """The SKUs that they name, each once, without `unknown_product`."""
        given = (*(sku for _, sku in self.skus), *(sku for sku, _ in self.add))
        return tuple(dict.fromkeys(sku for sku in given if sku != UNKNOWN_PRODUCT))

    def tidy(self) -> Edits:
        """Return the same with SKUs as the catalogue has them."""
        return Edits(
            [(number, tidy_sku(sku)) for number, sku in self.skus],
            self.remove,
            [(tidy_sku(sku), box) for sku, box in self.add],
        )


@dataclass(frozen=True)
class Edited:
    """What came of edits.

    Attributes:
        said: A line for people.
        unchecked: Of each SKU that neither the catalogue nor the file is known to have, a line.
    """

    said: str
    unchecked: tuple[str, ...] = ()


def edit_feedback(
    file: Path,
    photo: str | None,
    edits: Edits,
    now: datetime,
    skus: Collection[str] | None = None,
) -> Edited:
    """Change the boxes of one photo, and its verdict with them; all other lines stay as they are.

    Args:
        file: JSON Lines, such as `write_template` writes.
        photo: Its path as the file has it, or its name; None where there is only one.
        edits: What to change.
        now: When it is said, with its time zone.
        skus: SKUs of the catalogue; None to take any.

    Raises:
        InputError: The file, the photo, a number or a SKU is not as it must be; nothing was
            changed.
    """
    edits = edits.tidy()
    lines = read_line_file(file, "write the file with `feedback template`")
    entries = [(at, _entry(file, at + 1, text)) for at, text in enumerate(lines) if text.strip()]
    at, line = _the_line(file, entries, photo)

    def refuse(what: str, remedy: str) -> Exception:
        return InputError([Problem(str(file), at + 1, f"photo '{line['photo']}' {what}", remedy)])

    for sku in edits.named:
        if fault := sku_fault(sku):
            raise refusal(file, fault.what, "correct the SKU")
        if skus is not None and sku not in skus:
            raise refusal(file, not_in_catalog(sku), what_to_do_with(sku, skus))
    objects = _edited(line["objects"], edits, refuse)
    verdict = "corrected" if objects else "nothing_here"
    when = now.isoformat(timespec="seconds")
    lines[at] = text_of({**line, "when": when, "verdict": verdict, "objects": objects})
    replace_line_file(file, lines)
    said = f"{file}, row {at + 1}: photo '{line['photo']}' has {len(objects)} boxes, {verdict}"
    return Edited(said, () if skus is not None else tuple(_unchecked(edits, entries)))


def _unchecked(edits: Edits, entries: Sequence[_Entry]) -> Iterator[str]:
    known = {str(thing.get("sku")) for _, entry in entries for thing in entry["objects"]}
    for sku in edits.named:
        if sku not in known:
            hint = nearest_sku(sku, known - {UNKNOWN_PRODUCT})
            yield (
                f"SKU '{sku}' is new to this file and was not checked: {hint}give --catalog to "
                "have it checked, here or with `oneshelf feedback add`"
            )


def _the_line(file: Path, entries: Sequence[_Entry], photo: str | None) -> _Entry:
    names = [str(entry["photo"]) for _, entry in entries]
    if photo is None:
        fitting = entries
    else:
        # A whole path says more than a name.
        fitting = [each for each in entries if each[1]["photo"] == photo] or [
            each for each in entries if PurePosixPath(str(each[1]["photo"])).name == photo
        ]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        hint = nearest(photo or "", names)
        raise refusal(file, f"has no photo '{photo}'", f"{hint}give its path as the file has it")
    which = ", ".join(str(entry["photo"]) for _, entry in fitting[:3])
    what = f"has {len(fitting):,} photos that could be meant ({which}, …)"
    raise refusal(file, what, "say which with --photo")


def _entry(file: Path, row: int, text: str) -> dict[str, Any]:
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError):
        entry = None
    objects = entry.get("objects") if isinstance(entry, dict) else None
    if not isinstance(objects, list) or not all(isinstance(each, dict) for each in objects):
        raise refusal(file, f"row {row} is no feedback", "write the file with `feedback template`")
    if "photo" not in entry:
        raise refusal(file, f"row {row} names no photo", "write the file with `feedback template`")
    return entry


def _edited(
    objects: Sequence[dict[str, Any]], edits: Edits, refuse: Refuse
) -> list[dict[str, Any]]:
    by_number = dict(zip(_numbers(objects, refuse), map(dict, objects), strict=True))
    changed = [*(number for number, _ in edits.skus), *edits.remove]
    for number in changed:
        if number not in by_number:
            known = ", ".join(map(str, by_number)) or "none"
            raise refuse(f"has no box {number}", f"take one of its numbers: {known}")
        if changed.count(number) > 1:
            raise refuse(f"is to have box {number} changed twice", "say once what becomes of it")
    for sku, (left, top, right, bottom) in edits.add:
        if fault := size_fault(right - left, bottom - top):
            remedy = "give its edges in pixels, as xmin, ymin, xmax, ymax"
            raise refuse(f"is to have a box of '{sku}' that {fault}", remedy)
    for number, sku in edits.skus:
        by_number[number] |= {"number": number, "sku": sku}
        by_number[number].pop("name", None)  # of the product that it was taken for
    # Numbers stay those of the drawing, whatever is removed; new ones follow.
    following = max(by_number, default=0) + 1
    for number in edits.remove:
        by_number.pop(number, None)
    for number, (sku, box) in enumerate(edits.add, start=following):
        by_number[number] = {"number": number, "sku": sku, "box": list(box)}
    return list(by_number.values())


def _numbers(objects: Sequence[dict[str, Any]], refuse: Refuse) -> list[int]:
    """Return the boxes' numbers, those of the drawing: all have one of their own, or none has."""
    if not any("number" in each for each in objects):
        return list(range(1, len(objects) + 1))
    numbers: list[int] = []
    for at, each in enumerate(objects, start=1):
        number = each.get("number")
        if not isinstance(number, int) or isinstance(number, bool):
            what = f"has no whole number of box at object {at} ({json.dumps(number)})"
            raise refuse(what, "give each box a number of its own")
        if number in numbers:
            raise refuse(f"has two boxes {number}", "give each box a number of its own")
        numbers.append(number)
    return numbers
