"""check.json of EdgeExport: the phone's agreement with the server, and what it costs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

EDGE_CHECK_FILE = "check.json"


@dataclass(frozen=True)
class EdgeCheck:
    """What the release gate reads.

    Attributes:
        parity: Share of the server's detections that the phone gives too.
        compared: Number of the server's detections compared.
        compared_from: Score from which they were compared.
        mean_overlap: Mean IoU of the boxes of detections that both give.
        max_score_difference: Largest difference of score among them.
        count_difference: Difference between the two counts, as a share of the server's.
        photos: Photos compared.
        photos_with_other_counts: Photos on which the two count differently.
        size_bytes: Size of `model.tflite`.
        latency_ms: Median time per photo of the phone's model.
        memory_bytes: Memory that the phone's model takes.
        serving_latency_ms: The same of the SavedModel on the same machine, to compare.
        serving_memory_bytes: The same of the SavedModel, to compare.
        threads: Threads of the interpreter.
        quantization: How the weights are stored.
    """

    parity: float
    compared: int
    compared_from: float
    mean_overlap: float
    max_score_difference: float
    count_difference: float
    photos: int
    photos_with_other_counts: int
    size_bytes: int
    latency_ms: float
    memory_bytes: int
    serving_latency_ms: float
    serving_memory_bytes: int
    threads: int
    quantization: str

    def to_json(self) -> str:
        """Return the text of check.json."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> EdgeCheck:
        """Return the check that `to_json` wrote."""
        return cls(**json.loads(text))
