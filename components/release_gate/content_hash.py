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
        program: Identifies what the signatures compute, apart from the weights.
    """
    # What errors cost changes no answer, only the choice of the threshold, which counts.
    answering = {key: value for key, value in model.content.items() if key != "costs"}
    digest = hashlib.sha256()
    for part in (json.dumps(answering, sort_keys=True).encode(), index, program.encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def program_of(saved_model: str) -> str:
    """Identify the graph and the signatures of a SavedModel, whatever its weights.

    TensorFlow computes these two hashes at export so that names made up on the way do not count.
    """
    import tensorflow as tf

    fingerprint = tf.saved_model.experimental.read_fingerprint(saved_model)
    return f"{fingerprint.graph_def_program_hash}-{fingerprint.signature_def_hash}"
