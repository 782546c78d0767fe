"""Executor of Transform that also says how evenly SKUs are shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import tensorflow_transform as tft
from tfx.components.transform import executor as tfx_transform
from tfx.dsl.io import fileio
from tfx.types import Artifact, artifact_utils

from components.artifacts.balance import BALANCE_FILE, Balance
from components.runtime import progress
from components.transform.balance import measure_balance
from components.transform.preprocessing import COUNTS, FACINGS, PHOTOS, SHOWING
from components.transform.settings import TransformSettings


class Executor(tfx_transform.Executor):
    """Runs TFX's Transform; writes balance.json beside the graph, and one line to the screen."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Run TFX's Transform and write balance.json."""
        super().Do(input_dict, output_dict, exec_properties)
        config = json.loads(exec_properties["custom_config"])
        settings = TransformSettings.model_validate_json(config["settings"])
        graph = artifact_utils.get_single_uri(output_dict["transform_graph"])
        balance = _balance(tft.TFTransformOutput(graph), settings)
        with fileio.open(f"{graph}/{BALANCE_FILE}", "w") as file:
            json.dump(balance.to_dict(), file, indent=1)
        progress.say(str(balance))


def _balance(recorded: tft.TFTransformOutput, settings: TransformSettings) -> Balance:
    lines = (line.decode() for line in recorded.vocabulary_by_name(COUNTS))
    counts = {counted: int(count) for count, counted in (line.split(" ", 1) for line in lines)}
    return measure_balance(
        facings=_by_sku(counts, FACINGS),
        photos_of=_by_sku(counts, SHOWING),
        photos=counts[PHOTOS],
        settings=settings,
    )


def _by_sku(counts: Mapping[str, int], kind: str) -> dict[str, int]:
    return {
        counted.removeprefix(kind): count
        for counted, count in counts.items()
        if counted.startswith(kind)
    }
