import cv2
import numpy as np
import pytest

from components.synthesis.scenes.cutout import cut_out, product_mask


def _on_white(size: tuple[int, int] = (200, 160)) -> np.ndarray:
    return np.full((*size, 3), 255, np.uint8)


def _iou(one: np.ndarray, two: np.ndarray) -> float:
    return (one & two).sum() / (one | two).sum()


def test_box_is_cut_to_its_pixels() -> None:
    image = _on_white()
    image[40:160, 50:110] = (180, 30, 40)
    cutout = cut_out(image, "a")
    assert cutout.sku == "a"
    assert cutout.rgba.shape == (120, 60, 4)
    assert cutout.aspect == pytest.approx(2.0)
    assert np.ptp(cutout.outline[:, 0]) == pytest.approx(60, abs=3)


def test_no_white_rim_is_left() -> None:
    image = _on_white()
    cv2.ellipse(image, (80, 100), (50, 80), 0, 0, 360, (20, 60, 120), -1, cv2.LINE_AA)
    image = cv2.GaussianBlur(image, (0, 0), 1.0)
    rgba = cut_out(image).rgba
    seen = rgba[rgba[..., 3] > 60][:, :3].astype(int)
    assert np.abs(seen - (20, 60, 120)).max() < 40


def test_white_pack_with_print_at_its_rim_stays_whole() -> None:
    image = _on_white()
    image[30:180, 40:120] = (252, 252, 252)
    image[30:50, 40:120] = (20, 120, 40)
    image[90:110, 40:120] = (20, 120, 40)
    image[170:180, 40:120] = (20, 120, 40)
    truth = np.zeros(image.shape[:2], bool)
    truth[30:180, 40:120] = True
    assert _iou(product_mask(image) > 0, truth) > 0.97


def test_white_inside_a_pack_belongs_to_it() -> None:
    image = _on_white()
    image[30:180, 40:120] = (30, 90, 200)
    image[60:150, 60:100] = 255
    assert product_mask(image)[100, 80] == 255


def test_waist_of_a_bottle_is_not_filled() -> None:
    image = _on_white()
    truth = np.zeros(image.shape[:2], bool)
    for y in range(20, 180):
        half = round(40 - 18 * np.exp(-(((y - 100) / 25) ** 2)))
        truth[y, 80 - half : 80 + half] = True
    image[truth] = (10, 120, 60)
    assert _iou(product_mask(image) > 0, truth) > 0.96


def test_soft_shadow_on_the_floor_is_dropped() -> None:
    image = _on_white()
    shade = np.zeros(image.shape[:2], np.float32)
    shade[150:176, 40:150] = 40
    image = np.clip(image - cv2.GaussianBlur(shade, (0, 0), 8)[..., None], 0, 255).astype(np.uint8)
    truth = np.zeros(image.shape[:2], bool)
    truth[30:170, 50:110] = True
    image[truth] = (200, 60, 20)
    assert _iou(product_mask(image) > 0, truth) > 0.93


def test_picture_without_a_product_is_kept_whole() -> None:
    cutout = cut_out(_on_white((60, 40)))
    assert cutout.rgba.shape[:2] == (60, 40)
    assert cutout.rgba[30, 20, 3] == 255


def test_product_that_fills_the_picture_is_kept_whole() -> None:
    image = np.random.default_rng(0).integers(0, 200, (80, 60, 3)).astype(np.uint8)
    assert cut_out(image).rgba.shape[:2] == (80, 60)


def test_alike_products_look_nearer_than_others() -> None:
    def product(colour: tuple[int, int, int], band: tuple[int, int, int]) -> np.ndarray:
        image = _on_white()
        image[20:180, 40:120] = colour
        image[140:170, 40:120] = band
        return cut_out(image).appearance

    one = product((200, 30, 30), (240, 200, 0))
    sibling = product((200, 30, 30), (0, 160, 60))
    other = product((30, 60, 160), (240, 240, 240))
    assert np.linalg.norm(one - sibling) < 0.5 * np.linalg.norm(one - other)
