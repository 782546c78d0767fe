"""Train, calibrate, export: what the Trainer does, without TFX."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from components.recogniser import weights
from components.trainer import calibrate
from components.trainer.catalog import read_catalog
from components.trainer.export import build_index, export_model
from components.trainer.fit import train
from components.trainer.projection import fit_projection, training_crops
from components.trainer.settings import TrainingPlan
from components.trainer.threshold import operating_threshold

WEIGHTS_FILE = "weights.safetensors"


@dataclass(frozen=True)
class TrainingFiles:
    """Gzip TFRecords that a training reads: transformed photos, and the catalogue."""

    train: Sequence[str]
    eval: Sequence[str]
    catalog: Sequence[str]


def run_training(
    plan: TrainingPlan, files: TrainingFiles, model_dir: Path, run_dir: Path, checkpoint_dir: Path
) -> None:
    """Trains a recogniser and writes the Model and ModelRun artifacts.

    Args:
      plan: what to train, and how.
      files: the input.
      model_dir: gets `Format-Serving/`, `Format-Edge/`, `settings.json`, `weights.safetensors`.
      run_dir: gets TensorBoard's logs, `training.json` and `calibration.json`.
      checkpoint_dir: keeps checkpoints of this very training, so that a killed run goes on.

    Raises:
      ValueError: if the initial weights do not exist or do not fit, or nothing can be trained on.
      FloatingPointError: if training diverges.
    """
    log = logging.getLogger("oneshelf.trainer")
    built = weights.build_recogniser(plan.backbone, plan.recogniser)
    if built.warning:
        log.warning(built.warning)
    recogniser = built.recogniser
    recogniser.backbone.trainable = plan.backbone.trainable
    log.info("weights: %s, %s", plan.backbone.name, built.source)
    catalog = read_catalog(files.catalog)
    run_dir.mkdir(parents=True, exist_ok=True)
    if built.backbone_only:
        log.info("starting from the principal components of %s's features", plan.backbone.name)
        side = plan.recogniser.packshot_side
        fit_projection(recogniser, training_crops(files.train, catalog, plan.trainer, side))
    history = train(recogniser, files.train, catalog, plan.trainer, checkpoint_dir, run_dir)

    rows = catalog.rows()
    index = build_index(recogniser, rows)
    log.info("calibrating on %d validation photos at most", plan.trainer.calibration_photos)
    evidence = list(
        calibrate.collect_evidence(recogniser, files.eval, index, plan.trainer.calibration_photos)
    )
    places = int(sum(len(part.answer) for part in evidence))
    recogniser.calibration.assign(calibrate.fit(evidence) if evidence else recogniser.calibration)
    threshold = operating_threshold(recogniser, evidence)
    export_model(
        recogniser,
        index,
        model_dir,
        operating_threshold=threshold,
        weights_source=built.source,
        backbone=recogniser.backbone.name.removeprefix("backbone_"),
    )
    weights.save_weights(recogniser, model_dir / WEIGHTS_FILE)
    _write(
        run_dir / "training.json",
        {
            "steps": plan.trainer.steps,
            "weights_source": built.source,
            "trained_skus": int(np.sum(~catalog.held_out)),
            "held_out_skus": int(np.sum(catalog.held_out)),
            "losses": history[-1] if history else {},
        },
    )
    _write(
        run_dir / "calibration.json",
        {
            "operating_threshold": threshold,
            "coefficients": [float(value) for value in recogniser.calibration.numpy()],
            "photos": len(evidence),
            "places": places,
        },
    )


def _write(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")
