"""Where products might be, over the pyramid of a photo."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from tiny import tiny_settings
from tiny_matching import alike, random_templates

from components.recogniser.backbones import build_backbone
from components.recogniser.detect import detect, propose_and_match
from components.recogniser.model import Recogniser
from components.recogniser.proposals import propose
from components.recogniser.roi_align import roi_grid

pytestmark = pytest.mark.tfx


@pytest.fixture
def recogniser() -> Recogniser:
    keras.utils.set_random_seed(5)
    settings = tiny_settings().model_copy(update={"photo_scales": 2, "proposals": 200})
    return Recogniser(build_backbone("efficientnet_lite0", None), settings)


def photo() -> tf.Tensor:
    return tf.random.stateless_uniform([1, 128, 192, 3], [1, 2], maxval=255.0)


def test_proposals_come_from_all_pyramid_levels_and_are_read_there(recogniser):
    proposals, pyramid = propose(recogniser, photo())
    assert set(proposals.pyramid_level.numpy()) == {0, 1}
    np.testing.assert_array_equal(pyramid.shape, [[16, 24], [8, 12]])
    np.testing.assert_array_equal(pyramid.first, [0, 16 * 24])
    np.testing.assert_array_equal(pyramid.stride, [8.0, 16.0])
    again = recogniser.roi_align(pyramid, proposals.pyramid_level, proposals.boxes)
    np.testing.assert_array_equal(again, proposals.features)
    assert proposals.features.shape[1:3] == roi_grid(proposals.boxes, 3, 2).shape[1:3]


def test_candidates_lie_inside_the_photo(recogniser):
    """Templates are laid half a box to the left of where they were proposed."""
    recogniser.transform_net.head.bias.assign([-2.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    index = alike(recogniser, random_templates(recogniser, 4))
    _, candidates = propose_and_match(recogniser, photo(), index)
    boxes = candidates.boxes.numpy()
    assert (boxes.min(), boxes[..., ::2].max() <= 192, boxes[..., 1::2].max() <= 128) == (0, 1, 1)
    assert (boxes[..., 0] == 0).any()


def test_weights_that_went_wrong_find_nothing(recogniser):
    recogniser.lateral8.bias.assign(np.full(recogniser.settings.dims, np.nan))
    found = detect(recogniser, photo(), alike(recogniser, random_templates(recogniser, 4)))
    assert int(found.detections.count) == 0
    np.testing.assert_array_equal(found.detections.scores, np.zeros(20))
    np.testing.assert_array_equal(found.products.scores, np.zeros(20))


def test_a_photo_costs_what_it_shows(recogniser):
    """Where hardly anything looks like a product hardly anything is matched."""
    many, _ = propose(recogniser, photo())
    recogniser.propose_out.bias.assign([-20.0, 0.0, 0.0, 0.0, 0.0])
    none, _ = propose(recogniser, photo())
    assert len(many.boxes) > 20
    assert bool(tf.reduce_all(many.valid))
    np.testing.assert_array_equal(none.valid, [False])
    index = alike(recogniser, random_templates(recogniser, 4))
    assert int(detect(recogniser, photo(), index).detections.count) == 0


@pytest.mark.parametrize(("most", "full"), [(20, True), (200, False)])
def test_a_photo_of_more_places_than_are_looked_at_says_so(recogniser, most, full):
    recogniser.settings = recogniser.settings.model_copy(update={"proposals": most})
    index = alike(recogniser, random_templates(recogniser, 4))
    assert bool(detect(recogniser, photo(), index).full) is full
