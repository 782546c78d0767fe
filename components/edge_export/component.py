"""TFX component of the export to phones."""

from tfx.types.standard_artifacts import Examples, Model

from components.artifacts.types import EdgeCheckArtifact, EdgeModelArtifact
from components.edge_export.executor import Executor
from components.runtime.stage import Input, Output, Property, Stage


class EdgeExport(Stage):
    """Converts the model to TFLite and measures how far it agrees with the SavedModel."""

    EXECUTOR = Executor
    FOR_PEOPLE = True

    model = Input(Model, "The Trainer's Model.")
    catalog = Input(Examples, "The catalogue Examples, split `catalog`.")
    examples = Input(Examples, "The shelf Examples, split `test`.")

    settings = Property("`EdgeExportSettings` as JSON.")

    edge_model = Output(EdgeModelArtifact)
    edge_check = Output(EdgeCheckArtifact)
