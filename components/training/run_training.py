"""Train, calibrate, export: what the Trainer does, without TFX."""

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np

from components.artifacts.model import ModelArtifact
from components.metrics.costs import Costs
from components.recogniser import weights
from components.recogniser.embed_catalog import embedding_of
from components.recogniser.embed_packshots import embed_packshots
from components.runtime import progress
from components.training.export import export_model
from components.training.fit_recogniser import TrainingFiles, fit_recogniser
from components.training.observer import UNOBSERVED, Observer
from components.training.settings import TrainingPlan
from components.training.threshold import cheapest_threshold


def run_training(
    plan: TrainingPlan,
    files: TrainingFiles,
    model_dir: Path,
    run_dir: Path,
    checkpoint_dir: Path,
    observer: Observer = UNOBSERVED,
) -> None:
    """Train a recogniser and write the Model and ModelRun artifacts.

    Of several processes that train together the chief alone writes.

    Args:
        plan: What to train, and how.
        files: The input.
        model_dir: Gets what `ModelArtifact` says.
        run_dir: Gets `losses.json`, `training.json` and `calibration.json`.
        checkpoint_dir: Keeps checkpoints of this very training, so that a killed run goes on.
        observer: Is told how it goes.

    Raises:
        ValueError: The initial weights do not exist or do not fit, or nothing can be trained on.
        FloatingPointError: Training diverges.
    """
    log = logging.getLogger("oneshelf.trainer")
    trainer = plan.trainer
    fitted = fit_recogniser(plan, files, checkpoint_dir, observer)
    if not fitted.chief:
        return
    recogniser, validate, losses = fitted.recogniser, fitted.validate, fitted.history.losses

    log.info("calibrating on %d validation photos at most", trainer.calibration_photos)
    steps = int(losses[-1]["step"]) if losses else 0
    validate(steps)
    if background := len(recogniser.background_set.numpy()):
        progress.say(
            f"{background} proposals in production photos tell which packshots fit everywhere"
        )
    photos = validate.photos
    costs = Costs(false_alarm=trainer.cost_false_alarm, miss=trainer.cost_miss)
    operating = cheapest_threshold(recogniser, photos, costs)
    threshold = operating.chosen.threshold
    export_model(
        recogniser,
        embed_packshots(embedding_of(recogniser), fitted.catalog.rows()),
        model_dir,
        operating_threshold=threshold,
        costs=costs,
        weights_source=fitted.weights_source,
        backbone=recogniser.backbone.name.removeprefix("backbone_"),
    )
    weights.save_weights(recogniser, Path(ModelArtifact(model_dir).weights))
    _write(run_dir / "losses.json", fitted.history._asdict())
    _write(
        run_dir / "training.json",
        {
            "steps": steps,
            "weights_source": fitted.weights_source,
            "trained_skus": int(np.sum(~fitted.taught.held_out)),
            "held_out_skus": int(np.sum(fitted.taught.held_out)),
            # Proposals in production photos: the file keeps an older name, as the one below does.
            "places_in_use": background,
            "losses": losses[-1] if losses else {},
            "validation": validate.metrics,
        },
    )
    _write(
        run_dir / "calibration.json",
        {
            "operating_threshold": threshold,
            "operating": operating.model_dump(),
            "coefficients": [float(value) for value in recogniser.calibration.numpy()],
            "photos": len(photos),
            "places": int(sum(len(photo.answer) for photo in photos)),
        },
    )


def _write(path: Path, value: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")
