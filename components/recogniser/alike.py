"""Products that the model cannot tell apart: their templates are nearly the same."""

from collections.abc import Iterator, Mapping

import numpy as np

from components.recogniser.index import CatalogIndex

ALIKE = 0.98
"""Mean cosine of the cells of two templates from which on nothing on a shelf tells them apart. Of
variants that differ by a word of print the generated products reach 0.94 and are rarely confused.
"""
_ROWS = 512
"""Views compared with all others in one go: 100,000 of them take 200 MB so."""


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
    """Yield SKUs of which any two views are alike, each pair once or more often."""
    cells = index.templates.shape[1] * index.templates.shape[2]
    whole = np.linalg.norm(index.templates.astype(np.float32), axis=-1, keepdims=True)
    scale = np.maximum(whole, 1e-6) * np.sqrt(cells)

    def rows(begin: int) -> np.ndarray:
        some = slice(begin, begin + _ROWS)
        return (index.templates[some] / scale[some]).reshape(len(scale[some]), -1)

    views = len(index.skus)
    for begin in range(0, views, _ROWS):
        block = rows(begin)
        for other in range(begin, views, _ROWS):
            for at, against in np.argwhere(block @ rows(other).T >= ALIKE):
                one, another = index.skus[begin + at], index.skus[other + against]
                if one != another:
                    yield one, another
