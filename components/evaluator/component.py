"""The pipeline node that evaluates a model."""

from __future__ import annotations

from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Examples, Model, ModelEvaluation

from components.evaluator.executor import Executor


class ShelfEvaluatorSpec(ComponentSpec):
    """Interface of `ShelfEvaluator`."""

    # TFX reads these three as plain class attributes.
    PARAMETERS = {
        "settings": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
    }
    INPUTS = {
        "examples": ChannelParameter(type=Examples),
        "catalog": ChannelParameter(type=Examples),
        "model": ChannelParameter(type=Model),
        "baseline_model": ChannelParameter(type=Model, optional=True),
    }
    OUTPUTS = {"evaluation": ChannelParameter(type=ModelEvaluation)}


class ShelfEvaluator(BaseBeamComponent):
    """Measures a model, and the current release beside it, on photos neither has seen.

    The output holds TFMA's own files, `summary.json` (see `summary.load_summary`) and the
    candidate's predictions (see `predictions.read_predictions`).
    """

    SPEC_CLASS = ShelfEvaluatorSpec
    EXECUTOR_SPEC = BeamExecutorSpec(Executor)

    def __init__(
        self,
        examples: BaseChannel,
        catalog: BaseChannel,
        model: BaseChannel,
        settings: str,
        code_hash: str,
        baseline_model: BaseChannel | None = None,
    ) -> None:
        """Build the node.

        Args:
            examples: Shelf photos; the split `test` is used.
            catalog: Packshots: which SKUs are new, and what they are called.
            model: The candidate: `Format-Serving` with the signature `evaluate`, and
                `settings.json` with the operating threshold and what errors cost.
            settings: `EvaluatorSettings` as JSON.
            code_hash: Hash of the source this stage depends on.
            baseline_model: The current release, laid out like the candidate. An artifact with the
                custom property `absent` = 1 stands for none.
        """
        super().__init__(
            ShelfEvaluatorSpec(
                examples=examples,
                catalog=catalog,
                model=model,
                baseline_model=baseline_model,
                settings=settings,
                code_hash=code_hash,
                evaluation=Channel(type=ModelEvaluation),
            )
        )
