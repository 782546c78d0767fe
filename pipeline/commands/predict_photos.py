"""`oneshelf predict`: photos in, what is on them out."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

from components.drawing.drawings_folder import Drawings
from components.predict.given_photos import given_photos
from components.predict.load_predictor import load_predictor
from components.predict.predictor import predict_with
from components.records.prediction import PredictionRecord
from pipeline.commands.release_faults import as_wrong_input
from pipeline.errors import WrongInput
from pipeline.quiet import without_noise


@dataclass(frozen=True)
class Outputs:
    """Where answers go.

    Attributes:
        json: File for JSON Lines; None for standard output, where nobody watches it.
        drawings: Folder for drawings, if any.
    """

    json: Path | None = None
    drawings: Path | None = None


@dataclass(frozen=True)
class Answered:
    """How it went.

    Attributes:
        photos: How many photos there were.
        unreadable: How many of them could not be read.
        remark: What else to say of the files given; may be empty.
    """

    photos: int
    unreadable: int
    remark: str = ""


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
    unreadable = 0
    with (
        as_wrong_input(),
        without_noise() as terminal,
        _lines_to(outputs.json, terminal) as lines,
    ):
        files = given_photos(given)
        predictor = load_predictor(release, target, index)
        if threshold is None:
            threshold = predictor.operating_threshold
        draw = None
        if outputs.drawings is not None:
            draw = Drawings(outputs.drawings, predictor.names, threshold)
        for record in predict_with(predictor, files.photos, draw, threshold):
            if lines is not None:
                lines.write(record.to_json() + "\n")
                lines.flush()
            if lines is not terminal:
                print(_readable(record), file=terminal)
            unreadable += record.error is not None
    return Answered(len(files.photos), unreadable, files.remark)


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
