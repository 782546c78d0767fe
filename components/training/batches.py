"""Training batches: crops, and the templates they are matched against, confusable SKUs together."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from components.recogniser.packshots import squares
from components.training.crops import PRODUCT, Crop, random_crop
from components.training.photo_files import Photo, PhotoFiles
from components.training.settings import TrainerSettings
from components.training.training_catalog import TrainingCatalog

# SKUs kept as the most confusable ones of each SKU.
NEIGHBOURS = 8


class Batch(NamedTuple):
    """B crops with M boxes each, and N templates."""

    photos: tf.Tensor  # [B, crop, crop, 3]
    boxes: tf.Tensor  # [B, M, 4]
    template: tf.Tensor  # [B, M] int32, number of the box's template; -1 where it has none
    kind: tf.Tensor  # [B, M], see crops.py
    squares: tf.Tensor  # [N, side, side, 3] packshots, see recogniser/packshots.py
    square_boxes: tf.Tensor  # [N, 4]
    present: tf.Tensor  # [N] bool; False for padding
    seed: tf.Tensor  # [2] int32, of all that a step draws: the same batch teaches the same


def training_batches(
    files: PhotoFiles,
    catalog: TrainingCatalog,
    neighbours: np.ndarray,
    settings: TrainerSettings,
    packshot_side: int,
    seed: int,
    skipped: int = 0,
) -> tf.data.Dataset:
    """Return an endless, seeded dataset of `Batch`.

    The neighbours are constants: batches are made ahead of the steps that take them, so of a table
    that changed meanwhile nobody could say which batch had read what.

    Args:
        files: Of the photos to train on.
        catalog: The catalogue; held-out SKUs are never used as templates.
        neighbours: int32 `[S, NEIGHBOURS]`, the SKUs most easily taken for each SKU; -1 for none.
        settings: Of the trainer.
        packshot_side: Side of a packshot's square in pixels.
        seed: Of everything random here, and of what a step draws.
        skipped: Batches to leave out at the beginning; those that follow are what they would have
            been.

    Raises:
        ValueError: No SKU is left to train on.
    """
    trained = np.flatnonzero(~catalog.held_out).astype(np.int32)
    if not len(trained):
        raise ValueError("every SKU of the catalogue is held out: nothing is left to train on")
    numbers = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(
            [catalog.skus[number] for number in trained], tf.constant(trained)
        ),
        default_value=-1,
    )
    packshots = tf.constant(catalog.packshots)
    first_view = tf.constant(catalog.first_view, tf.int32)
    views = tf.constant(catalog.views, tf.int32)

    def crop(counter: tf.Tensor, photo: Photo) -> Crop:
        key = tf.stack([tf.cast(counter, tf.int32), seed])
        return random_crop(photo, numbers, settings.crop, settings.facing_pixels, key)

    def with_templates(counter: tf.Tensor, crops: Crop) -> Batch:
        key = tf.stack([tf.cast(counter, tf.int32), seed + 1])
        chosen = choose_templates(
            crops,
            tf.constant(neighbours),
            tf.constant(trained),
            settings.templates,
            settings.absent_share,
            key,
        )
        present = chosen >= 0
        sku = tf.maximum(chosen, 0)
        draw = tf.random.stateless_uniform([settings.templates], key + 1)
        count = tf.gather(views, sku)
        view = tf.cast(tf.floor(draw * tf.cast(count, tf.float32)), tf.int32)
        view = tf.gather(first_view, sku) + tf.minimum(view, count - 1)
        pictures, boxes = squares(tf.gather(packshots, view), packshot_side)
        match = (crops.sku[..., tf.newaxis] == chosen) & present
        match &= (crops.kind == PRODUCT)[..., tf.newaxis]
        template = tf.where(
            tf.reduce_any(match, axis=-1),
            tf.argmax(match, axis=-1, output_type=tf.int32),
            -1,
        )
        batch = Batch(
            crops.photo, crops.boxes, template, crops.kind, pictures, boxes, present, key + 3
        )
        return mirror_and_permute(batch, settings.mirror_and_permute_share, key + 2)

    options = tf.data.Options()
    options.deterministic = True
    return (
        weighted_photos(files, seed)
        .enumerate()
        .skip(skipped * settings.photos)
        .map(crop, num_parallel_calls=2)
        .batch(settings.photos, drop_remainder=True)
        .enumerate(start=skipped)
        .map(with_templates, num_parallel_calls=2)
        .prefetch(2)
        .with_options(options)
        # Or processes that train together would ask each other before every step whether it is so.
        .apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY))
    )


def mirror_and_permute(batch: Batch, share: float, seed: tf.Tensor) -> Batch:
    """Make other products of those in a batch: mirrored, with colour channels permuted, or both.

    Photos and packshots are changed alike, so what matched still does. A catalogue has few real
    packs; so changed, each stands for twelve.

    Args:
        batch: Of real products.
        share: Of batches that are mirrored, and of those whose colour channels are permuted.
        seed: int32 `[2]`.
    """
    draw = tf.random.stateless_uniform([5], seed)
    channels = tf.where(draw[0] < share, tf.argsort(draw[1:4]), tf.range(3))
    photos = tf.gather(batch.photos, channels, axis=-1)
    packshots = tf.gather(batch.squares, channels, axis=-1)

    def mirrored() -> tuple[tf.Tensor, ...]:
        return (
            photos[:, :, ::-1],
            _mirrored_boxes(batch.boxes, photos),
            packshots[:, :, ::-1],
            _mirrored_boxes(batch.square_boxes, packshots),
        )

    changed = tf.cond(
        draw[4] < share, mirrored, lambda: (photos, batch.boxes, packshots, batch.square_boxes)
    )
    return batch._replace(
        photos=changed[0], boxes=changed[1], squares=changed[2], square_boxes=changed[3]
    )


def _mirrored_boxes(boxes: tf.Tensor, pictures: tf.Tensor) -> tf.Tensor:
    """Return the boxes `[..., 4]` of pictures `[B, H, W, 3]` that are mirrored."""
    width = tf.cast(tf.shape(pictures)[2], tf.float32)
    xmin, ymin, xmax, ymax = tf.unstack(boxes, axis=-1)
    return tf.stack([width - xmax, ymin, width - xmin, ymax], axis=-1)


def no_neighbours(catalog: TrainingCatalog) -> np.ndarray:
    """Return int32 `[S, NEIGHBOURS]`, all -1: nothing is known yet of which look alike."""
    return np.full((len(catalog.skus), NEIGHBOURS), -1, np.int32)


def weighted_photos(files: PhotoFiles, seed: int) -> tf.data.Dataset:
    """Return photos without end, shuffled; one of weight w comes w times as often as one of 1."""

    def repeated(counter: tf.Tensor, photo: Photo) -> tf.data.Dataset:
        draw = tf.random.stateless_uniform([], tf.stack([tf.cast(counter, tf.int32), seed + 2]))
        times = tf.cast(tf.floor(photo.weight + draw), tf.int64)
        return tf.data.Dataset.from_tensors(photo).repeat(times)

    photos = files.shuffled(seed).map(files.preparation())
    return photos.enumerate().flat_map(repeated)


def choose_templates(
    crops: Crop,
    neighbours: tf.Tensor,
    trained: tf.Tensor,
    size: int,
    absent_share: float,
    seed: tf.Tensor,
) -> tf.Tensor:
    """Choose the SKUs of a batch: those in the crops, then their neighbours, then any.

    A share of those in the crops is left out: where such a product is, no template is right,
    and the recogniser has to learn to say so.

    Returns:
        Numbers of distinct SKUs, int32 `[size]`, -1 for padding.
    """
    shown = tf.boolean_mask(crops.sku, crops.kind == PRODUCT)
    shown = _shuffle(tf.unique(shown).y, seed)
    absent = tf.cast(tf.cast(tf.size(shown), tf.float32) * absent_share, tf.int32)
    absent, shown = shown[:absent], shown[absent:]
    close = _shuffle(tf.reshape(tf.gather(neighbours, shown[:size]), [-1]), seed + 1)
    close = tf.boolean_mask(close, close >= 0)
    anything = _shuffle(trained, seed + 2)
    chosen = tf.unique(tf.concat([shown[:size], close, anything], axis=0)).y
    is_absent = tf.reduce_any(chosen[:, tf.newaxis] == absent[tf.newaxis], axis=1)
    chosen = tf.boolean_mask(chosen, ~is_absent)[:size]
    padded = tf.pad(chosen, [[0, size - tf.size(chosen)]], constant_values=-1)
    return tf.ensure_shape(padded, [size])


def _shuffle(values: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    order = tf.argsort(tf.random.stateless_uniform([tf.size(values)], seed))
    return tf.gather(values, order)
