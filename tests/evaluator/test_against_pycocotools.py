"""The metrics that COCO defines are COCO's, to 1e-6, crowds and ignored truths included."""

import contextlib
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from components.evaluator.detection_metrics import DetectionMetrics
from components.evaluator.records import (
    UNKNOWN_PRODUCT,
    Detections,
    PhotoRecord,
    PhotoTruth,
    Truth,
)

_SKUS = ["cola", "cola-light", "juice"]
# pycocotools ignores a truth that is no crowd only where its stated area is out of range.
_OUT_OF_RANGE = 1e11


def _random_photo(rng: np.random.Generator, index: int) -> PhotoRecord:
    """A photo whose boxes overlap in all ways; scores and IoUs tie often."""
    n_truths, n_detections = rng.integers(0, 7), rng.integers(0, 13)
    corners = rng.integers(0, 25, (n_truths, 2))
    truths = np.hstack([corners, corners + rng.integers(4, 20, (n_truths, 2))]).astype(float)
    boxes = np.zeros((n_detections, 4))
    for d in range(n_detections):
        if n_truths and rng.random() < 0.8:
            boxes[d] = truths[rng.integers(n_truths)] + rng.integers(-2, 3, 4)
            boxes[d, 2:] = np.maximum(boxes[d, 2:], boxes[d, :2] + 1)
        else:
            corner = rng.integers(0, 25, 2)
            boxes[d] = [*corner, *(corner + rng.integers(4, 20, 2))]
    truth = Truth(
        truths,
        rng.choice([*_SKUS, UNKNOWN_PRODUCT], n_truths).astype(object),
        difficult=rng.random(n_truths) < 0.2,
        crowd=rng.random(n_truths) < 0.2,
        new=np.zeros(n_truths, bool),
    )
    detections = Detections(
        boxes,
        rng.choice(_SKUS, n_detections).astype(object),
        rng.integers(1, 10, n_detections) / 10,
        np.full(n_detections, "", object),
        np.zeros(n_detections),
        np.zeros(n_detections),
    )
    return PhotoRecord(PhotoTruth(f"{index:04d}", "photo.jpg", 50, 50, truth), detections)


def _as_coco(boxes: np.ndarray) -> list[list[float]]:
    return np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]]).tolist()


def _pycocotools(records: list[PhotoRecord]) -> dict[str, tuple[float, float, float]]:
    """AP at IoU 0.5, AP and recall at IoU 0.5 of every SKU that has truths that count."""
    annotations, results = [], []
    for image, record in enumerate(records):
        truth, found = record.photo.truth, record.detections
        for t, box in enumerate(_as_coco(truth.boxes)):
            unknown = truth.skus[t] == UNKNOWN_PRODUCT
            ignored = unknown or truth.difficult[t]
            for sku in _SKUS if unknown else [truth.skus[t]]:
                annotations.append(
                    {
                        "id": len(annotations) + 1,
                        "image_id": image,
                        "category_id": _SKUS.index(sku) + 1,
                        "bbox": box,
                        "area": _OUT_OF_RANGE if ignored else box[2] * box[3],
                        "iscrowd": int(truth.crowd[t]),
                    }
                )
        for d, box in enumerate(_as_coco(found.boxes)):
            category = _SKUS.index(found.skus[d]) + 1
            results.append(
                {"image_id": image, "category_id": category, "bbox": box, "score": found.scores[d]}
            )
    coco = COCO()
    coco.dataset = {
        "images": [{"id": image} for image in range(len(records))],
        "annotations": annotations,
        "categories": [{"id": c + 1, "name": sku} for c, sku in enumerate(_SKUS)],
    }
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(results), "bbox")
        evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
        evaluation.params.maxDets = [1000]
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][:, :, :, 0, 0]
    recall = evaluation.eval["recall"][:, :, 0, 0]
    return {
        sku: (precision[0, :, c].mean(), precision[:, :, c].mean(), recall[0, c])
        for c, sku in enumerate(_SKUS)
        if precision[0, 0, c] >= 0
    }


@settings(max_examples=150)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_equals_pycocotools(seed, photos):
    rng = np.random.default_rng(seed)
    records = [_random_photo(rng, index) for index in range(photos)]
    if not any(len(record.detections) for record in records):
        return  # pycocotools cannot load an empty result
    metrics = DetectionMetrics(threshold=0.5)
    summary = metrics.summarise([metrics.tally(record) for record in records])
    expected = _pycocotools(records)
    ours = {
        row.sku: (row.ap50, row.ap, row.recall50) for row in summary.skus if row.ap50 is not None
    }
    assert ours.keys() == expected.keys()
    for sku, values in expected.items():
        assert ours[sku] == pytest.approx(values, abs=1e-6)
    if expected:
        ap50, ap, _ = np.mean(list(expected.values()), axis=0)
        assert summary.metrics["map50"] == pytest.approx(ap50, abs=1e-6)
        assert summary.metrics["map"] == pytest.approx(ap, abs=1e-6)
    else:
        assert "map50" not in summary.metrics
