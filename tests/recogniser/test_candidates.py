"""Which SKUs are aligned with a proposal, and what is said of each."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from tiny import tiny_settings
from tiny_matching import alike, proposals_showing, random_templates

from components.recogniser.backbones import build_backbone
from components.recogniser.cells import unit
from components.recogniser.matching import match
from components.recogniser.model import Recogniser
from components.recogniser.scores import LATE_INTERACTION

pytestmark = pytest.mark.tfx


@pytest.fixture
def recogniser() -> Recogniser:
    keras.utils.set_random_seed(5)
    return Recogniser(build_backbone("efficientnet_lite0", None), tiny_settings())


def test_before_alignment_templates_of_any_length_score_as_unit_ones_do(recogniser):
    """TransformNet begins at the identity."""
    templates = random_templates(recogniser, 40)
    proposals = proposals_showing(recogniser, templates)
    recogniser.saliency.bias.assign([3.0])
    pairs = tf.stack([templates, tf.roll(templates, 1, axis=0)], axis=1)

    unaligned = recogniser.compare_unaligned(proposals.features, pairs * 5.0)

    aligned, _ = recogniser.align(proposals.features, unit(pairs))
    np.testing.assert_allclose(unaligned, aligned, atol=1e-5)
    assert np.ptp(unaligned) > 0.5


def test_of_the_shortlist_those_that_fit_cell_by_cell_are_aligned(recogniser):
    """The embeddings cannot tell variants apart; their cells can."""
    changes = {"shortlist": 40, "skus_per_proposal": 1}
    recogniser.settings = recogniser.settings.model_copy(update=changes)
    templates = random_templates(recogniser, 40)
    found = match(
        recogniser, proposals_showing(recogniser, templates), alike(recogniser, templates)
    )
    np.testing.assert_array_equal(found.sku[:, 0], np.arange(40))


@pytest.mark.parametrize("shortlist", [1, 12])
def test_a_catalogue_smaller_than_the_shortlist_is_padded(recogniser, shortlist):
    changes = {"shortlist": shortlist, "skus_per_proposal": 4}
    recogniser.settings = recogniser.settings.model_copy(update=changes)
    templates = random_templates(recogniser, 3)
    found = match(
        recogniser, proposals_showing(recogniser, templates), alike(recogniser, templates)
    )
    assert found.sku.shape == (3, 4)
    np.testing.assert_array_equal(tf.reduce_sum(tf.cast(found.valid, tf.int32), axis=1), [3, 3, 3])
    for row in range(3):
        assert set(found.sku[row].numpy()[found.valid[row].numpy()]) == {0, 1, 2}


def test_of_two_views_of_a_sku_the_better_one_is_valid(recogniser):
    changes = {"skus_per_proposal": 3}
    recogniser.settings = recogniser.settings.model_copy(update=changes)
    templates = random_templates(recogniser, 3)
    index = alike(recogniser, templates)._replace(sku_of_view=tf.constant([7, 7, 8]))
    found = match(recogniser, proposals_showing(recogniser, templates), index)
    for row in range(2):
        chosen = found.match_scores[row].numpy()[found.valid[row].numpy()]
        assert len(chosen) == 2
        # Aligned as it is, and all local descriptors are the same.
        assert chosen.max() == pytest.approx(1.0 + sum(LATE_INTERACTION), abs=0.02)


def test_padding_among_the_proposals_has_no_valid_candidate(recogniser):
    templates = random_templates(recogniser, 3)
    proposals = proposals_showing(recogniser, templates)
    proposals = proposals._replace(valid=tf.constant([True, False, True]))
    found = match(recogniser, proposals, alike(recogniser, templates))
    np.testing.assert_array_equal(tf.reduce_any(found.valid, axis=1), [True, False, True])
