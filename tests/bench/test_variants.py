"""The recogniser with one part switched off does without that part, and with it again after."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from tiny import tiny_settings
from tiny_matching import alike, proposals_showing, random_templates
from variants import without_shortlist, without_transform_net

from components.recogniser.backbones import build_backbone
from components.recogniser.matching import match
from components.recogniser.model import Recogniser

pytestmark = pytest.mark.tfx


@pytest.fixture
def recogniser() -> Recogniser:
    keras.utils.set_random_seed(5)
    return Recogniser(build_backbone("efficientnet_lite0", None), tiny_settings())


def test_without_the_shortlist_every_sku_is_aligned_and_the_best_are_kept(recogniser):
    """A shortlist that is blind hides the right SKU; without it the right one wins."""
    templates = random_templates(recogniser, 40)
    proposals, index = proposals_showing(recogniser, templates), alike(recogniser, templates)
    blind = match(recogniser, proposals, index)
    assert not (blind.sku.numpy() == np.arange(40)[:, np.newaxis]).any(axis=1).all()
    with without_shortlist():
        exhaustive = match(recogniser, proposals, index)
    best = tf.argmax(exhaustive.match_scores, axis=1)
    np.testing.assert_array_equal(tf.gather(exhaustive.sku, best, batch_dims=1), np.arange(40))
    np.testing.assert_array_equal(match(recogniser, proposals, index).sku, blind.sku)


def test_without_the_shortlist_hubness_counts_as_well(recogniser):
    template = random_templates(recogniser, 1)
    index = alike(recogniser, tf.repeat(template, 2, axis=0))
    index = index._replace(hubness=tf.constant([0.25, 0.0]))
    with without_shortlist():
        found = match(recogniser, proposals_showing(recogniser, template), index)
    aligned = dict(zip(found.sku[0].numpy(), found.match_scores[0].numpy(), strict=True))
    assert aligned[1] - aligned[0] == pytest.approx(0.25, abs=1e-5)


def test_without_transform_net_templates_stay_where_they_were_proposed(recogniser):
    recogniser.transform_net.head.bias.assign([0.3, 0.1, 0.2, -0.2, 0.1, 0.0])
    templates = random_templates(recogniser, 2)
    features = tf.reverse(proposals_showing(recogniser, templates).features, axis=[1])
    templates = templates[:, tf.newaxis]
    assert tf.reduce_any(recogniser.align(features, templates)[1] != 0.0)
    with without_transform_net():
        scores, transforms = recogniser.align(features, templates)
    np.testing.assert_array_equal(transforms, np.zeros((2, 1, 6)))
    cosines = tf.reduce_sum(recogniser.core(features)[:, tf.newaxis] * templates, axis=-1)
    # Saliency starts at zero: all cells weigh the same.
    np.testing.assert_allclose(scores, tf.reduce_mean(cosines, axis=[2, 3]), atol=1e-5)
