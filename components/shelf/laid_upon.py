"""Where what an earlier photo of a bay shows is on a later one, told by products in both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from components.shelf.facing import Facing, Shelf

_MOST = 2000
"""Pairs of facings of one product, on either photo, that are thought of."""
_TRIED = 3000
"""Pairs of facings that are laid upon pairs of the other photo, at most."""
_REFINED = 8
"""The best of them, that are fitted to all facings that agree."""
_ROUGH, _FINE = 0.7, 0.4
"""How far a facing may be off, in its widths: at first, as phones were held at other angles, and in
the end."""
_SCALE, _TURN = 2.5, 25.0
"""How much larger one photo may show things, and how far it may be rolled against it, degrees."""
_FEWEST = 3
"""Facings that must be in their places on both photos."""
_FEWEST_SKEWED = 8
"""The same, for perspective to be told from them."""


@dataclass(frozen=True, eq=False)
class LaidUpon:
    """An earlier photo laid upon a later one.

    Attributes:
        warp: Homography `[3, 3]` from pixels of the earlier photo to those of the later.
        same: Facings of the earlier photo and of the later that show one product in one place, by
            their positions in `Shelf.facings`.
    """

    warp: np.ndarray
    same: tuple[tuple[int, int], ...]


def laid_upon(before: Shelf, after: Shelf) -> LaidUpon | None:
    """Return how an earlier photo lies upon a later one; None where too little is in both."""
    pairs = np.array(
        [
            (at, to)
            for at, one in enumerate(before.facings)
            for to, other in enumerate(after.facings)
            if one.sku == other.sku and not one.unknown
        ],
        int,
    ).reshape(-1, 2)
    if len(pairs) < _FEWEST:
        return None
    if len(pairs) > _MOST:
        pairs = np.random.default_rng(0).choice(pairs, _MOST, replace=False)
    source, target = _middles(before.facings)[pairs[:, 0]], _middles(after.facings)[pairs[:, 1]]
    sizes = np.array([facing.width for facing in after.facings])[pairs[:, 1]]
    tried = [_refined(warp, before, after, pairs) for warp in _rough(source, target, sizes, pairs)]
    return max(
        (each for each in tried if each is not None),
        key=lambda each: (len(each[0].same), -each[1]),
        default=(None, 0.0),
    )[0]


def _refined(
    warp: np.ndarray, before: Shelf, after: Shelf, pairs: np.ndarray
) -> tuple[LaidUpon, float] | None:
    """Return a warp fitted to all facings that agree on it, and how far they are off, in widths."""
    source, target = _middles(before.facings)[pairs[:, 0]], _middles(after.facings)[pairs[:, 1]]
    sizes = np.array([facing.width for facing in after.facings])[pairs[:, 1]]
    for reach in (_ROUGH, _FINE, _FINE):
        same = _agreeing(warp, source, target, reach * sizes, pairs)
        if len(same) < _FEWEST:
            return None
        warp = _fitted(
            [before.facings[pairs[at, 0]] for at in same],
            [after.facings[pairs[at, 1]] for at in same],
        )
    same = _agreeing(warp, source, target, _FINE * sizes, pairs)
    if len(same) < _FEWEST:
        return None
    off = np.linalg.norm(moved(source[same], warp) - target[same], axis=1) / sizes[same]
    both = tuple((int(pairs[at, 0]), int(pairs[at, 1])) for at in same)
    return LaidUpon(warp, both), float(off.mean())


def moved(points: np.ndarray, warp: np.ndarray) -> np.ndarray:
    """Return where points are on the other photo, float `[n, 2]`."""
    straight = np.column_stack([points, np.ones(len(points))]) @ warp.T
    return np.asarray(straight[:, :2] / np.where(straight[:, 2:] > 1e-9, straight[:, 2:], np.nan))


def _middles(facings: Sequence[Facing]) -> np.ndarray:
    boxes = np.array([facing.box for facing in facings], float)
    return (boxes[:, :2] + boxes[:, 2:]) / 2


def _rough(
    source: np.ndarray, target: np.ndarray, sizes: np.ndarray, pairs: np.ndarray
) -> Iterator[np.ndarray]:
    """Yield the turns, scales and shifts on which most facings agree, the best first."""
    here, there = source @ [1, 1j], target @ [1, 1j]
    one, other = np.triu_indices(len(pairs), 1)
    apart = (pairs[one] != pairs[other]).all(axis=1)
    one, other = one[apart], other[apart]
    if len(one) > _TRIED:
        chosen = np.random.default_rng(0).choice(len(one), _TRIED, replace=False)
        one, other = one[chosen], other[chosen]
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = (there[one] - there[other]) / (here[one] - here[other])
    likely = (
        (np.abs(factor) < _SCALE)
        & (np.abs(factor) > 1 / _SCALE)
        & (np.abs(np.angle(factor, deg=True)) < _TURN)
    )
    one, factor = one[likely], factor[likely]
    shift = there[one] - factor * here[one]
    off = np.abs(factor[:, None] * here + shift[:, None] - there) / (_ROUGH * sizes)
    # Of a facing that agrees, the nearer the better: one off by a facing agrees by chance.
    near = np.clip(1 - off, 0, None)
    agree = np.zeros(len(one))
    for facing in np.unique(pairs[:, 0]):
        agree += near[:, pairs[:, 0] == facing].max(axis=1)
    for best in np.argsort(-agree)[:_REFINED]:
        a, b = factor[best], shift[best]
        yield np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag], [0, 0, 1]])


def _agreeing(
    warp: np.ndarray, source: np.ndarray, target: np.ndarray, reach: np.ndarray, pairs: np.ndarray
) -> list[int]:
    """Return the pairs that a warp brings together, nearest first, each facing once."""
    off = np.nan_to_num(np.linalg.norm(moved(source, warp) - target, axis=1) / reach, nan=np.inf)
    used: tuple[set[int], set[int]] = set(), set()
    chosen = []
    for at in np.argsort(off):
        if off[at] >= 1:
            break
        if pairs[at, 0] not in used[0] and pairs[at, 1] not in used[1]:
            used[0].add(int(pairs[at, 0]))
            used[1].add(int(pairs[at, 1]))
            chosen.append(int(at))
    return chosen


def _fitted(before: Sequence[Facing], after: Sequence[Facing]) -> np.ndarray:
    """Return the warp that fits corners of facings best."""
    source, target = (
        np.array([facing.box for facing in some], np.float32)[:, [0, 1, 2, 1, 2, 3, 0, 3]]
        .reshape(-1, 2)
        for some in (before, after)
    )  # fmt: skip
    if len(before) >= _FEWEST_SKEWED:
        warp, _ = cv2.findHomography(source, target, 0)
        if warp is not None:
            return np.asarray(warp, float)
    flat = np.column_stack([source, np.ones(len(source))])
    affine = np.linalg.lstsq(flat, target, rcond=None)[0].T
    return np.vstack([affine, [0, 0, 1]]).astype(float)
