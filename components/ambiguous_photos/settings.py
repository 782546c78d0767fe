"""Settings of the search for ambiguous photos."""

from pydantic import BaseModel, ConfigDict, Field


class AmbiguousPhotosSettings(BaseModel):
    """Which training photos count as those that the last release found ambiguous."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: float = Field(
        0.25,
        ge=0,
        le=1,
        description="Share of the training photos, the most ambiguous ones, that are trained on "
        "twice as often; 0 does not look for them.",
    )
