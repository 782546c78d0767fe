"""What a user may set about checking data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

# YAML reads a bare `off` as false.
SeverityOrOff = Annotated[
    Literal["off", "info", "warning", "error"],
    BeforeValidator(lambda value: "off" if value is False else value),
]


class CheckSettings(BaseModel):
    """How grave each kind of fault is, and from where on it is one.

    What breaks a contract of the data (a file that does not decode, a SKU without packshot) is
    always an error and has no setting.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    leakage: SeverityOrOff = Field(
        default="error",
        description="A photo nearly the same as one of another split, or as a packshot.",
    )
    unlabelled_photos: SeverityOrOff = Field(
        default="warning", description="Spans none of whose photos has a label."
    )
    near_duplicate_photo: SeverityOrOff = Field(
        default="warning", description="A photo nearly the same as one of its own split."
    )
    same_packshot: SeverityOrOff = Field(
        default="error", description="One packshot, to the pixel, of two SKUs."
    )
    near_duplicate_packshot: SeverityOrOff = Field(
        default="warning", description="Packshots of two SKUs that are nearly the same."
    )
    blank_photo: SeverityOrOff = Field(
        default="warning", description="A shelf photo with almost no contrast."
    )
    blank_packshot: SeverityOrOff = Field(
        default="error", description="A packshot with almost no contrast."
    )
    doubtful: SeverityOrOff = Field(
        default="warning",
        description="Tables taken otherwise than written, or easily mistaken: SKUs that look the "
        "same, names of files spelt otherwise, turned boxes.",
    )
    not_isolated: SeverityOrOff = Field(
        default="warning", description="A packshot on a plain background that is not white."
    )
    several_products: SeverityOrOff = Field(
        default="warning", description="A packshot of products side by side."
    )
    repeated_box: SeverityOrOff = Field(
        default="warning", description="Two boxes of one SKU around the same thing."
    )
    contradicting_box: SeverityOrOff = Field(
        default="error", description="Boxes of two SKUs around the same thing."
    )
    odd_group: SeverityOrOff = Field(
        default="warning",
        description="A group of one product, or of several categories, or two of one product.",
    )
    never_on_shelf: SeverityOrOff = Field(
        default="info", description="A SKU that no shelf photo shows."
    )
    fills_picture: SeverityOrOff = Field(
        default="info",
        description="A packshot without background: cropped to the pack (fine), or a scene.",
    )

    hash_bits: int = Field(
        default=8,
        ge=0,
        le=31,
        description="Near-duplicates differ in at most so many of the 64 bits of their hash, "
        "and in their colours as `colour_difference` says.",
    )
    colour_difference: float = Field(
        default=45,
        ge=0,
        le=255,
        description="Near-duplicates differ nowhere by more than so many grey values, at a size of "
        "16 x 16, after brightness and contrast were made equal.",
    )
    crop_bits: int = Field(
        default=18,
        ge=0,
        le=31,
        description="A crop of a photo is looked for where their hashes differ in at most so many "
        "bits; 0 looks for none. More takes longer, and finds crops by more than 5 percent.",
    )
    packshot_likeness: float = Field(
        default=0.97,
        gt=0,
        le=1,
        description="A photo is a copy of a packshot where, margins cut off and laid upon it, the "
        "two correlate by at least so much at a size of 16 x 16.",
    )
    blank_contrast: float = Field(
        default=0.02,
        ge=0,
        le=0.5,
        description="A picture is blank where the standard deviation of its brightness, noise "
        "averaged out, is below this; 0.5 is the largest possible.",
    )
    border_share: float = Field(
        default=0.4,
        ge=0,
        le=1,
        description="A packshot's background is looked at where more than this share of its "
        "border is not white.",
    )
    second_product: float = Field(
        default=0.15,
        gt=0,
        le=1,
        description="A part of a packshot counts as a product of its own from this share of the "
        "largest part's area on.",
    )
    box_overlap: float = Field(
        default=0.95, gt=0.5, le=1, description="IoU from which on two boxes are the same."
    )
    workers: int = Field(
        default=0,
        ge=0,
        description="Processes that look at pictures; 0 takes one per core.",
    )
