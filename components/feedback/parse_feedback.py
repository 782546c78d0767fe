"""One line of a feedback file: what a person says of one photo."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from components.datasets.box_size import size_fault
from components.datasets.finite_numbers import is_number
from components.datasets.nearest_name import nearest, nearest_sku
from components.records.prediction import Box
from components.records.review import VERDICTS, Review, parse_time
from components.records.skus import sku_fault, tidy_sku
from components.records.splits import UNKNOWN_PRODUCT
from components.records.texts import line_fault, writable

KEYS = ("photo", "release", "who", "when", "objects", "verdict")
MAX_OBJECTS = 5000
MAX_TEXT = 500
"""Letters of a name; a path may have more."""

MAX_PATH = 4000
_CLOCKS_DIFFER = timedelta(days=1)

Report = Callable[[str, str], None]
"""Takes a fault of the line: what, remedy."""


@dataclass(frozen=True)
class FeedbackObject:
    """One product of the photo: its SKU or ``unknown_product``, and its box.

    Attributes:
        sku: As a catalogue names it.
        box: Edges xmin, ymin, xmax, ymax in pixels of the photo as displayed.
    """

    sku: str
    box: Box


@dataclass(frozen=True)
class Feedback:
    """What a person says of one photo; the objects are all there is on it.

    Attributes:
        line: In the file, counted from 1.
        photo: The photo's path as the line writes it.
        review: Who said it, when, of which release, and the verdict.
        objects: Empty for a photo that shows nothing known.
        store: Where it was taken; may be empty.
        visit: When it was taken; may be empty.
    """

    line: int
    photo: str
    review: Review
    objects: tuple[FeedbackObject, ...]
    store: str = ""
    visit: str = ""

    @property
    def boxes(self) -> tuple[tuple[int, Box], ...]:
        """The boxes with the numbers of their objects, counted from 1."""
        return tuple((number, each.box) for number, each in enumerate(self.objects, start=1))

    def with_boxes(self, boxes: Sequence[Box]) -> Feedback:
        """Return the same with other boxes."""
        pairs = zip(self.objects, boxes, strict=True)
        return replace(self, objects=tuple(replace(each, box=box) for each, box in pairs))


@dataclass(frozen=True)
class Unusable:
    """A line with faults; its photo is looked at all the same, so that all faults are told.

    Attributes:
        line: In the file, counted from 1.
        photo: The photo's path as the line writes it.
        boxes: Those that can be read, with the number of their object, counted from 1.
    """

    line: int
    photo: str
    boxes: tuple[tuple[int, Box], ...] = ()


def parse_line(
    line: int, text: str, skus: Collection[str] | None, now: datetime, report: Report
) -> Feedback | Unusable | None:
    """Read one line; where it cannot be used its faults are reported; None if it names no photo.

    Args:
        line: Its number.
        text: Its JSON.
        skus: SKUs of the catalogue; None to take any.
        now: A correction of the future would stand for ever, so it is refused.
        report: Told each fault.
    """
    try:
        said = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        report(f"not valid JSON ({error.msg}, column {error.colno})", "write one object per line")
        return None
    except (RecursionError, ValueError) as error:
        report(f"not valid JSON ({error})", "write it again")
        return None
    if not isinstance(said, dict):
        report("is no JSON object", "write one object per line")
        return None
    faults = 0

    def complain(what: str, remedy: str) -> None:
        nonlocal faults
        faults += 1
        report(what, remedy)

    others = [name for name in said if name not in KEYS and writable(name)]
    for name in KEYS:
        if name not in said:
            complain(f"has no '{name}'", f"{nearest(name, others)}add it")
    photo = _text(said, "photo", complain, longest=MAX_PATH)
    who = _text(said, "who", complain)
    release = said.get("release")
    if isinstance(release, int) and not isinstance(release, bool):
        said["release"] = str(release)
    release = _text(said, "release", complain)
    when = _time(said, now, complain)
    verdict: Any = said.get("verdict")
    if "verdict" in said and verdict not in VERDICTS:
        complain(f"unknown verdict {_shown(verdict)}", f"use one of {', '.join(VERDICTS)}")
    objects, boxes = _objects(said, skus, complain)
    if objects is not None and verdict in VERDICTS:
        _check_verdict(verdict, objects, complain)
    store = _text(said, "store", complain) if said.get("store") else ""
    visit = _text(said, "visit", complain) if said.get("visit") else ""
    if faults or when is None or objects is None:
        return Unusable(line, photo, boxes) if photo else None
    return Feedback(line, photo, Review(who, when, release, verdict), tuple(objects), store, visit)


def _text(said: dict[str, Any], name: str, complain: Report, longest: int = MAX_TEXT) -> str:
    """Return a text that must not be empty; a key that is missing is another's fault."""
    if name not in said:
        return ""
    value = said[name]
    if not isinstance(value, str) or not value.strip():
        complain(f"{name} is {_shown(value)}", f"write {name} as a text that is not empty")
    elif fault := line_fault(value, longest):
        what, remedy = fault
        complain(f"{name} {what}", remedy)
    else:
        return value.strip()
    return ""


def _time(said: dict[str, Any], now: datetime, complain: Report) -> datetime | None:
    if "when" not in said:
        return None
    try:
        when = parse_time(said["when"])
        late = when.astimezone(timezone.utc) > now + _CLOCKS_DIFFER
    except (ValueError, OverflowError) as error:
        complain(str(error), "write date, time and time zone in the form of RFC 3339")
        return None
    if late:
        complain(f"when {said['when']} lies in the future", "set the clock and correct the time")
    return when


def _objects(
    said: dict[str, Any], skus: Collection[str] | None, complain: Report
) -> tuple[list[FeedbackObject] | None, tuple[tuple[int, Box], ...]]:
    """Return the objects, None where any has a fault; and the numbered boxes that can be read."""
    if "objects" not in said:
        return None, ()
    entries = said["objects"]
    if not isinstance(entries, list):
        complain(f"objects is {_shown(entries)}", "write a list, empty where nothing is there")
        return None, ()
    if len(entries) > MAX_OBJECTS:
        complain(f"has {len(entries):,} objects, more than {MAX_OBJECTS:,}", "split the photo")
        return None, ()
    objects, boxes = [], []
    for number, entry in enumerate(entries, start=1):
        where = f"object {number}"
        if not isinstance(entry, dict):
            complain(f"{where} is {_shown(entry)}", "write an object with box and sku")
            continue
        sku, box = _sku(entry, where, skus, complain), _box(entry, where, complain)
        if box is not None:
            boxes.append((number, box))
            if sku is not None:
                objects.append(FeedbackObject(sku, box))
    return objects if len(objects) == len(entries) else None, tuple(boxes)


def _sku(
    entry: dict[str, Any], where: str, skus: Collection[str] | None, complain: Report
) -> str | None:
    written = entry.get("sku")
    sku = tidy_sku(written) if isinstance(written, str) and len(written) <= MAX_TEXT else ""
    if not isinstance(written, str) or not written.strip():
        complain(f"{where} has no sku", f"name the SKU, or '{UNKNOWN_PRODUCT}'")
    elif len(written) > MAX_TEXT:
        complain(f"{where}: its sku has {len(written):,} letters", "correct the SKU")
    elif sku != UNKNOWN_PRODUCT and (fault := sku_fault(sku)):
        complain(f"{where}: {fault.what}", "correct the SKU")
    elif skus is not None and sku != UNKNOWN_PRODUCT and sku not in skus:
        complain(f"{where}: {not_in_catalog(sku)}", what_to_do_with(sku, skus))
    else:
        return sku
    return None


def not_in_catalog(sku: str) -> str:
    """Say what is wrong with a SKU that the catalogue lacks."""
    return f"SKU '{sku}' is not in the catalogue"


def what_to_do_with(sku: str, skus: Collection[str]) -> str:
    """Say what to do with a SKU that is none of `skus`, those of the catalogue."""
    hint = nearest_sku(sku, skus)
    return f"{hint}correct it, add the product to the catalogue, or use '{UNKNOWN_PRODUCT}'"


def _box(entry: dict[str, Any], where: str, complain: Report) -> Box | None:
    box = entry.get("box")
    if not isinstance(box, list) or len(box) != 4 or not all(map(is_number, box)):
        complain(
            f"{where} has no box of four numbers", "give box as xmin, ymin, xmax, ymax in pixels"
        )
        return None
    left, top, right, bottom = map(float, box)
    if left >= right or top >= bottom:
        complain(
            f"{where}: its box ({left:g}, {top:g}) to ({right:g}, {bottom:g}) has no area",
            "give box as xmin, ymin, xmax, ymax, not as width and height",
        )
        return None
    if fault := size_fault(right - left, bottom - top):
        what = f"{where}: its box ({left:g}, {top:g}) to ({right:g}, {bottom:g}) {fault}"
        complain(what, "draw it again or remove it")
        return None
    return left, top, right, bottom


def _check_verdict(verdict: str, objects: Sequence[FeedbackObject], complain: Report) -> None:
    if verdict == "nothing_here" and objects:
        complain(
            f"says nothing_here and has {len(objects)} objects",
            "remove them, or write the verdict 'corrected'",
        )
    if verdict == "corrected" and not objects:
        complain(
            "says corrected and has no objects",
            "give all objects of the photo, or write the verdict 'nothing_here'",
        )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{_shown(name)} stands in it twice")
        found[name] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
