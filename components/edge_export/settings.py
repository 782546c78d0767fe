"""Settings of the export to phones."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt


class EdgeExportSettings(BaseModel):
    """How the TFLite model is made, and how it is compared with the SavedModel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quantization: Literal["none", "float16", "dynamic"] = Field(
        "float16",
        description=(
            "How weights are stored: `none` (float32), `float16` (half the size, next to no "
            "change), `dynamic` (int8 weights, a quarter of the size, faster, less exact)."
        ),
    )
    parity_photos: PositiveInt = Field(
        24, description="Test photos on which the edge model is compared with the SavedModel."
    )
    threads: PositiveInt = Field(2, description="Threads of the interpreter when it is timed.")
    timeout_seconds: float = Field(
        900.0, gt=0, description="Each step (conversion, measuring) may take this long."
    )
