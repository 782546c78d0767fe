"""What a user may set about how far photos may differ."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Distance = Annotated[float, Field(ge=0, le=1)]
"""0 where two distributions are equal, 1 where they share nothing; 1 as a limit allows all."""


class PhotoLimits(BaseModel):
    """Largest Jensen-Shannon divergence of what is measured on pixels.

    It is 0.2 where the mean moves by one standard deviation, 0.3 at one and a half, 0.5 at two.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    brightness: Distance = Field(0.3, description="Mean luma.")
    contrast: Distance = Field(0.3, description="Standard deviation of luma.")
    sharpness: Distance = Field(0.3, description="Variance of the Laplacian.")
    width: Distance = Field(1, description="Pixels. A new phone changes all of them: off.")
    height: Distance = Field(1, description="Pixels. A new phone changes all of them: off.")


class DriftLimits(PhotoLimits):
    """Largest distances of today's photos from those that the current release was trained on."""

    products: Distance = Field(0.3, description="Products per photo; as for pixels.")
    facing_height: Distance = Field(
        0.3, description="Height of products as a share of the photo's; as for pixels."
    )
    sku: Distance = Field(0.2, description="Largest change of a SKU's share of the facings.")
    category: Distance = Field(0.3, description="Largest change of a category's share of them.")
    label: Distance = Field(
        0.3, description="Largest change of a SKU's share of photos labelled as a whole."
    )


class SkewLimits(PhotoLimits):
    """Largest distances of the photos to train on from production photos."""

    brightness: Distance = Field(0.4, description="Mean luma.")
    contrast: Distance = Field(0.4, description="Standard deviation of luma.")
    sharpness: Distance = Field(0.4, description="Variance of the Laplacian.")


class DistributionSettings(BaseModel):
    """How far photos may differ before a run stops."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    drift: DriftLimits = DriftLimits()
    skew: SkewLimits = SkewLimits()
    min_photos: int = Field(
        default=50,
        ge=1,
        description="With fewer photos on either side nothing is compared: chance alone would "
        "make them differ.",
    )
