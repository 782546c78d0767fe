"""From a photo and a catalogue index to detections: one graph for server and phone.

Every shape after the proposals is static and every operation has a TFLite built-in.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from components.imaging.letterbox import GREY
from components.recogniser import geometry
from components.recogniser.index import CatalogIndex
from components.recogniser.model import STRIDE, Recogniser, unit
from components.recogniser.settings import PHOTO_MULTIPLE

# Two proposals that overlap more than this are one place.
PLACE_IOU = 0.6
# Two boxes of one SKU that overlap more than this are one product. Facings of one SKU stand side by
# side, so what overlaps this little is still the same pack seen twice; measured on validation
# photos, 0.35 gains two points of mAP over 0.5.
DUPLICATE_IOU = 0.35
# Nor does a pack hold another of its SKU: of two boxes of which one lies inside the other by more
# than this, the weaker goes, such as one laid around three facings. A fifth of the wrong detections
# on generated test photos were such boxes, and any value from 0.5 to 0.9 finds them.
INSIDE = 0.7
# Links of a chain of boxes inside each other that are settled exactly.
NESTED = 4
# Candidates of different SKUs that overlap at least this are at one place: runner-up, ambiguity.
SAME_IOU = 0.5
# Proposals kept of each pyramid level before suppression.
PRE_NMS = 500
OFF = -1e4
# Views aligned in one go where there is no screen.
VIEWS_AT_ONCE = 16
# Templates laid on at each place in one go.
UNALIGNED_AT_ONCE = 2


class IndexTensors(NamedTuple):
    """A catalogue index as tensors: V views of S SKUs."""

    screen: tf.Tensor  # [V, E] float32, unit rows
    templates: tf.Tensor  # [V, T, T, D] int8, cells to be scaled to unit length
    hubness: tf.Tensor  # [V] float32, taken off a view's aligned scores
    sku_of_view: tf.Tensor  # [V] int32


def index_tensors(index: CatalogIndex) -> IndexTensors:
    """An index as the graph takes it."""
    arrays = (index.screen, index.templates, index.hubness, index.sku_of_view)
    return IndexTensors(*map(tf.constant, arrays))


class Detections(NamedTuple):
    """Detections of one photo, best first, padded with score 0 to N rows."""

    boxes: tf.Tensor  # [N, 4] float32, pixels of the given photo
    sku: tf.Tensor  # [N] int32
    scores: tf.Tensor  # [N] float32
    runner_up: tf.Tensor  # [N] int32, -1 where there is none
    runner_up_scores: tf.Tensor  # [N] float32
    ambiguity: tf.Tensor  # [N] float32
    count: tf.Tensor  # [] int32


class Levels(NamedTuple):
    """The feature pyramid of one photo, and the level that each of P places is read from."""

    cells: tf.Tensor  # [cells of all levels, D], level by level, row by row
    first: tf.Tensor  # [P] int32, where the place's level begins in `cells`
    shape: tf.Tensor  # [P, 2] int32, height and width of that level in cells
    stride: tf.Tensor  # [P] float32, pixels of level 0 per cell of that level


class Places(NamedTuple):
    """Proposed places of one photo."""

    boxes: tf.Tensor  # [P, 4] pixels of level 0
    objectness: tf.Tensor  # [P] logits
    features: tf.Tensor  # [P, G, G, D] unit cells
    valid: tf.Tensor  # [P] bool


class Candidates(NamedTuple):
    """K aligned SKUs at each of P places."""

    sku: tf.Tensor  # [P, K] int32
    boxes: tf.Tensor  # [P, K, 4]
    aligned: tf.Tensor  # [P, K] less hubness, OFF where padding or a second view of the same SKU
    screened: tf.Tensor  # [P, K]


def fit_photo(photo: tf.Tensor, side: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Resizes a photo `[B, H, W, 3]` to a longest side and pads it with grey.

    A phone's input is a square, as it has to be one shape for photos taken either way up. Here only
    so much is padded as the pyramid needs: grey takes as long to look at as shelves.

    Returns:
      `[B, h, w, 3]` float32, h and w the next multiples of `PHOTO_MULTIPLE`, the photo at the top
      left, and the scale `[]` applied.
    """
    photo = tf.cast(photo, tf.float32)
    size = tf.cast(tf.shape(photo)[1:3], tf.float32)
    scale = side / tf.reduce_max(size)
    target = tf.maximum(tf.cast(tf.round(size * scale), tf.int32), 1)
    # Resizing a photo to the size it has takes time and changes nothing.
    resized = tf.cond(
        tf.reduce_all(tf.equal(tf.shape(photo)[1:3], target)),
        lambda: photo,
        lambda: tf.image.resize(photo, target, antialias=True),
    )
    height, width = tf.unstack(-(-target // PHOTO_MULTIPLE) * PHOTO_MULTIPLE)
    resized = tf.image.pad_to_bounding_box(resized - GREY, 0, 0, height, width) + GREY
    return resized, scale


def find_places(recogniser: Recogniser, photo: tf.Tensor) -> tuple[Places, Levels]:
    """Proposes places over a pyramid of one photo `[1, H, W, 3]`, sides as of `fit_photo`."""
    settings = recogniser.settings
    flat, boxes, logits, base, shape, stride = [], [], [], [], [], []
    offset = tf.constant(0)
    for level in range(settings.photo_scales):
        features, context = recogniser.features(photo)
        objectness, proposed = recogniser.propose(context)
        height, width = tf.shape(features)[1], tf.shape(features)[2]
        objectness = ordered(tf.reshape(objectness, [-1]), OFF)
        proposed = tf.reshape(proposed, [-1, 4]) * float(2**level)
        keep = tf.minimum(PRE_NMS, tf.size(objectness))
        objectness, index = tf.math.top_k(objectness, keep)
        flat.append(tf.reshape(features, [-1, settings.dims]))
        boxes.append(tf.gather(proposed, index))
        logits.append(objectness)
        base.append(tf.fill([keep], offset))
        shape.append(tf.tile(tf.stack([height, width])[tf.newaxis], [keep, 1]))
        stride.append(tf.fill([keep], float(STRIDE * 2**level)))
        offset += height * width
        if level + 1 < settings.photo_scales:
            photo = tf.nn.avg_pool2d(photo, 2, 2, "VALID")
    all_boxes, all_logits = tf.concat(boxes, 0), tf.concat(logits, 0)
    chosen, count = suppress(all_boxes, tf.sigmoid(all_logits), settings.proposals, PLACE_IOU)
    valid = tf.range(settings.proposals) < count
    place_boxes = tf.gather(all_boxes, chosen)
    levels = Levels(
        tf.concat(flat, 0),
        tf.gather(tf.concat(base, 0), chosen),
        tf.gather(tf.concat(shape, 0), chosen),
        tf.gather(tf.concat(stride, 0), chosen),
    )
    features = _read(recogniser, levels, place_boxes)
    return Places(place_boxes, tf.gather(all_logits, chosen), features, valid), levels


def ordered(values: tf.Tensor, lowest: float) -> tf.Tensor:
    """Values of at least `lowest`, and `lowest` for what is no number.

    Weights can go wrong and then give NaN, which has no place in an order: `top_k` may crash on it.
    So such a model finds nothing, and the gates refuse it.
    """
    return tf.where(values > lowest, values, lowest)


def _read(recogniser: Recogniser, levels: Levels, boxes: tf.Tensor) -> tf.Tensor:
    """Lattice features `[P, G, G, D]` at boxes `[P, 4]` in pixels of level 0."""
    settings = recogniser.settings
    points = geometry.lattice_points(boxes, settings.lattice, settings.margin)
    stride = levels.stride[:, tf.newaxis, tf.newaxis]
    cells = tf.reshape(points, [-1, recogniser.grid**2, 2]) / stride
    sampled = geometry.sample_cells(levels.cells, cells - 0.5, levels.first, levels.shape)
    grid = recogniser.grid
    return unit(tf.reshape(sampled, [-1, grid, grid, settings.dims]))


def suppress(
    boxes: tf.Tensor, scores: tf.Tensor, limit: int, overlap: float
) -> tuple[tf.Tensor, tf.Tensor]:
    """Greedy non-maximum suppression.

    Args:
      boxes: `[N, 4]`; scores: `[N]`; limit: rows of the answer; overlap: IoU above which the
        weaker goes.

    Returns:
      Indices `[limit]`, best first, padded with 0, and how many are valid.
    """
    index, count = tf.raw_ops.NonMaxSuppressionV4(
        boxes=boxes,
        scores=scores,
        max_output_size=limit,
        iou_threshold=overlap,
        score_threshold=1e-4,
        pad_to_max_output_size=True,
    )
    return tf.reshape(index, [limit]), count


def refined(recogniser: Recogniser, places: Places, levels: Levels, index: IndexTensors) -> Places:
    """Moves every place to where the SKU that the screen likes best there fits.

    A proposal does not know what stands there and errs by a tenth of its side; the template of
    even a similar product shows where the pack ends. What is read anew from there is screened and
    aligned better: measured on composed shelves, one point of mAP; a second time gains no more.
    """
    likely = tf.argmax(ordered(_cosines(recogniser, places, index), -2.0), axis=-1)
    templates = _templates(index, likely[:, tf.newaxis])
    _, transforms = recogniser.align(places.features, templates)
    boxes = recogniser.boxes(transforms, places.boxes)[:, 0]
    return places._replace(boxes=boxes, features=_read(recogniser, levels, boxes))


def match(recogniser: Recogniser, places: Places, index: IndexTensors) -> Candidates:
    """Screens all SKUs at every place, lays those on as they are, then aligns the best few.

    Without the screen all SKUs are aligned at every place, to choose the best few by that.
    """
    settings = recogniser.settings
    cosines = _cosines(recogniser, places, index)
    ranking = cosines if settings.screen else _aligned_with_all(recogniser, places, index)
    ranking = ordered(ranking, -2.0)
    # Columns that stand for no view keep the shapes static where the catalogue is smaller than K;
    # they read the last view again and are masked as its repetition.
    few = settings.skus_per_place
    width = max(settings.skus_screened, few) if settings.screen else few
    nobody = [[0, 0], [0, width]]
    view = tf.math.top_k(tf.pad(ranking, nobody, constant_values=-2.0), width).indices
    if width > few:
        view = _best_unaligned(recogniser, places, index, view, few)
    screened = tf.gather(tf.pad(cosines, nobody, constant_values=-2.0), view, batch_dims=1)
    view = tf.minimum(view, tf.shape(index.screen)[0] - 1)
    templates = _templates(index, view)
    aligned, transforms = recogniser.align(places.features, templates)
    aligned -= tf.gather(index.hubness, view)
    sku = tf.gather(index.sku_of_view, view)
    repeated = _is_weaker_view(sku, aligned)
    drop = tf.logical_or(repeated, tf.logical_not(places.valid)[:, tf.newaxis])
    return Candidates(
        sku,
        recogniser.boxes(transforms, places.boxes),
        tf.where(drop, OFF, aligned),
        screened,
    )


def _cosines(recogniser: Recogniser, places: Places, index: IndexTensors) -> tf.Tensor:
    """What the screen says of each view at each place, `[P, V]`."""
    vectors = recogniser.screen(recogniser.core(places.features))
    return tf.matmul(vectors, index.screen, transpose_b=True)


def _templates(index: IndexTensors, view: tf.Tensor) -> tf.Tensor:
    """Templates of views `[P, K]` as `[P, K, T, T, D]`, unit cells."""
    return unit(tf.cast(tf.gather(index.templates, view), tf.float32))


def _best_unaligned(
    recogniser: Recogniser, places: Places, index: IndexTensors, view: tf.Tensor, few: int
) -> tf.Tensor:
    """The views that fit best as they are, `[P, few]` of the `[P, K]` given.

    A screening vector knows of a product what kind it is; which of many variants, its cells know.
    """
    last = tf.shape(index.screen)[0] - 1
    known = tf.minimum(view, last)

    def compared(some: tf.Tensor) -> tf.Tensor:
        templates = tf.cast(tf.gather(index.templates, some), tf.float32)
        return recogniser.unaligned_score(places.features, templates)

    # A few at a time: the templates of all of them are what a phone would need most memory for.
    parts = range(0, view.shape[1], UNALIGNED_AT_ONCE)
    scores = tf.concat([compared(known[:, at : at + UNALIGNED_AT_ONCE]) for at in parts], axis=1)
    scores -= tf.gather(index.hubness, known)
    scores = tf.where(view > last, -3.0, ordered(scores, -2.5))
    return tf.gather(view, tf.math.top_k(scores, few).indices, batch_dims=1)


def _aligned_with_all(recogniser: Recogniser, places: Places, index: IndexTensors) -> tf.Tensor:
    """Aligned scores of all views at every place, less hubness: `[P, V]`, a few views at a time."""
    count, views = tf.shape(places.features)[0], tf.shape(index.templates)[0]
    padding = [[0, (-views) % VIEWS_AT_ONCE], [0, 0], [0, 0], [0, 0]]
    templates = tf.pad(index.templates, padding)
    parts = tf.reshape(templates, [-1, VIEWS_AT_ONCE, *templates.shape[1:]])

    def scores(part: tf.Tensor) -> tf.Tensor:
        repeated = tf.tile(unit(tf.cast(part, tf.float32))[tf.newaxis], [count, 1, 1, 1, 1])
        return recogniser.align(places.features, repeated)[0]

    aligned = tf.map_fn(
        scores, parts, fn_output_signature=tf.TensorSpec([None, VIEWS_AT_ONCE], tf.float32)
    )
    return tf.reshape(tf.transpose(aligned, [1, 0, 2]), [count, -1])[:, :views] - index.hubness


def _is_weaker_view(sku: tf.Tensor, aligned: tf.Tensor) -> tf.Tensor:
    """Whether a better (or equal, earlier) candidate of the same SKU is there, `[P, K]` bool."""
    count = sku.shape[1]
    same = tf.equal(sku[:, :, tf.newaxis], sku[:, tf.newaxis, :])
    mine, other = aligned[:, :, tf.newaxis], aligned[:, tf.newaxis, :]
    earlier = (
        tf.range(count)[tf.newaxis, tf.newaxis, :] < tf.range(count)[tf.newaxis, :, tf.newaxis]
    )
    better = tf.logical_or(other > mine, tf.logical_and(tf.equal(other, mine), earlier))
    return tf.reduce_any(tf.logical_and(same, better), axis=-1)


def look(
    recogniser: Recogniser, photo: tf.Tensor, index: IndexTensors
) -> tuple[Places, Candidates]:
    """Places of one photo `[1, H, W, 3]`, see `fit_photo`, and what could stand there.

    Candidates lie within the photo, so that whoever judges or suppresses them sees the same boxes.
    """
    places, levels = find_places(recogniser, photo)
    places = refined(recogniser, places, levels, index)
    candidates = match(recogniser, places, index)
    inside = geometry.clipped(candidates.boxes, tf.shape(photo)[1:3])
    return places, candidates._replace(boxes=inside)


def detect(recogniser: Recogniser, photo: tf.Tensor, index: IndexTensors) -> Detections:
    """Detects products in one photo `[1, H, W, 3]`, see `fit_photo`."""
    places, candidates = look(recogniser, photo, index)
    return choose(recogniser, candidates, places.objectness)


def choose(recogniser: Recogniser, candidates: Candidates, objectness: tf.Tensor) -> Detections:
    """Detections of one photo from its candidates and the objectness `[P]` of their places."""
    scores = recogniser.probabilities(candidates.aligned, candidates.screened, objectness)
    scores = tf.where(candidates.aligned > OFF / 2, scores, 0.0)
    return resolve(
        tf.reshape(candidates.boxes, [-1, 4]),
        tf.reshape(candidates.sku, [-1]),
        tf.reshape(scores, [-1]),
        recogniser.settings.max_detections,
        recogniser.settings.score_floor,
    )


def resolve(
    boxes: tf.Tensor, sku: tf.Tensor, scores: tf.Tensor, limit: int, floor: float
) -> Detections:
    """Turns candidates into detections with runner-up and ambiguity.

    Suppression within a SKU is greedy, by overlap and by one box lying inside the other. Across
    SKUs, probabilities at one place must not sum past one: a candidate is capped by what the best
    of another SKU there leaves, so that the tail stays for ranking while counts never see a product
    twice. The same holds for the runner-up of the better one: it shows the score that it has as a
    detection. Where two proposals at one place name different SKUs, the surer one is right more
    often than two scores of the sort 0.9 and 0.5 would have people believe.

    Args:
      boxes: `[N, 4]` pixels.
      sku: `[N]` int32.
      scores: `[N]` probabilities; 0 for padding.
      limit: detections returned.
      floor: lowest score returned.

    Returns:
      `Detections` with `limit` rows.
    """
    # Boxes of different SKUs are moved apart, so that one suppression serves all SKUs.
    span = tf.reduce_max(boxes) + 1.0
    apart = boxes + tf.cast(sku, tf.float32)[:, tf.newaxis] * span
    index, count = suppress(apart, scores, limit, DUPLICATE_IOU)
    valid = tf.range(limit) < count
    boxes, sku = tf.gather(boxes, index), tf.gather(sku, index)
    valid = tf.logical_and(valid, _not_nested(boxes, sku))
    scores = tf.where(valid, tf.gather(scores, index), 0.0)
    overlap = geometry.iou(boxes[:, tf.newaxis], boxes[tf.newaxis])
    rival = tf.logical_and(overlap >= SAME_IOU, tf.not_equal(sku[:, tf.newaxis], sku[tf.newaxis]))
    rival = tf.logical_and(rival, valid[tf.newaxis])
    rival_scores = tf.where(rival, tf.tile(scores[tf.newaxis], [limit, 1]), 0.0)
    second = tf.reduce_max(rival_scores, axis=-1)
    best_rival = tf.cast(tf.argmax(rival_scores, axis=-1, output_type=tf.int32), tf.int32)
    has_rival = second > 0.0
    beaten = second > scores
    capped = tf.where(beaten, tf.minimum(scores, 1.0 - second), scores)
    second = tf.where(beaten, second, tf.minimum(second, 1.0 - scores))
    both = tf.maximum(capped + second, 1e-6)
    ambiguity = tf.where(has_rival, 2.0 * tf.minimum(capped, second) / both, 0.0)
    capped = tf.where(tf.logical_and(valid, capped >= floor), capped, 0.0)
    order = tf.math.top_k(capped, limit).indices
    final = tf.gather(capped, order)
    return Detections(
        boxes=tf.gather(boxes, order),
        sku=tf.gather(sku, order),
        scores=final,
        runner_up=tf.gather(tf.where(has_rival, tf.gather(sku, best_rival), -1), order),
        runner_up_scores=tf.gather(second, order),
        ambiguity=tf.gather(ambiguity, order),
        count=tf.reduce_sum(tf.cast(final > 0.0, tf.int32)),
    )


def _not_nested(boxes: tf.Tensor, sku: tf.Tensor) -> tf.Tensor:
    """Which boxes neither lie in a better one of their SKU that stays, nor hold one, `[N]` bool.

    Each round lets fewer boxes suppress others than they wrongly did before: after n rounds all is
    as if boxes had been taken one by one, but for chains of more than n.

    Args:
      boxes: `[N, 4]`, best first; padding last.
      sku: `[N]`.
    """
    limit = boxes.shape[0]
    nested = geometry.share_of_smaller(boxes[:, tf.newaxis], boxes[tf.newaxis]) > INSIDE
    nested = tf.logical_and(nested, tf.equal(sku[:, tf.newaxis], sku[tf.newaxis]))
    better = tf.constant(np.tri(limit, k=-1, dtype=bool))
    nested = tf.cast(tf.logical_and(nested, better), tf.float32)
    stays = tf.ones([limit, 1])
    for _ in range(NESTED):
        stays = tf.cast(tf.matmul(nested, stays) < 0.5, tf.float32)
    return stays[:, 0] > 0.5
