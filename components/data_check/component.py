"""The pipeline node that checks what statistics and a schema cannot."""

from tfx.types.standard_artifacts import Examples

from components.artifacts.types import DataFindingsArtifact
from components.data_check.executor import DataCheckExecutor
from components.runtime.stage import BeamStage, Input, Output, Property


class DataCheck(BeamStage):
    """Compares pictures with each other and boxes with the catalogue; any error fails the node.

    Nothing reads its output before training, so that a changed severity trains nothing anew: what
    must not start before it names it as upstream.
    """

    EXECUTOR = DataCheckExecutor
    FOR_PEOPLE = True

    catalog = Input(Examples, "Examples of the catalogue.")
    shelves = Input(Examples, "Examples of the shelf photos.")

    products_csv = Property("Path of the catalogue, to name it in findings.")
    settings = Property("`CheckSettings` as JSON.")

    findings = Output(DataFindingsArtifact)
