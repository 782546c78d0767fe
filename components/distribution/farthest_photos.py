"""The photos that are farthest from what others are like: where to look when they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import apache_beam as beam
import numpy as np

from components.records.shelf_examples import ShelfExample
from components.records.tf_example import parse
from components.runtime.beam_result_file import WriteResult, read_result

SHOWN = 3
"""Photos named per feature."""


def find_farthest(
    make_pipeline: Callable[[], beam.Pipeline],
    pattern: str,
    means: Mapping[str, float],
    result: str,
) -> dict[str, list[str]]:
    """Name the photos farthest from a mean.

    Args:
        make_pipeline: Makes a Beam pipeline.
        pattern: Glob of the record files.
        means: The mean of a numeric feature.
        result: A file that does not exist yet, where all workers can write.

    Returns:
        For a feature, up to `SHOWN` photos by source id, each with its value, or, of several, their
        mean.
    """
    with make_pipeline() as pipeline:
        _ = (
            pipeline
            | beam.io.ReadFromTFRecord(pattern, coder=beam.coders.BytesCoder())
            | beam.ParDo(_Distances(means))
            | beam.combiners.Top.LargestPerKey(SHOWN)
            | beam.combiners.ToList()
            | WriteResult(result)
        )
    return {
        feature: [photo for _, photo in distances] for feature, distances in read_result(result)
    }


class _Distances(beam.DoFn):
    def __init__(self, means: Mapping[str, float]) -> None:
        self._means = means

    def process(self, record: bytes) -> Iterator[tuple[str, tuple[float, str]]]:
        features = parse(record)
        name = ShelfExample(features).source_id
        for feature, mean in self._means.items():
            values = np.asarray(features.get(feature, ()), np.float64)
            if len(values):
                value = float(values.mean())
                yield feature, (abs(value - mean), f"{name} ({value:.3g})")
