"""The pipeline node that checks what statistics and a schema cannot."""

from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Examples

from components.artifacts.types import DataFindings
from components.data_check.executor import DataCheckExecutor


class DataCheckSpec(ComponentSpec):
    """Interface of `DataCheck`."""

    PARAMETERS = {
        "products_csv": ExecutionParameter(type=str),
        "settings": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
    }
    INPUTS = {
        "catalog": ChannelParameter(type=Examples),
        "shelves": ChannelParameter(type=Examples),
    }
    OUTPUTS = {"findings": ChannelParameter(type=DataFindings)}


class DataCheck(BaseBeamComponent):
    """Compares pictures with each other and boxes with the catalogue; any error fails the node.

    Nothing reads its output before training, so that a changed severity trains nothing anew: what
    must not start before it names it as upstream.
    """

    SPEC_CLASS = DataCheckSpec
    EXECUTOR_SPEC = BeamExecutorSpec(DataCheckExecutor)

    def __init__(
        self,
        catalog: BaseChannel,
        shelves: BaseChannel,
        products_csv: str,
        settings: str,
        code_hash: str,
    ) -> None:
        """Build the node.

        Args:
            catalog: Examples of the catalogue.
            shelves: Examples of the shelf photos.
            products_csv: Path of the catalogue, to name it in findings.
            settings: `CheckSettings` as JSON.
            code_hash: Hash of the source this stage depends on.
        """
        super().__init__(
            DataCheckSpec(
                catalog=catalog,
                shelves=shelves,
                products_csv=products_csv,
                settings=settings,
                code_hash=code_hash,
                findings=Channel(type=DataFindings),
            )
        )
