"""The pipeline node that trains the recogniser."""

from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import (
    Examples,
    HyperParameters,
    Model,
    ModelRun,
    Schema,
    TransformGraph,
)

from components.artifacts.types import PhotoNames
from components.trainer.executor import TrainerExecutor


class ShelfTrainerSpec(ComponentSpec):
    """Interface of `ShelfTrainer`."""

    PARAMETERS = {
        "settings": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
        "checkpoint_root": ExecutionParameter(type=str),
        "serving_photos": ExecutionParameter(type=str),
        "serving_hash": ExecutionParameter(type=str),
    }
    INPUTS = {
        "examples": ChannelParameter(type=Examples),
        "catalog": ChannelParameter(type=Examples),
        "companions": ChannelParameter(type=Examples),
        "tuned_examples": ChannelParameter(type=Examples),
        "hyperparameters": ChannelParameter(type=HyperParameters),
        "ambiguous_photos": ChannelParameter(type=PhotoNames),
        "transform_graph": ChannelParameter(type=TransformGraph),
        "schema": ChannelParameter(type=Schema),
    }
    OUTPUTS = {
        "model": ChannelParameter(type=Model),
        "model_run": ChannelParameter(type=ModelRun),
    }


class ShelfTrainer(BaseComponent):
    """Feature extractor and TransformNet, trained one-shot against packshot templates.

    TFX's own Trainer has no input for a catalogue; this one does.
    """

    SPEC_CLASS = ShelfTrainerSpec
    EXECUTOR_SPEC = ExecutorClassSpec(TrainerExecutor)

    def __init__(
        self,
        examples: BaseChannel,
        catalog: BaseChannel,
        companions: BaseChannel,
        tuned_examples: BaseChannel,
        hyperparameters: BaseChannel,
        ambiguous_photos: BaseChannel,
        transform_graph: BaseChannel,
        schema: BaseChannel,
        settings: str,
        code_hash: str,
        checkpoint_root: str,
        serving_photos: str,
        serving_hash: str,
    ) -> None:
        """Build the node.

        Args:
            examples: Augmented Examples with the splits `train` and `eval`.
            catalog: Examples of `CatalogExampleGen`: templates, and which SKUs are held out.
            companions: Examples of products that are trained on and are in no index.
            tuned_examples: Of the Tuner: where it has the split `train`, that is trained on.
            hyperparameters: Of the Tuner: settings that stand before those of `settings`.
            ambiguous_photos: Names of the photos to train on more often.
            transform_graph: Of the Transform that analysed `examples`; it prepares them.
            schema: Of the shelf examples.
            settings: `TrainingPlan` as JSON.
            code_hash: Hash of the source this stage depends on.
            checkpoint_root: Folder that outlives a failed execution, for checkpoints.
            serving_photos: Folder of photos in use, which tell the packshots that fit everywhere;
                "" for none.
            serving_hash: `fingerprint.content_hash` of them.
        """
        super().__init__(
            ShelfTrainerSpec(
                examples=examples,
                catalog=catalog,
                companions=companions,
                tuned_examples=tuned_examples,
                hyperparameters=hyperparameters,
                ambiguous_photos=ambiguous_photos,
                transform_graph=transform_graph,
                schema=schema,
                settings=settings,
                code_hash=code_hash,
                checkpoint_root=checkpoint_root,
                serving_photos=serving_photos,
                serving_hash=serving_hash,
                model=Channel(type=Model),
                model_run=Channel(type=ModelRun),
            )
        )
