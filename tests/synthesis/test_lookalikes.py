import numpy as np
from tiny_data import draw_packshot

from components.synthesis.scenes.cutout import cut_out
from components.synthesis.scenes.lookalikes import jumbled, lookalikes, recoloured, spliced

PRODUCTS = [cut_out(draw_packshot(number), f"milk-{number}") for number in range(6)]
PICTURE = np.random.default_rng(1).integers(0, 256, (40, 24, 3), np.uint8)
OTHER = np.full((80, 30, 3), 200, np.uint8)


def made(seed=0, count=9):
    return list(lookalikes(np.random.default_rng(seed), PRODUCTS, count, "alike"))


def test_a_lookalike_has_the_shape_of_a_product_and_the_appearance_of_none():
    packs = made()
    assert packs and {pack.sku for pack in packs} == {"alike"}
    shapes = {product.rgba.shape for product in PRODUCTS}
    appearances = np.stack([product.appearance for product in PRODUCTS])
    for pack in packs:
        assert pack.rgba.shape in shapes
        assert np.linalg.norm(appearances - pack.appearance, axis=1).min() >= 0.5


def test_the_same_seed_makes_the_same():
    first, second, other = made(), made(), made(seed=1)
    assert first and other
    assert all((a.rgba == b.rgba).all() for a, b in zip(first, second, strict=True))
    assert not all((a.rgba == b.rgba).all() for a, b in zip(first, other, strict=False))


def test_products_too_plain_give_fewer_than_asked_for():
    blank = cut_out(np.full((60, 40, 3), 255, np.uint8), "blank")
    assert list(lookalikes(np.random.default_rng(0), [blank], 3, "alike")) == []


def test_recolouring_turns_hues_and_leaves_grey_and_light_alone():
    red = np.full((4, 4, 3), (200, 40, 40), np.uint8)
    turned = recoloured(np.random.default_rng(0), red, OTHER)[0, 0]
    assert turned.argmax() != 0 and turned.max() == 200
    grey = np.full((4, 4, 3), 90, np.uint8)
    assert (recoloured(np.random.default_rng(0), grey, OTHER) == grey).all()


def test_splicing_keeps_one_part_and_takes_the_other():
    for seed in range(4):
        spliced_rows = (spliced(np.random.default_rng(seed), PICTURE, OTHER) == 200).all((1, 2))
        assert 0.3 < spliced_rows.mean() < 0.7
        assert np.abs(np.diff(spliced_rows.astype(int))).sum() == 1


def test_jumbling_moves_pixels_and_invents_none():
    mixed = jumbled(np.random.default_rng(0), PICTURE, OTHER)
    assert (mixed != PICTURE).any()
    assert sorted(map(tuple, mixed.reshape(-1, 3))) == sorted(map(tuple, PICTURE.reshape(-1, 3)))
