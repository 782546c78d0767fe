"""Photos and detections made by hand, for the tests of the evaluation."""

from collections.abc import Sequence

import numpy as np
import pytest

from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth


def _names(values: Sequence[str]) -> np.ndarray:
    return np.array(list(values), dtype=object)


@pytest.fixture
def make_truth():
    """Return a function that makes a Truth: boxes and SKUs, and indices of the flagged ones."""

    def make(boxes, skus, difficult=(), crowd=(), new=(), occlusion=None):
        def flags(indices):
            return np.isin(np.arange(len(skus)), list(indices))

        return Truth(
            np.array(boxes, dtype=float).reshape(-1, 4),
            _names(skus),
            difficult=flags(difficult),
            crowd=flags(crowd),
            new=flags(new),
            occlusion=None if occlusion is None else np.array(occlusion, dtype=float),
        )

    return make


@pytest.fixture
def make_detections():
    """Return a function that makes Detections; runner-ups are (sku, score) or None."""

    def make(boxes, skus, scores, runner_ups=None, ambiguity=None):
        runner_ups = runner_ups or [None] * len(skus)
        return Detections(
            np.array(boxes, dtype=float).reshape(-1, 4),
            _names(skus),
            np.array(scores, dtype=float),
            _names([each[0] if each else "" for each in runner_ups]),
            np.array([each[1] if each else 0.0 for each in runner_ups], dtype=float),
            np.array(ambiguity if ambiguity is not None else [0.0] * len(skus), dtype=float),
        )

    return make


@pytest.fixture
def make_record():
    """Return a function that puts a photo together."""

    def make(
        truth=None,
        detections=None,
        source_id="photo-1",
        label="",
        store="",
        span=None,
        products=None,
    ):
        photo = PhotoTruth(
            source_id, f"{source_id}.jpg", 100, 100, truth or Truth(), label, store, span
        )
        return PhotoRecord(photo, detections or Detections(), products)

    return make
