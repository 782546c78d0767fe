"""The pipeline node that lets nothing train on data that contradicts the schema."""

from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import ExampleAnomalies, ExampleStatistics, Schema

from components.validation.executor import BlockingExecutor


class BlockingExampleValidatorSpec(ComponentSpec):
    """Interface of `BlockingExampleValidator`."""

    PARAMETERS = {"code_hash": ExecutionParameter(type=str)}
    INPUTS = {
        "statistics": ChannelParameter(type=ExampleStatistics),
        "schema": ChannelParameter(type=Schema),
    }
    OUTPUTS = {"anomalies": ChannelParameter(type=ExampleAnomalies)}


class BlockingExampleValidator(BaseComponent):
    """Validates the statistics of every split against a schema; any anomaly fails the node.

    TFX's own ExampleValidator writes anomalies and goes on.
    """

    SPEC_CLASS = BlockingExampleValidatorSpec
    EXECUTOR_SPEC = ExecutorClassSpec(BlockingExecutor)

    def __init__(self, statistics: BaseChannel, schema: BaseChannel, code_hash: str) -> None:
        """Build the node.

        Args:
            statistics: Of StatisticsGen.
            schema: Of ImportSchemaGen.
            code_hash: Hash of the source this stage depends on.
        """
        super().__init__(
            BlockingExampleValidatorSpec(
                statistics=statistics,
                schema=schema,
                code_hash=code_hash,
                anomalies=Channel(type=ExampleAnomalies),
            )
        )
