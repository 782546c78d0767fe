"""The pipeline node that finds the photos the last release was least sure of."""

from tfx.types.standard_artifacts import Examples

from components.ambiguous_photos.executor import Executor
from components.artifacts.types import PhotoNamesArtifact
from components.runtime.stage import BeamStage, Input, Output, Property


class AmbiguousPhotos(BeamStage):
    """Lets a release look at the training photos, and names those that it is least sure of."""

    EXECUTOR = Executor

    examples = Input(
        Examples, "Shelf photos as they are, without variants; the split `train` is looked at."
    )
    catalog = Input(Examples, "Packshots of today's catalogue.")

    releases = Property("Path of the releases folder; it need not exist yet.")
    reference_release = Property('Version of the release that looks; "0" for none.')
    settings = Property("`AmbiguousPhotosSettings` as JSON.")

    photos = Output(PhotoNamesArtifact)
