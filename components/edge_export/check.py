"""The edge model's cost and agreement with the server, as written to `check.json`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from components.edge_export.measure_worker import Measures
from components.edge_export.parity import Parity

CHECK_FILE = "check.json"


@dataclass(frozen=True)
class EdgeCheck:
    """What the release gate reads.

    Attributes:
        parity: Agreement with the SavedModel.
        size_bytes: Size of `model.tflite`.
        edge: Cost of the edge model.
        serving: Cost of the SavedModel on the same machine, for comparison.
        threads: Threads of the interpreter.
        quantization: How the weights are stored.
    """

    parity: Parity
    size_bytes: int
    edge: Measures
    serving: Measures
    threads: int
    quantization: str

    def write(self, folder: Path) -> None:
        """Write `check.json` into `folder`, one flat object."""
        entry = {
            **asdict(self.parity),
            "size_bytes": self.size_bytes,
            "latency_ms": self.edge.latency_ms,
            "memory_bytes": self.edge.memory_bytes,
            "serving_latency_ms": self.serving.latency_ms,
            "serving_memory_bytes": self.serving.memory_bytes,
            "threads": self.threads,
            "quantization": self.quantization,
        }
        (folder / CHECK_FILE).write_text(json.dumps(entry, indent=2) + "\n", encoding="utf-8")
