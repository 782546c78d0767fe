"""TFX component of the release gate."""

from __future__ import annotations

from tfx import types
from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from components.artifacts.types import EdgeCheck, ServingCheckResult, Verdict
from components.release_gate.executor import Executor


class ReleaseGateSpec(ComponentSpec):
    """Inputs, outputs and properties of `ReleaseGate`."""

    INPUTS = {
        "model": ChannelParameter(type=standard_artifacts.Model),
        "evaluation": ChannelParameter(type=standard_artifacts.ModelEvaluation),
        "baseline": ChannelParameter(type=standard_artifacts.Model),
        "edge_check": ChannelParameter(type=EdgeCheck),
        "serving_check": ChannelParameter(type=ServingCheckResult),
    }
    OUTPUTS = {
        "blessing": ChannelParameter(type=standard_artifacts.ModelBlessing),
        "infra_blessing": ChannelParameter(type=standard_artifacts.InfraBlessing),
        "verdict": ChannelParameter(type=Verdict),
    }
    PARAMETERS = {
        "releases": ExecutionParameter(type=str),
        "settings": ExecutionParameter(type=str),
        "run_id": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
    }


class ReleaseGate(base_component.BaseComponent):
    """Merges every verdict on the candidate into the one blessing that both Pushers take.

    The ModelBlessing says whether the candidate is good enough. The InfraBlessing says whether
    there is something to push, and as which version: a candidate that is the current release
    already is blessed, and not pushed again.
    """

    SPEC_CLASS = ReleaseGateSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self,
        model: types.BaseChannel,
        evaluation: types.BaseChannel,
        baseline: types.BaseChannel,
        edge_check: types.BaseChannel,
        serving_check: types.BaseChannel,
        releases: str,
        settings: str,
        run_id: str,
        code_hash: str,
    ) -> None:
        """Build the component.

        Args:
            model: Channel of the Trainer's Model.
            evaluation: Channel of the Evaluator's ModelEvaluation.
            baseline: Channel of the Baseline's Model.
            edge_check: Channel of EdgeExport's check.
            serving_check: Channel of ServingCheck's check.
            releases: The releases folder, whose current release the candidate is held against.
            settings: `GateSettings` as JSON.
            run_id: Different in every run. What the gate says depends on the releases folder, so
                a cached verdict would be a stale one; judging takes no time.
            code_hash: Hash of the source the gate depends on.
        """
        super().__init__(
            ReleaseGateSpec(
                model=model,
                evaluation=evaluation,
                baseline=baseline,
                edge_check=edge_check,
                serving_check=serving_check,
                releases=releases,
                settings=settings,
                run_id=run_id,
                code_hash=code_hash,
                blessing=types.Channel(type=standard_artifacts.ModelBlessing),
                infra_blessing=types.Channel(type=standard_artifacts.InfraBlessing),
                verdict=types.Channel(type=Verdict),
            )
        )
