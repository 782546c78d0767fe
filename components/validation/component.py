"""The pipeline node that lets nothing train on data that contradicts the schema."""

from tfx.types.standard_artifacts import ExampleAnomalies, Examples, ExampleStatistics, Schema

from components.runtime.stage import BeamStage, Input, Output
from components.validation.executor import BlockingExecutor


class BlockingExampleValidator(BeamStage):
    """Validates the statistics of every split against a schema; any anomaly fails the node.

    TFX's own ExampleValidator writes anomalies and goes on, and does not say which photos it means.
    """

    EXECUTOR = BlockingExecutor

    examples = Input(Examples, "What the statistics are of.")
    statistics = Input(ExampleStatistics, "Of StatisticsGen.")
    schema = Input(Schema, "Of ImportSchemaGen.")

    anomalies = Output(ExampleAnomalies)
