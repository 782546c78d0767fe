"""One training step: the sum of the losses on one batch."""

import tensorflow as tf

from components.recogniser import geometry, losses
from components.recogniser.model import Recogniser
from components.training.batches import Batch
from components.training.crops import FOREIGN, PRODUCT
from components.training.settings import TrainerSettings
from components.training.targets import background, cell_targets, jittered

# Places of a crop where nothing stands: every SKU must score low there.
BACKGROUND_PLACES = 3
# A warped template this close to the truth makes its SKU's score a positive one, as in OS2D; below
# the second figure a negative one; in between it does not count.
REMAP_POSITIVE, REMAP_NEGATIVE = 0.6, 0.3
WEIGHTS = {
    "objectness": 1.0,
    "proposal_huber": 0.2,
    "screen": 0.5,
    "hinge": 2.0,
    "ranked_hinge": 4.0,
    "huber": 0.3,
}


def batch_losses(
    recogniser: Recogniser, batch: Batch, settings: TrainerSettings
) -> dict[str, tf.Tensor]:
    """Scalar losses by name, unweighted; see `WEIGHTS`."""
    features, context = recogniser.features(batch.photos)
    result = _proposal_losses(recogniser, context, batch)
    templates = recogniser.templates(batch.canvases, batch.canvas_boxes)
    boxes, truth, label = _training_places(batch, settings)
    places = recogniser.places(features, boxes)
    grid, dims = recogniser.grid, recogniser.settings.dims
    places = tf.reshape(places, [-1, grid, grid, dims])
    boxes, truth = tf.reshape(boxes, [-1, 4]), tf.reshape(truth, [-1, 4])
    label = tf.reshape(label, [-1])

    cosines = tf.matmul(
        recogniser.screen(recogniser.core(places)), recogniser.screen(templates), transpose_b=True
    )
    result["screen"] = losses.contrast(cosines, label, batch.present)

    candidates = _candidates(cosines, label, batch.present, settings.hard_negatives)
    named = (label >= 0)[:, tf.newaxis]
    first = tf.range(settings.hard_negatives + 1)[tf.newaxis] == 0
    scores, transforms = recogniser.align(
        places, tf.gather(templates, candidates), learns=named & first
    )
    warped = recogniser.boxes(transforms[:, :1], boxes)[:, 0]
    fit = tf.stop_gradient(geometry.iou(warped, truth))[:, tf.newaxis]
    used = (label >= -1)[:, tf.newaxis] & tf.gather(batch.present, candidates)
    positive = named & first & (fit >= REMAP_POSITIVE)
    negative = used & ((~named | ~first) | (named & first & (fit < REMAP_NEGATIVE)))
    result["hinge"] = losses.hinge(scores, positive, negative)
    result["ranked_hinge"] = losses.ranked_hinge(scores, positive, negative & ~first)
    result["huber"] = losses.huber(
        geometry.encode_boxes(warped, boxes), geometry.encode_boxes(truth, boxes), label >= 0
    )
    return result


def total(parts: dict[str, tf.Tensor]) -> tf.Tensor:
    """The weighted sum that is minimised."""
    return tf.add_n([WEIGHTS[name] * value for name, value in parts.items()])


def _proposal_losses(
    recogniser: Recogniser, context: tf.Tensor, batch: Batch
) -> dict[str, tf.Tensor]:
    objectness, proposed = recogniser.propose(context)
    height, width = objectness.shape[1], objectness.shape[2]
    targets = cell_targets(batch.boxes, batch.kind, height, width)
    reference = tf.where(
        targets.positive[..., tf.newaxis], targets.boxes, tf.constant([0.0, 0.0, 32.0, 32.0])
    )
    error = geometry.encode_boxes(proposed, reference)
    return {
        "objectness": losses.focal(objectness, targets.positive, targets.negative),
        "proposal_huber": losses.huber(error, tf.zeros_like(error), targets.positive),
    }


def _training_places(
    batch: Batch, settings: TrainerSettings
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Boxes `[B, R, 4]` to align at, their truth `[B, R, 4]`, and template numbers `[B, R]`.

    A template number of -1 means that no template of the batch is right: background, a product
    whose own is not among them, or one of no catalogue. -2: the row does not count.
    """
    count = settings.places
    product = (batch.kind == PRODUCT) | (batch.kind == FOREIGN)
    order = tf.where(product, tf.random.uniform(tf.shape(product)), 2.0)
    order = tf.argsort(order, axis=-1)[:, :count]
    truth = tf.gather(batch.boxes, order, batch_dims=1)
    product = tf.gather(product, order, batch_dims=1)
    label = tf.where(product, tf.gather(batch.template, order, batch_dims=1), -2)
    # Rows that do not count still need a box with an area.
    truth = tf.where(product[..., tf.newaxis], truth, tf.constant([0.0, 0.0, 32.0, 32.0]))
    empty, clear = background(batch.boxes, batch.kind, BACKGROUND_PLACES, settings.crop)
    boxes = tf.concat([jittered(truth), empty], axis=1)
    truth = tf.concat([truth, empty], axis=1)
    label = tf.concat([label, tf.where(clear, -1, -2)], axis=1)
    return tf.stop_gradient(boxes), truth, label


def _candidates(
    cosines: tf.Tensor, label: tf.Tensor, present: tf.Tensor, hard_negatives: int
) -> tf.Tensor:
    """Template numbers `[P, 1 + hard_negatives]`: the true one, then those the screen likes best.

    At background places the first is the best of all, a negative like the others.
    """
    open_to = tf.where(present[tf.newaxis], tf.stop_gradient(cosines), -2.0)
    best = tf.argmax(open_to, axis=-1, output_type=tf.int32)
    first = tf.where(label >= 0, label, best)
    taken = tf.one_hot(first, tf.shape(cosines)[1], on_value=True, off_value=False, dtype=tf.bool)
    others = tf.math.top_k(tf.where(taken, -3.0, open_to), hard_negatives).indices
    return tf.concat([first[:, tf.newaxis], others], axis=1)
