"""Finds the photos behind an anomaly: statistics tell that something is wrong, not where.

offenders.json holds, for each feature that broke a rule, the photos that show it:

    [["image/brightness", ["span-1/pocket.jpg (0)"]]]
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

import apache_beam as beam
import numpy as np
import tensorflow_data_validation as tfdv
from tensorflow_data_validation.statistics import stats_impl
from tensorflow_metadata.proto.v0 import schema_pb2
from tfx_bsl.coders.example_coder import ExamplesToRecordBatchDecoder

from components.anomalies.schema import measured_features
from components.records.feature_keys import IMAGE_SOURCE_ID
from components.records.features import Feature
from components.records.tf_example import parse
from components.runtime.beam_result_file import WriteResult, read_result

OFFENDERS_FILE = "offenders.json"

SHOWN = 3
"""Examples named per feature."""


def find_offenders(
    make_pipeline: Callable[[], beam.Pipeline],
    pattern: str,
    schema: schema_pb2.Schema,
    features: Collection[str],
    result: str,
    environment: str | None = None,
) -> dict[str, list[str]]:
    """Validate examples one by one, and name the first that break the rules.

    Args:
        make_pipeline: Makes a Beam pipeline.
        pattern: Glob of the record files.
        schema: The rules.
        features: Features found to break them.
        result: A file that does not exist yet, where all workers can write.
        environment: Of the schema; None validates all features.

    Returns:
        For a feature, up to `SHOWN` examples by source id, with their value where it is one. What
        is wrong with the split alone, such as too few values, has none.
    """
    with make_pipeline() as pipeline:
        _ = (
            pipeline
            | beam.io.ReadFromTFRecord(pattern, coder=beam.coders.BytesCoder())
            | beam.ParDo(_Validate(schema, frozenset(features), environment))
            | beam.combiners.Top.SmallestPerKey(SHOWN)
            | beam.combiners.ToList()
            | WriteResult(result)
        )
    return dict(read_result(result))


class _Validate(beam.DoFn):
    def __init__(
        self, schema: schema_pb2.Schema, features: frozenset[str], environment: str | None
    ) -> None:
        self._schema = schema
        self._features = features
        self._environment = environment

    def setup(self) -> None:
        self._decoder = ExamplesToRecordBatchDecoder()
        names = measured_features(self._schema, self._environment)
        self._options = tfdv.StatsOptions(feature_allowlist=names)

    def process(self, record: bytes) -> Iterator[tuple[str, str]]:
        statistics = stats_impl.generate_statistics_in_memory(
            self._decoder.DecodeBatch([record]), self._options
        )
        anomalies = tfdv.validate_statistics(statistics, self._schema, self._environment)
        wrong = {".".join(info.path.step) for info in anomalies.anomaly_info.values()}
        if found := wrong & self._features:
            values = parse(record)
            name = _shown(values.get(IMAGE_SOURCE_ID))
            for feature in sorted(found):
                yield feature, f"{name}{_bracketed(values.get(feature))}"


def _bracketed(value: Feature | None) -> str:
    return f" ({_shown(value)})" if value is not None and len(value) == 1 else ""


def _shown(value: Any) -> str:
    if value is None or not len(value):
        return "?"
    only = value[0]
    return f"{only:g}" if isinstance(only, np.generic) else bytes(only).decode(errors="replace")
