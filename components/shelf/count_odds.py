"""How likely each number of facings of a product is, given all that may be one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from components.shelf.chances import Chance

_FURTHER = 6
"""Facings that nothing is found of, at most."""
_SUREST = 1e-4
"""No probability of a recogniser is nearer to 0 or 1."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
_FACTORIALS = np.cumprod([1, *range(1, _FURTHER + 1)])


@dataclass(frozen=True)
class CountModel:
    """How far probabilities of a recogniser are to be believed where facings are counted.

    Facings of one product on one photo are misread together: what makes one look like another
    product, or like none, does so to all. So log odds of all facings of a product on a photo are
    off by the same, which is drawn from a normal distribution.

    Attributes:
        offset: Of the log odds, by kind of chance.
        slope: Of the log odds, by kind of chance.
        cut: What log odds change by at the edge of the photo, by kind of chance.
        spread: Standard deviation of what all log odds of a product are off by.
        missed: Facings that nothing is found of, of a product that anything is found of.
        missed_of_each: Further ones for each facing that is there.
        least: Probability that a range has at least, so that nine of ten hold the truth: many have
            more, and of some products that are there nothing is found.
    """

    offset: tuple[float, float, float]
    slope: tuple[float, float, float]
    cut: tuple[float, float, float]
    spread: float
    missed: float
    missed_of_each: float
    least: float


FITTED = CountModel(
    offset=(0.703, -3.99, -3.245),
    slope=(1.855, 1.794, 2.07),
    cut=(-1.024, 1.302, 1.629),
    spread=3.655,
    missed=0.025,
    missed_of_each=0.008,
    least=0.89,
)
"""Fitted by `tests/bench/count_ranges.py` on generated photos that the release never saw."""


def count_odds(
    chances: Mapping[str, Sequence[Chance]], model: CountModel = FITTED
) -> dict[str, np.ndarray]:
    """Return by SKU the probabilities of 0, 1, 2 … facings on a photo.

    Args:
        chances: By SKU, what may be its facings.
        model: How far that is to be believed.
    """
    alike: dict[int, list[str]] = {}
    for sku, each in chances.items():
        alike.setdefault(len(each), []).append(sku)
    answer: dict[str, np.ndarray] = {}
    for skus in alike.values():
        together = odds_of(np.array([chances[sku] for sku in skus], float), model)
        answer.update(zip(skus, together, strict=True))
    return answer


def odds_of(chances: np.ndarray, model: CountModel) -> np.ndarray:
    """Return the probabilities of 0, 1, 2 … facings, float `[n, m + 7]`.

    Args:
        chances: float `[n, m, 3]`: for n products on a photo m chances each: kind, score, cut.
        model: How far they are to be believed.
    """
    kind = chances[..., 0].astype(int)
    score = np.clip(chances[..., 1], _SUREST, 1 - _SUREST)
    logit = np.take(model.offset, kind) + np.take(model.slope, kind) * np.log(score / (1 - score))
    logit = logit + np.take(model.cut, kind) * chances[..., 2]
    shared = model.spread * _NODES[:, None]
    there = 1 / (1 + np.exp(-(logit[:, None, :] + shared)))  # [n, nodes, m]
    missed = model.missed + model.missed_of_each * there.sum(axis=2)
    further = missed[..., None] ** np.arange(_FURTHER + 1) / _FACTORIALS
    odds = np.pad(further, ((0, 0), (0, 0), (0, there.shape[2])))
    for at in range(there.shape[2]):
        one = there[:, :, at, None]
        more = np.concatenate([np.zeros_like(odds[..., :1]), odds[..., :-1]], axis=2)
        odds = odds * (1 - one) + more * one
    odds = odds / odds.sum(axis=2, keepdims=True)
    return np.tensordot(odds, _WEIGHTS, axes=(1, 0))
