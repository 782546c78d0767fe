"""Late interaction: what is alike counts, wherever in the pack it lies."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from tiny import tiny_settings
from tiny_matching import alike, proposals_showing, random_templates

from components.recogniser.backbones import build_backbone
from components.recogniser.cells import quantise, unit
from components.recogniser.late_interaction import max_similarities
from components.recogniser.matching import match
from components.recogniser.model import Recogniser
from components.recogniser.product_mask import on_product

pytestmark = pytest.mark.tfx


def random_descriptors(*shape: int) -> tf.Tensor:
    return unit(tf.constant(np.random.default_rng(3).normal(size=shape), tf.float32))


def test_by_hand():
    """Of three descriptors of a proposal the packshot explains one wholly and one by half."""
    photo = tf.constant([[[1.0, 0.0, 0.0], [0.5, 0.75**0.5, 0.0], [0.0, 0.0, 1.0]]])
    packshot = tf.constant([[[[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]]])
    found = max_similarities(photo, packshot)
    # The second of the packshot is background: it is not looked for.
    np.testing.assert_allclose(found, [[[(1.0 + 0.5 + 0.0) / 3, 1.0]]], atol=1e-6)


def test_where_the_print_lies_does_not_matter():
    packshot = random_descriptors(1, 9, 8)
    shuffled = tf.random.shuffle(packshot[0], seed=1)[tf.newaxis]
    found = max_similarities(shuffled, packshot[:, tf.newaxis])
    np.testing.assert_allclose(found, np.ones([1, 1, 2]), atol=1e-5)


def test_what_is_hidden_of_a_pack_lowers_only_how_much_of_it_is_seen():
    packshot = random_descriptors(1, 12, 8)
    half = tf.tile(packshot[:, :6], [1, 2, 1])
    ((seen, of_packshot),) = max_similarities(half, packshot[:, tf.newaxis]).numpy()[0]
    assert seen == pytest.approx(1.0, abs=1e-5)
    assert of_packshot < 0.9


def test_several_candidates_are_compared_apart():
    photos, packshots = random_descriptors(2, 9, 8), random_descriptors(2, 3, 9, 8)
    together = max_similarities(photos, packshots)
    for row in range(2):
        for candidate in range(3):
            one = packshots[row : row + 1, candidate : candidate + 1]
            alone = max_similarities(photos[row : row + 1], one)
            np.testing.assert_allclose(together[row, candidate], alone[0, 0], atol=1e-5)


def test_the_white_around_a_product_is_not_on_it():
    square = np.full((1, 64, 64, 3), 255.0, np.float32)
    square[0, 16:48, 8:32] = 90.0
    found = on_product(tf.constant(square), tf.constant([[0.0, 0.0, 64.0, 64.0]]), 4).numpy()[0]
    np.testing.assert_array_equal(np.flatnonzero(found.any(axis=1)), [1, 2])
    np.testing.assert_array_equal(np.flatnonzero(found.any(axis=0)), [0, 1])


def test_a_pack_that_is_white_all_over_is_looked_at_whole():
    square = tf.fill([1, 64, 64, 3], 255.0)
    assert tf.reduce_all(on_product(square, tf.constant([[8.0, 8.0, 56.0, 56.0]]), 4))


@pytest.fixture
def recogniser() -> Recogniser:
    keras.utils.set_random_seed(5)
    return Recogniser(build_backbone("efficientnet_lite0", None), tiny_settings())


def test_descriptors_choose_among_skus_whose_templates_are_alike(recogniser):
    changes = {"shortlist": 40, "skus_per_proposal": 2}
    recogniser.settings = recogniser.settings.model_copy(update=changes)
    template = random_templates(recogniser, 1)
    points, depth = recogniser.settings.descriptor_grid, recogniser.settings.descriptor_dims
    descriptors = random_descriptors(40, points, points, depth)
    proposals = proposals_showing(recogniser, tf.repeat(template, 40, axis=0))
    index = alike(recogniser, tf.repeat(template, 40, axis=0))
    found = match(
        recogniser,
        proposals._replace(descriptors=descriptors),
        index._replace(descriptors=quantise(descriptors)),
    )
    np.testing.assert_array_equal(found.sku[:, 0], np.arange(40))
    assert tf.reduce_all(found.match_scores[:, 0] > found.match_scores[:, 1] + 0.2)
