"""What a user may set about the generated data set."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from components.synthesis.scenes.settings import SceneSettings


class EmbeddedDataSettings(BaseModel):
    """Size, split and difficulty of the generated data set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = Field(default=33, ge=0, description="Decides every product and every photo.")
    families: int = Field(default=16, ge=1, description="Number of product lines.")
    variants: int = Field(
        default=3, ge=1, le=6, description="Products per line, hard to tell apart."
    )
    distractor_families: int = Field(
        default=10,
        ge=0,
        description="Number of products that stand on shelves and in no catalogue.",
    )
    train_photos: int = Field(
        default=96, ge=1, description="Photos to train on, negatives included."
    )
    eval_photos: int = Field(default=40, ge=1, description="Photos to choose a threshold on.")
    test_photos: int = Field(
        default=120, ge=1, description="Photos to judge on, negatives included."
    )
    negative_share: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="Share of each split that shows no product of the catalogue.",
    )
    scene: SceneSettings = Field(
        default=SceneSettings(
            min_facing=72,
            max_facing=260,
            perspective=0.14,
            tilt=7,
            yaw=0.25,
            occlusion=0.45,
            blur=0.35,
            flexible_share=0,
            round_share=0,
            fenced_share=0,
        ),
        description="What the photos look like and how hard they are.",
    )
    workers: int = Field(
        default=0,
        ge=0,
        description="Processes that draw; 0 takes one per core. Never changes a pixel.",
    )
