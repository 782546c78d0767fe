"""How TFMA gets from stored photos to `PhotoRecord`s.

    Arrow batch ─ ExtractTruth ─ ExtractPredictions (TFMA) ─ ExtractPhotoRecords ─ ExtractSliceKeys

The stored example travels no further than the model: its bytes go from the Arrow batch into the
signature `evaluate` as they are, and after that only boxes and names are left. TFMA's own feature
extractor is not used, since it would copy the photo's bytes a second time as a feature.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
import tensorflow_model_analysis as tfma
from tensorflow_metadata.proto.v0 import schema_pb2
from tensorflow_model_analysis.extractors import extractor as tfma_extractor
from tensorflow_model_analysis.extractors import predictions_extractor, slice_key_extractor

from components.evaluator.tfma_metrics import PHOTO_RECORDS_KEY
from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Products, Truth
from components.records import feature_keys as keys
from components.records.splits import COMPOSED
from components.runtime import progress

PHOTO_RECORDS_STAGE = "ExtractPhotoRecords"

_PHOTO_TRUTHS_KEY = "photo_truths"
_logger = logging.getLogger("oneshelf.evaluator")

_BYTES, _INT, _FLOAT = schema_pb2.BYTES, schema_pb2.INT, schema_pb2.FLOAT
_FEATURES = {
    keys.IMAGE_SOURCE_ID: _BYTES,
    keys.IMAGE_FILENAME: _BYTES,
    keys.IMAGE_WIDTH: _INT,
    keys.IMAGE_HEIGHT: _INT,
    **dict.fromkeys(keys.BOX_EDGES, _FLOAT),
    keys.OBJECT_SKU: _BYTES,
    keys.OBJECT_DIFFICULT: _INT,
    keys.OBJECT_IS_CROWD: _INT,
    keys.OBJECT_HELD_OUT: _INT,
    keys.OBJECT_OCCLUSION: _FLOAT,
    keys.PHOTO_LABEL: _BYTES,
    keys.PHOTO_COUNTS_SKU: _BYTES,
    keys.PHOTO_COUNTS_COUNT: _INT,
    keys.PHOTO_STORE: _BYTES,
    keys.PHOTO_SPAN: _INT,
}


def truth_schema() -> schema_pb2.Schema:
    """Return the features that the truth is made of: all that a reader needs to decode."""
    schema = schema_pb2.Schema()
    for name, kind in _FEATURES.items():
        schema.feature.add(name=name, type=kind)
    return schema


def shelf_extractors(
    eval_config: tfma.EvalConfig,
    eval_shared_models: list[tfma.EvalSharedModel],
    total: int,
    progress_every: int,
) -> list[tfma.extractors.Extractor]:
    """Return the extractors that turn Arrow batches into one extract per photo.

    Each holds {model name: PhotoRecord} under `PHOTO_RECORDS_KEY`.

    Args:
        eval_config: Names the models.
        eval_shared_models: The models, each with a signature `evaluate`.
        total: How many photos there are, for the progress reports.
        progress_every: Photos between two reports.
    """
    names = [spec.name for spec in eval_config.model_specs]
    return [
        tfma_extractor.Extractor("ExtractTruth", beam.Map(_extract_truth)),
        predictions_extractor.PredictionsExtractor(eval_config, eval_shared_models),
        tfma_extractor.Extractor(
            PHOTO_RECORDS_STAGE, beam.ParDo(_ExtractPhotoRecords(names, total, progress_every))
        ),
        slice_key_extractor.SliceKeyExtractor(eval_config=eval_config, materialize=False),
    ]


def read_truths(batch: pa.RecordBatch) -> list[PhotoTruth]:
    """Return what is true of each photo of a batch decoded with `truth_schema`.

    Boxes become pixels; stored ones are shares of the photo's sides.
    """
    rows = {name: _column(batch, name).to_pylist() for name in _FEATURES}
    return [
        _truth_of({name: values[i] or [] for name, values in rows.items()})
        for i in range(batch.num_rows)
    ]


def read_detections(outputs: dict[str, np.ndarray]) -> list[Detections]:
    """Return the detections of each photo from the outputs of the signature `evaluate`.

    Args:
        outputs: `boxes` `[B, N, 4]`, `skus`, `scores`, `runner_up_skus`, `runner_up_scores` and
            `ambiguity` `[B, N]`, and `count` `[B]` or `[B, 1]`: how many of the N are detections.
    """
    return [
        Detections(
            boxes=outputs["boxes"][i, :count].astype(float),
            skus=_text(outputs["skus"][i, :count]),
            scores=outputs["scores"][i, :count].astype(float),
            runner_up_skus=_text(outputs["runner_up_skus"][i, :count]),
            runner_up_scores=outputs["runner_up_scores"][i, :count].astype(float),
            ambiguity=outputs["ambiguity"][i, :count].astype(float),
        )
        for i, count in enumerate(outputs["count"].reshape(-1))
    ]


def read_products(outputs: dict[str, np.ndarray]) -> list[Products | None]:
    """Return all products of each photo; None of a model of before these were told of.

    Args:
        outputs: Of the signature `evaluate`: `product_boxes` `[B, N, 4]`, `product_scores` and
            `unknown_scores` `[B, N]`, rows without a product scoring 0.
    """
    if "product_boxes" not in outputs:
        return [None] * len(outputs["count"].reshape(-1))
    rows = zip(
        outputs["product_boxes"].astype(float),
        outputs["product_scores"].astype(float),
        outputs["unknown_scores"].astype(float),
        strict=True,
    )
    return [Products(*row).take(np.flatnonzero(row[1] > 0)) for row in rows]


def _truth_of(row: dict[str, list[Any]]) -> PhotoTruth:
    def text(name: str) -> str:
        return row[name][0].decode() if row[name] else ""

    def flags(name: str) -> np.ndarray:
        return np.array(row[name], dtype=bool)

    width, height = row[keys.IMAGE_WIDTH][0], row[keys.IMAGE_HEIGHT][0]
    sides = [row[key] for key in keys.BOX_EDGES]
    boxes = np.array(sides, dtype=float).T * (width, height, width, height)
    truth = Truth(
        boxes=boxes.reshape(-1, 4),
        skus=_text(row[keys.OBJECT_SKU]),
        difficult=flags(keys.OBJECT_DIFFICULT),
        crowd=flags(keys.OBJECT_IS_CROWD),
        new=flags(keys.OBJECT_HELD_OUT),
        occlusion=np.array(row[keys.OBJECT_OCCLUSION], dtype=float),
    )
    counted = _text(row[keys.PHOTO_COUNTS_SKU])
    counts = dict(zip(counted, row[keys.PHOTO_COUNTS_COUNT], strict=True))
    source_id, filename = text(keys.IMAGE_SOURCE_ID), text(keys.IMAGE_FILENAME)
    return PhotoTruth(
        source_id=source_id or filename,
        photo=filename or source_id,
        width=width,
        height=height,
        truth=truth,
        label=text(keys.PHOTO_LABEL),
        counts=counts or None,
        store=text(keys.PHOTO_STORE),
        # The span 0 of a composed shelf is none.
        span=None if source_id.startswith(COMPOSED) else next(iter(row[keys.PHOTO_SPAN]), None),
    )


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    return batch.column(batch.schema.get_field_index(name))


def _text(values: Any) -> np.ndarray:
    result = np.empty(len(values), dtype=object)
    result[:] = [value.decode() for value in values]
    return result


def _extract_truth(extracts: tfma.Extracts) -> tfma.Extracts:
    batch: pa.RecordBatch = extracts[tfma.ARROW_RECORD_BATCH_KEY]
    raw = _column(batch, tfma.ARROW_INPUT_COLUMN)
    truths = np.empty(batch.num_rows, dtype=object)
    truths[:] = read_truths(batch)
    return {
        tfma.INPUT_KEY: np.asarray(raw.flatten()),
        tfma.FEATURES_KEY: {},
        _PHOTO_TRUTHS_KEY: truths,
    }


class _ExtractPhotoRecords(beam.DoFn):
    """Splits batches into photos and says how far it has come."""

    def __init__(self, models: list[str], total: int, progress_every: int):
        self._models = models
        self._total = total
        self._every = progress_every
        self._done = 0

    def process(self, extracts: tfma.Extracts) -> Iterator[tfma.Extracts]:
        truths = extracts[_PHOTO_TRUTHS_KEY].reshape(-1)
        outputs = extracts[tfma.PREDICTIONS_KEY]
        # TFMA leaves the model's name away where there is one model only.
        by_model = outputs if len(self._models) > 1 else {self._models[0]: outputs}
        answers = {
            model: (read_detections(by_model[model]), read_products(by_model[model]))
            for model in self._models
        }
        for i, photo in enumerate(truths):
            yield {
                tfma.FEATURES_KEY: {},
                PHOTO_RECORDS_KEY: {
                    model: PhotoRecord(photo, detections[i], products[i])
                    for model, (detections, products) in answers.items()
                },
            }
        self._report(len(truths))

    def _report(self, photos: int) -> None:
        before, self._done = self._done, self._done + photos
        if self._done // self._every > before // self._every or self._done == self._total:
            _logger.info("%d of %d photos evaluated", self._done, self._total)
            progress.report("Evaluator", self._done, self._total)
