"""`oneshelf predict`: photos in, what is on them out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Literal, TextIO

from components.capture.check_photo import photo_checker
from components.datasets.photo_places import PhotoPlaces
from components.drawing.drawings_folder import Drawings
from components.predict.count_table import CountTable
from components.predict.count_totals import CountTotals
from components.predict.expected_products import read_expected
from components.predict.given_photos import given_photos
from components.predict.load_predictor import LoadedRelease, load_release
from components.predict.predictor import predict_with
from components.predict.table_files import csv_table, xlsx_table
from components.records.prediction import UNKNOWN_NAME, PredictionRecord, count_unknown
from components.records.problems import as_typed, told
from components.records.texts import printable
from components.runtime.system_errors import naming
from components.runtime.whole_output import whole_output
from pipeline.commands.predict_outputs import Outputs
from pipeline.commands.release_faults import as_wrong_input
from pipeline.errors import WrongInput
from pipeline.quiet import standard_error, without_noise


@dataclass(frozen=True)
class Answered:
    """How it went.

    Attributes:
        photos: How many photos there were.
        unreadable: How many of them could not be read.
        remarks: What else to say of the files given, and of those beside them.
    """

    photos: int
    unreadable: int
    remarks: tuple[str, ...] = ()


def predict_photos(
    release: str,
    given: Iterable[Path],
    index: Path | None,
    target: Literal["serving", "edge"] | None,
    threshold: float | None,
    outputs: Outputs,
) -> Answered:
    """Predict for photos, as JSON Lines to a file or else to standard output.

    With a file, and where standard output is a terminal, there is one readable line per photo on it
    instead.

    Args:
        release: A release, or the releases folder.
        given: Photos and folders of photos.
        index: An index folder to look for its products; None for those of the release.
        target: The model for servers or the one for phones; None for what answers first.
        threshold: Score from which products are shown; None for the release's own.
        outputs: Where answers go.

    Raises:
        ReleaseError: There is no such release.
        WrongInput: The photos, the index or the release's model cannot be used.
    """
    if threshold is not None and not 0 <= threshold <= 1:
        raise WrongInput([f"--threshold {threshold:g}: is no probability; give one from 0 to 1"])
    if outputs.expected is not None and outputs.csv is None and outputs.xlsx is None:
        raise WrongInput(["--expected: is for tables; name one with --csv or --xlsx"])
    unreadable, places = 0, PhotoPlaces()
    with as_wrong_input():
        files = given_photos(given)
    if faults := outputs.faults(files.photos):
        raise WrongInput(faults)
    with (
        as_wrong_input(),
        standard_error() as stderr,
        without_noise() as terminal,
        _lines_to(outputs.json, terminal, stderr) as lines,
        ExitStack() as tables,
    ):
        loaded = load_release(release, target, index, partial(print, file=stderr))
        predictor = loaded.predictor
        if threshold is None:
            threshold = predictor.operating_threshold
        draw = None
        if outputs.drawings is not None:
            draw = Drawings(outputs.drawings, predictor.names, threshold)
        judge = photo_checker(loaded.photo_side)
        tabulate = tables.enter_context(_tables(outputs, loaded, places))
        for record in predict_with(predictor, files.photos, draw, threshold, judge):
            tabulate(record)
            if lines is not None:
                with naming(outputs.json or "standard output"):
                    lines.write(record.to_json() + "\n")
                    lines.flush()
            if lines is not terminal:
                for line in _readable(record, predictor.names):
                    print(printable(line), file=terminal)
            unreadable += record.error is not None
    remarks = [*filter(None, [files.remark]), *told(places.remarks)]
    return Answered(len(files.photos), unreadable, tuple(remarks))


@contextmanager
def _tables(
    outputs: Outputs, loaded: LoadedRelease, places: PhotoPlaces
) -> Iterator[Callable[[PredictionRecord], None]]:
    """Give a function that adds the rows of a photo to the tables asked for."""
    expected: tuple[str, ...] = ()
    if outputs.expected is not None:
        expected = read_expected(outputs.expected, loaded.predictor.names.keys())
    table = CountTable(loaded.products, expected)
    with_totals = partial(xlsx_table, totals=CountTotals(table.header))
    with ExitStack() as files:
        writers = [
            files.enter_context(opened(path, table.header))
            for path, opened in ((outputs.csv, csv_table), (outputs.xlsx, with_totals))
            if path is not None
        ]

        def add(record: PredictionRecord) -> None:
            if not writers:
                return
            now, place = datetime.now(timezone.utc), places.of(Path(record.photo))
            for row in table.rows(record, place, now):
                for write in writers:
                    write(row)

        yield add


def _readable(record: PredictionRecord, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what is on a photo, and what is wrong with the photo."""
    if record.error is not None:
        yield f"{record.photo}: {record.error}"
        return
    counts = [f"{count} × {_named(sku, names)}" for sku, count in record.counts.items()]
    if unknown := count_unknown(record.detections):
        counts.append(f"{unknown} × {UNKNOWN_NAME}")
    more = "; there may be more: photograph this shelf in parts" if record.full else ""
    yield f"{record.photo}: {', '.join(counts) or 'no product'}{more}"
    if record.check is not None and record.check.sentence:
        yield f"{record.photo}: {record.check.sentence}"


def _named(sku: str, names: Mapping[str, str]) -> str:
    """Return what people call a product, and its SKU."""
    name = names.get(sku, sku)
    return sku if name == sku else f"{name} ({sku})"


@contextmanager
def _lines_to(file: Path | None, terminal: TextIO, stderr: TextIO) -> Iterator[TextIO | None]:
    """Yield where JSON goes: nowhere without a file when people watch."""

    def kept(part: Path) -> None:
        print(f"the answers until then are in {as_typed(str(part))}", file=stderr)

    if file is None:
        yield None if terminal.isatty() else terminal
        return
    with whole_output(file, "w", kept, encoding="utf-8") as stream:
        yield stream
