"""What makes two candidates the same release."""

from __future__ import annotations

import hashlib
import json

from components.artifacts.model_settings import ModelSettings


def content_hash(model: ModelSettings, index: bytes, program: str) -> str:
    """Return a hex SHA-256, equal for two candidates that answer every photo alike.

    Args:
        model: Holds the hash of the weights, their calibration and the threshold.
        index: The catalogue index, as the server loads it.
        program: What the signatures compute, apart from the weights, see program_hash.py.
    """
    # What errors cost changes no answer, only the choice of the threshold, which counts.
    answering = {key: value for key, value in model.content.items() if key != "costs"}
    digest = hashlib.sha256()
    for part in (json.dumps(answering, sort_keys=True).encode(), index, program.encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()
