"""A release's model with its weights at hand, for scores to be fitted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from components.predict.server_predictor import with_index
from components.recogniser.load_saved_model import load_saved_model
from components.recogniser.model import Recogniser
from components.recogniser.restore import restore
from components.releases.errors import ReleaseError
from components.releases.release import Release
from components.training.matched_photos import MatchedPhoto
from components.training.threshold import detections

_COMPARED = 2
"""Photos on which the weights must answer as the released model does."""
_SAME_SCORE = 0.01


def restored_model(release: Release) -> Recogniser:
    """Return the recogniser of a release; raise ReleaseError where other code has made it."""
    model = release.record.model
    try:
        return restore(release.serving, model.get("backbone", ""), model.get("recogniser", {}))
    except ValueError as error:
        raise _other_code(release, str(error)) from error


def refuse_other_answers(
    recogniser: Recogniser, release: Release, index_file: Path, photos: Sequence[MatchedPhoto]
) -> None:
    """Raise ReleaseError where the weights answer otherwise in today's code than as released.

    Args:
        recogniser: Of `restored_model`.
        release: What it is of.
        index_file: The index that the photos were matched with.
        photos: Some of them are compared.
    """
    with with_index(release.serving, index_file) as folder:
        answer = load_saved_model(folder).signatures["serving_default"]
    for photo in photos[:_COMPARED]:
        released = answer(photos=tf.constant([photo.encoded]))["scores"].numpy()[0]
        here = detections(recogniser, photo).scores
        if not _alike(released[released > 0], here):
            raise _other_code(release, "the same weights give other scores")


def _alike(some: np.ndarray, others: np.ndarray) -> bool:
    if len(some) != len(others):
        return False
    return bool(np.abs(np.sort(some) - np.sort(others)).max(initial=0) <= _SAME_SCORE)


def _other_code(release: Release, why: str) -> ReleaseError:
    return ReleaseError(
        f"{release}: made by another version of OneShelf, so that this one cannot calibrate it "
        f"({' '.join(why.split())}); make a release with `oneshelf run`, and calibrate that"
    )
