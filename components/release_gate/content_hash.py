"""What makes two candidates the same release."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def content_hash(settings: Mapping[str, Any], index: bytes, program: str) -> str:
    """Return a hex SHA-256, equal for two candidates that answer every photo alike.

    Args:
        settings: The model's settings.json; holds the hash of the weights and the threshold.
        index: The catalogue index, as the server loads it.
        program: Identifies what the signatures compute, apart from the weights.
    """
    digest = hashlib.sha256()
    for part in (json.dumps(settings, sort_keys=True).encode(), index, program.encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()
