"""Where products might be: proposals over the feature pyramid of one photo."""

from typing import NamedTuple

import tensorflow as tf

from components.recogniser.masked import ordered
from components.recogniser.model import Recogniser
from components.recogniser.nms import non_max_suppression
from components.recogniser.roi_align import FeaturePyramid, pyramid_of

# Of two proposals that overlap more than this, the one of less objectness goes.
PROPOSAL_IOU = 0.6
# Cells of each pyramid level that are looked at before suppression; several are around one product.
BEST_OF_EACH = 4000


class Proposals(NamedTuple):
    """P proposals in one photo, at least one, the likeliest product first."""

    boxes: tf.Tensor  # [P, 4] pixels of the photo
    proposed: tf.Tensor  # [P, 4] the same, as it was before a template was laid on
    pyramid_level: tf.Tensor  # [P] int32, what each is read from
    objectness: tf.Tensor  # [P] logits
    features: tf.Tensor  # [P, G, G, D] unit cells
    descriptors: tf.Tensor  # [P, A, A, d] unit vectors
    valid: tf.Tensor  # [P] bool, False for the one that stands for none


def propose(recogniser: Recogniser, photo: tf.Tensor) -> tuple[Proposals, FeaturePyramid]:
    """Propose products in one photo.

    Args:
        recogniser: The model.
        photo: `[1, H, W, 3]` 0..255, H and W as `fit_photo` leaves them.

    Returns:
        As many as there are, at most `recogniser.settings.proposals`, so that a photo costs what it
        shows; and the feature pyramid they are read from.
    """
    settings = recogniser.settings
    maps, best = [], []
    for pyramid_level in range(settings.photo_scales):
        if pyramid_level:
            photo = tf.nn.avg_pool2d(photo, 2, 2, "VALID")
        features, context = recogniser.features(photo)
        maps.append(features)
        best.append(_best(recogniser, context, pyramid_level))
    boxes, pyramid_levels, objectness = (
        tf.concat(parts, axis=0) for parts in zip(*best, strict=True)
    )
    kept, valid = non_max_suppression(
        boxes, tf.sigmoid(objectness), settings.proposals, PROPOSAL_IOU, settings.objectness_floor
    )
    boxes, pyramid_levels = tf.gather(boxes, kept), tf.gather(pyramid_levels, kept)
    pyramid = pyramid_of(maps)
    proposals = Proposals(
        boxes=boxes,
        proposed=boxes,
        pyramid_level=pyramid_levels,
        objectness=tf.gather(objectness, kept),
        features=recogniser.roi_align(pyramid, pyramid_levels, boxes),
        descriptors=recogniser.descriptors(pyramid, pyramid_levels, boxes),
        valid=valid,
    )
    return proposals, pyramid


def _best(
    recogniser: Recogniser, context: tf.Tensor, pyramid_level: int
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Return boxes `[N, 4]` in pixels of the photo, pyramid levels `[N]`, and objectness `[N]`."""
    objectness, boxes = recogniser.propose_at_cells(context)
    objectness = ordered(tf.reshape(objectness, [-1]))
    kept = tf.minimum(BEST_OF_EACH, tf.size(objectness))
    objectness, cells = tf.math.top_k(objectness, kept)
    boxes = tf.reshape(boxes, [-1, 4]) * float(2**pyramid_level)
    return tf.gather(boxes, cells), tf.fill([kept], pyramid_level), objectness
