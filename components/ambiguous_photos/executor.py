"""Searches for ambiguous photos: a release and the training photos in, names of photos out."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import tensorflow as tf
from tensorflow_serving.apis.prediction_log_pb2 import PredictionLog
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import Artifact, artifact_utils
from tfx.utils import io_utils
from tfx_bsl.public.beam import RunInference
from tfx_bsl.public.proto.model_spec_pb2 import InferenceSpecType

from components.ambiguous_photos.ranking import MostAmbiguous, photo_ambiguity
from components.ambiguous_photos.settings import AmbiguousPhotosSettings
from components.artifacts.ambiguous_photos import AMBIGUOUS_FILE
from components.recogniser.reindex import reindex
from components.records.catalog_examples import CATALOG_SPLIT, read_packshots
from components.records.example_files import (
    read_records,
    record_files,
    split_names,
    split_pattern,
)
from components.records.shelf_examples import ShelfExample
from components.records.tf_example import parse
from components.releases.registry import Registry
from components.releases.release import Release
from components.runtime import progress
from components.runtime.beam_result_file import WriteResult, read_result

SPLIT = "train"
SIGNATURE = "evaluate"
# The model decodes photos: a batch as Beam would tune it grows until they fill the memory.
BATCH = 8
REPORT_EVERY = 20


class Executor(BaseBeamExecutor):
    """Writes the names of the training photos that a release is least sure of."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Write the names of the most ambiguous training photos.

        Raises:
            ReleaseError: There is no such release, or its files are damaged.
        """
        settings = AmbiguousPhotosSettings.model_validate_json(exec_properties["settings"])
        examples = artifact_utils.get_single_instance(input_dict["examples"])
        catalog = artifact_utils.get_single_instance(input_dict["catalog"])
        result = f"{artifact_utils.get_single_uri(output_dict['photos'])}/{AMBIGUOUS_FILE}"
        # Without boxed photos there is no such split: shelves to train on are composed.
        known = SPLIT in split_names(examples)
        photos = sum(1 for _ in read_records(examples, SPLIT)) if known else 0
        most = math.ceil(settings.share * photos)
        release = _reference_release(
            Registry(exec_properties["releases"]), exec_properties["reference_release"]
        )
        if release is None or not most:
            io_utils.write_string_file(result, "[]")
            return
        with tempfile.TemporaryDirectory(dir=output_dict["photos"][0].uri) as folder:
            model = Path(folder) / "model"
            with release.checked() as checked:
                # With an index of its own day it would take new products for others.
                packshots = read_packshots(record_files(catalog, CATALOG_SPLIT))
                reindex(checked.serving, ((each.sku, each.encoded) for each in packshots), model)
            with self._make_beam_pipeline() as pipeline:
                (
                    pipeline
                    | beam.io.ReadFromTFRecord(split_pattern(examples, SPLIT))
                    | RunInference(_inference(model))
                    | beam.ParDo(_Ambiguity(release.record.operating_threshold, photos))
                    | MostAmbiguous(most)
                    | WriteResult(result)
                )
        found = len(read_result(result))
        progress.say(
            f"{found:,} of {photos:,} photos are trained on twice as often: release "
            f"{release.version} finds them the most ambiguous"
        )


def _reference_release(registry: Registry, version: str) -> Release | None:
    return registry.get(int(version)) if int(version) else None


def _inference(model: Path) -> InferenceSpecType:
    specification = InferenceSpecType()
    specification.saved_model_spec.model_path = str(model)
    specification.saved_model_spec.signature_name.append(SIGNATURE)
    specification.batch_parameters.min_batch_size = BATCH
    specification.batch_parameters.max_batch_size = BATCH
    return specification


class _Ambiguity(beam.DoFn):
    """Makes (photo, ambiguity) of requests and their answers, and says how far it has come."""

    def __init__(self, threshold: float, photos: int) -> None:
        self._threshold = threshold
        self._photos = photos
        self._done = 0

    def process(self, log: PredictionLog) -> Iterator[tuple[str, float]]:
        (asked,) = log.predict_log.request.inputs.values()
        name = ShelfExample(parse(asked.string_val[0])).source_id
        outputs = log.predict_log.response.outputs
        scores, ambiguity = (tf.make_ndarray(outputs[key])[0] for key in ("scores", "ambiguity"))
        yield name, photo_ambiguity(scores, ambiguity, self._threshold)
        self._done += 1
        if self._done % REPORT_EVERY == 0 or self._done == self._photos:
            progress.report("AmbiguousPhotos", self._done, self._photos)
