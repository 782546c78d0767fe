"""Hubness: what a packshot scores where it is not shown is taken off its scores."""

import keras
import pytest
import tensorflow as tf
from tiny import tiny_settings
from tiny_matching import alike, proposals_showing, random_templates, surrounded

from components.recogniser.backbones import build_backbone
from components.recogniser.cells import quantise
from components.recogniser.hubness import NEAREST, background_embeddings, hubness
from components.recogniser.matching import match
from components.recogniser.model import Recogniser
from components.recogniser.weights import weights_hash

pytestmark = pytest.mark.tfx


@pytest.fixture
def recogniser() -> Recogniser:
    keras.utils.set_random_seed(5)
    return Recogniser(build_backbone("efficientnet_lite0", None), tiny_settings())


def measure(recogniser: Recogniser, template: tf.Tensor) -> float:
    embedding = recogniser.embed(template[tf.newaxis])[0]
    return float(hubness(recogniser, template, embedding, background_embeddings(recogniser)))


def test_without_production_photos_nothing_is_taken_off(recogniser):
    assert measure(recogniser, random_templates(recogniser, 1)[0]) == 0.0


def test_what_fits_nearly_everywhere_is_a_hub_and_what_fits_at_a_few_is_none(recogniser):
    common, rare, other = random_templates(recogniser, 3)
    shown = [common] * (NEAREST * 3 // 4) + [rare] * (NEAREST // 4)
    recogniser.background_set.assign(quantise(surrounded(recogniser, tf.stack(shown))))
    assert measure(recogniser, common) == pytest.approx(1.0, abs=0.01)
    assert measure(recogniser, rare) < 0.5
    assert measure(recogniser, other) < 0.5


def test_the_background_set_belongs_to_the_identity_of_a_model(recogniser):
    before = weights_hash(recogniser)
    shown = surrounded(recogniser, random_templates(recogniser, 2))
    recogniser.background_set.assign(quantise(shown))
    assert weights_hash(recogniser) != before


def test_a_hub_has_to_fit_better_than_others(recogniser):
    """Two SKUs look alike; the one that fits everywhere is the weaker candidate."""
    template = random_templates(recogniser, 1)
    index = alike(recogniser, tf.repeat(template, 2, axis=0))
    index = index._replace(hubness=tf.constant([0.25, 0.0]))
    found = match(recogniser, proposals_showing(recogniser, template), index)
    aligned = dict(zip(found.sku[0].numpy(), found.match_scores[0].numpy(), strict=True))
    assert aligned[1] - aligned[0] == pytest.approx(0.25, abs=1e-5)
