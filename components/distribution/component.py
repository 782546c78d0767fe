"""The pipeline node that stops a run whose photos differ from earlier or production photos."""

from tfx.types.standard_artifacts import ExampleAnomalies, Examples, ExampleStatistics, Schema

from components.artifacts.types import PhotoComparisonArtifact
from components.distribution.executor import DistributionExecutor
from components.runtime.stage import BeamStage, Input, Output, Property


class BlockingDistributionValidator(BeamStage):
    """Runs TFX's DistributionValidator twice, and fails where photos differ by more than allowed.

    Drift: today's shelf photos against those that the current release was trained on. Skew: shelf
    photos to train on against production photos. Production photos are held to the schema, too, in
    its environment SERVING.

    Like DataCheck it hands nothing on: a new release, or new production photos, train nothing anew.
    """

    EXECUTOR = DistributionExecutor
    FOR_PEOPLE = True

    catalog = Input(Examples, "Examples of the catalogue, for the category of each SKU.")
    examples = Input(Examples, "Of the shelf photos.")
    statistics = Input(ExampleStatistics, "Of the shelf photos.")
    schema = Input(Schema, "Of the shelf photos.")

    releases = Property("Path of the releases folder; it need not exist yet.")
    current = Property(
        'What `current` names when the pipeline is built, "" for nothing. Only so that a '
        "new release misses the cache; the executor looks for itself."
    )
    production_photos = Property('Folder of production photos; "" for none.')
    production_hash = Property("`digests.content_hash` of them.")
    data_settings = Property("`DataSettings` as JSON, for the bounds of photos.")
    settings = Property("`DistributionSettings` as JSON.")

    comparison = Output(PhotoComparisonArtifact)
    drift = Output(ExampleAnomalies)
    skew = Output(ExampleAnomalies)
    serving_statistics = Output(ExampleStatistics)
