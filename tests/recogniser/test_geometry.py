"""Boxes: the conventions, on numbers small enough to check by hand."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from components.recogniser import geometry

pytestmark = pytest.mark.tfx


def test_boxes_are_clipped_to_a_picture():
    boxes = tf.constant([[-4.0, 2.0, 8.0, 30.0], [30.0, -5.0, 50.0, 4.0]])
    inside = geometry.clipped(boxes, tf.constant([20, 40]))
    np.testing.assert_allclose(inside, [[0, 2, 8, 20], [30, 0, 40, 4]])


def test_encoding_of_the_reference_is_zero_and_of_a_shift_is_known():
    reference = tf.constant([[0.0, 0.0, 10.0, 20.0]])
    np.testing.assert_allclose(geometry.encode_boxes(reference, reference), [[0, 0, 0, 0]])
    shifted = reference + tf.constant([1.0, 2.0, 1.0, 2.0])
    np.testing.assert_allclose(
        geometry.encode_boxes(shifted, reference), [[1.0, 1.0, 0.0, 0.0]], atol=1e-6
    )


@settings(max_examples=50)
@given(
    st.tuples(*[st.floats(0, 100) for _ in range(2)], *[st.floats(1, 50) for _ in range(2)]),
    st.tuples(*[st.floats(0, 100) for _ in range(2)], *[st.floats(1, 50) for _ in range(2)]),
)
def test_iou_is_symmetric_and_one_only_for_itself(a, b):
    first = tf.constant([a[0], a[1], a[0] + a[2], a[1] + a[3]], tf.float32)
    second = tf.constant([b[0], b[1], b[0] + b[2], b[1] + b[3]], tf.float32)
    one, other = float(geometry.iou(first, second)), float(geometry.iou(second, first))
    assert one == pytest.approx(other, abs=1e-6)
    assert 0.0 <= one <= 1.0 + 1e-6
    assert float(geometry.iou(first, first)) == pytest.approx(1.0, abs=1e-5)
