"""What `oneshelf data list` and `oneshelf data diff` say."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from components.datasets.read_shelves import scan_shelves
from components.datasets.settings import DataSettings
from components.datasets.span_diff import SpanDiff, TruthChange, diff
from components.datasets.span_folders import find_spans
from components.datasets.span_ledger import files_of
from components.datasets.span_listing import SpanSummary, list_spans
from components.datasets.span_selection import checked_selection, spans_in_words
from components.records.problems import InputError
from components.records.shelf_photo import ShelfSet
from components.records.splits import SPLITS
from components.records.texts import printable
from components.releases.data_used import SpanUse, use_of
from components.releases.registry import Registry
from pipeline.errors import WrongInput
from pipeline.local.stage_display import console_on

_MOST_NAMES = 20
_OTHER_CONTENT = "other content"
_BY_NUMBER = "by number"


def print_spans(shelves: Path, releases: Registry | None, as_json: bool) -> bool:
    """Print what each span holds, and what is wrong with spans.

    Args:
        shelves: The folder of spans.
        releases: Of which to say which spans they used; None: nothing is said of releases.
        as_json: Whether a machine reads it.

    Returns:
        Whether nothing is wrong.
    """
    settings = DataSettings()
    spans, left_out, problems = list_spans(shelves, settings)
    uses = None if releases is None else _uses(spans, releases)
    if as_json:
        entries = [_entry(span, uses) for span in spans]
        said = [str(each) for each in problems]
        print(json.dumps({"spans": entries, "left_out": left_out, "problems": said}))
    elif spans:
        console_on(sys.stdout).print(_list_table(spans, uses))
        if left_out:
            split = settings.photo_split
            print(
                f"{left_out:,} labelled photos are left out: those of split {split} are evaluated"
            )
        for sentence in _explained(uses or {}):
            print(sentence)
    for problem in problems:
        print(problem, file=sys.stderr)
    return not problems


def print_differences(first: str, second: str, shelves: Path | None, as_json: bool) -> None:
    """Print what differs between two sets of photos.

    Args:
        first: A folder of spans, a span, or with `shelves` a selection of its spans.
        second: Likewise.
        shelves: The folder that selections are of.
        as_json: Whether a machine reads it.

    Raises:
        InputError: One of them cannot be used.
        WrongInput: One of them is no selection.
    """
    difference = diff(_photos(first, shelves), _photos(second, shelves))
    if as_json:
        print(json.dumps(asdict(difference)))
        return
    console = console_on(sys.stdout)
    if difference.nothing:
        console.print("no difference")
        return
    console.print(_totals(difference))
    if difference.truths:
        console.print()
        console.print(_truth_table(difference.truths))


def _plain(text: str) -> str:
    """Return what people and files said as rich takes it: no markup, nothing steers a terminal."""
    return escape(printable(text))


def _photos(given: str, shelves: Path | None) -> ShelfSet:
    if shelves is None:
        _check_folder(given)
        found, problems = scan_shelves(Path(given), None, DataSettings())
    else:
        try:
            checked_selection(given)
        except ValueError as error:
            raise WrongInput([f"{given}: {error}"]) from None
        _check_there(given, shelves)
        found, problems = scan_shelves(shelves, None, DataSettings(spans=given))
    if problems:
        raise InputError(problems)
    return found


def _check_folder(given: str) -> None:
    """Refuse a selection of spans that lacks the folder they are in."""
    if Path(given).exists():
        return
    try:
        checked_selection(given)
    except ValueError:
        return
    raise WrongInput(
        [f"{given}: no such folder; for spans by number, name their folder: --shelves"]
    )


def _check_there(given: str, shelves: Path) -> None:
    """Refuse a selection whose ends are no spans: nothing is compared with what is not there."""
    there, problems = find_spans(shelves)
    if problems or given in ("all", "latest"):
        return
    ends = [int(end) for end in given.split("-")]
    if gone := [end for end in ends if end not in there]:
        said = spans_in_words([*there])
        raise WrongInput([f"{given}: {shelves} holds no {spans_in_words(gone)}; it has {said}"])


def _uses(spans: Sequence[SpanSummary], releases: Registry) -> dict[int, SpanUse]:
    """Return by number of a span the releases that used it; reads every file of the spans."""
    records = [release.record for release in releases.list()]
    files = files_of((span.span, span.folder) for span in spans)
    return {each.span: use_of(records, each.span, each.content) for each in files}


def _entry(span: SpanSummary, uses: Mapping[int, SpanUse] | None) -> dict[str, Any]:
    entry: dict[str, Any] = {**asdict(span), "folder": str(span.folder)}
    if uses is not None:
        use = uses[span.span]
        entry["releases"] = use.used
        entry["releases_with_other_content"] = use.other_content
        entry["releases_by_number"] = use.by_number
    return entry


def _releases(use: SpanUse) -> str:
    words = [str(version) for version in use.used]
    words += [f"{version} ({_OTHER_CONTENT})" for version in use.other_content]
    words += [f"{version} ({_BY_NUMBER})" for version in use.by_number]
    return ", ".join(words)


def _explained(uses: Mapping[int, SpanUse]) -> Iterator[str]:
    if any(use.other_content for use in uses.values()):
        yield f"{_OTHER_CONTENT}: the release used a span of this number that held other files"
    if any(use.by_number for use in uses.values()):
        yield f"{_BY_NUMBER}: the release does not record what its spans held, only their numbers"


def _list_table(spans: tuple[SpanSummary, ...], uses: Mapping[int, SpanUse] | None) -> Table:
    columns: dict[str, list[str]] = {
        "span": [str(span.span) for span in spans],
        "photos": [f"{span.photos:,}" for span in spans],
        "train, eval, test": [
            ", ".join(f"{span.splits.get(split, 0):,}" for split in SPLITS) for span in spans
        ],
        "boxes": [f"{span.boxes:,}" for span in spans],
        "SKUs": [f"{span.skus:,}" for span in spans],
        "negatives": [_count(span.negatives) for span in spans],
        "labelled": [_count(span.labelled) for span in spans],
        "counted": [_count(span.counted) for span in spans],
        "corrected": [_count(span.hard) for span in spans],
        "superseded": [_count(span.superseded) for span in spans],
        "stores, visits": [
            f"{span.stores:,}, {span.visits:,}" if span.stores or span.visits else ""
            for span in spans
        ],
        "reviewed by": [
            ", ".join(f"{_plain(who)} ({count:,})" for who, count in span.reviewers.items())
            for span in spans
        ],
        "days": [
            span.first if span.first == span.last else f"{span.first} – {span.last}"
            for span in spans
        ],
    }
    if uses is not None:
        columns["releases"] = [_releases(uses[span.span]) for span in spans]
    table = Table(box=None, padding=(0, 2, 0, 0))
    shown = {name: cells for name, cells in columns.items() if any(cells)}
    for name in shown:
        words = name in ("reviewed by", "days", "releases")
        table.add_column(name, justify="left" if words else "right", overflow="fold")
    for row in zip(*shown.values(), strict=True):
        table.add_row(*row)
    return table


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _counted(number: int | None) -> str:
    return "not counted" if number is None else f"{number:,}"


def _totals(difference: SpanDiff) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("", "number", "which"):
        table.add_column(name, overflow="fold")
    for label, names in (
        ("photos added", difference.added),
        ("photos removed", difference.removed),
        ("photos replaced", difference.replaced),
        ("SKUs added", difference.skus_added),
        ("SKUs removed", difference.skus_removed),
        ("photos of another truth", tuple(change.photo for change in difference.truths)),
    ):
        if names:
            more = f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else ""
            table.add_row(label, f"{len(names):,}", _plain(", ".join(names[:_MOST_NAMES])) + more)
    return table


def _truth_table(truths: tuple[TruthChange, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("photo", "was", "by", "verdict", "what changed"):
        table.add_column(name, overflow="fold")
    for change in truths:
        words = [
            f"{count} {_plain(what)}"
            for what, count in Counter(
                f"{box.was} is {box.sku}" if box.kind == "renamed" else f"{box.kind} {box.sku}"
                for box in change.boxes
            ).items()
        ]
        if change.label != ("", ""):
            words.append(_plain(f"labelled {change.label[0] or 'no more'}"))
        words += [
            _plain(f"counted {each.sku}: {_counted(each.now)}, was {_counted(each.was)}")
            for each in change.counts
        ]
        by = _plain(f"{change.who} {change.when[:10]}".strip())
        table.add_row(
            _plain(change.photo), _plain(change.was), by, change.verdict, "; ".join(words) or "none"
        )
    return table
