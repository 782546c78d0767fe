"""What a user may set about reading data."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from components.datasets.span_selection import checked_selection
from components.imaging.decoding import ImageLimits


class DataSettings(BaseModel):
    """How catalogue and shelf photos are read and split."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spans: str = Field(
        default="all", description="Spans taken: all, latest, a number, or a range such as 2-5."
    )
    seed: int = Field(default=0, description="Chooses which visits and which SKUs go where.")
    held_out_share: float = Field(
        default=1 / 3,
        ge=0,
        lt=1,
        description="Expected share of SKUs kept out of training, to measure new products.",
    )
    photo_split: str = Field(
        default="val",
        description="Which photos of a photos.csv with a split column are evaluated.",
    )
    max_photo_bytes: int = Field(
        default=ImageLimits.max_bytes, gt=0, description="Largest encoded photo in bytes."
    )
    max_photo_pixels: int = Field(
        default=ImageLimits.max_pixels, gt=0, description="Largest photo, pixels in all."
    )
    min_photo_side: int = Field(
        default=ImageLimits.min_side, gt=0, description="Smallest width and height, pixels."
    )

    @field_validator("spans", mode="before")
    @classmethod
    def _a_selection(cls, spans: Any) -> str:
        return checked_selection(str(spans))  # YAML reads 3 as a number

    @property
    def limits(self) -> ImageLimits:
        """The bounds every photo must keep."""
        return ImageLimits(self.max_photo_bytes, self.max_photo_pixels, self.min_photo_side)
