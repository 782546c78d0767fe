"""What composed shelves look like and how hard they are."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator


class SceneSettings(BaseModel):
    """How a shelf photo is composed. Shares and probabilities are 0 to 1, lengths are pixels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    photo_width: int = Field(default=640, ge=64, description="Width of the photo in pixels.")
    photo_height: int = Field(default=480, ge=64, description="Height of the photo in pixels.")
    min_facing: float = Field(
        default=48, ge=12, description="Smallest height of a facing in pixels."
    )
    max_facing: float = Field(
        default=260, ge=12, description="Largest height of a facing in pixels."
    )
    handheld_share: float = Field(
        default=0.12,
        ge=0,
        le=1,
        description="Share of photos of one pack held in front of the shelf.",
    )
    lean: float = Field(
        default=9.0,
        ge=0,
        le=45,
        description="How far held packs lean: standard deviation, degrees.",
    )
    empty_share: float = Field(
        default=0.08, ge=0, le=1, description="Share of empty places on a shelf."
    )
    distractor_share: float = Field(
        default=0.12,
        ge=0,
        le=1,
        description="Share of places filled with products of no catalogue.",
    )
    flexible_share: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="Share of products drawn as bags: filled, crumpled, crimped, slumped, glossy.",
    )
    round_share: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Share of products drawn as bottles, cans and tubs. What has a neck is never "
        "drawn as a bag: its share of round packs is both shares together.",
    )
    fenced_share: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Share of boards with a wire fence or a clear lip in front of the products.",
    )
    sibling_share: float = Field(
        default=0.65, ge=0, le=1, description="How often the next product is the one most alike."
    )
    perspective: float = Field(
        default=0.10,
        ge=0,
        le=0.4,
        description="Largest shift of a photo corner, as share of its side.",
    )
    tilt: float = Field(
        default=4.0, ge=0, le=30, description="Largest roll of the camera in degrees."
    )
    yaw: float = Field(
        default=0.15, ge=0, le=0.6, description="Largest foreshortening of a product turned aside."
    )
    pitch: float = Field(
        default=0.0,
        ge=0,
        le=0.6,
        description="Largest foreshortening of a held pack tipped forwards or backwards.",
    )
    depth: float = Field(
        default=0.0,
        ge=0,
        le=2,
        description="Depth of the deepest held packs, as a multiple of their width: turned aside, "
        "they show a flank, tipped, a lid. 0: flat.",
    )
    occlusion: float = Field(
        default=0.35, ge=0, le=1, description="Probability of something in front of the shelf."
    )
    glare: float = Field(
        default=0.3, ge=0, le=1, description="Probability of a reflection of a lamp."
    )
    blur: float = Field(default=0.3, ge=0, le=1, description="Probability of motion or focus blur.")
    noise: float = Field(default=0.6, ge=0, le=1, description="Probability of sensor noise.")
    jpeg: float = Field(
        default=0.6, ge=0, le=1, description="Probability of visible JPEG compression."
    )
    light: float = Field(
        default=0.3, ge=0, le=1, description="Strength of changes of exposure, contrast and colour."
    )

    @model_validator(mode="after")
    def _ordered(self) -> SceneSettings:
        if self.min_facing > self.max_facing:
            raise ValueError("min_facing is larger than max_facing")
        if self.flexible_share + self.round_share > 1:
            raise ValueError("flexible_share and round_share together are larger than 1")
        return self
