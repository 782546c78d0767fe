import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_data import draw_packshot

from components.data_check.isolation import (
    border_share,
    plain_background,
    products_side_by_side,
    shrunk,
)
from components.synthesis.products.packshots import make_catalog

LEAST = 0.15


def white(height=120, width=160):
    return np.full((height, width, 3), 255, np.uint8)


def test_product_on_white_is_isolated():
    assert border_share(draw_packshot(0)) == 0
    assert products_side_by_side(draw_packshot(0), LEAST) == 1


def test_grey_ground_is_not_white():
    packshot = white()
    packshot[:] = 238
    assert border_share(packshot) == 1


def test_a_plain_background_is_told_by_its_colour_even_in_noise_and_under_a_product():
    packshot = white(200, 200)
    packshot[:] = (180, 200, 210)
    packshot[40:, 60:140] = 40
    noise = np.random.default_rng(0).integers(0, 12, packshot.shape, dtype=np.uint8)
    red, green, blue = plain_background(packshot - noise)
    assert abs(red - 174) < 4 and abs(green - 194) < 4 and abs(blue - 204) < 4


def test_a_pack_that_fills_its_picture_has_no_background():
    print_ = np.random.default_rng(0).integers(0, 200, (8, 6, 3), dtype=np.uint8)
    assert plain_background(np.kron(print_, np.ones((20, 20, 1), np.uint8))) is None


def test_product_cropped_closely_leaves_most_of_the_border_white():
    packshot = white(200, 200)
    packshot[:, 60:140] = 40
    assert border_share(packshot) < 0.25


def test_jpeg_noise_in_white_is_white():
    packshot = white()
    packshot -= np.random.default_rng(0).integers(0, 12, packshot.shape, dtype=np.uint8)
    assert border_share(packshot) == 0
    assert products_side_by_side(packshot, LEAST) == 0


@given(widths=st.lists(st.integers(20, 40), min_size=1, max_size=4), gaps=st.integers(8, 30))
def test_products_with_white_between_them_are_counted(widths, gaps):
    packshot = white(100, sum(widths) + gaps * (len(widths) + 1))
    left = gaps
    for width in widths:
        packshot[10:90, left : left + width] = (30, 90, 60)
        left += width + gaps
    assert products_side_by_side(packshot, LEAST) == len(widths)


def test_products_that_touch_or_stand_behind_each_other_are_one():
    packshot = white()
    packshot[20:80, 20:80] = 50
    packshot[40:110, 70:130] = 120
    assert products_side_by_side(packshot, LEAST) == 1


def test_print_above_print_on_a_white_pack_is_one_product():
    packshot = white()
    packshot[10:40, 40:120] = 50
    packshot[80:110, 50:110] = 50
    assert products_side_by_side(packshot, LEAST) == 1


def test_speck_is_no_product():
    packshot = white()
    packshot[20:100, 20:80] = 50
    packshot[50:60, 120:130] = 50
    assert products_side_by_side(packshot, LEAST) == 1
    assert products_side_by_side(packshot, 0.01) == 2


def test_generated_packshots_pass():
    for packshot in make_catalog(5, 8, 1):
        assert border_share(packshot.image) == 0
        assert products_side_by_side(packshot.image, LEAST) == 1


@pytest.mark.parametrize("size", [(50, 60), (1600, 1200), (4, 2000)])
def test_large_packshot_is_judged_small(size):
    small = shrunk(cv2.resize(draw_packshot(0), size))
    assert max(small.shape) <= 320
    assert min(small.shape[:2]) >= 1
