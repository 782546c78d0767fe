"""Predicts for photos with one target and measures it; runs in a process of its own.

python -m components.edge_export.measure_worker REQUEST.json RECORDS.jsonl MEASURES.json

REQUEST.json holds the fields of `MeasureRequest`; RECORDS.jsonl gets one prediction record per
photo.
"""

import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from components.predict.model_outputs import Found
from components.predict.predictor import Predictor, predict_with
from components.records.prediction import PredictionRecord, write_records


@dataclass(frozen=True)
class MeasureRequest:
    """What to measure.

    Attributes:
        target: `edge` or `serving`.
        model: The edge folder, or the SavedModel's folder.
        photos: Files with photos.
        operating_threshold: Detections scoring at least this are counted.
        threads: Threads of the TFLite interpreter.
    """

    target: str
    model: str
    photos: tuple[str, ...]
    operating_threshold: float
    threads: int


@dataclass(frozen=True)
class Measures:
    """What a target costs.

    Attributes:
        latency_ms: Median time per photo once the photo is decoded, the first photo left out.
        memory_bytes: Growth of this process's peak memory from before the model was loaded.
    """

    latency_ms: float
    memory_bytes: int


class FailedOnPhoto(Exception):
    """The model gave no answer for a photo."""


class _Timed:
    """A predictor that notes how long each photo takes."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self.operating_threshold = predictor.operating_threshold
        self.names = predictor.names
        self.groups = predictor.groups
        self.origin = predictor.origin
        self.seconds: list[float] = []

    def detect(self, photo: np.ndarray) -> Found:
        started = time.perf_counter()
        found = self._predictor.detect(photo)
        self.seconds.append(time.perf_counter() - started)
        return found


def measure(request: MeasureRequest) -> tuple[list[PredictionRecord], Measures]:
    """Predict for every photo once, in order; the first one twice, to warm up.

    Raises:
        FailedOnPhoto: There is no answer for a photo.
    """
    predictor_of = _edge_predictor if request.target == "edge" else _server_predictor
    before = _peak_memory()
    timed = _Timed(predictor_of(request))
    photos = [Path(path) for path in request.photos]
    records = list(predict_with(timed, [photos[0], *photos]))
    for record in records:
        if record.error is not None:
            raise FailedOnPhoto(record.error)
    return records[1:], Measures(
        latency_ms=statistics.median(timed.seconds[1:]) * 1000,
        memory_bytes=max(0, _peak_memory() - before),
    )


def _edge_predictor(request: MeasureRequest) -> Predictor:
    from components.predict.edge_predictor import EdgePredictor

    return EdgePredictor(Path(request.model), threads=request.threads)


def _server_predictor(request: MeasureRequest) -> Predictor:
    from components.predict.server_predictor import ServerPredictor

    return ServerPredictor(Path(request.model), request.operating_threshold, names={})


def _peak_memory() -> int:
    """Return the most memory this process has had, bytes.

    From /proc, since getrusage counts what the parent had when it started this process.
    """
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def main(arguments: list[str]) -> None:
    """Read the request, measure, write both answers."""
    request_file, records_file, measures_file = (Path(path) for path in arguments)
    request = MeasureRequest(**json.loads(request_file.read_text(encoding="utf-8")))
    try:
        records, measures = measure(request)
    except FailedOnPhoto as error:
        sys.exit(str(error))
    with records_file.open("w", encoding="utf-8") as out:
        write_records(records, out)
    measures_file.write_text(json.dumps(asdict(measures)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
