"""`oneshelf shelf`: photos of a shelf, or what was found on them, to what a store acts on."""

import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from components.artifacts.product_table import NAME, SKU, Products
from components.capture.check_photo import photo_checker
from components.datasets.tables import read_csv
from components.imaging.decoding import BadImage
from components.joining.join_photos import join_photos
from components.planograms.known_products import as_known, not_in_catalogue
from components.planograms.planogram import PlannedItem
from components.planograms.read_planogram import read_planogram
from components.predict.given_photos import given_photos
from components.predict.load_predictor import load_release
from components.predict.predictor import predict_with
from components.predict.read_answers import read_answers
from components.predict.table_files import csv_table, xlsx_sheets
from components.records.prediction import PredictionRecord, write_records
from components.records.problems import InputError, Problem, told
from components.records.skus import tidy_sku
from components.records.texts import printable
from components.runtime.whole_output import CannotWrite, whole_output
from components.shelf.answer_tables import tables
from components.shelf.answers import Answers, answers_of
from components.shelf.answers_json import to_json
from components.shelf.expected import read_expected_list
from components.shelf.facing import Shelf
from components.shelf.facings import shelf_of
from components.shelf.places import Visit, visit_of
from components.shelf.to_do import Kind
from pipeline.commands.release_faults import as_wrong_input
from pipeline.commands.shelf_pictures import PAGE, picture, pixels_of, write_pictures
from pipeline.errors import WrongInput
from pipeline.exits import DONE, REFUSED, WRONG_INPUT
from pipeline.local.stage_display import console_on
from pipeline.quiet import standard_error, without_noise

_ANSWERS = (".json", ".jsonl")
_GTIN = "gtin"
_MOST_TASKS = 20
_JSON, _XLSX, _PREDICTIONS = "shelf.json", "shelf.xlsx", "predictions.jsonl"


@dataclass(frozen=True)
class Given:
    """What the user names.

    Attributes:
        paths: Photos, folders of photos, or files that `oneshelf predict --json` wrote.
        release: To look at photos with.
        index: Whose products to look for.
        planogram: What is to stand where.
        expected: Products that must be there.
        catalog: Further columns of products.
        out: Folder for the answers.
        before: What an earlier visit showed: a folder of answers, or what `oneshelf predict` wrote.
    """

    paths: Sequence[Path]
    release: str | None = None
    index: Path | None = None
    planogram: Path | None = None
    expected: Path | None = None
    catalog: Path | None = None
    out: Path | None = None
    before: Path | None = None


def shelf_answers(given: Given, fail_on: Collection[Kind]) -> int:
    """Print what a store acts on, and write it to files.

    Args:
        given: What the user names.
        fail_on: What must not be wrong.

    Returns:
        The exit code: what some of that is, or a photo that could not be read.

    Raises:
        InputError: A file cannot be used.
        WrongInput: What is named does not go together.
        ReleaseError: There is no such release.
    """
    _check(given, fail_on)
    # All that can be wrong is read before anything slow starts.
    own = {} if given.catalog is None else _catalog(given.catalog)
    planogram = None if given.planogram is None else read_planogram(given.planogram)
    expected = {} if given.expected is None else read_expected_list(given.expected)
    earlier = [] if given.before is None else read_answers(_predictions(given.before))
    records, known = _records(given)
    products = {**known, **own}
    seen = {each.sku: each.sku for record in records for each in record.detections}
    codes = _codes(products) if products else seen
    strange: Sequence[PlannedItem] = ()
    if planogram is not None:
        planogram, strange = as_known(planogram, codes)
    expected = {codes.get(sku, sku): fewest for sku, fewest in expected.items()}
    joined = join_photos(records, pixels_of)
    unseen: list[str] = []

    def picture_of(name: str) -> np.ndarray | None:
        try:
            return picture(joined.bays, name)
        except BadImage as error:
            unseen.append(f"{name}: gaps are not looked for ({error})")
            return None

    before = _visit(earlier, unseen)
    answers = answers_of(
        joined.records, planogram, expected, products, joined.bays, picture_of, before
    )
    remarks = [] if planogram is None else [*planogram.remarks]
    if products:
        unplanned = [(item.line, item.sku) for item in strange]
        unlisted = [(None, sku) for sku in expected if sku not in codes]
        remarks += not_in_catalogue(str(given.planogram), unplanned, codes)
        remarks += not_in_catalogue(str(given.expected), unlisted, codes)
    for remark in told(remarks, rest=""):
        print(remark, file=sys.stderr)
    poor = [
        f"{each.photo}: {each.check.sentence}"
        for each in records
        if each.check is not None and each.check.sentence
    ]
    for sentence in (*poor, *joined.remarks, *unseen):
        print(printable(sentence), file=sys.stderr)
    _print(answers)
    if given.out is not None:
        with as_wrong_input():
            undrawn = _write(given.out, answers, records)
        for line in undrawn:
            print(printable(line), file=sys.stderr)
        print(printable(f"wrote {given.out}"))
    if answers.unread:
        return WRONG_INPUT
    wrong = any(task.kind in fail_on for task in answers.tasks)
    # Nothing was found wrong where nothing was looked at.
    unjudged = (fail_on and _nothing_judged(answers)) or ("gap" in fail_on and unseen)
    return REFUSED if wrong or unjudged else DONE


def _nothing_judged(answers: Answers) -> bool:
    return answers.comparison is not None and answers.comparison.compliance is None


def _check(given: Given, fail_on: Collection[Kind]) -> None:
    """Refuse what does not go together, before anything slow starts."""
    photos = [path for path in given.paths if not _is_answers(path)]
    if photos and given.release is None:
        raise WrongInput(
            [
                f"{photos[0]}: is a photo or a folder: name a release to look at it with "
                "(--release), or give what `oneshelf predict --json` wrote"
            ]
        )
    if given.index is not None and not photos:
        raise WrongInput(["--index: is for photos; what was found on them is not looked for again"])
    if given.planogram is None:
        for kind in set(fail_on) - {"gap"}:
            if given.expected is None or kind not in _OF_LISTS:
                needs = "--planogram or --expected" if kind in _OF_LISTS else "--planogram"
                raise WrongInput([f"--fail-on {kind}: nothing says what is to be there; {needs}"])
    if given.out is None:
        return
    if given.out.exists() and not given.out.is_dir():
        raise WrongInput([f"--out {given.out}: is a file; name a folder"])
    earlier = None if given.before is None else _predictions(given.before)
    read = [*given.paths, given.planogram, given.expected, given.catalog, earlier]
    names = {_JSON, _XLSX, _PREDICTIONS, PAGE, *(f"{name}.csv" for name in _TABLES)}
    for path in read:
        if path is not None and path.name in names and _is_in(path, given.out):
            raise WrongInput([f"--out {given.out}: {path} would be written over; name another"])


_OF_LISTS: tuple[Kind, ...] = ("missing", "low")
"""What may be wrong with products of a list, which says not where they stand."""
_TABLES = ("to_do", "items", "expected", "facings", "gaps", "share", "counts", "changes")


def _is_in(path: Path, folder: Path) -> bool:
    return path.exists() and folder.exists() and path.absolute().parent.samefile(folder)


def _predictions(before: Path) -> Path:
    """Return the file with what was found at an earlier visit.

    Raises:
        WrongInput: There is none.
    """
    folder = before.parent if before.name == _JSON else before
    path = folder / _PREDICTIONS if folder.is_dir() else before
    if path.is_file():
        return path
    remedy = "name a folder that --out named, or what `oneshelf predict --json` wrote"
    missing = f"holds no {_PREDICTIONS}" if folder.is_dir() else "is no file"
    raise WrongInput([f"--before {before}: {missing}; {remedy}"])


def _visit(records: Sequence[PredictionRecord], unseen: list[str]) -> list[Visit]:
    """Return what an earlier visit showed; remarks are added on photos that are gone."""
    joined = join_photos(records, pixels_of)
    visits = []
    for record in joined.records:
        if record.error is not None:
            continue
        pixels = None
        try:
            pixels = picture(joined.bays, record.photo)
        except BadImage as error:
            unseen.append(
                f"{record.photo}: changes are told from what was found alone, less surely ({error})"
            )
        visits.append(visit_of(record, shelf_of(record), pixels))
    return visits


def _is_answers(path: Path) -> bool:
    return path.suffix.lower() in _ANSWERS and not path.is_dir()


def _records(given: Given) -> tuple[list[PredictionRecord], Products]:
    """Return what is on the photos, in the order given, and what is known of products."""
    records: list[PredictionRecord] = []
    photos = [path for path in given.paths if not _is_answers(path)]
    products: Products = {}
    for path in given.paths:
        if _is_answers(path):
            records += read_answers(path)
    if photos:
        assert given.release is not None, "checked before"
        with as_wrong_input(), standard_error() as stderr, without_noise():
            files = given_photos(photos)
            loaded = load_release(given.release, None, given.index, partial(print, file=stderr))
            predictor, products = loaded.predictor, loaded.products
            threshold = predictor.operating_threshold
            records += predict_with(
                predictor, files.photos, None, threshold, photo_checker(loaded.photo_side)
            )
    return records, products


def _catalog(path: Path) -> dict[str, Mapping[str, str]]:
    """Return the columns of a catalogue by SKU; of a SKU with several packshots the first row."""
    products: dict[str, Mapping[str, str]] = {}
    for row in read_csv(path, (SKU,), (NAME, "category", "brand", _GTIN, "price")).rows:
        sku = tidy_sku(row.cells.get(SKU, ""))
        if sku:
            products.setdefault(sku, row.cells)
    if not products:
        raise InputError([Problem(str(path), None, "lists no product", "add one row per product")])
    return products


def _codes(products: Products) -> dict[str, str]:
    """Return the SKU of every code that names one product, GTINs without zeros before them, too."""
    named: dict[str, set[str]] = {}
    for sku, columns in products.items():
        gtin = columns.get(_GTIN, "")
        for code in {gtin, gtin.lstrip("0"), columns.get(NAME, "")} - {""}:
            named.setdefault(code, set()).add(sku)
    codes = {code: next(iter(skus)) for code, skus in named.items() if len(skus) == 1}
    return {**codes, **{sku: sku for sku in products}}


def _write(folder: Path, answers: Answers, records: Sequence[PredictionRecord]) -> list[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"{folder}: cannot hold answers ({error.strerror})") from error
    with whole_output(folder / _JSON, "w", encoding="utf-8") as file:
        file.write(to_json(answers) + "\n")
    with whole_output(folder / _PREDICTIONS, "w", encoding="utf-8") as file:
        write_records(records, file)
    found = tables(answers)
    for name, (header, rows) in found.items():
        with csv_table(folder / f"{name}.csv", header) as write:
            for row in rows:
                write(row)
    xlsx_sheets(folder / _XLSX, found)
    return write_pictures(folder, answers, list(_summary(answers)))


def _print(answers: Answers) -> None:
    console = console_on(sys.stdout)
    for each in answers.unread:
        console.print(printable(f"{each.photo}: {each.error}"), markup=False, highlight=False)
    for line in _summary(answers):
        console.print(printable(line), markup=False, highlight=False)
    if answers.comparison is None and not answers.expected:
        _print_shares(console, answers)
    _print_changes(console, answers)
    if not answers.tasks:
        return
    console.print()
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("", "", "to do"):
        table.add_column(name, overflow="fold")
    for rank, task in enumerate(answers.tasks[:_MOST_TASKS], start=1):
        table.add_row(str(rank), task.kind, escape(printable(task.what)))
    console.print(table)
    if (more := len(answers.tasks) - _MOST_TASKS) > 0:
        console.print(f"and {more:,} more; --out names a folder for all of them")


def _print_changes(console: Console, answers: Answers) -> None:
    """Print what changed since the earlier visit."""
    if answers.since is None:
        return
    console.print()
    for photo in answers.since.alone:
        line = f"{photo}: shows too little of what the earlier visit shows to be compared"
        console.print(printable(line), markup=False, highlight=False)
    if not answers.since.changes:
        console.print("since the earlier visit: no change that is likelier true than noise")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("", "since the earlier visit"):
        table.add_column(name, overflow="fold")
    for name in ("before", "now", "noise"):
        table.add_column(name, justify="right")
    for each in answers.since.changes[:_MOST_TASKS]:
        name = escape(printable(answers.names.get(each.sku, each.sku)))
        table.add_row(each.kind, name, f"{each.before:,}", f"{each.after:,}", f"{each.noise:.0%}")
    console.print(table)
    if (more := len(answers.since.changes) - _MOST_TASKS) > 0:
        console.print(f"and {more:,} more; --out names a folder for all of them")


def _print_shares(console: Console, answers: Answers) -> None:
    """Print who has how much: what there is to say where nobody said what should be there."""
    by = answers.shares[0].by if answers.shares else SKU
    parts = [share for share in answers.shares if share.by == by]
    table = Table(box=None, padding=(0, 2, 0, 0))
    ranges = {each.sku: each.range for each in answers.counts} if by == SKU else {}
    for name in (by, "facings", *(["range"] if ranges else []), "share", "linear"):
        table.add_column(name, overflow="fold", justify="left" if name == by else "right")
    for part in parts[:_MOST_TASKS]:
        name = answers.names.get(part.of, part.of) if by == SKU else part.of
        likely = [ranges.get(part.of, "")] if ranges else []
        shares = (f"{part.facing_share:.1%}", f"{part.linear_share:.1%}")
        table.add_row(escape(printable(name)), f"{part.facings:,}", *likely, *shares)
    if parts:
        console.print()
        console.print(table)


def _summary(answers: Answers) -> Iterator[str]:
    for shelf in answers.shelves:
        unknown = sum(facing.unknown for facing in shelf.facings)
        others = f", {unknown:,} of them unknown" if unknown else ""
        rows, facings = _counted(len(shelf.rows), "row"), _counted(len(shelf.facings), "facing")
        yield f"{_shown_by(answers, shelf)}: {rows}, {facings}{others}"
    if answers.gaps:
        wide = sum(gap.facings for gap in answers.gaps)
        yield f"gaps: {len(answers.gaps):,}, room for {_counted(wide, 'facing')}"
    comparison = answers.comparison
    if comparison is not None:
        statuses = Counter(each.status for each in comparison.items)
        said = ", ".join(
            f"{count:,} {status.replace('_', ' ')}" for status, count in statuses.items()
        )
        yield f"planogram: {_counted(len(comparison.items), 'item')}: {said}"
        if _nothing_judged(answers):
            yield "nothing of the planogram is on the photos, so nothing was judged"
        else:
            placed = sum(each.in_place for each in comparison.items)
            asked = sum(each.asked for each in comparison.items)
            share = f"{placed:,} of {asked:,} facings shown are in their places"
            yield f"compliance: {placed / asked:.3f} ({share})"
    if answers.expected:
        statuses = Counter(each.status for each in answers.expected)
        said = ", ".join(f"{count:,} {status}" for status, count in statuses.items())
        yield f"expected: {_counted(len(answers.expected), 'product')}: {said}"


def _shown_by(answers: Answers, shelf: Shelf) -> str:
    """Return the name of a shelf, of a bay with its photos."""
    if (bay := answers.bays.get(shelf.photo)) is None:
        return shelf.photo
    return f"{shelf.photo} (joined from {', '.join(each.photo for each in bay.photos)})"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
