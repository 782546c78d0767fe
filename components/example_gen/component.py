"""The pipeline nodes that read the catalogue and the shelf photos."""

from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Examples

from components.example_gen.executor import CatalogExecutor, ShelfExecutor


class CatalogExampleGenSpec(ComponentSpec):
    """Interface of `CatalogExampleGen`."""

    PARAMETERS = {
        "products_csv": ExecutionParameter(type=str),
        "input_hash": ExecutionParameter(type=str),
        "settings": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
    }
    INPUTS: dict[str, ChannelParameter] = {}
    OUTPUTS = {"examples": ChannelParameter(type=Examples)}


class CatalogExampleGen(BaseBeamComponent):
    """Reads `products.csv` and its packshots into examples, split ``catalog``."""

    SPEC_CLASS = CatalogExampleGenSpec
    EXECUTOR_SPEC = BeamExecutorSpec(CatalogExecutor)

    def __init__(self, products_csv: str, input_hash: str, settings: str, code_hash: str) -> None:
        """Build the node.

        Args:
            products_csv: Path of the catalogue.
            input_hash: `fingerprint.content_hash` of the catalogue's files; a replaced packshot
                changes it, and so misses the cache.
            settings: `DataSettings` as JSON.
            code_hash: Hash of the source this stage depends on.
        """
        super().__init__(
            CatalogExampleGenSpec(
                products_csv=products_csv,
                input_hash=input_hash,
                settings=settings,
                code_hash=code_hash,
                examples=Channel(type=Examples),
            )
        )


class ShelfExampleGenSpec(ComponentSpec):
    """Interface of `ShelfExampleGen`."""

    PARAMETERS = {
        "shelves": ExecutionParameter(type=str),
        "input_hash": ExecutionParameter(type=str),
        "settings": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
        "store": ExecutionParameter(type=str),
        "span_records": ExecutionParameter(type=str),
    }
    INPUTS = {"catalog": ChannelParameter(type=Examples)}
    OUTPUTS = {"examples": ChannelParameter(type=Examples)}


class ShelfExampleGen(BaseBeamComponent):
    """Reads shelf photos into examples, splits ``train``, ``eval`` and ``test``."""

    SPEC_CLASS = ShelfExampleGenSpec
    EXECUTOR_SPEC = BeamExecutorSpec(ShelfExecutor)

    def __init__(
        self,
        shelves: str,
        catalog: BaseChannel,
        input_hash: str,
        settings: str,
        code_hash: str,
        store: str,
        span_records: str,
    ) -> None:
        """Build the node.

        Args:
            shelves: Path of the folder of spans.
            catalog: Examples of `CatalogExampleGen`: which SKUs there are, and which are held out.
            input_hash: `fingerprint.content_hash` of the photos and their annotations.
            settings: `DataSettings` as JSON.
            code_hash: Hash of the source this stage depends on.
            store: Folder of what is kept to be used again; see `ShardStore`.
            span_records: Folder of what spans held when they were first used; see `Ledger`. Empty
                for data that may change in its place.
        """
        super().__init__(
            ShelfExampleGenSpec(
                shelves=shelves,
                catalog=catalog,
                input_hash=input_hash,
                settings=settings,
                code_hash=code_hash,
                store=store,
                span_records=span_records,
                examples=Channel(type=Examples),
            )
        )
