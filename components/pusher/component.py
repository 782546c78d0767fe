"""TFX components that push to servers and to phones."""

from __future__ import annotations

from tfx import types
from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from components.artifacts.types import EdgeModel
from components.pusher.executor import EdgeExecutor, ServingExecutor


class ServingPusherSpec(ComponentSpec):
    """Inputs, output and properties of `ServingPusher`."""

    INPUTS = {
        "model": ChannelParameter(type=standard_artifacts.Model),
        "model_blessing": ChannelParameter(type=standard_artifacts.ModelBlessing),
        "infra_blessing": ChannelParameter(type=standard_artifacts.InfraBlessing),
        "examples": ChannelParameter(type=standard_artifacts.Examples),
    }
    OUTPUTS = {"pushed_model": ChannelParameter(type=standard_artifacts.PushedModel)}
    PARAMETERS = {
        "releases": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
    }


class ServingPusher(base_component.BaseComponent):
    """Puts the blessed SavedModel, with warm-up requests, into the release."""

    SPEC_CLASS = ServingPusherSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(ServingExecutor)

    def __init__(
        self,
        model: types.BaseChannel,
        model_blessing: types.BaseChannel,
        infra_blessing: types.BaseChannel,
        examples: types.BaseChannel,
        releases: str,
        code_hash: str,
    ) -> None:
        """Build the component.

        Args:
            model: Channel of the Trainer's Model.
            model_blessing: Channel of the ReleaseGate's ModelBlessing.
            infra_blessing: Channel of the ReleaseGate's InfraBlessing; it names the version.
            examples: Channel of the shelf Examples; warm-up requests show photos of split `test`.
            releases: The releases folder.
            code_hash: Hash of the source the push depends on.
        """
        super().__init__(
            ServingPusherSpec(
                model=model,
                model_blessing=model_blessing,
                infra_blessing=infra_blessing,
                examples=examples,
                releases=releases,
                code_hash=code_hash,
                pushed_model=types.Channel(type=standard_artifacts.PushedModel),
            )
        )


class EdgePusherSpec(ComponentSpec):
    """Inputs, output and properties of `EdgePusher`."""

    INPUTS = {
        "model": ChannelParameter(type=EdgeModel),
        "model_blessing": ChannelParameter(type=standard_artifacts.ModelBlessing),
        "infra_blessing": ChannelParameter(type=standard_artifacts.InfraBlessing),
    }
    OUTPUTS = {"pushed_model": ChannelParameter(type=standard_artifacts.PushedModel)}
    PARAMETERS = {
        "releases": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
    }


class EdgePusher(base_component.BaseComponent):
    """Puts the blessed files for phones into the release."""

    SPEC_CLASS = EdgePusherSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(EdgeExecutor)

    def __init__(
        self,
        edge_model: types.BaseChannel,
        model_blessing: types.BaseChannel,
        infra_blessing: types.BaseChannel,
        releases: str,
        code_hash: str,
    ) -> None:
        """Build the component.

        Args:
            edge_model: Channel of EdgeExport's EdgeModel.
            model_blessing: Channel of the ReleaseGate's ModelBlessing.
            infra_blessing: Channel of the ReleaseGate's InfraBlessing; it names the version.
            releases: The releases folder.
            code_hash: Hash of the source the push depends on.
        """
        super().__init__(
            EdgePusherSpec(
                model=edge_model,
                model_blessing=model_blessing,
                infra_blessing=infra_blessing,
                releases=releases,
                code_hash=code_hash,
                pushed_model=types.Channel(type=standard_artifacts.PushedModel),
            )
        )
