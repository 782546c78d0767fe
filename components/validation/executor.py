"""Executor of the validator that stops the run."""

from __future__ import annotations

from typing import Any

from tfx.components.example_validator import executor as example_validator
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.proto.orchestration import execution_result_pb2
from tfx.types import Artifact, artifact_utils
from tfx.utils import io_utils

from components.anomalies.anomaly_problems import (
    DataAnomalies,
    anomalous_features,
    describe,
    is_clean,
)
from components.anomalies.offenders import OFFENDERS_FILE, find_offenders
from components.anomalies.read_anomalies import read_anomalies
from components.records.example_files import split_pattern
from components.records.problems import Problem


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
                    input_dict, split, anomalous_features(found), f"{folder}/{OFFENDERS_FILE}"
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
