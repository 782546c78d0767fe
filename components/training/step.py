"""One training step: the sum of the losses on one batch."""

from typing import NamedTuple

import tensorflow as tf

from components.recogniser import geometry, losses
from components.recogniser.masked import ordered
from components.recogniser.model import Recogniser
from components.recogniser.roi_align import maps_of_pictures
from components.training.batches import Batch
from components.training.crops import FOREIGN, PRODUCT
from components.training.settings import TrainerSettings
from components.training.targets import background, cell_targets, jittered

# Proposals of a crop where there is nothing: every SKU must score low there.
BACKGROUND_PROPOSALS = 3
# A warped template this close to the truth makes its SKU's score a positive one, as in OS2D; below
# the second figure a negative one; in between it does not count.
REMAP_POSITIVE, REMAP_NEGATIVE = 0.6, 0.3
WEIGHTS = {
    "objectness": 1.0,
    "proposal_huber": 0.2,
    "shortlist": 0.5,
    "late_interaction": 1.0,
    "hinge": 2.0,
    "ranked_hinge": 4.0,
    "huber": 0.3,
}
# A box with an area, where there is none to compare with; it does not count.
ANY_BOX = (0.0, 0.0, 32.0, 32.0)


class TrainingProposals(NamedTuple):
    """Boxes that templates are aligned at, R of each crop."""

    boxes: tf.Tensor  # [B * R, 4] pixels
    crop: tf.Tensor  # [B * R] int32, number of the crop
    truth: tf.Tensor  # [B * R, 4] pixels, what the aligned template's box should be
    template: tf.Tensor  # [B * R] int32, number of the right template; -1 where none is right
    counts: tf.Tensor  # [B * R] bool, False for padding


def batch_losses(
    recogniser: Recogniser, batch: Batch, settings: TrainerSettings
) -> dict[str, tf.Tensor]:
    """Return scalar losses by name, unweighted; see `WEIGHTS`."""
    features, context = recogniser.features(batch.photos)
    result = _proposal_losses(recogniser, context, batch)
    templates, packshots = recogniser.views(batch.squares, batch.square_boxes)
    proposals = _training_proposals(batch, settings)
    boxes, truth = proposals.boxes, proposals.truth
    maps = maps_of_pictures(features)
    read = recogniser.roi_align(maps, proposals.crop, boxes)

    cosines = tf.matmul(
        recogniser.embed(recogniser.core(read)), recogniser.embed(templates), transpose_b=True
    )
    result["shortlist"] = losses.contrast(cosines, proposals.template, batch.present)

    candidates, valid = _candidates(
        cosines, proposals.template, batch.present, settings.hard_negatives
    )
    similarities = recogniser.max_similarities(
        recogniser.descriptors(maps, proposals.crop, boxes), tf.gather(packshots, candidates)
    )
    result["late_interaction"] = losses.late_interaction(
        similarities, valid, proposals.template, proposals.counts
    )
    named = (proposals.template >= 0)[:, tf.newaxis]
    first = tf.range(settings.hard_negatives + 1)[tf.newaxis] == 0
    scores, transforms = recogniser.align(
        read, tf.gather(templates, candidates), learns=named & first
    )
    warped = recogniser.aligned_boxes(transforms[:, :1], boxes)[:, 0]
    fit = tf.stop_gradient(geometry.iou(warped, truth))[:, tf.newaxis]
    used = proposals.counts[:, tf.newaxis] & valid
    positive = named & first & (fit >= REMAP_POSITIVE)
    negative = used & ((~named | ~first) | (named & first & (fit < REMAP_NEGATIVE)))
    result["hinge"] = losses.hinge(scores, positive, negative)
    result["ranked_hinge"] = losses.ranked_hinge(scores, positive, negative & ~first)
    result["huber"] = losses.huber(
        geometry.encode_boxes(warped, boxes), geometry.encode_boxes(truth, boxes), named[:, 0]
    )
    return result


def total(parts: dict[str, tf.Tensor]) -> tf.Tensor:
    """Return the weighted sum that is minimised."""
    return tf.add_n([WEIGHTS[name] * value for name, value in parts.items()])


def _proposal_losses(
    recogniser: Recogniser, context: tf.Tensor, batch: Batch
) -> dict[str, tf.Tensor]:
    objectness, proposed = recogniser.propose_at_cells(context)
    height, width = objectness.shape[1], objectness.shape[2]
    targets = cell_targets(batch.boxes, batch.kind, height, width)
    reference = tf.where(targets.positive[..., tf.newaxis], targets.boxes, tf.constant(ANY_BOX))
    error = geometry.encode_boxes(proposed, reference)
    return {
        "objectness": losses.focal(objectness, targets.positive, targets.negative),
        "proposal_huber": losses.huber(error, tf.zeros_like(error), targets.positive),
    }


def _training_proposals(batch: Batch, settings: TrainerSettings) -> TrainingProposals:
    """Draw products of every crop, and background beside them.

    No template is right at background, at a product whose own is not in the batch, and at one of no
    catalogue.
    """
    product = (batch.kind == PRODUCT) | (batch.kind == FOREIGN)
    of_order, of_background, of_jitter = tf.unstack(
        tf.random.experimental.stateless_split(batch.seed, 3)
    )
    # Products first, in random order: padding is drawn after all of them.
    order = tf.where(product, tf.random.stateless_uniform(tf.shape(product), of_order), 2.0)
    order = tf.argsort(order, axis=-1)[:, : settings.proposals]
    truth = tf.gather(batch.boxes, order, batch_dims=1)
    drawn = tf.gather(product, order, batch_dims=1)
    template = tf.where(drawn, tf.gather(batch.template, order, batch_dims=1), -1)
    truth = tf.where(drawn[..., tf.newaxis], truth, tf.constant(ANY_BOX))
    empty, clear = background(
        batch.boxes, batch.kind, BACKGROUND_PROPOSALS, settings.crop, of_background
    )
    boxes = tf.stop_gradient(tf.concat([jittered(truth, of_jitter), empty], axis=1))
    shape = tf.shape(boxes)
    return TrainingProposals(
        boxes=tf.reshape(boxes, [-1, 4]),
        crop=tf.repeat(tf.range(shape[0]), shape[1]),
        truth=tf.reshape(tf.concat([truth, empty], axis=1), [-1, 4]),
        template=tf.reshape(tf.concat([template, tf.fill(tf.shape(clear), -1)], axis=1), [-1]),
        counts=tf.reshape(tf.concat([drawn, clear], axis=1), [-1]),
    )


def _candidates(
    cosines: tf.Tensor, template: tf.Tensor, present: tf.Tensor, hard_negatives: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """Choose the templates to align: the right one, then those that look most alike.

    Where none is right the first is the best of all, a negative like the others.

    Returns:
        Numbers int32 `[P, 1 + hard_negatives]`, and bool of that shape: False for padding.
    """
    alike = tf.stop_gradient(cosines)
    best = tf.argmax(ordered(alike, present), axis=-1, output_type=tf.int32)
    first = tf.where(template >= 0, template, best)[:, tf.newaxis]
    open_to = present & (tf.range(tf.shape(cosines)[1]) != first)
    others = tf.math.top_k(ordered(alike, open_to), hard_negatives).indices
    valid = tf.concat([tf.gather(present, first), tf.gather(open_to, others, batch_dims=1)], axis=1)
    return tf.concat([first, others], axis=1), valid
