"""TFX executor of the serving check."""

from pathlib import Path
from typing import Any

from tfx import types
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from components.artifacts.model import ModelArtifact
from components.artifacts.serving_check import SERVING_CHECK_FILE
from components.records.photo_sample import sample_photos
from components.runtime.progress import report
from components.serving_check.check_saved_model import check_saved_model
from components.serving_check.settings import ServingCheckSettings

_STAGE = "ServingCheck"
_SPLIT = "test"


class Executor(base_executor.BaseExecutor):
    """Checks the SavedModel of `model` with photos of the test split of `examples`."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Write `check.json`. A bad model is a verdict, never an error."""
        settings = ServingCheckSettings.model_validate_json(exec_properties["settings"])
        model = ModelArtifact(artifact_utils.get_single_uri(input_dict["model"]))
        split = Path(artifact_utils.get_split_uri(input_dict["examples"], _SPLIT))
        check = Path(artifact_utils.get_single_uri(output_dict["check"]))
        report(_STAGE, 0, 1, "loading the model as a server does")
        verdict = check_saved_model(
            Path(model.serving), sample_photos(split, settings.photos), settings
        )
        check.mkdir(parents=True, exist_ok=True)
        (check / SERVING_CHECK_FILE).write_text(verdict.to_json(), encoding="utf-8")
        report(_STAGE, 1, 1, "it answers" if verdict.ok else verdict.reasons[0])
