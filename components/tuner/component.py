"""The pipeline node that chooses settings before training."""

from tfx.types.standard_artifacts import Examples, HyperParameters, TransformGraph, TunerResults

from components.runtime.stage import BeamStage, Input, Output, Property
from components.tuner.executor import TunerExecutor


class ShelfTuner(BeamStage):
    """Tries augmentation levels, learning rates and backbones by short trainings.

    TFX's own Tuner has no input for a catalogue, nor for photos that are not augmented yet; this
    one has. It is in every graph: with no trials its outputs are empty, and the Trainer does
    what the configuration says.
    """

    EXECUTOR = TunerExecutor

    shelves = Input(
        Examples, "Examples of `ShelfExampleGen`, whose training photos are varied by level."
    )
    examples = Input(Examples, "Of Augment: the composed shelves, and the validation photos.")
    catalog = Input(Examples, "Examples of `CatalogExampleGen`.")
    companions = Input(Examples, "Of Augment.")
    transform_graph = Input(
        TransformGraph, "Of the Transform that analysed `examples`; it prepares all photos."
    )

    settings = Property("`TunerSettings` as JSON.")
    plan = Property("`TrainingPlan` as JSON, which the trials change.")
    augment = Property("`AugmentSettings` as JSON.")
    augment_code = Property("That of Augment, under which its store keeps variants.")
    store = Property("Folder of what is kept to be used again; see `ShardStore`.")
    checkpoint_root = Property("Folder that outlives a failed execution.")

    best_hyperparameters = Output(HyperParameters)
    tuner_results = Output(TunerResults)
    tuned_examples = Output(Examples)
