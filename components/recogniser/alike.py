"""Products that the model cannot tell apart: their templates are nearly the same."""

from collections.abc import Iterator, Mapping

import numpy as np

from components.recogniser.index import CatalogIndex

ALIKE = 0.98
"""Mean cosine of the cells of two templates from which on nothing on a shelf tells them apart. Of
variants that differ by a word of print the generated products reach 0.94 and are rarely confused.
"""
_ROWS = 256
"""Views compared with all others in one go: with 100,000 of them that takes 200 MB."""


def alike_groups(index: CatalogIndex, grouped: Mapping[str, str]) -> dict[str, str]:
    """Return a group for each SKU that the model takes for another one.

    SKUs that are alike in pairs form one group, named after the first of them.

    Args:
        index: The catalogue.
        grouped: SKUs with a group of their own, which stay as they are.
    """
    leader: dict[str, str] = {}

    def leader_of(sku: str) -> str:
        while (above := leader.get(sku, sku)) != sku:
            sku = above
        return sku

    for one, other in _alike_pairs(index):
        if one in grouped or other in grouped:
            continue
        first, second = sorted((leader_of(one), leader_of(other)))
        leader[second] = first
        leader.setdefault(first, first)
    return {sku: f"like {leader_of(sku)}" for sku in sorted(leader)}


def _alike_pairs(index: CatalogIndex) -> Iterator[tuple[str, str]]:
    """Yield SKUs of which any two views are alike, each pair once or more often.

    Templates are compared whole only where the means of their cells are near enough: with a mean
    cosine of `ALIKE` these are at most sqrt(2 - 2 * ALIKE) apart, and few others are.
    """
    blocks = range(0, len(index.skus), _ROWS)
    means = np.concatenate([_unit_cells(index, slice(at, at + _ROWS)).mean(1) for at in blocks])
    squares = np.square(means).sum(1)
    for begin in blocks:
        some = slice(begin, begin + _ROWS)
        nearness = means[some] @ means[begin:].T
        apart = squares[some, None] + squares[begin:] - 2 * nearness
        near = apart <= 2 - 2 * ALIKE + 1e-4
        for row, columns in enumerate(near, start=begin):
            others = np.flatnonzero(columns) + begin
            for column in _alike(index, row, others[others > row]):
                if index.skus[row] != index.skus[column]:
                    yield index.skus[row], index.skus[column]


def _alike(index: CatalogIndex, view: int, others: np.ndarray) -> np.ndarray:
    """Return those of other views whose templates are nearly that of a view."""
    if not len(others):
        return others
    one = _unit_cells(index, [view])[0]
    parts = np.split(others, range(_ROWS, len(others), _ROWS))
    cosines = [np.tensordot(_unit_cells(index, part), one) / len(one) for part in parts]
    return others[np.concatenate(cosines) >= ALIKE]


def _unit_cells(index: CatalogIndex, views: slice | list[int] | np.ndarray) -> np.ndarray:
    """Return the cells of some views, scaled to unit length: `[views, cells, channels]`."""
    templates = index.templates[views].astype(np.float32)
    cells = templates.reshape(len(templates), -1, templates.shape[-1])
    return cells / np.maximum(np.linalg.norm(cells, axis=-1, keepdims=True), 1e-6)
