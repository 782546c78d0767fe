"""Measures production photos: what phones sent lately, without labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import apache_beam as beam
import tensorflow_data_validation as tfdv
from tfx_bsl.tfxio.tf_example_record import TFExampleBeamRecord

from components.datasets.production_photos import ProductionPhoto
from components.imaging.decoding import BadImage, ImageLimits, stored_form
from components.records.feature_keys import IMAGE_ENCODED
from components.records.features import image_features
from components.records.problems import Problem
from components.records.tf_example import serialize
from components.runtime.beam_result_file import WriteResult

_PROBLEMS = "problems"


class MeasurePhotos(beam.PTransform):
    """Decodes photos, measures them, and writes statistics; pixels go no further."""

    def __init__(
        self, limits: ImageLimits, options: tfdv.StatsOptions, statistics: str, folder: str
    ) -> None:
        """Prepare.

        Args:
            limits: Bounds photos must keep.
            options: Of the statistics.
            statistics: The file for them.
            folder: Gets `photos-*`, the measures of each photo, and `problems.json`.
        """
        super().__init__()
        self._limits = limits
        self._options = options
        self._statistics = statistics
        self._folder = folder

    def expand(self, photos: beam.PCollection) -> None:
        """Measure `ProductionPhoto`s."""
        measured = (
            photos
            | beam.Reshuffle()
            | beam.ParDo(_Measure(self._limits)).with_outputs(_PROBLEMS, main="examples")
        )
        _ = measured["examples"] | beam.io.WriteToTFRecord(
            f"{self._folder}/photos", coder=beam.coders.BytesCoder(), file_name_suffix=".tfrecord"
        )
        _ = (
            measured["examples"]
            | TFExampleBeamRecord(physical_format="photos").BeamSource()
            | tfdv.GenerateStatistics(self._options)
            | tfdv.WriteStatisticsToBinaryFile(self._statistics)
        )
        _ = (
            measured[_PROBLEMS]
            | beam.combiners.ToList()
            | WriteResult(f"{self._folder}/problems.json")
        )


class _Measure(beam.DoFn):
    def __init__(self, limits: ImageLimits) -> None:
        self._limits = limits

    def process(self, photo: ProductionPhoto) -> Iterator[Any]:
        try:
            stored = stored_form(Path(photo.path).read_bytes(), self._limits)
        except BadImage as error:
            problem = Problem(photo.path, None, str(error), "replace or remove the photo")
            yield beam.pvalue.TaggedOutput(_PROBLEMS, asdict(problem))
        else:
            features = image_features(*stored, photo.name, photo.name)
            del features[IMAGE_ENCODED]
            yield serialize(features)
