"""Using a release from the command line: a new index, and predictions."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TextIO

from components.drawing.drawings_folder import CannotDraw, Drawings
from components.predict.build_index import IndexMismatch, build_index
from components.predict.edge_predictor import NoInterpreter
from components.predict.load_predictor import load_predictor
from components.predict.predictor import BadSavedModel, predict_with
from components.records.prediction import PredictionRecord
from components.releases.edge_folder import BadEdgeFolder
from pipeline.errors import WrongInput
from pipeline.quiet import without_noise

_UNUSABLE = (IndexMismatch, BadEdgeFolder, NoInterpreter, BadSavedModel, CannotDraw)


def write_index(release: str, products_csv: Path, out: Path, serving: bool) -> None:
    """Write an index of `products_csv` to `out` and print what it did.

    Raises:
        InputError: The catalogue cannot be used.
        ReleaseError: There is no such release.
        WrongInput: `out` or the release's model cannot be used.
    """
    with _as_wrong_input(), without_noise() as terminal:
        built = build_index(release, products_csv, out, serving)
        stamp = built.stamp
        print(
            f"{built.folder}: {stamp.skus:,} products, {stamp.views:,} packshots, "
            f"for the weights of release {stamp.release}",
            file=terminal,
        )
        if built.serving is not None:
            print(f"{built.serving}: a serving version with this index", file=terminal)
        elif built.older:
            numbers = ", ".join(map(str, built.older))
            print(
                f"{built.folder}/serving/{numbers}: still with the index of then; --serving writes "
                "a version with this one",
                file=terminal,
            )


def predict_photos(
    release: str,
    photos: Iterable[Path],
    index: Path | None,
    json_file: Path | None,
    drawings: Path | None,
    target: Literal["serving", "edge"],
) -> int:
    """Predict for photos, as JSON Lines to `json_file` or else to standard output.

    With a `json_file`, and where standard output is a terminal, there is one readable line per
    photo on it instead.

    Returns:
        How many photos could not be read.

    Raises:
        ReleaseError: There is no such release.
        WrongInput: The index or the release's model cannot be used.
    """
    unreadable = 0
    with _as_wrong_input(), without_noise() as terminal, _lines_to(json_file, terminal) as lines:
        predictor = load_predictor(release, target, index)
        draw = None
        if drawings is not None:
            draw = Drawings(drawings, predictor.names, predictor.operating_threshold)
        for record in predict_with(predictor, list(photos), draw):
            if lines is not None:
                lines.write(record.to_json() + "\n")
                lines.flush()
            if lines is not terminal:
                print(_readable(record), file=terminal)
            unreadable += record.error is not None
    return unreadable


def _readable(record: PredictionRecord) -> str:
    if record.error is not None:
        return f"{record.photo}: {record.error}"
    counts = ", ".join(f"{count} × {sku}" for sku, count in record.counts.items())
    return f"{record.photo}: {counts or 'no product'}"


@contextmanager
def _lines_to(file: Path | None, terminal: TextIO) -> Iterator[TextIO | None]:
    """Yield where JSON goes: nowhere without a file when people watch."""
    if file is None:
        yield None if terminal.isatty() else terminal
        return
    try:
        stream = file.open("w", encoding="utf-8")
    except OSError as error:
        raise WrongInput([f"{file}: cannot be written ({error.strerror})"]) from None
    with stream:
        yield stream


@contextmanager
def _as_wrong_input() -> Iterator[None]:
    try:
        yield
    except _UNUSABLE as error:
        raise WrongInput([str(error)]) from error
