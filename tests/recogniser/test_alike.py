"""Products that the model cannot tell apart."""

import numpy as np

from components.recogniser import alike
from components.recogniser.alike import alike_groups
from components.recogniser.index import CatalogIndex


def index_of(templates: dict[str, np.ndarray]) -> CatalogIndex:
    skus = tuple(sorted(templates))
    count = len(skus)
    return CatalogIndex(
        embeddings=np.zeros((count, 4), np.float32),
        templates=np.stack([templates[sku] for sku in skus]).astype(np.int8),
        descriptors=None,
        hubness=np.zeros(count, np.float32),
        skus=skus,
    )


def pack(seed: int, noise: float = 0.0) -> np.ndarray:
    """A template `[3, 3, 32]`, the same for a seed but for noise."""
    drawn = np.random.default_rng(seed).normal(0, 30, (3, 3, 32))
    return np.clip(drawn + np.random.default_rng(99).normal(0, noise, drawn.shape), -127, 127)


def test_nearly_the_same_packs_are_one_group_named_after_the_first():
    index = index_of({"b": pack(1), "a": pack(1, noise=1.0), "c": pack(2), "d": pack(3)})
    assert alike_groups(index, {}) == {"a": "like a", "b": "like a"}


def test_what_differs_is_no_group():
    assert alike_groups(index_of({"a": pack(1), "b": pack(1, noise=15.0)}), {}) == {}


def test_the_same_cells_at_other_places_are_another_pack():
    assert alike_groups(index_of({"a": pack(1), "b": pack(1)[::-1]}), {}) == {}


def test_pairs_join_to_one_group():
    index = index_of(
        {name: pack(1, noise) for name, noise in zip("dcba", (0, 1, 2, 3), strict=True)}
    )
    assert set(alike_groups(index, {}).values()) == {"like a"}


def test_views_are_compared_in_blocks(monkeypatch):
    monkeypatch.setattr(alike, "_ROWS", 1)
    index = index_of({"a": pack(1), "b": pack(2), "c": pack(1), "d": pack(2), "e": pack(3)})
    assert alike_groups(index, {}) == {
        "a": "like a",
        "b": "like b",
        "c": "like a",
        "d": "like b",
    }


def test_what_the_catalogue_says_stands():
    index = index_of({"a": pack(1), "b": pack(1), "c": pack(1)})
    assert alike_groups(index, {"a": "cola"}) == {"b": "like b", "c": "like b"}


def test_views_of_one_product_are_no_group():
    one = index_of({"a": pack(1)})
    twice = CatalogIndex(
        embeddings=np.repeat(one.embeddings, 2, 0),
        templates=np.repeat(one.templates, 2, 0),
        descriptors=None,
        hubness=np.zeros(2),
        skus=("a", "a"),
    )
    assert alike_groups(twice, {}) == {}
