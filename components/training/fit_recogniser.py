"""Trains a recogniser, without TFX and without writing what it comes to."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import keras
import tensorflow as tf

from components.recogniser.model import Recogniser
from components.recogniser.weights import build_recogniser
from components.training.background_set import BackgroundSet
from components.training.matched_photos import PhotoMatcher
from components.training.observer import UNOBSERVED, Observer
from components.training.photo_files import PhotoFiles
from components.training.projection import fit_projection, training_crops
from components.training.settings import TrainingPlan
from components.training.training_catalog import TrainingCatalog, read_catalog
from components.training.training_loop import LossHistory, train
from components.training.validation import Validation


@dataclass(frozen=True)
class TrainingFiles:
    """What a training reads.

    Attributes:
        train: Photos to train on.
        eval: Photos to validate on.
        catalog: gzip TFRecords of the catalogue.
        companions: gzip TFRecords of products that are trained on and are in no index.
        production: Files of unlabelled production photos.
    """

    train: PhotoFiles
    eval: PhotoFiles
    catalog: Sequence[str]
    companions: Sequence[str] = ()
    production: Sequence[str] = ()


class Fitted(NamedTuple):
    """A recogniser that has been trained, and what belongs to it."""

    recogniser: Recogniser
    weights_source: str
    catalog: TrainingCatalog  # what its index holds
    taught: TrainingCatalog  # companions included
    validate: Validation
    history: LossHistory


def fit_recogniser(
    plan: TrainingPlan,
    files: TrainingFiles,
    checkpoint_dir: Path,
    observer: Observer = UNOBSERVED,
) -> Fitted:
    """Train a recogniser and write checkpoints only.

    Args:
        plan: What to train, and how.
        files: The input.
        checkpoint_dir: Keeps checkpoints of this very training, so that a killed run goes on.
        observer: Is told how it goes.

    Raises:
        ValueError: The initial weights do not exist or do not fit, or nothing can be trained on.
        FloatingPointError: Training diverges.
    """
    log = logging.getLogger("oneshelf.trainer")
    trainer = plan.trainer
    catalog = read_catalog(files.catalog)
    taught = read_catalog([*files.catalog, *files.companions])
    # Before the weights that no file gives are drawn.
    keras.utils.set_random_seed(trainer.seed)
    if trainer.repeatable:
        tf.config.experimental.enable_op_determinism()
    with strategy_named(trainer.strategy).scope():
        built = build_recogniser(plan.backbone, plan.recogniser)
        if built.warning:
            log.warning(built.warning)
        recogniser = built.recogniser
        log.info("weights: %s, %s", plan.backbone.name, built.source)
        if built.backbone_only:
            log.info("starting from the principal components of the backbone's features")
            side = plan.recogniser.packshot_side
            fit_projection(recogniser, training_crops(files.train, taught, trainer, side))
        validate = Validation(
            recogniser,
            BackgroundSet(recogniser, files.production, trainer.seed),
            PhotoMatcher(recogniser, files.eval.first(trainer.calibration_photos)),
            validation_rows(catalog, taught),
            taught.new_skus,
            observer,
        )
        history = train(
            recogniser, files.train, taught, trainer, checkpoint_dir, validate, observer
        )
    return Fitted(recogniser, built.source, catalog, taught, validate, history)


def validation_rows(catalog: TrainingCatalog, taught: TrainingCatalog) -> list[tuple[str, bytes]]:
    """Return what validation photos may show: the catalogue, and companions that are held out."""
    own = set(catalog.skus)
    return [row for row in taught.rows() if row[0] in own or row[0] in taught.new_skus]


def strategy_named(name: str) -> tf.distribute.Strategy:
    """Return the strategy of `TrainerSettings.strategy`."""
    return tf.distribute.MirroredStrategy() if name == "mirrored" else tf.distribute.get_strategy()
