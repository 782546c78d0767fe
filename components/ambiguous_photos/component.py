"""The pipeline node that finds the photos the last release was least sure of."""

from __future__ import annotations

from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Examples

from components.ambiguous_photos.executor import Executor
from components.artifacts.types import PhotoNames


class AmbiguousPhotosSpec(ComponentSpec):
    """Interface of `AmbiguousPhotos`."""

    # TFX reads these three as plain class attributes.
    PARAMETERS = {
        "releases": ExecutionParameter(type=str),
        "teacher": ExecutionParameter(type=str),
        "settings": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
    }
    INPUTS = {
        "examples": ChannelParameter(type=Examples),
        "catalog": ChannelParameter(type=Examples),
    }
    OUTPUTS = {"photos": ChannelParameter(type=PhotoNames)}


class AmbiguousPhotos(BaseBeamComponent):
    """Lets a release look at the training photos, and names those that it is least sure of."""

    SPEC_CLASS = AmbiguousPhotosSpec
    EXECUTOR_SPEC = BeamExecutorSpec(Executor)

    def __init__(
        self,
        examples: BaseChannel,
        catalog: BaseChannel,
        releases: str,
        teacher: str,
        settings: str,
        code_hash: str,
    ) -> None:
        """Build the node.

        Args:
            examples: Shelf photos as they are, without variants; the split `train` is looked at.
            catalog: Packshots of today's catalogue.
            releases: Path of the releases folder; it need not exist yet.
            teacher: Version of the release that looks; "0" for none, "" for the current one.
            settings: `AmbiguousPhotosSettings` as JSON.
            code_hash: Hash of the source this stage depends on.
        """
        super().__init__(
            AmbiguousPhotosSpec(
                examples=examples,
                catalog=catalog,
                releases=releases,
                teacher=teacher,
                settings=settings,
                code_hash=code_hash,
                photos=Channel(type=PhotoNames),
            )
        )
