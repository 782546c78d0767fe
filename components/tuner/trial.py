"""One trial: a short training, and what it comes to on validation photos."""

from __future__ import annotations

from pathlib import Path

import keras

from components.training.fit_recogniser import TrainingFiles, fit_recogniser
from components.training.settings import TrainingPlan


def trains_together(plan: TrainingPlan) -> bool:
    """Return whether several machines train; a trial is too short for them, and runs on one."""
    return plan.trainer.strategy == "multi_worker"


def measure_plan(
    plan: TrainingPlan, files: TrainingFiles, steps: int, folder: Path
) -> dict[str, float]:
    """Train for so many steps and validate.

    Args:
        plan: What to train, and how; its number of steps does not count.
        files: The input.
        steps: How long.
        folder: Gets checkpoints of this very training.

    Returns:
        `map50`, where the photos allow `map50_seen` and `map50_new`, and `loss`.

    Raises:
        FloatingPointError: Training diverges.
    """
    trainer = plan.trainer.model_copy(
        update={
            "steps": steps,
            "warmup": min(plan.trainer.warmup, steps // 4),
            "validate_every": 0,
            "strategy": "one_device" if trains_together(plan) else plan.trainer.strategy,
        }
    )
    short = plan.model_copy(update={"trainer": trainer})
    # Models of earlier trials would stay in memory.
    keras.utils.clear_session(free_memory=True)
    fitted = fit_recogniser(short, files, folder / "checkpoints")
    fitted.validate(steps)
    losses = fitted.history.losses
    loss = losses[-1]["loss"] if losses else 0.0
    return {**fitted.validate.metrics, "loss": loss}
