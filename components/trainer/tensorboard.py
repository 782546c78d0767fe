"""Shows a training in TensorBoard: losses, validations, and what is seen in some photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import tensorflow as tf

from components.drawing.detections import draw
from components.records.prediction import shown_at
from components.training.observer import ValidatedPhoto

PHOTOS_DRAWN = 3

SHOWN_FROM = 0.5
"""Score from which detections are drawn, before there is an operating threshold."""


class TensorBoard:
    """Writes TensorBoard's logs; validations are a run of their own."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; logs are opened with their first line, as TensorFlow runs from then."""
        self._folder = folder

    @cached_property
    def _training(self) -> tf.summary.SummaryWriter:
        return tf.summary.create_file_writer(str(self._folder))

    @cached_property
    def _validation(self) -> tf.summary.SummaryWriter:
        return tf.summary.create_file_writer(str(self._folder / "validation"))

    def on_losses(self, step: int, losses: Mapping[str, float]) -> None:
        """Write the losses as curves."""
        with self._training.as_default(step=step):
            _write_scalars(losses)
        self._training.flush()

    def on_validation(
        self, step: int, metrics: Mapping[str, float], photos: Sequence[ValidatedPhoto]
    ) -> None:
        """Write the metrics as curves, and draw the first photos."""
        with self._validation.as_default(step=step):
            _write_scalars(metrics)
            for number, photo in enumerate(photos[:PHOTOS_DRAWN]):
                tf.summary.image(f"photo {number}", _drawing(photo)[np.newaxis])
        self._validation.flush()


def _write_scalars(values: Mapping[str, float]) -> None:
    for name, value in values.items():
        tf.summary.scalar(name, value)


def _drawing(photo: ValidatedPhoto) -> np.ndarray:
    """Return a photo with what is seen in it, uint8 `[H, W, 3]`."""
    pixels = tf.io.decode_image(photo.encoded, channels=3, expand_animations=False).numpy()
    return draw(pixels, shown_at(photo.detections, SHOWN_FROM, {}), {}, SHOWN_FROM)
