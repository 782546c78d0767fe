"""Hubness: what a packshot scores at places where it does not stand is taken off its scores."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from tiny import tiny_settings

from components.recogniser.backbones import build_backbone
from components.recogniser.detect import IndexTensors, Places, match
from components.recogniser.export import quantise_templates
from components.recogniser.hubness import NEAREST, cohort_vectors, hubness
from components.recogniser.model import Recogniser, unit
from components.recogniser.weights import weights_hash

pytestmark = pytest.mark.tfx


@pytest.fixture
def recogniser() -> Recogniser:
    keras.utils.set_random_seed(5)
    return Recogniser(build_backbone("small_resnet", None), tiny_settings())


def templates_of(recogniser: Recogniser, count: int) -> tf.Tensor:
    settings, rng = recogniser.settings, np.random.default_rng(1)
    shape = [count, settings.lattice, settings.lattice, settings.dims]
    return unit(tf.constant(rng.normal(size=shape), tf.float32))


def places_of(recogniser: Recogniser, templates: tf.Tensor) -> tf.Tensor:
    """Places where exactly these templates stand, with nothing around."""
    margin = recogniser.settings.margin
    return tf.pad(templates, [[0, 0], [margin, margin], [margin, margin], [0, 0]])


def measure(recogniser: Recogniser, template: tf.Tensor) -> float:
    vector = recogniser.screen(template[tf.newaxis])[0]
    return float(hubness(recogniser, template, vector, cohort_vectors(recogniser)))


def test_without_photos_in_use_nothing_is_taken_off(recogniser):
    assert measure(recogniser, templates_of(recogniser, 1)[0]) == 0.0


def test_what_fits_at_most_places_is_a_hub_and_what_fits_at_a_few_is_none(recogniser):
    common, rare, other = templates_of(recogniser, 3)
    shown = [common] * (NEAREST * 3 // 4) + [rare] * (NEAREST // 4)
    recogniser.cohort.assign(quantise_templates(places_of(recogniser, tf.stack(shown))))
    assert measure(recogniser, common) == pytest.approx(1.0, abs=0.01)
    assert measure(recogniser, rare) < 0.5
    assert measure(recogniser, other) < 0.5


def test_the_cohort_belongs_to_the_identity_of_a_model(recogniser):
    before = weights_hash(recogniser)
    recogniser.cohort.assign(quantise_templates(places_of(recogniser, templates_of(recogniser, 2))))
    assert weights_hash(recogniser) != before


@pytest.mark.parametrize("screen", [True, False])
def test_a_hub_has_to_fit_better_than_others(recogniser, screen):
    """Two SKUs look alike; the one that fits everywhere is the weaker candidate."""
    recogniser.settings = recogniser.settings.model_copy(update={"screen": screen})
    template = templates_of(recogniser, 1)
    index = IndexTensors(
        screen=tf.repeat(recogniser.screen(template), 2, axis=0),
        templates=quantise_templates(tf.repeat(template, 2, axis=0)),
        hubness=tf.constant([0.25, 0.0]),
        sku_of_view=tf.range(2),
    )
    places = Places(
        boxes=tf.constant([[0.0, 0.0, 32.0, 32.0]]),
        objectness=tf.zeros([1]),
        features=places_of(recogniser, template),
        valid=tf.constant([True]),
    )
    found = match(recogniser, places, index)
    aligned = dict(zip(found.sku[0].numpy(), found.aligned[0].numpy(), strict=True))
    assert aligned[1] - aligned[0] == pytest.approx(0.25, abs=1e-5)
