"""The pipeline node that trains the recogniser."""

from tfx.types.standard_artifacts import (
    Examples,
    HyperParameters,
    Model,
    ModelRun,
    Schema,
    TransformGraph,
)

from components.artifacts.types import PhotoNamesArtifact
from components.runtime.stage import Input, Output, Property, Stage
from components.trainer.executor import TrainerExecutor


class ShelfTrainer(Stage):
    """Feature extractor and TransformNet, trained one-shot against packshot templates.

    TFX's own Trainer has no input for a catalogue; this one does.
    """

    EXECUTOR = TrainerExecutor

    examples = Input(Examples, "Augmented Examples with the splits `train` and `eval`.")
    catalog = Input(
        Examples, "Examples of `CatalogExampleGen`: templates, and which SKUs are held out."
    )
    companions = Input(Examples, "Examples of products that are trained on and are in no index.")
    tuned_examples = Input(
        Examples, "Of the Tuner: where it has the split `train`, that is trained on."
    )
    hyperparameters = Input(
        HyperParameters, "Of the Tuner: they take the place of those in `settings`."
    )
    ambiguous_photos = Input(PhotoNamesArtifact, "Names of the photos to train on more often.")
    transform_graph = Input(
        TransformGraph, "Of the Transform that analysed `examples`; it prepares them."
    )
    schema = Input(Schema, "Of the shelf examples.")

    settings = Property("`TrainingPlan` as JSON.")
    checkpoint_root = Property("Folder that outlives a failed execution, for checkpoints.")
    production_photos = Property(
        'Folder of production photos, which tell the packshots that fit everywhere; "" for none.'
    )
    production_hash = Property("`digests.content_hash` of them.")
    shelves = Property("Path of the folder of spans; empty where there is none.")
    span_records = Property(
        "Folder of what spans held when they were first trained on; see `Ledger`. Empty for data "
        "that may change in its place."
    )

    model = Output(Model)
    model_run = Output(ModelRun)
