"""The pipeline node that lets nothing train on data that contradicts the schema."""

from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import ExampleAnomalies, Examples, ExampleStatistics, Schema

from components.validation.executor import BlockingExecutor


class BlockingExampleValidatorSpec(ComponentSpec):
    """Interface of `BlockingExampleValidator`."""

    PARAMETERS = {"code_hash": ExecutionParameter(type=str)}
    INPUTS = {
        "examples": ChannelParameter(type=Examples),
        "statistics": ChannelParameter(type=ExampleStatistics),
        "schema": ChannelParameter(type=Schema),
    }
    OUTPUTS = {"anomalies": ChannelParameter(type=ExampleAnomalies)}


class BlockingExampleValidator(BaseBeamComponent):
    """Validates the statistics of every split against a schema; any anomaly fails the node.

    TFX's own ExampleValidator writes anomalies and goes on, and does not say which photos it means.
    """

    SPEC_CLASS = BlockingExampleValidatorSpec
    EXECUTOR_SPEC = BeamExecutorSpec(BlockingExecutor)

    def __init__(
        self, examples: BaseChannel, statistics: BaseChannel, schema: BaseChannel, code_hash: str
    ) -> None:
        """Build the node.

        Args:
            examples: What the statistics are of.
            statistics: Of StatisticsGen.
            schema: Of ImportSchemaGen.
            code_hash: Hash of the source this stage depends on.
        """
        super().__init__(
            BlockingExampleValidatorSpec(
                examples=examples,
                statistics=statistics,
                schema=schema,
                code_hash=code_hash,
                anomalies=Channel(type=ExampleAnomalies),
            )
        )
