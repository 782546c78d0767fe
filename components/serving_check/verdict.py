"""The verdict of the serving check, as it is written to `check.json`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

CHECK_FILE = "check.json"


@dataclass(frozen=True)
class ServingVerdict:
    """Whether a SavedModel can be served.

    Attributes:
        ok: Nothing was wrong.
        reasons: What was wrong, one sentence each.
        load_seconds: Time to load the model; None where it did not load.
        latency_ms: Median time of a request with one encoded photo; None with a bad model.
        requests: Requests sent.
    """

    ok: bool
    reasons: tuple[str, ...] = ()
    load_seconds: float | None = None
    latency_ms: float | None = None
    requests: int = 0

    def write(self, folder: Path) -> None:
        """Write `check.json` into `folder`."""
        text = json.dumps(asdict(self), indent=2) + "\n"
        (folder / CHECK_FILE).write_text(text, encoding="utf-8")


def read_verdict(path: Path) -> ServingVerdict:
    """Return the verdict in a JSON file."""
    entry = json.loads(path.read_text(encoding="utf-8"))
    return ServingVerdict(**{**entry, "reasons": tuple(entry["reasons"])})
