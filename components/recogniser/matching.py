"""Which SKUs a proposal could show: a shortlist, a comparison cell by cell, an alignment."""

from typing import NamedTuple

import tensorflow as tf

from components.recogniser.cells import dequantise
from components.recogniser.index_tensors import IndexTensors
from components.recogniser.masked import LOWEST, ordered
from components.recogniser.model import Recogniser
from components.recogniser.proposals import Proposals
from components.recogniser.roi_align import FeaturePyramid

# Templates compared with each proposal in one go.
COMPARED_AT_ONCE = 2


class Candidates(NamedTuple):
    """K aligned SKUs at each of P proposals."""

    sku: tf.Tensor  # [P, K] int32
    boxes: tf.Tensor  # [P, K, 4] pixels of the photo
    aligned_scores: tf.Tensor  # [P, K] less hubness
    shortlist_scores: tf.Tensor  # [P, K]
    valid: tf.Tensor  # [P, K] bool, False for padding and for a second view of the same SKU


def refine_proposals(
    recogniser: Recogniser, proposals: Proposals, pyramid: FeaturePyramid, index: IndexTensors
) -> Proposals:
    """Move every proposal to where the first SKU of its shortlist fits.

    A proposal does not know what is there and errs by a tenth of its side; the template of
    even a similar product shows where the pack ends. What is read anew from there is matched
    better: measured on composed shelves, one point of mAP; a second time gains no more.
    """
    likely = tf.argmax(ordered(shortlist_scores(recogniser, proposals, index)), axis=-1)
    templates = dequantise(tf.gather(index.templates, likely[:, tf.newaxis]))
    _, transforms = recogniser.align(proposals.features, templates)
    boxes = recogniser.aligned_boxes(transforms, proposals.boxes)[:, 0]
    features = recogniser.roi_align(pyramid, proposals.pyramid_level, boxes)
    return proposals._replace(boxes=boxes, features=features)


def match(recogniser: Recogniser, proposals: Proposals, index: IndexTensors) -> Candidates:
    """Align the likeliest SKUs with every proposal."""
    cosines = shortlist_scores(recogniser, proposals, index)
    view, known = likeliest_views(recogniser, proposals, index, cosines)
    templates = dequantise(tf.gather(index.templates, view))
    aligned, transforms = recogniser.align(proposals.features, templates)
    aligned -= tf.gather(index.hubness, view)
    sku = tf.gather(index.sku_of_view, view)
    valid = tf.logical_and(known, proposals.valid[:, tf.newaxis])
    return Candidates(
        sku=sku,
        boxes=recogniser.aligned_boxes(transforms, proposals.boxes),
        aligned_scores=aligned,
        shortlist_scores=tf.gather(cosines, view, batch_dims=1),
        valid=tf.logical_and(valid, _is_best_view(sku, aligned)),
    )


def shortlist_scores(
    recogniser: Recogniser, proposals: Proposals, index: IndexTensors
) -> tf.Tensor:
    """Return the cosines of the shortlist embeddings of proposals and views, `[P, V]`."""
    embeddings = recogniser.embed(recogniser.core(proposals.features))
    return tf.matmul(embeddings, index.embeddings, transpose_b=True)


def likeliest_views(
    recogniser: Recogniser, proposals: Proposals, index: IndexTensors, cosines: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Choose the views to align: a shortlist of all, and of it those that fit best as they are.

    An embedding knows of a product what kind it is; which of many variants, its cells know.

    Args:
        recogniser: The model.
        proposals: P proposals.
        index: The catalogue, V views.
        cosines: `[P, V]`, see `shortlist_scores`.

    Returns:
        Numbers of views int32 `[P, K]`, and bool `[P, K]`: False for padding, which repeats the
        last view where the catalogue is smaller than K.
    """
    few = recogniser.settings.skus_per_proposal
    many = max(recogniser.settings.shortlist, few)
    views, known = best_views(ordered(cosines), many)
    if many == few:
        return views, known
    fit = _unaligned_scores(recogniser, proposals, index, views)
    best = tf.math.top_k(ordered(fit, known), few).indices
    return tf.gather(views, best, batch_dims=1), tf.gather(known, best, batch_dims=1)


def best_views(scores: tf.Tensor, count: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the numbers of the best of V views, `[P, count]`, and which of them are no padding.

    Args:
        scores: `[P, V]`, see `masked.ordered`.
        count: Static, even where the catalogue is smaller: padding repeats the last view.
    """
    views = tf.shape(scores)[1]
    padded = tf.pad(scores, [[0, 0], [0, count]], constant_values=LOWEST)
    best = tf.math.top_k(padded, count).indices
    return tf.minimum(best, views - 1), best < views


def _unaligned_scores(
    recogniser: Recogniser, proposals: Proposals, index: IndexTensors, views: tf.Tensor
) -> tf.Tensor:
    """Return how well the views `[P, K]` fit as they are, less hubness, `[P, K]`."""

    def compared(some: tf.Tensor) -> tf.Tensor:
        templates = tf.cast(tf.gather(index.templates, some), tf.float32)
        return recogniser.compare_unaligned(proposals.features, templates)

    # A few at a time: the templates of all of them are what a phone would need most memory for.
    parts = range(0, views.shape[1], COMPARED_AT_ONCE)
    scores = [compared(views[:, begin : begin + COMPARED_AT_ONCE]) for begin in parts]
    return tf.concat(scores, axis=1) - tf.gather(index.hubness, views)


def _is_best_view(sku: tf.Tensor, aligned: tf.Tensor) -> tf.Tensor:
    """Say which candidates have no better (or equal, earlier) one of their SKU, bool `[P, K]`."""
    count = sku.shape[1]
    same = tf.equal(sku[:, :, tf.newaxis], sku[:, tf.newaxis, :])
    mine, other = aligned[:, :, tf.newaxis], aligned[:, tf.newaxis, :]
    earlier = (
        tf.range(count)[tf.newaxis, tf.newaxis, :] < tf.range(count)[tf.newaxis, :, tf.newaxis]
    )
    better = tf.logical_or(other > mine, tf.logical_and(tf.equal(other, mine), earlier))
    return tf.logical_not(tf.reduce_any(tf.logical_and(same, better), axis=-1))
