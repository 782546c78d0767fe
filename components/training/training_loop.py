"""The training loop: batches in, weights out, a checkpoint now and then."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from components.recogniser.model import Recogniser
from components.recogniser.packshots import squares
from components.records.seeds import seed_for
from components.runtime import progress
from components.training.batches import NEIGHBOURS, Batch, no_neighbours, training_batches
from components.training.checkpoint import Best, Checkpoint, State
from components.training.observer import UNOBSERVED, Observer
from components.training.photo_files import PhotoFiles
from components.training.settings import TrainerSettings
from components.training.step import batch_losses, total
from components.training.training_catalog import TrainingCatalog
from components.training.workers import share, share_variables

# Gradients are scaled down to this norm: one odd crop must not undo many good ones.
CLIP_NORM = 5.0
REPORT_SECONDS = 2.0
EMBED_BATCH = 32


class LossHistory(NamedTuple):
    """How a training went."""

    seconds: float
    losses: list[dict[str, float]]  # means by name, one entry per report, with `step`


def train(
    recogniser: Recogniser,
    files: PhotoFiles,
    catalog: TrainingCatalog,
    settings: TrainerSettings,
    checkpoint_dir: Path,
    validate: Callable[[int], float] | None = None,
    observer: Observer = UNOBSERVED,
    chief: bool = True,
) -> LossHistory:
    """Train in place, going on from the last checkpoint if there is one.

    Where validations are asked for, the weights that validated best are kept in the end; only of
    them does the backbone go back part of the way to where it started (see `interpolate`).

    Args:
        recogniser: The model with its initial weights.
        files: Of the photos to train on.
        catalog: The catalogue.
        settings: How long and how fast.
        checkpoint_dir: For checkpoints of exactly this training (same input, settings, code).
        validate: Called after every `settings.validate_every` steps with their number; returns how
            good the weights are, more being better.
        observer: Is told of the losses.
        chief: Of several processes that train together one is the chief: it alone reads and writes
            checkpoints, validates, and decides when to stop. All end with its weights.

    Raises:
        FloatingPointError: The loss stops being a number.
    """
    log = logging.getLogger("oneshelf.trainer")
    freeze_batch_norm(recogniser.backbone)
    strategy = tf.distribute.get_strategy()
    optimisers = _optimisers(recogniser, settings)
    initial = recogniser.backbone.get_weights()
    checkpoint = Checkpoint(checkpoint_dir, recogniser, [optimiser for optimiser, _ in optimisers])
    best = Best(checkpoint_dir, recogniser)
    state = (checkpoint.restore() if chief else None) or State(0, no_neighbours(catalog))
    share_variables(strategy, checkpoint.variables)
    begun, neighbours = share(strategy, [np.array(state.step), state.neighbours])
    start = int(begun)
    if start:
        log.info("going on from the checkpoint at step %d", start)

    def batches_from(step: int) -> Iterator[Batch]:
        """Return the batches of a step and of those after it, up to the next search."""
        done = step % settings.mine_every if settings.mine_every else step

        def of_worker(context: tf.distribute.InputContext) -> tf.data.Dataset:
            # Other photos after each search, and on each worker; the same in a resumed training.
            drawn = f"from step {step - done}, worker {context.input_pipeline_id}"
            return training_batches(
                files,
                catalog,
                neighbours,
                settings,
                recogniser.settings.packshot_side,
                seed=seed_for(settings.seed, drawn) // 4,  # an int32, with room for sums
                skipped=done * context.num_replicas_in_sync // context.num_input_pipelines,
            )

        return iter(strategy.distribute_datasets_from_function(of_worker))

    def on_one_device(batch: Batch) -> dict[str, tf.Tensor]:
        variables = [variable for _, group in optimisers for variable in group]
        with tf.GradientTape() as tape:
            parts = batch_losses(recogniser, batch, settings)
            loss = total(parts)
            # Gradients of all devices are summed.
            share = loss / strategy.num_replicas_in_sync
        gradients, _ = tf.clip_by_global_norm(tape.gradient(share, variables), CLIP_NORM)
        first = 0
        for optimiser, group in optimisers:
            optimiser.apply_gradients(
                zip(gradients[first : first + len(group)], group, strict=True)
            )
            first += len(group)
        return {"loss": loss, **parts}

    @tf.function
    def step(batch: Batch) -> dict[str, tf.Tensor]:
        losses = strategy.run(on_one_device, args=(batch,))
        return {
            name: strategy.reduce(tf.distribute.ReduceOp.MEAN, value, axis=None)
            for name, value in losses.items()
        }

    history: list[dict[str, float]] = []
    began, last_report, window = time.monotonic(), 0.0, []
    for number in range(start, settings.steps):
        searches = settings.mine_every > 0 and number % settings.mine_every == 0
        if searches:
            neighbours = confusable(recogniser, catalog)
        if searches or number == start:
            batches = batches_from(number)
        window.append({name: float(value) for name, value in step(next(batches)).items()})
        if not np.isfinite(window[-1]["loss"]):
            raise FloatingPointError(
                f"the training loss is {window[-1]['loss']} at step {number + 1}: lower "
                "trainer.learning_rate"
            )
        done = number + 1
        if chief and done % settings.checkpoint_every == 0 and done < settings.steps:
            checkpoint.save(State(done, neighbours))
        last = done == settings.steps
        if _is_due(done, settings):
            stop = False
            if chief and validate:
                progress.report("Trainer", done, settings.steps, "validating")
                best.offer(done, validate(done))
                stop = done - best.step >= settings.patience * settings.validate_every
            (agreed,) = share(strategy, [np.array(stop)])
            if agreed:
                log.info("stopped at step %d", done)
                last = True
        if time.monotonic() - last_report > REPORT_SECONDS or last:
            means = {key: float(np.mean([row[key] for row in window])) for key in window[0]}
            history.append({"step": done, **means})
            observer.on_losses(done, means)
            progress.report("Trainer", done, settings.steps, f"loss {means['loss']:.3f}")
            last_report, window = time.monotonic(), []
        if last:
            break
    if chief:
        best.restore()
    interpolate(recogniser.backbone, initial, settings.backbone_trained_share)
    share_variables(strategy, recogniser.variables)
    return LossHistory(time.monotonic() - began, history)


def _is_due(done: int, settings: TrainerSettings) -> bool:
    """Say whether a validation follows this step; one always follows the last."""
    every = settings.validate_every
    return every > 0 and (done % every == 0 or done == settings.steps)


def freeze_batch_norm(backbone: keras.Model) -> None:
    """Keep statistics and scales of batch norm as they were on ImageNet."""
    for layer in backbone._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False


def interpolate(backbone: keras.Model, initial: list[np.ndarray], share: float) -> None:
    """Take a backbone `share` of the way from its initial weights to those it has.

    Fine-tuning fits a network to the pictures it is shown, here composed shelves, and costs it some
    of what it knew of others; between the two sets of weights lie ones that keep most of both
    (WiSE-FT, Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, equation 1).

    Args:
        backbone: With its trained weights; gets the mixed ones.
        initial: Its weights as they were before training, in their order.
        share: 1 keeps the trained weights, 0 goes back to the initial ones.
    """
    trained = backbone.get_weights()
    backbone.set_weights(
        [
            (1.0 - share) * before + share * after
            for before, after in zip(initial, trained, strict=True)
        ]
    )


def confusable(recogniser: Recogniser, catalog: TrainingCatalog) -> np.ndarray:
    """Return for each trained SKU those that look most alike, int32 `[S, NEIGHBOURS]`.

    Rows of held-out SKUs, and columns for which there is no neighbour, hold -1.
    """
    side = recogniser.settings.packshot_side

    @tf.function(reduce_retracing=True)
    def embed(encoded: tf.Tensor) -> tf.Tensor:
        return recogniser.embed(recogniser.views(*squares(encoded, side))[0])

    trained = np.flatnonzero(~catalog.held_out)
    packshots = [catalog.packshots[catalog.first_view[number]] for number in trained]
    vectors = np.concatenate(
        [
            embed(tf.constant(packshots[first : first + EMBED_BATCH])).numpy()
            for first in range(0, len(packshots), EMBED_BATCH)
        ]
    )
    result = np.full((len(catalog.skus), NEIGHBOURS), -1, np.int32)
    keep = min(NEIGHBOURS, len(trained) - 1)
    for row, number in enumerate(trained):
        cosines = vectors @ vectors[row]
        cosines[row] = -np.inf
        result[number, :keep] = trained[np.argsort(-cosines)[:keep]]
    return result


def _optimisers(
    recogniser: Recogniser, settings: TrainerSettings
) -> list[tuple[keras.optimizers.Optimizer, list]]:
    """Return one optimiser for the head and, if it learns, one for the backbone."""
    backbone = recogniser.backbone.trainable_variables
    known = {id(variable) for variable in backbone}
    head = [variable for variable in recogniser.trainable_variables if id(variable) not in known]
    groups = [(1.0, head)]
    if settings.backbone_factor > 0:
        groups.append((settings.backbone_factor, backbone))
    result = []
    for factor, variables in groups:
        rate = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=0.0,
            decay_steps=max(settings.steps - settings.warmup, 1),
            warmup_target=settings.learning_rate * factor,
            warmup_steps=settings.warmup,
            alpha=0.02,
        )
        optimiser = keras.optimizers.AdamW(rate, weight_decay=1e-4)
        optimiser.build(variables)
        result.append((optimiser, variables))
    return result
