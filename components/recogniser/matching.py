"""Which SKUs a proposal could show: a shortlist, late interaction, an alignment."""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from components.recogniser.cells import dequantise
from components.recogniser.index_tensors import IndexTensors
from components.recogniser.masked import LOWEST, ordered
from components.recogniser.model import Recogniser
from components.recogniser.proposals import Proposals
from components.recogniser.roi_align import FeaturePyramid
from components.recogniser.scores import match_scores

# Templates compared with each proposal in one go.
COMPARED_AT_ONCE = 2


class Candidates(NamedTuple):
    """K aligned SKUs at each of P proposals."""

    sku: tf.Tensor  # [P, K] int32
    boxes: tf.Tensor  # [P, K, 4] pixels of the photo
    match_scores: tf.Tensor  # [P, K], see scores.py
    shortlist_scores: tf.Tensor  # [P, K]
    valid: tf.Tensor  # [P, K] bool, False for padding and for a second view of the same SKU


class Views(NamedTuple):
    """N views of the catalogue at each of P proposals, and what was found out about them."""

    view: tf.Tensor  # [P, N] int32
    known: tf.Tensor  # [P, N] bool, False for padding
    similarities: tf.Tensor  # [P, N, 2], see late_interaction.py


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
    levels = proposals.pyramid_level
    return proposals._replace(
        boxes=boxes,
        features=recogniser.roi_align(pyramid, levels, boxes),
        descriptors=recogniser.descriptors(pyramid, levels, boxes),
    )


def match(recogniser: Recogniser, proposals: Proposals, index: IndexTensors) -> Candidates:
    """Align the likeliest SKUs with every proposal."""
    cosines = shortlist_scores(recogniser, proposals, index)
    view, known, alike = likeliest_views(recogniser, proposals, index, cosines)
    templates = dequantise(tf.gather(index.templates, view))
    aligned, transforms = recogniser.align(proposals.features, templates)
    aligned -= tf.gather(index.hubness, view)
    sku = tf.gather(index.sku_of_view, view)
    valid = tf.logical_and(known, proposals.valid[:, tf.newaxis])
    matched = match_scores(aligned, alike)
    return Candidates(
        sku=sku,
        boxes=recogniser.aligned_boxes(transforms, proposals.boxes),
        match_scores=matched,
        shortlist_scores=tf.gather(cosines, view, batch_dims=1),
        valid=tf.logical_and(valid, _is_best_view(sku, matched)),
    )


def shortlist_scores(
    recogniser: Recogniser, proposals: Proposals, index: IndexTensors
) -> tf.Tensor:
    """Return the cosines of the shortlist embeddings of proposals and views, `[P, V]`."""
    embeddings = recogniser.embed(recogniser.core(proposals.features))
    return tf.matmul(embeddings, index.embeddings, transpose_b=True)


def likeliest_views(
    recogniser: Recogniser, proposals: Proposals, index: IndexTensors, cosines: tf.Tensor
) -> Views:
    """Choose the views to align: a shortlist of all, and of it those that fit best as they are.

    An embedding knows of a product what kind it is; which of many variants, its cells know.

    Args:
        recogniser: The model.
        proposals: P proposals.
        index: The catalogue, V views.
        cosines: `[P, V]`, see `shortlist_scores`.

    Returns:
        K at each proposal; padding repeats the last view where the catalogue is smaller than K.
    """
    few = recogniser.settings.skus_per_proposal
    many = max(recogniser.settings.shortlist, few)
    views, known = best_views(ordered(cosines), many)
    found = similarities(recogniser, proposals, index, views)
    if many == few:
        return Views(views, known, found)
    fit = match_scores(_unaligned_scores(recogniser, proposals, index, views), found)
    best = tf.math.top_k(ordered(fit, known), few).indices
    return Views(
        tf.gather(views, best, batch_dims=1),
        tf.gather(known, best, batch_dims=1),
        tf.gather(found, best, batch_dims=1),
    )


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

    return _a_few_at_a_time(compared, views) - tf.gather(index.hubness, views)


def similarities(
    recogniser: Recogniser, proposals: Proposals, index: IndexTensors, views: tf.Tensor
) -> tf.Tensor:
    """Return what late interaction says of the views `[P, K]`, `[P, K, 2]`."""

    def compared(some: tf.Tensor) -> tf.Tensor:
        packshots = dequantise(tf.gather(index.descriptors, some))
        return recogniser.max_similarities(proposals.descriptors, packshots)

    return _a_few_at_a_time(compared, views)


def _a_few_at_a_time(compared: Callable[[tf.Tensor], tf.Tensor], views: tf.Tensor) -> tf.Tensor:
    """Compare views `[P, K]`; those of all at once are what a phone would need most memory for."""
    parts = range(0, views.shape[1], COMPARED_AT_ONCE)
    return tf.concat([compared(views[:, at : at + COMPARED_AT_ONCE]) for at in parts], axis=1)


def _is_best_view(sku: tf.Tensor, scores: tf.Tensor) -> tf.Tensor:
    """Say which candidates have no better (or equal, earlier) one of their SKU, bool `[P, K]`."""
    count = sku.shape[1]
    same = tf.equal(sku[:, :, tf.newaxis], sku[:, tf.newaxis, :])
    mine, other = scores[:, :, tf.newaxis], scores[:, tf.newaxis, :]
    earlier = (
        tf.range(count)[tf.newaxis, tf.newaxis, :] < tf.range(count)[tf.newaxis, :, tf.newaxis]
    )
    better = tf.logical_or(other > mine, tf.logical_and(tf.equal(other, mine), earlier))
    return tf.logical_not(tf.reduce_any(tf.logical_and(same, better), axis=-1))
