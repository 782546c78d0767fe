"""Loads a SavedModel from any path."""

import tempfile
from pathlib import Path
from typing import Any

import tensorflow as tf

_PATTERN = frozenset("*?[]\\")
"""What TensorFlow takes for a pattern when it looks for a model's files."""


def load_saved_model(folder: Path) -> Any:
    """Return the model in `folder`, as `tf.saved_model.load` does.

    Everything is read at once, so the model outlives a link to it.
    """
    if not _PATTERN & {*str(folder)}:
        return tf.saved_model.load(str(folder))
    with tempfile.TemporaryDirectory(prefix="oneshelf-") as scratch:
        link = Path(scratch) / "model"
        link.symlink_to(folder.resolve())
        return tf.saved_model.load(str(link))
