"""Finds pictures that are nearly the same among many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from components.imaging.fingerprint import Fingerprint

_BLOCK = 2048
_PAIRS_AT_ONCE = 4096
_BITS = 64

ScoredPairs = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Positions of later pictures, int `[p]`, of earlier ones, int `[p]`, and how far they differ."""


class Twins(NamedTuple):
    """For each picture, the earlier picture most like it, or -1 where none is near.

    Attributes:
        same: Position of one of its own group, int `[n]`.
        other: Position of one of another group, int `[n]`.
    """

    same: np.ndarray
    other: np.ndarray


def earlier_twins(
    fingerprints: Sequence[Fingerprint], groups: Sequence[str], bits: int, difference: float
) -> Twins:
    """Find for each picture the earlier one that it repeats.

    The hash finds candidates; it knows no colours, and two flavours of a product have one layout.
    So a candidate counts only where a small colour picture agrees as well.

    Args:
        fingerprints: Of the pictures.
        groups: The group of each, for example its split.
        bits: Hashes of twins differ in at most so many bits.
        difference: Largest difference of their colours anywhere, see `colour_differences`.
    """
    return nearest(groups, alike(fingerprints, fingerprints, bits, difference))


def alike(
    laters: Sequence[Fingerprint], earliers: Sequence[Fingerprint], bits: int, difference: float
) -> Iterator[ScoredPairs]:
    """Yield pairs of pictures, the position of one after that of the other, that look alike.

    Args:
        laters: Fingerprints of the pictures, as the later of a pair is seen.
        earliers: The same pictures, as the earlier of a pair is seen.
        bits: As in `earlier_twins`.
        difference: As in `earlier_twins`.
    """
    one, other = (_smalls(side) for side in (laters, earliers))
    for later, earlier in near_hashes(laters, earliers, bits):
        apart = colour_differences(one[later], other[earlier])
        near = apart <= difference
        yield later[near], earlier[near], apart[near]


def nearest(groups: Sequence[str], pairs: Iterable[ScoredPairs]) -> Twins:
    """Choose for each picture, of all it was paired with, the one that differs least."""
    codes = np.unique(np.asarray(groups, dtype=str), return_inverse=True)[1]
    twins = np.full((2, len(groups)), -1)
    least = np.full((2, len(groups)), np.inf)
    for later, earlier, apart in pairs:
        foreign = (codes[later] != codes[earlier]).astype(int)
        # The nearest first, so that it is the first of its picture and kind.
        order = np.lexsort((earlier, apart))
        positions = np.stack([foreign[order], later[order]])
        chosen = order[np.unique(positions, axis=1, return_index=True)[1]]
        better = apart[chosen] < least[foreign[chosen], later[chosen]]
        chosen = chosen[better]
        least[foreign[chosen], later[chosen]] = apart[chosen]
        twins[foreign[chosen], later[chosen]] = earlier[chosen]
    return Twins(twins[0], twins[1])


def colour_differences(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how far pairs of small pictures differ where they differ most, in grey values.

    Brightness and contrast are made equal first, by least squares.

    Args:
        one: Small pictures, uint8 `[n, h, w, 3]` RGB.
        other: As many others, uint8 `[n, h, w, 3]` RGB.

    Returns:
        float32 `[n]`.
    """
    if not len(one):
        return np.zeros(0, np.float32)
    a, b = (side.reshape(len(side), -1).astype(np.float32) for side in (one, other))
    a -= a.mean(axis=1, keepdims=True)
    b -= b.mean(axis=1, keepdims=True)
    power_a, power_b = ((side**2).sum(axis=1, keepdims=True) for side in (a, b))
    shared = (a * b).sum(axis=1, keepdims=True)
    # The flatter of the two is stretched, never the other flattened: or all would look alike.
    stretch_a = np.where(power_a <= power_b, shared / np.maximum(power_a, 1), 1)
    stretch_b = np.where(power_a <= power_b, 1, shared / np.maximum(power_b, 1))
    return np.abs(a * stretch_a - b * stretch_b).max(axis=1)


def near_hashes(
    laters: Sequence[Fingerprint], earliers: Sequence[Fingerprint], bits: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield pairs (later, earlier) of positions whose hashes differ in at most `bits` bits.

    With bits written as 1 and -1, the product of two hashes is 64 minus twice the bits in which
    they differ. So a block of comparisons is one product of matrices, the fastest thing there is.

    Args:
        laters: As in `alike`.
        earliers: As in `alike`.
        bits: As in `earlier_twins`.
    """
    one, other = (_signs(side) for side in (laters, earliers))
    for start in range(0, len(one), _BLOCK):
        for before in range(0, start + 1, _BLOCK):
            product = one[start : start + _BLOCK] @ other[before : before + _BLOCK].T
            near = product >= _BITS - 2 * bits
            if before == start:
                near &= np.tri(len(near), k=-1, dtype=bool)
            later, earlier = np.nonzero(near)
            for pair in range(0, len(later), _PAIRS_AT_ONCE):
                part = slice(pair, pair + _PAIRS_AT_ONCE)
                yield later[part] + start, earlier[part] + before


def _signs(fingerprints: Sequence[Fingerprint]) -> np.ndarray:
    hashes = np.array([each.hash for each in fingerprints], np.uint8).reshape(-1, _BITS // 8)
    return np.unpackbits(hashes, axis=1).astype(np.float32) * 2 - 1


def _smalls(fingerprints: Sequence[Fingerprint]) -> np.ndarray:
    return np.array([each.small for each in fingerprints], np.uint8)
