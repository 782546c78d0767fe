"""Settings of the trainer."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from components.metrics.costs import Costs
from components.recogniser.settings import BackboneSettings, RecogniserSettings
from components.recogniser.strides import SIDE_MULTIPLE

_COSTS = Costs()


class TrainerSettings(BaseModel):
    """How long, on what, and how fast to learn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(120, ge=0, description="Training steps; 0 keeps the initial weights.")
    photos: int = Field(6, ge=1, description="Photo crops in a batch.")
    crop: int = Field(
        320, ge=64, multiple_of=SIDE_MULTIPLE, description="Side of a crop in pixels."
    )
    templates: int = Field(24, ge=2, description="SKUs in a batch, confusable ones together.")
    absent_share: float = Field(
        0.2,
        ge=0,
        lt=1,
        description="Share of the SKUs in a batch's crops whose templates are left out of it, so "
        "that a product outside the catalogue is no match for what is in it.",
    )
    mirror_and_permute_share: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Share of batches that are mirrored, and of those whose colour channels are "
        "permuted, packshots alike: other products, made of the same ones. Pays in long trainings.",
    )
    proposals: int = Field(16, ge=1, description="Products of a crop that are aligned.")
    hard_negatives: int = Field(
        3, ge=1, description="Wrong SKUs aligned with each proposal: those that look most alike."
    )
    facing_pixels: tuple[float, float] = Field(
        (28.0, 200.0),
        description="Crops are scaled so that a product's side falls in this range.",
    )
    learning_rate: float = Field(2e-4, gt=0, description="Peak learning rate of AdamW.")
    backbone_factor: float = Field(
        1.0, ge=0, description="Learning rate of the backbone relative to the head's; 0 freezes it."
    )
    backbone_trained_share: float = Field(
        1.0,
        ge=0,
        le=1,
        description="How far the backbone goes in the end from its initial weights to the trained "
        "ones: 1 takes what training made of it. Below 1 it keeps more of what it knew of real "
        "photos, where training shows composed ones.",
    )
    warmup: int = Field(20, ge=0, description="Steps to reach the peak learning rate.")
    mine_every: int = Field(
        200,
        ge=0,
        description="Steps between two searches for the SKUs that look most alike; 0: never.",
    )
    checkpoint_every: int = Field(50, ge=1, description="Steps between two checkpoints.")
    calibration_photos: int = Field(
        48, ge=1, description="Validation photos that probabilities are fitted on, at most."
    )
    validate_every: int = Field(
        0,
        ge=0,
        description="Steps between two validations, after which the best weights so far are kept; "
        "0 validates at the end only.",
    )
    patience: int = Field(
        4, ge=1, description="Training stops after so many validations without a better one."
    )
    strategy: Literal["one_device", "mirrored", "multi_worker"] = Field(
        "one_device",
        description="`mirrored` trains on all GPUs of the machine, a batch on each; `multi_worker` "
        "on those of all machines that TF_CONFIG names.",
    )
    cost_false_alarm: float = Field(
        _COSTS.false_alarm,
        gt=0,
        description="What it costs to show something that is not there, relative to `cost_miss`; "
        "the operating threshold is the one at which errors cost least.",
    )
    cost_miss: float = Field(
        _COSTS.miss, gt=0, description="What it costs not to show a product that is there."
    )
    seed: int = Field(1, description="Seed of everything random in training.")
    repeatable: bool = Field(
        True,
        description="Train with kernels that end with the same weights each time, bit for bit, on "
        "one machine. They cost nothing on CPUs. On GPUs some are slower, and "
        "TensorFlow stops where there is none: then set false.",
    )


class TrainingPlan(BaseModel):
    """All that decides what the Trainer makes, as its execution property `settings` carries it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    backbone: BackboneSettings = BackboneSettings()
    recogniser: RecogniserSettings = RecogniserSettings()
    trainer: TrainerSettings = TrainerSettings()
