"""The detection metrics as a TFMA metric.

Ambiguity slices are metric keys here (`ambiguity.clear.precision`), not TFMA slices. A TFMA slice
is a set of *examples*, and an example is a photo: a photo's detections fall into several slices,
and whether one of them is right depends on the others, which compete with it for the same truth.
Exploding photos into detections would mean matching first, carrying the result along, and losing
average precision and counts on the way. Slices by what is true of a product (size, occlusion) have
the same trouble. Those by what is true of a whole photo (store, span) would make TFMA slices, but
then only the few that a photo lies in would come from elsewhere than all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam
import tensorflow_model_analysis as tfma

from components.metrics.costs import Costs
from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.tally import PhotoTally

PHOTO_RECORDS_KEY = "photo_records"
"""Where an extract, one per photo, holds {model name: PhotoRecord}."""

SUMMARY_KEY = "detection_summary"
"""The metric that holds a whole `ModelSummary` as JSON, beside the numbers by name."""


class TfmaDetectionMetrics(tfma.metrics.Metric):
    """Exact COCO-style metrics of a detector, from `PhotoRecord`s."""

    def __init__(
        self,
        thresholds: dict[str, float],
        new_skus: Sequence[str],
        categories: Mapping[str, str],
        costs: Mapping[str, float],
        groups: Mapping[str, str],
        name: str = "detection",
    ):
        """Create the metric.

        Args:
            thresholds: Operating threshold of each model, by name.
            new_skus: SKUs held out of training.
            categories: The catalogue's, by SKU.
            costs: The fields of `Costs`.
            groups: Group by SKU, of those that have one.
            name: Name of the metric; the keys it computes have names of their own.
        """
        super().__init__(
            _computations,
            thresholds=thresholds,
            new_skus=new_skus,
            categories=categories,
            costs=costs,
            groups=groups,
            name=name,
        )


def _computations(
    thresholds: dict[str, float],
    new_skus: Sequence[str],
    categories: Mapping[str, str],
    costs: Mapping[str, float],
    groups: Mapping[str, str],
    model_names: Sequence[str],
    name: str,
) -> list[tfma.metrics.MetricComputation]:
    computations = []
    for model, threshold in thresholds.items():
        calculator = DetectionMetrics(
            threshold, frozenset(new_skus), categories, Costs(**costs), groups
        )
        # TFMA leaves the name away where there is one model only.
        shown_as = model if len(thresholds) > 1 else ""
        computations.append(
            tfma.metrics.MetricComputation(
                keys=[tfma.metrics.MetricKey(SUMMARY_KEY, model_name=shown_as)],
                preprocessors=[_Tally(model, calculator)],
                combiner=_Summarise(shown_as, calculator),
            )
        )
    return computations


class _Tally(tfma.metrics.Preprocessor):
    """Turns a photo into its tally where the photo is, so that only tallies travel."""

    def __init__(self, model: str, calculator: DetectionMetrics):
        super().__init__(name=f"tally-{model}")
        self._model = model
        self._calculator = calculator

    def process(self, extracts: tfma.Extracts) -> Iterator[PhotoTally]:
        yield self._calculator.tally(extracts[PHOTO_RECORDS_KEY][self._model])


class _Summarise(beam.CombineFn):
    """Gathers tallies; average precision is exact only over all of them at once."""

    def __init__(self, model: str, calculator: DetectionMetrics):
        self._model = model
        self._calculator = calculator

    def create_accumulator(self) -> list[PhotoTally]:
        return []

    def add_input(self, accumulator: list[PhotoTally], element: PhotoTally) -> list[PhotoTally]:
        accumulator.append(element)
        return accumulator

    def merge_accumulators(self, accumulators: Iterable[list[PhotoTally]]) -> list[PhotoTally]:
        return [each for accumulator in accumulators for each in accumulator]

    def extract_output(self, accumulator: list[PhotoTally]) -> dict[Any, Any]:
        summary = self._calculator.summarise(accumulator)

        def key(metric: str) -> tfma.metrics.MetricKey:
            return tfma.metrics.MetricKey(metric, model_name=self._model)

        return {
            **{key(metric): value for metric, value in summary.metrics.items()},
            key(SUMMARY_KEY): summary.model_dump_json().encode(),
        }
