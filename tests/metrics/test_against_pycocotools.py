"""The metrics that COCO defines are COCO's, to 1e-6, crowds and ignored truths included."""

import contextlib
import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.photo_record import (
    UNKNOWN_PRODUCT,
    Detections,
    PhotoRecord,
    PhotoTruth,
    Truth,
)
from components.metrics.slice_names import SIZES

_SKUS = ["cola", "cola-light", "juice"]
# pycocotools ignores a truth that is no crowd only where its stated area is out of range.
_LARGEST = 1e10
_OUT_OF_RANGE = 1e11
_NEW = frozenset({"juice"})
# A size no box's area is at the edge of: COCO counts both edges in, we the lower one only.
_WIDTH, _HEIGHT = 51, 47


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
    truth = replace(truth, new=np.isin(truth.skus.astype(str), list(_NEW)))
    detections = Detections(
        boxes,
        rng.choice(_SKUS, n_detections).astype(object),
        rng.integers(1, 10, n_detections) / 10,
        np.full(n_detections, "", object),
        np.zeros(n_detections),
        np.zeros(n_detections),
    )
    return PhotoRecord(PhotoTruth(f"{index:04d}", "photo.jpg", _WIDTH, _HEIGHT, truth), detections)


def _as_coco(boxes: np.ndarray) -> list[list[float]]:
    return np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]]).tolist()


def _pycocotools(records: list[PhotoRecord]) -> dict[str, dict[str, tuple[float, float, float]]]:
    """AP at IoU 0.5, AP and recall at IoU 0.5 of every SKU that has truths that count.

    For products of any size ("all"), and of each of `SIZES`.
    """
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
        areas = {"all": (0, _LARGEST)} | {
            size: (low * _WIDTH * _HEIGHT, min(high * _WIDTH * _HEIGHT, _LARGEST))
            for size, (low, high) in SIZES.items()
        }
        evaluation.params.areaRng = [list(area) for area in areas.values()]
        evaluation.params.areaRngLbl = list(areas)
        evaluation.params.maxDets = [1000]
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][:, :, :, :, 0]
    recall = evaluation.eval["recall"][:, :, :, 0]
    return {
        area: {
            sku: (precision[0, :, c, a].mean(), precision[:, :, c, a].mean(), recall[0, c, a])
            for c, sku in enumerate(_SKUS)
            if precision[0, 0, c, a] >= 0
        }
        for a, area in enumerate(areas)
    }


def _check(records: list[PhotoRecord]) -> None:
    """Compares everything that both can say."""
    if not any(len(record.detections) for record in records):
        return  # pycocotools cannot load an empty result
    metrics = DetectionMetrics(threshold=0.5, new_skus=_NEW)
    summary = metrics.summarise([metrics.tally(record) for record in records])
    of_size = _pycocotools(records)
    expected = of_size.pop("all")
    ours = {
        row.sku: (row.ap50, row.ap, row.recall50) for row in summary.skus if row.ap50 is not None
    }
    assert ours.keys() == expected.keys()
    for sku, values in expected.items():
        assert ours[sku] == pytest.approx(values, abs=1e-6)
    for suffix, skus in {"": {*_SKUS}, "_seen": {*_SKUS} - _NEW, "_new": _NEW}.items():
        values = [expected[sku] for sku in sorted(skus & expected.keys())]
        if values:
            ap50, ap, _ = np.mean(values, axis=0)
            assert summary.metrics[f"map50{suffix}"] == pytest.approx(ap50, abs=1e-6)
            assert summary.metrics[f"map{suffix}"] == pytest.approx(ap, abs=1e-6)
        else:
            assert not {f"map50{suffix}", f"map{suffix}"} & summary.metrics.keys()
    slices = {row.name: row.map50 for row in summary.attribute_slices}
    for size, skus in of_size.items():
        values = [ap50 for ap50, _, _ in skus.values()]
        theirs = pytest.approx(np.mean(values), abs=1e-6) if values else None
        assert slices[f"size.{size}"] == theirs


@settings(max_examples=100)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_equals_pycocotools(seed, photos):
    rng = np.random.default_rng(seed)
    _check([_random_photo(rng, index) for index in range(photos)])


# Boxes of one height whose IoU with each other is exactly a threshold, over and over: shifted by
# 1/3 of their width 0.5, by 1/4 0.6, by 1/9 0.8; nested ones 0.5 and 0.75.
_SIDES = st.sampled_from([(0, 36), (0, 18), (0, 27), (4, 40), (9, 45), (12, 48), (0, 1), (0, 50)])
_TRUTHS = st.tuples(
    _SIDES,
    st.sampled_from([*_SKUS, UNKNOWN_PRODUCT]),
    st.booleans(),
    st.booleans(),
)
_FOUND = st.tuples(_SIDES, st.sampled_from(_SKUS), st.sampled_from([0.1, 0.5, 0.9]))


@st.composite
def _tied_photos(draw) -> list[PhotoRecord]:
    """Photos where detections contend for truths at the very threshold and with equal scores."""
    records = []
    for index in range(draw(st.integers(1, 3))):
        truths = draw(st.lists(_TRUTHS, max_size=4))
        found = draw(st.lists(_FOUND, max_size=5))
        names = [each[1] for each in truths]
        truth = Truth(
            np.array([[left, 0, right, 10] for (left, right), *_ in truths], float).reshape(-1, 4),
            np.array(names, object),
            difficult=np.array([each[2] for each in truths], bool),
            crowd=np.array([each[3] for each in truths], bool),
            new=np.array([name in _NEW for name in names], bool),
        )
        detections = Detections(
            np.array([[left, 0, right, 10] for (left, right), *_ in found], float).reshape(-1, 4),
            np.array([each[1] for each in found], object),
            np.array([each[2] for each in found], float),
            np.full(len(found), "", object),
            np.zeros(len(found)),
            np.zeros(len(found)),
        )
        photo = PhotoTruth(f"{index:04d}", "photo.jpg", _WIDTH, _HEIGHT, truth)
        records.append(PhotoRecord(photo, detections))
    return records


@settings(max_examples=150)
@given(_tied_photos())
def test_equals_pycocotools_where_everything_ties(records):
    _check(records)
