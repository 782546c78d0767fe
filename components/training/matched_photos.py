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
from components.records.splits import DISTRACTOR
from components.training.photo_files import Photo


@dataclass(frozen=True)
class MatchedPhoto:
    """P proposals in one photo with K candidates each, and what is there in truth.

    Boxes are in pixels of the photo as the recogniser sees it.

    Attributes:
        encoded: The photo.
        size: Height and width of the photo, pixels.
        scale: Pixels of the photo as the recogniser sees it per pixel of the photo.
        candidates: Of the proposals that are no padding, as arrays.
        objectness: float32 `[P]` logits.
        answer: int `[P]`: the candidate that is right, K when none of them is.
        counts: bool `[P]`: False at products that the truth leaves open (unknown, difficult).
        truth: float32 `[T, 4]`, boxes of the products that are there, distractors excepted.
        truth_sku: int `[T]`, their SKUs' numbers, -1 for those that the truth leaves open.
    """

    encoded: bytes
    size: tuple[int, int]
    scale: float
    candidates: Candidates
    objectness: np.ndarray
    answer: np.ndarray
    counts: np.ndarray
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
            product = named != DISTRACTOR.encode()
            skus = np.array([number.get(sku, -1) for sku in named], int)
            skus[photo.ignore.numpy()] = -1
            truth = photo.boxes.numpy() * np.array([width, height, width, height]) * float(scale)
            truth, skus = truth[product].astype(np.float32), skus[product]
            valid = proposals.valid.numpy()
            candidates = Candidates(*(values.numpy()[valid] for values in found))
            answer, counts = judge(proposals.boxes.numpy()[valid], candidates, truth, skus)
            yield MatchedPhoto(
                encoded=photo.encoded.numpy(),
                size=(height, width),
                scale=float(scale),
                candidates=candidates,
                objectness=proposals.objectness.numpy()[valid],
                answer=answer,
                counts=counts,
                truth=truth,
                truth_sku=skus,
            )


def judge(
    proposed: np.ndarray, candidates: Candidates, truth: np.ndarray, skus: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Say which candidate is right at each proposal: `answer` and `counts` of `MatchedPhoto`.

    Args:
        proposed: `[P, 4]`, the proposals' boxes.
        candidates: Arrays.
        truth: `[T, 4]`.
        skus: `[T]`.
    """
    sku, none = candidates.sku, candidates.sku.shape[1]
    if not len(truth):
        return np.full(len(sku), none), np.ones(len(sku), bool)
    overlap = geometry.iou(candidates.boxes[:, :, np.newaxis], tf.constant(truth)).numpy()
    same = (sku[..., np.newaxis] == skus) & (overlap >= SAME_IOU)
    right = (same & candidates.valid[..., np.newaxis]).any(axis=-1)
    answer = np.where(right.any(axis=1), right.argmax(axis=1), none)
    near = geometry.iou(proposed[:, np.newaxis], tf.constant(truth)).numpy()
    left_open = (near.max(axis=1) >= SAME_IOU) & (skus[near.argmax(axis=1)] < 0)
    return answer, ~(left_open & (answer == none))
