"""The pipeline node that makes the photos a model trains on."""

from tfx.types.standard_artifacts import Examples

from components.augment.executor import AugmentExecutor
from components.runtime.stage import BeamStage, Input, Output, Property


class Augment(BeamStage):
    """Seeded variants of training photos, and shelves composed from packshots."""

    EXECUTOR = AugmentExecutor

    catalog = Input(Examples, "Examples of `CatalogExampleGen`.")
    shelves = Input(Examples, "Examples of `ShelfExampleGen`.")

    settings = Property("`AugmentSettings` as JSON.")
    store = Property("Folder of what is kept to be used again; see `ShardStore`.")

    examples = Output(Examples)
    companions = Output(Examples)
