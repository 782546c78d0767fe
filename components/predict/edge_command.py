"""The command `predict.py` of an edge folder: predicts on any machine, with none of OneShelf there.

What it imports of this project goes into that one file; see
`components/edge_export/prediction_script.py`.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from components.predict.edge_predictor import EdgePredictor, NoInterpreter
from components.predict.predictor import predict_with
from components.records.prediction import PredictionRecord, write_records
from components.releases.edge_folder import BadEdgeFolder
from components.runtime.standard_streams import open_standard_streams
from components.runtime.system_errors import naming, system_error_of

_WRONG_INPUT = 2
_INTERRUPTED = 130


def main(folder: Path, arguments: Sequence[str]) -> int:
    """Print one line of JSON per photo, in the order given.

    Args:
        folder: The edge folder.
        arguments: Arguments of the command line.

    Returns:
        The exit code: 0, or 2 where a photo or the folder cannot be used.
    """
    parser = argparse.ArgumentParser(
        prog="predict.py", description="Find products in photos: one line of JSON per photo."
    )
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    parser.add_argument("--threads", type=int, default=2, help="of the interpreter (default: 2)")
    open_standard_streams()
    try:
        try:
            given = parser.parse_args(arguments)
            return _predict(folder, given.photos, given.threads)
        finally:
            with naming("standard output"):
                sys.stdout.flush()
    except KeyboardInterrupt:
        print("stopped; the lines written so far are whole", file=sys.stderr)
        return _INTERRUPTED
    except OSError as error:
        # Or Python tries once more, when it ends, to write what cannot be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(system_error_of(error) or error, file=sys.stderr)
        return _WRONG_INPUT


def _predict(folder: Path, photos: Sequence[Path], threads: int) -> int:
    try:
        predictor = EdgePredictor(folder, threads=threads)
    except (BadEdgeFolder, NoInterpreter) as error:
        print(error, file=sys.stderr)
        return _WRONG_INPUT
    failed = 0

    def counted() -> Iterator[PredictionRecord]:
        nonlocal failed
        for record in predict_with(predictor, photos):
            failed += record.error is not None
            yield record

    # UTF-8 whatever the terminal's encoding: JSON is nothing else.
    with (
        naming("standard output"),
        open(sys.stdout.fileno(), "w", encoding="utf-8", newline="\n", closefd=False) as lines,
    ):
        write_records(counted(), lines)
    return _WRONG_INPUT if failed else 0
