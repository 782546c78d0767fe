"""The pipeline node that makes the photos a model trains on."""

from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import ExampleAnomalies, Examples

from components.augment.executor import AugmentExecutor


class AugmentSpec(ComponentSpec):
    """Interface of `Augment`."""

    PARAMETERS = {
        "settings": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
        "store": ExecutionParameter(type=str),
    }
    INPUTS = {
        "catalog": ChannelParameter(type=Examples),
        "shelves": ChannelParameter(type=Examples),
        "catalog_anomalies": ChannelParameter(type=ExampleAnomalies),
        "shelf_anomalies": ChannelParameter(type=ExampleAnomalies),
    }
    OUTPUTS = {
        "examples": ChannelParameter(type=Examples),
        "companions": ChannelParameter(type=Examples),
    }


class Augment(BaseBeamComponent):
    """Seeded variants of training photos, and shelves composed from packshots."""

    SPEC_CLASS = AugmentSpec
    EXECUTOR_SPEC = BeamExecutorSpec(AugmentExecutor)

    def __init__(
        self,
        catalog: BaseChannel,
        shelves: BaseChannel,
        catalog_anomalies: BaseChannel,
        shelf_anomalies: BaseChannel,
        settings: str,
        code_hash: str,
        store: str,
    ) -> None:
        """Build the node.

        Args:
            catalog: Examples of `CatalogExampleGen`.
            shelves: Examples of `ShelfExampleGen`.
            catalog_anomalies: Not read; with it, nothing is augmented before it is validated.
            shelf_anomalies: As `catalog_anomalies`.
            settings: `AugmentSettings` as JSON.
            code_hash: Hash of the source this stage depends on.
            store: Folder of what is kept to be used again; see `ShardStore`.
        """
        super().__init__(
            AugmentSpec(
                catalog=catalog,
                shelves=shelves,
                catalog_anomalies=catalog_anomalies,
                shelf_anomalies=shelf_anomalies,
                settings=settings,
                code_hash=code_hash,
                store=store,
                examples=Channel(type=Examples),
                companions=Channel(type=Examples),
            )
        )
