"""Finds photos that are copies of packshots: cropped, bordered, resized or compressed ones, too."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import cv2
import numpy as np

from components.imaging.fingerprint import SIDE, SMALL_SIDE, Fingerprint

_CUT_OFF = (0.0, 0.05, 0.1)  # of each side
_COARSE_SIDE = 8
_WORTH_A_LOOK = 0.8  # what is not laid exactly upon its packshot correlates less
_LOOKS = 4  # variants of one product are alike

_PHOTOS_AT_ONCE, _PACKSHOTS_AT_ONCE = 512, 256

_SMALLEST_SHARE, _LARGEST_SHARE = 0.7, 1.08  # of a side, that a copy keeps
_LARGEST_SLANT = 0.04  # a copy is neither turned nor sheared
_INSIDE = 0.85  # of its pixels, the rest is lost where the thumbnail ends
_STOP = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-3)
_EVERYWHERE = np.full((SIDE, SIDE), 255, np.uint8)
_BLUR = 3  # OpenCV's own 5 pixels blur a thumbnail so far that other pictures fit
_SAMPLED = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


def copied_packshots(
    photos: Sequence[Fingerprint], packshots: Sequence[Fingerprint], likeness: float
) -> np.ndarray:
    """Find for each photo the packshot that it is a copy of.

    Both are compared without their margins. Each packshot is cropped in all ways first, coarsely,
    since a crop moves what a hash or a comparison of pixels sees. What resembles one of the crops
    is laid exactly upon it.

    Args:
        photos: Fingerprints of the photos.
        packshots: Fingerprints of the packshots.
        likeness: A copy correlates with its packshot at least so much, at 16 x 16.

    Returns:
        int `[n]`, positions among the packshots, -1 where a photo is no copy.
    """
    found = np.full(len(photos), -1)
    if not len(photos):
        return found
    seen, known = ([each.without_margin.thumbnail for each in side] for side in (photos, packshots))
    for photo, candidates in enumerate(_candidates(seen, known)):
        best = likeness
        for packshot, crop in candidates:
            alike = _likeness(known[packshot], seen[photo], _CROPS[crop])
            if alike >= best:
                best, found[photo] = alike, packshot
    return found


def _candidates(
    seen: Sequence[np.ndarray], known: Sequence[np.ndarray]
) -> list[list[tuple[int, int]]]:
    """Return for each thumbnail the known ones, and which crop of them, that look most like it."""
    scored: list[list[tuple[float, int, int]]] = [[] for _ in seen]
    coarse = _centred(np.array([_shrunk(one, _COARSE_SIDE) for one in seen]))
    for start in range(0, len(known), _PACKSHOTS_AT_ONCE):
        crops = _crops(known[start : start + _PACKSHOTS_AT_ONCE])
        for first in range(0, len(seen), _PHOTOS_AT_ONCE):
            part = coarse[first : first + _PHOTOS_AT_ONCE]
            scores = (part @ crops.T).reshape(len(part), -1, len(_CROPS))
            for one, other in np.argwhere(scores.max(axis=2) >= _WORTH_A_LOOK).tolist():
                crop = int(scores[one, other].argmax())
                score = float(scores[one, other, crop])
                scored[first + one].append((score, start + other, crop))
    best = (sorted(each, reverse=True)[:_LOOKS] for each in scored)
    return [[(packshot, crop) for _, packshot, crop in each] for each in best]


def _affine(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """Return where a crop of a thumbnail lies in it, float32 `[2, 3]`, as OpenCV has it."""
    across, down = 1 - left - right, 1 - top - bottom
    # Pixels lie at their centres.
    x, y = left * SIDE + (across - 1) / 2, top * SIDE + (down - 1) / 2
    return np.array([[across, 0, x], [0, down, y]], np.float32)


_CROPS = [_affine(*cut) for cut in itertools.product(_CUT_OFF, repeat=4)]


def _crops(thumbnails: Sequence[np.ndarray]) -> np.ndarray:
    """Return all crops of thumbnails, one after the other, float32 `[n * crops, values]`."""
    crops = [_shrunk(_cut(one, crop), _COARSE_SIDE) for one in thumbnails for crop in _CROPS]
    return _centred(np.array(crops))


def _likeness(packshot: np.ndarray, photo: np.ndarray, start: np.ndarray) -> float:
    """Return how a photo correlates with what it may have been cut from, at best.

    The one is laid upon the other as in `altered_copies`, by maximising the correlation of their
    brightness; where that goes astray, the crop that it began at may still fit.

    Args:
        packshot: Thumbnail, uint8 `[SIDE, SIDE, 3]`.
        photo: Likewise.
        start: Where the photo may lie in the packshot, float32 `[2, 3]`.
    """
    luma, of_packshot = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (photo, packshot))
    tried = [start]
    try:
        _, found = cv2.findTransformECC(
            luma, of_packshot, start.copy(), cv2.MOTION_AFFINE, _STOP, _EVERYWHERE, _BLUR
        )
        laid = np.asarray(found)
        shares, slants = np.diag(laid[:, :2]), laid[[0, 1], [1, 0]]
        if (
            shares.min() >= _SMALLEST_SHARE
            and shares.max() <= _LARGEST_SHARE
            and np.abs(slants).max() <= _LARGEST_SLANT
        ):
            tried.append(laid)
    except cv2.error:  # nothing correlates
        pass
    return max(_correlation(packshot, photo, laid) for laid in tried)


def _correlation(packshot: np.ndarray, photo: np.ndarray, laid: np.ndarray) -> float:
    inside = cv2.warpAffine(_EVERYWHERE, laid, (SIDE, SIDE), flags=_SAMPLED) >= 254
    if inside.mean() < _INSIDE:
        return 0.0
    cut = np.where(inside[..., np.newaxis], _cut(packshot, laid), photo)
    one, other = _centred(np.array([_shrunk(each, SMALL_SIDE) for each in (cut, photo)]))
    return float(one @ other)


def _cut(thumbnail: np.ndarray, laid: np.ndarray) -> np.ndarray:
    return cv2.warpAffine(
        thumbnail, laid, (SIDE, SIDE), flags=_SAMPLED, borderMode=cv2.BORDER_REPLICATE
    )


def _centred(pictures: np.ndarray) -> np.ndarray:
    """Return pictures so that the product of two is their correlation, float32 `[n, values]`."""
    values = pictures.reshape(len(pictures), -1).astype(np.float32)
    values -= values.mean(axis=1, keepdims=True)
    return values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1)


def _shrunk(picture: np.ndarray, side: int) -> np.ndarray:
    return cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
