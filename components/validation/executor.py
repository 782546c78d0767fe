"""Executor of the validator that stops the run."""

from __future__ import annotations

from typing import Any

from tensorflow_metadata.proto.v0 import anomalies_pb2
from tfx.components.example_validator import executor as example_validator
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.dsl.io import fileio
from tfx.proto.orchestration import execution_result_pb2
from tfx.types import Artifact, artifact_utils
from tfx.utils import io_utils

from components.example_gen.problems import Problem
from components.example_gen.records import split_pattern
from components.validation.anomalies import DataAnomalies, anomalous_features, describe, is_clean
from components.validation.offenders import find_offenders


class BlockingExecutor(example_validator.Executor, BaseBeamExecutor):
    """Writes anomalies as ExampleValidator does, and fails where there are any.

    Only then it reads the examples, to name those that are wrong.
    """

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> execution_result_pb2.ExecutorOutput:  # type: ignore[name-defined]
        """Validate statistics against the schema.

        Raises:
            DataAnomalies: With one problem per anomaly.
        """
        result = super().Do(input_dict, output_dict, exec_properties)
        artifact = artifact_utils.get_single_instance(output_dict["anomalies"])
        problems: list[Problem] = []
        for split in artifact_utils.decode_split_names(artifact.split_names):
            folder = artifact_utils.get_split_uri([artifact], split)
            found = read_anomalies(folder)
            if not is_clean(found):
                offenders = self._offenders(
                    input_dict, split, anomalous_features(found), f"{folder}/offenders.json"
                )
                problems += describe(f"split '{split}'", found, offenders)
        if problems:
            raise DataAnomalies(problems)
        return result

    def _offenders(
        self, input_dict: dict[str, list[Artifact]], split: str, features: list[str], result: str
    ) -> dict[str, list[str]]:
        examples = artifact_utils.get_single_instance(input_dict["examples"])
        folder = artifact_utils.get_single_uri(input_dict["schema"])
        schema = io_utils.SchemaReader().read(io_utils.get_only_uri_in_dir(folder))
        pattern = split_pattern(examples, split)
        return find_offenders(self._make_beam_pipeline, pattern, schema, features, result)


def read_anomalies(folder: str) -> anomalies_pb2.Anomalies:
    """Read what a validator of TFX wrote about one split."""
    with fileio.open(f"{folder}/{example_validator.DEFAULT_FILE_NAME}", "rb") as stream:
        return anomalies_pb2.Anomalies.FromString(stream.read())
