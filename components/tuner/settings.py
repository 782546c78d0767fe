"""What a user may set about the search for settings."""

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat

from components.recogniser.settings import BackboneName
from components.synthesis.augment_settings import LevelName


class TunerSettings(BaseModel):
    """Which settings are tried before training, and how long each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trials: int = Field(
        0, ge=0, description="Short trainings to choose settings by; 0 chooses nothing."
    )
    steps: int = Field(60, ge=1, description="Training steps of each.")
    levels: tuple[LevelName, ...] = Field(
        ("none", "light", "medium", "strong", "occluded"),
        description="Augmentation levels to try, beside `augment.level`.",
    )
    learning_rates: tuple[PositiveFloat, ...] = Field(
        (), description="Learning rates to try, beside `trainer.learning_rate`."
    )
    backbones: tuple[BackboneName, ...] = Field(
        (), description="Backbones to try, beside `backbone.name`."
    )
