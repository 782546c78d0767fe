"""Finds photos that were mirrored, or cropped by some percent: copies that no hash recognises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from components.imaging.fingerprint import SIDE, SMALL_SIDE, Fingerprint
from components.imaging.near_duplicates import (
    ScoredPairs,
    Twins,
    alike,
    colour_differences,
    near_hashes,
    nearest,
)

_LAYOUT_SIDE = 4
_SMALLEST_SHARE = 0.75  # of a side that a crop keeps
_LARGEST_SLANT = 0.04  # a crop neither turns nor shears
_INSIDE = 0.94  # of its pixels; the rest is lost where the thumbnail ends
_STOP = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-3)
_EVERYWHERE = np.full((SIDE, SIDE), 255, np.uint8)
_BLUR = 3  # OpenCV's own 5 pixels blur a thumbnail so far that other photos fit
_SAMPLED = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


class Altered(NamedTuple):
    """For each photo, the earlier one that it is an altered copy of."""

    mirrored: Twins
    cropped: Twins


def earlier_originals(
    fingerprints: Sequence[Fingerprint],
    groups: Sequence[str],
    bits: int,
    difference: float,
    crop_bits: int,
) -> Altered:
    """Find for each photo the earlier one that it shows mirrored, or that one of both was cut from.

    Args:
        fingerprints: Of the photos.
        groups: The group of each, for example its split.
        bits: Hashes of a photo and its mirror image, mirrored back, differ in at most so many bits.
        difference: Largest difference of their colours anywhere.
        crop_bits: Hashes of a photo and its crop differ in at most so many bits; 0 finds no crops.
    """
    mirrors = [each.mirrored for each in fingerprints]
    return Altered(
        nearest(groups, alike(mirrors, fingerprints, bits, difference)),
        nearest(groups, _crops(fingerprints, crop_bits, difference) if crop_bits else ()),
    )


def crop_difference(whole: Fingerprint, part: Fingerprint) -> float:
    """Return by how much a picture differs from the part of another that it may have been cut from.

    The one is laid upon the other so that their brightness correlates best: G. D. Evangelidis,
    E. Z. Psarakis, "Parametric Image Alignment Using Enhanced Correlation Coefficient
    Maximization", 2008. Where that takes more than cutting off edges, it was not cut from there.

    Args:
        whole: The fingerprint of the other picture.
        part: The fingerprint of the picture.

    Returns:
        Grey values, as `colour_differences`; 255 where it was not cut from there.
    """
    luma, of_whole = (cv2.cvtColor(each.thumbnail, cv2.COLOR_RGB2GRAY) for each in (part, whole))
    start = np.eye(2, 3, dtype=np.float32)
    try:
        _, found = cv2.findTransformECC(
            luma, of_whole, start, cv2.MOTION_AFFINE, _STOP, _EVERYWHERE, _BLUR
        )
        laid = np.asarray(found)
    except cv2.error:  # nothing correlates
        return 255.0
    shares, slants = np.diag(laid[:, :2]), laid[[0, 1], [1, 0]]
    if (
        shares.min() < _SMALLEST_SHARE
        or shares.max() > 1.03
        or np.abs(slants).max() > _LARGEST_SLANT
    ):
        return 255.0
    size = (SIDE, SIDE)
    inside = cv2.warpAffine(_EVERYWHERE, laid, size, flags=_SAMPLED) >= 254
    if inside.mean() < _INSIDE:
        return 255.0
    cut = cv2.warpAffine(whole.thumbnail, laid, size, flags=_SAMPLED)
    cut = np.where(inside[..., np.newaxis], cut, part.thumbnail)
    return float(colour_differences(_shrunk(cut, SMALL_SIDE)[None], part.small[None])[0])


def _crops(
    fingerprints: Sequence[Fingerprint], bits: int, difference: float
) -> Iterator[ScoredPairs]:
    layouts = np.array([_shrunk(each.thumbnail, _LAYOUT_SIDE) for each in fingerprints], np.uint8)
    for later, earlier in near_hashes(fingerprints, fingerprints, bits):
        # A crop moves little in so coarse a picture, and laying one upon the other takes long.
        close = colour_differences(layouts[later], layouts[earlier]) <= difference
        later, earlier = later[close], earlier[close]
        apart = np.array(
            [
                min(
                    crop_difference(fingerprints[one], fingerprints[other]),
                    crop_difference(fingerprints[other], fingerprints[one]),
                )
                for one, other in zip(later.tolist(), earlier.tolist(), strict=True)
            ]
        )
        near = apart <= difference
        yield later[near], earlier[near], apart[near]


def _shrunk(picture: np.ndarray, side: int) -> np.ndarray:
    return cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
