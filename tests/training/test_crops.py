"""Crops: what is in a box before is in its box after, whatever the draw."""

import cv2
import numpy as np
import pytest
import tensorflow as tf

from components.training.crops import FOREIGN, IGNORED, MAX_BOXES, PADDING, PRODUCT, random_crop
from components.training.photo_files import Photo

pytestmark = pytest.mark.tfx

WIDTH, HEIGHT = 320, 240
MARKER = (220, 30, 30)
BOX = np.array([100, 60, 160, 150])


def photo_with_marker(skus=("a",), ignore=(False,)) -> Photo:
    picture = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    picture[BOX[1] : BOX[3], BOX[0] : BOX[2]] = MARKER
    encoded = cv2.imencode(".png", picture[..., ::-1])[1].tobytes()
    share = (BOX / [WIDTH, HEIGHT, WIDTH, HEIGHT]).astype(np.float32)
    return Photo(
        tf.constant(encoded),
        tf.constant(np.tile(share, (len(skus), 1)).reshape(-1, 4)),
        tf.constant(list(skus), tf.string),
        tf.constant(list(ignore), tf.bool),
        tf.constant(1.0),
    )


def numbers() -> tf.lookup.StaticHashTable:
    return tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(["a"], tf.constant([7])), default_value=-1
    )


def crop(photo: Photo, seed: int):
    return random_crop(photo, numbers(), 160, (24.0, 120.0), tf.constant([seed, 1]))


@pytest.mark.parametrize("seed", range(12))
def test_the_marker_is_where_its_box_says(seed):
    made = crop(photo_with_marker(), seed)
    assert made.photo.shape == (160, 160, 3)
    red = made.photo.numpy()
    marked = (red[..., 0] > red[..., 1] + 60) & (red[..., 0] > red[..., 2] + 60)
    rows, columns = np.where(marked)
    seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    np.testing.assert_allclose(made.boxes[0], seen, atol=2.0)
    assert int(made.sku[0]) == 7
    assert int(made.kind[0]) == PRODUCT
    assert (made.kind[1:].numpy() == PADDING).all()


def test_the_same_seed_gives_the_same_crop():
    first, second = crop(photo_with_marker(), 3), crop(photo_with_marker(), 3)
    np.testing.assert_array_equal(first.photo, second.photo)


def test_unknown_and_ignored_products_are_kept_as_ignored():
    made = crop(photo_with_marker(("unknown_product", "a"), (False, True)), 0)
    np.testing.assert_array_equal(made.kind[:2], [IGNORED, IGNORED])
    np.testing.assert_array_equal(made.sku[:2], [-1, -1])


def test_what_is_known_to_be_of_no_catalogue_is_foreign_unless_it_is_hardly_seen():
    made = crop(photo_with_marker(("distractor:", "distractor:"), (False, True)), 0)
    np.testing.assert_array_equal(made.kind[:2], [FOREIGN, IGNORED])
    np.testing.assert_array_equal(made.sku[:2], [-1, -1])


def test_a_photo_without_products_gives_a_crop_without_boxes():
    photo = photo_with_marker()
    empty = photo._replace(
        boxes=tf.zeros([0, 4]), skus=tf.zeros([0], tf.string), ignore=tf.zeros([0], tf.bool)
    )
    made = crop(empty, 5)
    assert made.boxes.shape == (MAX_BOXES, 4)
    assert (made.kind.numpy() == PADDING).all()
