from typing import get_args

import numpy as np
import pytest

from components.synthesis.products.families import draw_family, draw_variants
from components.synthesis.products.motifs import MOTIFS
from components.synthesis.products.packshots import make_catalog, render_packshot
from components.synthesis.products.vocabulary import Axis, Shape


def _family(axis: str, shape: str | None = None):
    for seed in range(1000):
        family = draw_family(np.random.default_rng(seed))
        if family.axis == axis and shape in (None, family.shape):
            return family
    raise AssertionError(f"no family of {axis} and {shape}")


def test_catalog_is_decided_by_its_seed() -> None:
    first, again, other = make_catalog(3, 2, 2), make_catalog(3, 2, 2), make_catalog(4, 2, 2)
    assert [p.sku for p in first] == [p.sku for p in again]
    assert all(np.array_equal(a.image, b.image) for a, b in zip(first, again, strict=True))
    assert {p.sku for p in first}.isdisjoint(p.sku for p in other)


def test_larger_catalog_begins_with_the_smaller() -> None:
    small, large = make_catalog(3, 2, 1), make_catalog(3, 4, 1)
    assert [p.sku for p in large[:2]] == [p.sku for p in small]
    assert np.array_equal(large[1].image, small[1].image)


def test_skus_are_unique_and_plain() -> None:
    skus = [p.sku for p in make_catalog(5, 12, 3)]
    assert len(set(skus)) == 36
    assert all(set(sku) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for sku in skus)


@pytest.mark.parametrize("shape", get_args(Shape))
def test_every_shape_stands_on_white(shape: str) -> None:
    family = _family("flavour", shape)
    image = render_packshot(family, draw_variants(family, 1)[0])
    assert sorted(image.shape) == [3, 225, 300]
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    assert border.min() == 255
    assert 0.15 < (image.min(axis=2) < 250).mean() < 0.95


@pytest.mark.parametrize("axis", get_args(Axis))
def test_variants_are_alike_and_yet_differ(axis: str) -> None:
    family = _family(axis)
    one, two = (render_packshot(family, v).astype(int) for v in draw_variants(family, 2))
    changed = (np.abs(one - two).max(axis=2) > 40).mean()
    assert 0.002 < changed < 0.6
    stranger = draw_family(np.random.default_rng(family.seed))
    assert stranger.brand != family.brand


@pytest.mark.parametrize("axis", get_args(Axis))
def test_labels_of_a_family_are_unique(axis: str) -> None:
    labels = [v.label for v in draw_variants(_family(axis), 6)]
    assert len(set(labels)) == 6


def test_too_many_variants_are_refused() -> None:
    with pytest.raises(ValueError, match="has 6 variants, not 7"):
        draw_variants(_family("icon"), 7)


@pytest.mark.parametrize("name", MOTIFS)
def test_motif_paints_around_its_centre(name: str) -> None:
    art = np.full((120, 160, 3), 255, np.uint8)
    MOTIFS[name](art, (80.0, 60.0), 30.0, (200, 40, 40), np.random.default_rng(2))
    ys, xs = np.nonzero((art < 250).any(axis=2))
    assert len(ys) > 100
    assert abs(xs.mean() - 80) < 25 and abs(ys.mean() - 60) < 25


@pytest.mark.parametrize("name", MOTIFS)
def test_motif_may_stick_out_of_the_picture(name: str) -> None:
    art = np.full((50, 50, 3), 255, np.uint8)
    MOTIFS[name](art, (2.0, 48.0), 40.0, (20, 140, 40), np.random.default_rng(2))
    assert (art < 250).any()
