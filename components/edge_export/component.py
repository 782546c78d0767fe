"""TFX component of the export to phones."""

from tfx import types
from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from components.artifacts.types import EdgeCheck, EdgeModel
from components.edge_export.executor import Executor


class EdgeExportSpec(ComponentSpec):
    """Inputs, outputs and properties of `EdgeExport`."""

    INPUTS = {
        "model": ChannelParameter(type=standard_artifacts.Model),
        "catalog": ChannelParameter(type=standard_artifacts.Examples),
        "examples": ChannelParameter(type=standard_artifacts.Examples),
    }
    OUTPUTS = {
        "edge_model": ChannelParameter(type=EdgeModel),
        "edge_check": ChannelParameter(type=EdgeCheck),
    }
    PARAMETERS = {
        "settings": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
    }


class EdgeExport(base_component.BaseComponent):
    """Converts the model to TFLite and measures how far it agrees with the SavedModel."""

    SPEC_CLASS = EdgeExportSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self,
        model: types.BaseChannel,
        catalog: types.BaseChannel,
        examples: types.BaseChannel,
        settings: str,
        code_hash: str,
    ) -> None:
        """Build the component.

        Args:
            model: Channel of the Trainer's Model.
            catalog: Channel of the catalogue Examples, split `catalog`.
            examples: Channel of the shelf Examples, split `test`.
            settings: `EdgeExportSettings` as JSON.
            code_hash: Hash of the source the export depends on.
        """
        super().__init__(
            EdgeExportSpec(
                model=model,
                catalog=catalog,
                examples=examples,
                settings=settings,
                code_hash=code_hash,
                edge_model=types.Channel(type=EdgeModel),
                edge_check=types.Channel(type=EdgeCheck),
            )
        )
