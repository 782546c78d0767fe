"""TFX component of the serving check."""

from tfx import types
from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from components.artifacts.types import ServingCheckResult
from components.serving_check.executor import Executor


class ServingCheckSpec(ComponentSpec):
    """Inputs, output and properties of `ServingCheck`."""

    INPUTS = {
        "model": ChannelParameter(type=standard_artifacts.Model),
        "examples": ChannelParameter(type=standard_artifacts.Examples),
    }
    OUTPUTS = {"check": ChannelParameter(type=ServingCheckResult)}
    PARAMETERS = {
        "settings": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
    }


class ServingCheck(base_component.BaseComponent):
    """Loads the SavedModel in a fresh process, sends requests, and writes a verdict."""

    SPEC_CLASS = ServingCheckSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self,
        model: types.BaseChannel,
        examples: types.BaseChannel,
        settings: str,
        code_hash: str,
    ) -> None:
        """Build the component.

        Args:
            model: Channel of the Trainer's Model.
            examples: Channel of the shelf Examples, split `test`.
            settings: `ServingCheckSettings` as JSON.
            code_hash: Hash of the source the check depends on.
        """
        super().__init__(
            ServingCheckSpec(
                model=model,
                examples=examples,
                settings=settings,
                code_hash=code_hash,
                check=types.Channel(type=ServingCheckResult),
            )
        )
