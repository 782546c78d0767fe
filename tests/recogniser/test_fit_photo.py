"""A photo of any size becomes one that the pyramid has whole cells of."""

import numpy as np
import pytest
import tensorflow as tf

from components.recogniser.fit_photo import fit_photo

pytestmark = pytest.mark.tfx


def test_photos_are_scaled_to_one_side_and_padded_to_what_the_pyramid_needs():
    fitted, scale = fit_photo(tf.zeros([1, 300, 600, 3], tf.uint8), 640)
    assert fitted.shape == (1, 384, 640, 3)
    assert float(fitted[0, 319, 0, 0]) == 0.0
    assert float(fitted[0, 321, 0, 0]) == 114.0
    assert float(scale) == pytest.approx(640 / 600)


def test_a_photo_of_that_size_keeps_every_pixel():
    photo = tf.random.stateless_uniform([1, 256, 192, 3], [1, 2], 0, 256, tf.int32)
    fitted, scale = fit_photo(tf.cast(photo, tf.uint8), 256)
    np.testing.assert_array_equal(fitted[0, :, :192], photo[0])
    assert float(scale) == 1.0
