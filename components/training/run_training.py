"""Train, calibrate, export: what the Trainer does, without TFX."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from components.metrics.costs import Costs
from components.recogniser import weights
from components.recogniser.model import Recogniser
from components.runtime import progress
from components.training.cohort import Cohort
from components.training.evidence import EvidenceCollector
from components.training.export import Indexer, export_model
from components.training.photo_files import PhotoFiles
from components.training.projection import fit_projection, training_crops
from components.training.settings import TrainingPlan
from components.training.threshold import cheapest_threshold
from components.training.training_catalog import TrainingCatalog, read_catalog
from components.training.training_loop import train
from components.training.validation import Validation

WEIGHTS_FILE = "weights.safetensors"


@dataclass(frozen=True)
class TrainingFiles:
    """What a training reads: photos, gzip TFRecords of the catalogue and of companions, and files
    of unlabelled photos in use."""

    train: PhotoFiles
    eval: PhotoFiles
    catalog: Sequence[str]
    companions: Sequence[str] = ()
    in_use: Sequence[str] = ()


class Fitted(NamedTuple):
    """A recogniser that has been trained, and what belongs to it."""

    recogniser: Recogniser
    weights_source: str
    catalog: TrainingCatalog  # what its index holds
    taught: TrainingCatalog  # companions included
    validate: Validation
    history: list[dict[str, float]]


def fit_recogniser(
    plan: TrainingPlan, files: TrainingFiles, log_dir: Path, checkpoint_dir: Path
) -> Fitted:
    """Trains a recogniser and writes logs only.

    Args:
      plan: what to train, and how.
      files: the input.
      log_dir: gets TensorBoard's logs.
      checkpoint_dir: keeps checkpoints of this very training, so that a killed run goes on.

    Raises:
      ValueError: if the initial weights do not exist or do not fit, or nothing can be trained on.
      FloatingPointError: if training diverges.
    """
    log = logging.getLogger("oneshelf.trainer")
    trainer = plan.trainer
    log_dir.mkdir(parents=True, exist_ok=True)
    catalog = read_catalog(files.catalog)
    taught = read_catalog([*files.catalog, *files.companions])
    with strategy_named(trainer.strategy).scope():
        built = weights.build_recogniser(plan.backbone, plan.recogniser)
        if built.warning:
            log.warning(built.warning)
        recogniser = built.recogniser
        recogniser.backbone.trainable = plan.backbone.trainable
        log.info("weights: %s, %s", plan.backbone.name, built.source)
        if built.backbone_only:
            log.info("starting from the principal components of the backbone's features")
            side = plan.recogniser.packshot_side
            fit_projection(recogniser, training_crops(files.train, taught, trainer, side))
        validate = Validation(
            recogniser,
            Cohort(recogniser, files.in_use, trainer.seed),
            EvidenceCollector(recogniser, files.eval, trainer.calibration_photos),
            validation_rows(catalog, taught),
            taught.new_skus,
            log_dir,
        )
        history = train(recogniser, files.train, taught, trainer, checkpoint_dir, log_dir, validate)
    return Fitted(recogniser, built.source, catalog, taught, validate, history)


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
    trainer = plan.trainer
    fitted = fit_recogniser(plan, files, run_dir, checkpoint_dir)
    recogniser, validate, history = fitted.recogniser, fitted.validate, fitted.history

    log.info("calibrating on %d validation photos at most", trainer.calibration_photos)
    steps = int(history[-1]["step"]) if history else 0
    validate(steps)
    if places := len(recogniser.cohort.numpy()):
        progress.say(f"{places} places of photos in use tell which packshots fit everywhere")
    evidence = validate.evidence
    costs = Costs(false_alarm=trainer.cost_false_alarm, miss=trainer.cost_miss)
    operating = cheapest_threshold(recogniser, evidence, costs)
    threshold = operating.chosen.threshold
    export_model(
        recogniser,
        Indexer(recogniser).build(fitted.catalog.rows()),
        model_dir,
        operating_threshold=threshold,
        costs=costs,
        weights_source=fitted.weights_source,
        backbone=recogniser.backbone.name.removeprefix("backbone_"),
    )
    weights.save_weights(recogniser, model_dir / WEIGHTS_FILE)
    _write(
        run_dir / "training.json",
        {
            "steps": steps,
            "weights_source": fitted.weights_source,
            "trained_skus": int(np.sum(~fitted.taught.held_out)),
            "held_out_skus": int(np.sum(fitted.taught.held_out)),
            "places_in_use": len(recogniser.cohort.numpy()),
            "losses": history[-1] if history else {},
            "validation": validate.metrics,
        },
    )
    _write(
        run_dir / "calibration.json",
        {
            "operating_threshold": threshold,
            "operating": operating.model_dump(),
            "coefficients": [float(value) for value in recogniser.calibration.numpy()],
            "photos": len(evidence),
            "places": int(sum(len(part.answer) for part in evidence)),
        },
    )


def validation_rows(catalog: TrainingCatalog, taught: TrainingCatalog) -> list[tuple[str, bytes]]:
    """What validation photos may show: the catalogue, and companions that training never sees."""
    own = set(catalog.skus)
    return [row for row in taught.rows() if row[0] in own or row[0] in taught.new_skus]


def strategy_named(name: str) -> tf.distribute.Strategy:
    """The strategy of `TrainerSettings.strategy`."""
    return tf.distribute.MirroredStrategy() if name == "mirrored" else tf.distribute.get_strategy()


def _write(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")
