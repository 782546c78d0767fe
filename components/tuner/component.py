"""The pipeline node that chooses settings before training."""

from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Examples, HyperParameters, TransformGraph, TunerResults

from components.tuner.executor import TunerExecutor


class ShelfTunerSpec(ComponentSpec):
    """Interface of `ShelfTuner`."""

    PARAMETERS = {
        "settings": ExecutionParameter(type=str),
        "plan": ExecutionParameter(type=str),
        "augment": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
        "augment_code": ExecutionParameter(type=str),
        "store": ExecutionParameter(type=str),
        "checkpoint_root": ExecutionParameter(type=str),
    }
    INPUTS = {
        "shelves": ChannelParameter(type=Examples),
        "examples": ChannelParameter(type=Examples),
        "catalog": ChannelParameter(type=Examples),
        "companions": ChannelParameter(type=Examples),
        "transform_graph": ChannelParameter(type=TransformGraph),
    }
    OUTPUTS = {
        "best_hyperparameters": ChannelParameter(type=HyperParameters),
        "tuner_results": ChannelParameter(type=TunerResults),
        "tuned_examples": ChannelParameter(type=Examples),
    }


class ShelfTuner(BaseBeamComponent):
    """Tries augmentation levels, learning rates and backbones by short trainings.

    TFX's own Tuner has no input for a catalogue, nor for photos that are not augmented yet; this
    one has. It stands in every graph: with no trials its outputs are empty, and the Trainer does
    what the configuration says.
    """

    SPEC_CLASS = ShelfTunerSpec
    EXECUTOR_SPEC = BeamExecutorSpec(TunerExecutor)

    def __init__(
        self,
        shelves: BaseChannel,
        examples: BaseChannel,
        catalog: BaseChannel,
        companions: BaseChannel,
        transform_graph: BaseChannel,
        settings: str,
        plan: str,
        augment: str,
        code_hash: str,
        augment_code: str,
        store: str,
        checkpoint_root: str,
    ) -> None:
        """Build the node.

        Args:
            shelves: Examples of `ShelfExampleGen`, whose training photos are varied by level.
            examples: Of Augment: the composed shelves, and the validation photos.
            catalog: Examples of `CatalogExampleGen`.
            companions: Of Augment.
            transform_graph: Of the Transform that analysed `examples`; it prepares all photos.
            settings: `TunerSettings` as JSON.
            plan: `TrainingPlan` as JSON, which the trials change.
            augment: `AugmentSettings` as JSON.
            code_hash: Hash of the source this stage depends on.
            augment_code: That of Augment, under which its store keeps variants.
            store: Folder of what is kept to be used again; see `ShardStore`.
            checkpoint_root: Folder that outlives a failed execution.
        """
        super().__init__(
            ShelfTunerSpec(
                shelves=shelves,
                examples=examples,
                catalog=catalog,
                companions=companions,
                transform_graph=transform_graph,
                settings=settings,
                plan=plan,
                augment=augment,
                code_hash=code_hash,
                augment_code=augment_code,
                store=store,
                checkpoint_root=checkpoint_root,
                best_hyperparameters=Channel(type=HyperParameters),
                tuner_results=Channel(type=TunerResults),
                tuned_examples=Channel(type=Examples),
            )
        )
