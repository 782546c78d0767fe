"""Settings of the serving check."""

from pydantic import BaseModel, ConfigDict, Field, PositiveInt


class ServingCheckSettings(BaseModel):
    """What is asked of the SavedModel before it may be released."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    photos: PositiveInt = Field(4, description="Test photos sent as requests.")
    batch_sizes: tuple[PositiveInt, ...] = Field((1, 3), description="Photos per request.")
    odd_height: PositiveInt = Field(
        237, ge=32, description="Height of a picture of unusual size that is sent as well, pixels."
    )
    odd_width: PositiveInt = Field(
        411, ge=32, description="Width of a picture of unusual size that is sent as well, pixels."
    )
    latency_requests: PositiveInt = Field(5, description="Requests whose time is measured.")
    timeout_seconds: float = Field(
        600.0, gt=0, description="Loading and answering everything may take this long."
    )
