"""Predicts with a SavedModel, as a server does."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import tensorflow as tf

from components.artifacts.model import INDEX_ASSET, copy_with_index
from components.predict.model_outputs import (
    PRODUCT_BOXES,
    BadAnswer,
    Found,
    detections_of,
    found_in,
)
from components.predict.predictor import BadSavedModel
from components.recogniser.load_saved_model import load_saved_model
from components.records.prediction import Origin
from components.releases.edge_folder import index_id

_SIGNATURE = "image"


class ServerPredictor:
    """The recogniser of a SavedModel, loaded once and asked photo by photo.

    Attributes:
        operating_threshold: Detections scoring at least this are counted.
        names: Product names by SKU, for people; the SKU stands for itself where it is not in it.
        groups: Group by SKU, of those that have one.
        origin: Which release and index answer.
    """

    def __init__(
        self,
        saved_model: Path,
        operating_threshold: float,
        names: Mapping[str, str],
        index: Path | None = None,
        release: int | None = None,
        groups: Mapping[str, str] | None = None,
    ) -> None:
        """Load the model.

        Args:
            saved_model: The SavedModel's folder.
            operating_threshold: Detections scoring at least this are counted.
            names: Product names by SKU.
            index: A `catalog.index` to use in place of its own.
            release: Version of the release that the model is of, where it is known.
            groups: Group by SKU, of those that have one.

        Raises:
            BadSavedModel: It cannot be loaded or lacks the signature.
        """
        self.operating_threshold = operating_threshold
        self.names = names
        self.groups = groups or {}
        with with_index(saved_model, index) as folder:
            try:
                self._model = load_saved_model(folder)
                self.origin = Origin(release, index_id(folder / INDEX_ASSET))
            except (OSError, ValueError, tf.errors.OpError) as error:
                raise BadSavedModel(
                    f"{saved_model}: cannot be loaded ({first_line(error)})"
                ) from error
        if _SIGNATURE not in self._model.signatures:
            raise BadSavedModel(f"{saved_model}: has no signature {_SIGNATURE!r}")
        self._signature = self._model.signatures[_SIGNATURE]

    def detect(self, photo: np.ndarray) -> Found:
        """Return what is in a photo, uint8 `[H, W, 3]` RGB upright; boxes in its pixels.

        Raises:
            BadAnswer: The model's answer is not valid.
        """
        try:
            answer = self._signature(image=tf.constant(photo[None]))
        except tf.errors.OpError as error:
            raise BadAnswer(f"the model failed on this photo: {first_line(error)}") from error
        row = {name: values.numpy()[0] for name, values in answer.items()}
        count = int(row["count"])
        size = photo.shape[0], photo.shape[1]
        named = detections_of(
            boxes=row["boxes"][:count],
            skus=[each.decode() for each in row["skus"][:count]],
            scores=row["scores"][:count],
            runner_up_skus=[each.decode() for each in row["runner_up_skus"][:count]],
            runner_up_scores=row["runner_up_scores"][:count],
            ambiguity=row["ambiguity"][:count],
            photo_size=size,
        )
        return found_in(row, named, row.get(PRODUCT_BOXES), size)


@contextmanager
def with_index(saved_model: Path, index: Path | None) -> Iterator[Path]:
    """Give the SavedModel with another index, for as long as it takes to load it.

    The index is an asset, read when the model is loaded. The copy costs nothing: every other file
    is a hard link where the file system has them.
    """
    if index is None:
        yield saved_model
        return
    with tempfile.TemporaryDirectory(prefix="oneshelf-") as scratch:
        copy = Path(scratch) / "model"
        copy_with_index(saved_model, index, copy, link=True)
        yield copy


def first_line(error: Exception) -> str:
    """Return what an error says in one line; TensorFlow appends its graph to the first."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
