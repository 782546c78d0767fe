"""Products made into others still match their packshots."""

import numpy as np
import pytest
import tensorflow as tf

from components.training.batches import Batch, mirror_and_permute

pytestmark = pytest.mark.tfx


def patch_and_packshot(batch):
    """The pixels in the photo's box and in the packshot's, [8, 12, 3]."""
    parts = []
    for picture, boxes in (
        (batch.photos[0], batch.boxes[0]),
        (batch.squares[0], batch.square_boxes),
    ):
        xmin, ymin, xmax, ymax = (int(edge) for edge in boxes[0])
        parts.append(picture.numpy()[ymin:ymax, xmin:xmax])
    return parts


def test_photo_and_packshot_are_changed_alike():
    rng = np.random.default_rng(0)
    product = rng.uniform(0, 255, (8, 12, 3)).astype(np.float32)
    photo, square = np.zeros((1, 32, 32, 3), np.float32), np.zeros((1, 16, 16, 3), np.float32)
    photo[0, 4:12, 16:28], square[0, 4:12, 1:13] = product, product
    batch = Batch(
        photos=tf.constant(photo),
        boxes=tf.constant([[[16.0, 4.0, 28.0, 12.0]]]),
        template=tf.constant([[0]]),
        kind=tf.constant([[1]]),
        squares=tf.constant(square),
        square_boxes=tf.constant([[1.0, 4.0, 13.0, 12.0]]),
        present=tf.constant([True]),
        seed=tf.constant([1, 2]),
    )
    seen = set()
    for seed in range(200):
        patch, packshot = patch_and_packshot(mirror_and_permute(batch, 0.5, tf.constant([seed, 7])))
        np.testing.assert_array_equal(patch, packshot)
        assert patch.shape == product.shape
        seen.add(patch.tobytes())
    assert len(seen) == 12, "six orders of the channels, each as it is and mirrored"
    untouched = mirror_and_permute(batch, 0.0, tf.constant([1, 7]))
    np.testing.assert_array_equal(untouched.photos, photo)
    np.testing.assert_array_equal(untouched.boxes, batch.boxes)
