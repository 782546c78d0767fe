"""The pipeline node that stops a run whose photos are not like those before or those in use."""

from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import ExampleAnomalies, Examples, ExampleStatistics, Schema

from components.artifacts.types import PhotoComparison
from components.distribution.executor import DistributionExecutor


class DistributionValidatorSpec(ComponentSpec):
    """Interface of `BlockingDistributionValidator`."""

    PARAMETERS = {
        "releases": ExecutionParameter(type=str),
        "current": ExecutionParameter(type=str),
        "serving_photos": ExecutionParameter(type=str),
        "serving_hash": ExecutionParameter(type=str),
        "data_settings": ExecutionParameter(type=str),
        "settings": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
    }
    INPUTS = {
        "catalog": ChannelParameter(type=Examples),
        "examples": ChannelParameter(type=Examples),
        "statistics": ChannelParameter(type=ExampleStatistics),
        "schema": ChannelParameter(type=Schema),
    }
    OUTPUTS = {
        "comparison": ChannelParameter(type=PhotoComparison),
        "drift": ChannelParameter(type=ExampleAnomalies),
        "skew": ChannelParameter(type=ExampleAnomalies),
        "serving_statistics": ChannelParameter(type=ExampleStatistics),
    }


class BlockingDistributionValidator(BaseBeamComponent):
    """Runs TFX's DistributionValidator twice, and fails where photos differ by more than allowed.

    Drift: today's shelf photos against those that the current release was trained on. Skew: shelf
    photos to train on against photos in use. Photos in use are held to the schema, too, in its
    environment SERVING.

    Like DataCheck it hands nothing on: a new release, or new photos in use, train nothing anew.
    """

    SPEC_CLASS = DistributionValidatorSpec
    EXECUTOR_SPEC = BeamExecutorSpec(DistributionExecutor)

    def __init__(
        self,
        catalog: BaseChannel,
        examples: BaseChannel,
        statistics: BaseChannel,
        schema: BaseChannel,
        releases: str,
        current: str,
        serving_photos: str,
        serving_hash: str,
        data_settings: str,
        settings: str,
        code_hash: str,
    ) -> None:
        """Build the node.

        Args:
            catalog: Examples of the catalogue, for the category of each SKU.
            examples: Of the shelf photos.
            statistics: Of the shelf photos.
            schema: Of the shelf photos.
            releases: Path of the releases folder; it need not exist yet.
            current: What `current` names when the pipeline is built, "" for nothing. Only so that
                a new release misses the cache; the executor looks for itself.
            serving_photos: Folder of photos in use; "" for none.
            serving_hash: `fingerprint.content_hash` of them.
            data_settings: `DataSettings` as JSON, for the bounds of photos.
            settings: `DistributionSettings` as JSON.
            code_hash: Hash of the source this stage depends on.
        """
        super().__init__(
            DistributionValidatorSpec(
                catalog=catalog,
                examples=examples,
                statistics=statistics,
                schema=schema,
                releases=releases,
                current=current,
                serving_photos=serving_photos,
                serving_hash=serving_hash,
                data_settings=data_settings,
                settings=settings,
                code_hash=code_hash,
                comparison=Channel(type=PhotoComparison),
                drift=Channel(type=ExampleAnomalies),
                skew=Channel(type=ExampleAnomalies),
                serving_statistics=Channel(type=ExampleStatistics),
            )
        )
