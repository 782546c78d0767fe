"""What a user may set about the photos a model trains on."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from components.synthesis.scenes.settings import SceneSettings

LevelName = Literal["none", "light", "medium", "strong", "occluded"]
"""The levels of `components.synthesis.variants.levels`, which takes OpenCV to import."""


class AugmentSettings(BaseModel):
    """How training photos are varied, and how many more are composed from packshots."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = Field(default=0, description="Chooses other variants and other composed shelves.")
    level: LevelName = Field(
        default="medium", description="How far variants stray from their photo."
    )
    variants: int = Field(
        default=2, ge=1, description="Variants made of every boxed or negative training photo."
    )
    max_side: int = Field(
        default=1280, ge=64, description="Longest side of a variant in pixels; larger shrink."
    )
    composed_train: int | None = Field(
        default=None,
        ge=0,
        description="Shelves composed for training, of SKUs not held out. "
        "Null: 400 where no training photo has boxes, else none.",
    )
    composed_eval: int | None = Field(
        default=None,
        ge=0,
        description="Shelves composed for validation, of all SKUs. "
        "Null: 80 where no validation photo has boxes, else none.",
    )
    composed_test: int = Field(
        default=120,
        ge=1,
        description="Shelves composed to judge on, of all SKUs, where no shelf photo has boxes or "
        "a label.",
    )
    companion_families: int = Field(
        default=0,
        ge=0,
        description="Generated product lines, three variants each, that stand on composed shelves "
        "beside your products and are trained on with them. They are in no index.",
    )
    companion_share: float = Field(
        default=0.7, ge=0, le=1, description="Share of a composed shelf given to companions."
    )
    lookalike_share: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Share of the distractors on a composed shelf that are made of the products "
        "on it: recoloured, spliced, jumbled.",
    )
    negative_share: float = Field(
        default=0.05, ge=0, lt=1, description="Share of composed shelves without a known product."
    )
    scene: SceneSettings = Field(
        default=SceneSettings(), description="What composed shelves look like."
    )
