"""Trains a recogniser, without TFX and without writing what it comes to."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from components.recogniser.backbones import build_backbone
from components.recogniser.model import Recogniser
from components.recogniser.weights import build_recogniser
from components.records.seeds import seed_for
from components.training.background_set import BackgroundSet
from components.training.cluster import read_cluster
from components.training.matched_photos import PhotoMatcher
from components.training.observer import UNOBSERVED, Observer
from components.training.photo_files import PhotoFiles
from components.training.projection import fit_projection, training_crops
from components.training.settings import TrainingPlan
from components.training.training_catalog import TrainingCatalog, read_catalog
from components.training.training_loop import LossHistory, train
from components.training.validation import Validation
from components.training.workers import share


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
    chief: bool  # whether this process is the one that writes what it came to


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
        InputError: Several machines are to train, and TF_CONFIG does not say which.
        ValueError: The initial weights do not exist or do not fit, or nothing can be trained on.
        FloatingPointError: Training diverges.
    """
    log = logging.getLogger("oneshelf.trainer")
    trainer = plan.trainer
    # First of all: processes that train together must meet before TensorFlow has done anything.
    strategy, chief = strategy_named(trainer.strategy)
    _check_same(strategy, f"{plan.model_dump_json()} {files}")
    catalog = read_catalog(files.catalog)
    taught = read_catalog([*files.catalog, *files.companions])
    # Before the weights that no file gives are drawn.
    keras.utils.set_random_seed(trainer.seed)
    if trainer.repeatable:
        tf.config.experimental.enable_op_determinism()
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
    alone = trainer.strategy == "one_device"
    trained = recogniser if alone else copied_to(strategy, recogniser)

    def validate_trained(step: int) -> float:
        copy_weights(trained, recogniser)
        return validate(step)

    with strategy.scope():
        history = train(
            trained, files.train, taught, trainer, checkpoint_dir, validate_trained, observer, chief
        )
    copy_weights(trained, recogniser)
    return Fitted(recogniser, built.source, catalog, taught, validate, history, chief)


def validation_rows(catalog: TrainingCatalog, taught: TrainingCatalog) -> list[tuple[str, bytes]]:
    """Return what validation photos may show: the catalogue, and companions that are held out."""
    own = set(catalog.skus)
    return [row for row in taught.rows() if row[0] in own or row[0] in taught.new_skus]


def strategy_named(name: str) -> tuple[tf.distribute.Strategy, bool]:
    """Return the strategy of `TrainerSettings.strategy`, and whether this process is its chief.

    Raises:
        InputError: Several machines are to train, and TF_CONFIG does not say which.
    """
    if name == "multi_worker":
        chief = read_cluster(os.environ).chief
        return tf.distribute.MultiWorkerMirroredStrategy(), chief
    if name == "mirrored":
        return tf.distribute.MirroredStrategy(), True
    return tf.distribute.get_strategy(), True


def _check_same(strategy: tf.distribute.Strategy, training: str) -> None:
    """Refuse to train with a chief that trains something else: a worker may come from earlier."""
    own = np.array(seed_for(0, training))
    if share(strategy, [own])[0] != own:
        raise ValueError("the chief trains something else by now: start this worker again")


def copied_to(strategy: tf.distribute.Strategy, recogniser: Recogniser) -> Recogniser:
    """Return a copy of a recogniser on all devices of a strategy.

    What validates and is exported stays a plain one, of this process alone.
    """
    with strategy.scope():
        backbone = recogniser.backbone.name.removeprefix("backbone_")
        copy = Recogniser(build_backbone(backbone, None), recogniser.settings)
        copy_weights(recogniser, copy)
    return copy


def copy_weights(source: Recogniser, target: Recogniser) -> None:
    """Give a recogniser the weights of another."""
    if source is target:
        return
    for variable, wanted in zip(target.variables, source.variables, strict=True):
        variable.assign(np.array(wanted))
