"""Executor of the validator that stops the run."""

from __future__ import annotations

from typing import Any

from tensorflow_metadata.proto.v0 import anomalies_pb2
from tfx.components.example_validator import executor as example_validator
from tfx.dsl.io import fileio
from tfx.proto.orchestration import execution_result_pb2
from tfx.types import Artifact, artifact_utils

from components.validation.anomalies import DataAnomalies, describe


class BlockingExecutor(example_validator.Executor):
    """Writes anomalies as ExampleValidator does, and fails where there are any."""

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
        found = {
            split: _read(f"{artifact_utils.get_split_uri([artifact], split)}")
            for split in artifact_utils.decode_split_names(artifact.split_names)
        }
        problems = describe(found)
        if problems:
            raise DataAnomalies(problems)
        return result


def _read(folder: str) -> anomalies_pb2.Anomalies:
    with fileio.open(f"{folder}/{example_validator.DEFAULT_FILE_NAME}", "rb") as stream:
        return anomalies_pb2.Anomalies.FromString(stream.read())
