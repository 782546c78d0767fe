"""Validation photos as a recogniser matches them, beside the truth."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from components.recogniser import geometry
from components.recogniser.decode_photo import decode
from components.recogniser.detect import propose_and_match
from components.recogniser.fit_photo import fit_photo
from components.recogniser.index import CatalogIndex
from components.recogniser.index_tensors import IndexTensors, index_tensors
from components.recogniser.matching import Candidates
from components.recogniser.model import Recogniser
from components.recogniser.postprocess import SAME_IOU
from components.records.splits import DISTRACTOR, UNKNOWN_PRODUCT
from components.training.photo_files import Photo

SOME_PRODUCT, NONE_OF_THEM = -1, -2
"""Answers that leave something open: a candidate or another product; another product or nothing."""

NAMELESS, FOREIGN = -1, -2
"""SKU numbers of products that the truth leaves open, and of those outside the catalogue."""

_OF_NO_CATALOG = [DISTRACTOR.encode(), UNKNOWN_PRODUCT.encode()]


@dataclass(frozen=True)
class MatchedPhoto:
    """P proposals in one photo with K candidates each, and what is there in truth.

    Boxes are in pixels of the photo as the recogniser sees it.

    Attributes:
        encoded: The photo.
        size: Height and width of the photo, pixels.
        scale: Pixels of the photo as the recogniser sees it per pixel of the photo.
        candidates: As arrays; of a proposal that stands for none, none is valid.
        proposed: float32 `[P, 4]` boxes of the proposals, before anything was aligned.
        objectness: float32 `[P]` logits.
        answer: int `[P]`: the candidate that is right, K for a product that is none of them, K + 1
            for no product; `SOME_PRODUCT` where the truth does not say which (difficult, a crowd),
            `NONE_OF_THEM` in a photo without boxes, which may show products of no catalogue.
        truth: float32 `[T, 4]`, boxes of the products that are there.
        truth_sku: int `[T]`, their SKUs' numbers, `NAMELESS` or `FOREIGN`.
    """

    encoded: bytes
    size: tuple[int, int]
    scale: float
    candidates: Candidates
    proposed: np.ndarray
    objectness: np.ndarray
    answer: np.ndarray
    truth: np.ndarray
    truth_sku: np.ndarray


class PhotoMatcher:
    """Matches validation photos, again and again while a recogniser learns."""

    def __init__(self, recogniser: Recogniser, photos: Iterable[Photo]):
        """Take photos, which are read anew each time."""
        self._photos = photos

        # The index is an argument, so that one traced graph serves all of them.
        @tf.function(reduce_retracing=True)
        def matched(encoded: tf.Tensor, index: IndexTensors):
            photo = decode(encoded)
            fitted, scale = fit_photo(photo[tf.newaxis], recogniser.settings.photo_side)
            return *propose_and_match(recogniser, fitted, index), scale, tf.shape(photo)

        self._matched = matched

    def match(self, index: CatalogIndex) -> Iterator[MatchedPhoto]:
        """Yield the photos, SKUs numbered as in `index.labels`."""
        tensors = index_tensors(index)
        number = {sku.encode(): row for row, sku in enumerate(index.labels)}
        for photo in self._photos:
            proposals, found, scale, shape = self._matched(photo.encoded, tensors)
            height, width = int(shape[0]), int(shape[1])
            named = photo.skus.numpy()
            skus = np.array([number.get(sku, NAMELESS) for sku in named], int)
            skus[photo.ignore.numpy()] = NAMELESS
            skus[np.isin(named, _OF_NO_CATALOG)] = FOREIGN
            truth = photo.boxes.numpy() * np.array([width, height, width, height]) * float(scale)
            truth = truth.astype(np.float32)
            candidates = Candidates(*(values.numpy() for values in found))
            proposed = proposals.proposed.numpy()
            yield MatchedPhoto(
                encoded=photo.encoded.numpy(),
                size=(height, width),
                scale=float(scale),
                candidates=candidates,
                proposed=proposed,
                objectness=proposals.objectness.numpy(),
                answer=judge(proposed, candidates, truth, skus),
                truth=truth,
                truth_sku=skus,
            )


def judge(
    proposed: np.ndarray, candidates: Candidates, truth: np.ndarray, skus: np.ndarray
) -> np.ndarray:
    """Say what is at each proposal: `answer` of `MatchedPhoto`.

    Args:
        proposed: `[P, 4]`, the proposals' boxes.
        candidates: Arrays.
        truth: `[T, 4]`.
        skus: `[T]`, `NAMELESS` and `FOREIGN` among them.
    """
    sku = candidates.sku
    another = sku.shape[1]
    nothing = another + 1
    if not len(truth):
        return np.full(len(sku), NONE_OF_THEM)
    overlap = geometry.iou(candidates.boxes[:, :, np.newaxis], tf.constant(truth)).numpy()
    same = (sku[..., np.newaxis] == skus) & (overlap >= SAME_IOU)
    right = (same & candidates.valid[..., np.newaxis]).any(axis=-1)
    near = geometry.iou(proposed[:, np.newaxis], tf.constant(truth)).numpy()
    nearest = skus[near.argmax(axis=1)]
    at_product = np.where(nearest == NAMELESS, SOME_PRODUCT, another)
    other = np.where(near.max(axis=1) >= SAME_IOU, at_product, nothing)
    return np.where(right.any(axis=1), right.argmax(axis=1), other)
