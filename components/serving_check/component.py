"""TFX component of the serving check."""

from tfx.types.standard_artifacts import Examples, Model

from components.artifacts.types import ServingCheckArtifact
from components.runtime.stage import Input, Output, Property, Stage
from components.serving_check.executor import Executor


class ServingCheck(Stage):
    """Loads the SavedModel in a fresh process, sends requests, and writes a verdict."""

    EXECUTOR = Executor
    FOR_PEOPLE = True

    model = Input(Model, "The Trainer's Model.")
    examples = Input(Examples, "The shelf Examples, split `test`.")

    settings = Property("`ServingCheckSettings` as JSON.")

    check = Output(ServingCheckArtifact)
