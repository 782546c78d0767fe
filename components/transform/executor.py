"""Executor of Transform that also says how evenly SKUs are shown."""

from __future__ import annotations

import json
from typing import Any

import tensorflow_transform as tft
from tfx.components.transform import executor as tfx_transform
from tfx.dsl.io import fileio
from tfx.types import Artifact, artifact_utils

from components import progress
from components.transform.balance import FILE_NAME, Balance, measure_balance
from components.transform.preprocessing import FACINGS, PHOTOS, PHOTOS_OF_SKU
from components.transform.settings import TransformSettings

_NOTHING = "49d0cd50-04bb-48c0-bc6f-5b575dce351a"
"""What TensorFlow Transform writes into a vocabulary that would be empty."""


class Executor(tfx_transform.Executor):
    """Runs TFX's Transform; writes balance.json beside the graph, and one line to the screen."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Run."""
        super().Do(input_dict, output_dict, exec_properties)
        config = json.loads(exec_properties["custom_config"])
        settings = TransformSettings.model_validate_json(config["settings"])
        graph = artifact_utils.get_single_uri(output_dict["transform_graph"])
        balance = _balance(tft.TFTransformOutput(graph), settings)
        with fileio.open(f"{graph}/{FILE_NAME}", "w") as file:
            json.dump(balance.to_dict(), file, indent=1)
        progress.say(str(balance))


def _balance(recorded: tft.TFTransformOutput, settings: TransformSettings) -> Balance:
    return measure_balance(
        facings=_counts(recorded, FACINGS),
        photos_of=_counts(recorded, PHOTOS_OF_SKU),
        photos=sum(_counts(recorded, PHOTOS).values()),
        settings=settings,
    )


def _counts(recorded: tft.TFTransformOutput, asset: str) -> dict[str, int]:
    lines = (line.decode() for line in recorded.vocabulary_by_name(asset))
    pairs = (line.split(" ", 1) for line in lines)
    return {name: int(count) for count, name in pairs if name != _NOTHING}
