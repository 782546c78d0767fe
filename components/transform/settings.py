"""What a user may set about how often a photo is trained on."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class TransformSettings(BaseModel):
    """Class balance: what counts as rare, and whether photos of rare SKUs come more often."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    repeat_threshold: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Photos of SKUs that less than this share of the training photos show are "
        "trained on more often, by the root of how far they fall short; 0 repeats none.",
    )
    rare_photos: int = Field(
        default=10,
        ge=0,
        description="A SKU on at most so many training photos is called rare.",
    )
