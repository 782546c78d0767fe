"""check.json of ServingCheck: whether the SavedModel can be served."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

SERVING_CHECK_FILE = "check.json"


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

    def to_json(self) -> str:
        """Return the text of check.json."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> ServingVerdict:
        """Return the verdict that `to_json` wrote."""
        entry = json.loads(text)
        return cls(**{**entry, "reasons": tuple(entry["reasons"])})
