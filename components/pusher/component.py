"""TFX components that push to servers and to phones."""

from tfx.types.standard_artifacts import Examples, InfraBlessing, Model, ModelBlessing, PushedModel

from components.artifacts.types import EdgeModelArtifact
from components.pusher.executor import EdgeExecutor, ServingExecutor
from components.runtime.stage import Input, Output, Property, Stage


class ServingPusher(Stage):
    """Puts the blessed SavedModel, with warm-up requests, into the release."""

    EXECUTOR = ServingExecutor

    model = Input(Model, "The Trainer's Model.")
    model_blessing = Input(ModelBlessing, "The ReleaseGate's ModelBlessing.")
    infra_blessing = Input(InfraBlessing, "The ReleaseGate's InfraBlessing; it names the version.")
    examples = Input(Examples, "The shelf Examples; warm-up requests show photos of split `test`.")

    releases = Property("The releases folder.")

    pushed_model = Output(PushedModel)


class EdgePusher(Stage):
    """Puts the blessed files for phones into the release."""

    EXECUTOR = EdgeExecutor

    model = Input(EdgeModelArtifact, "EdgeExport's EdgeModel.")
    model_blessing = Input(ModelBlessing, "The ReleaseGate's ModelBlessing.")
    infra_blessing = Input(InfraBlessing, "The ReleaseGate's InfraBlessing; it names the version.")

    releases = Property("The releases folder.")

    pushed_model = Output(PushedModel)
