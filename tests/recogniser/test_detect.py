"""From candidates to detections: suppression, runner-up, ambiguity, probabilities."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from tiny import tiny_settings

from components.recogniser.backbones import build_backbone
from components.recogniser.detect import IndexTensors, Places, fit_photo, match, resolve
from components.recogniser.export import quantise_templates
from components.recogniser.model import Recogniser, candidate_probabilities, unit

pytestmark = pytest.mark.tfx

HERE = [0.0, 0.0, 10.0, 10.0]
ALMOST_HERE = [1.0, 0.0, 11.0, 10.0]
THERE = [50.0, 50.0, 60.0, 60.0]


def run(boxes, skus, scores, floor=0.01):
    return resolve(tf.constant(boxes), tf.constant(skus), tf.constant(scores), limit=5, floor=floor)


def test_one_sku_is_reported_once_at_a_place():
    found = run([HERE, ALMOST_HERE, THERE], [3, 3, 3], [0.9, 0.8, 0.7])
    assert int(found.count) == 2
    np.testing.assert_allclose(found.scores[:3], [0.9, 0.7, 0.0])


AROUND_THREE = [0.0, 0.0, 32.0, 12.0]
NEXT = [11.0, 0.0, 21.0, 10.0]


def test_a_box_around_several_facings_of_its_sku_goes():
    found = run([HERE, NEXT, AROUND_THREE], [3, 3, 3], [0.9, 0.8, 0.7])
    np.testing.assert_allclose(found.scores[:3], [0.9, 0.8, 0.0])


def test_a_box_that_went_takes_no_other_with_it():
    """The box around all holds the second facing and scores more, but the first one beat it."""
    found = run([HERE, AROUND_THREE, NEXT], [3, 3, 3], [0.9, 0.8, 0.7])
    np.testing.assert_allclose(found.scores[:3], [0.9, 0.7, 0.0])
    np.testing.assert_array_equal(found.boxes[1], NEXT)


def test_a_small_product_in_front_of_a_large_one_of_another_sku_stays():
    found = run([HERE, AROUND_THREE], [3, 4], [0.9, 0.8])
    np.testing.assert_allclose(found.scores[:2], [0.9, 0.8])


def test_runner_up_and_ambiguity_follow_their_definition():
    found = run([HERE, ALMOST_HERE], [1, 2], [0.6, 0.2])
    assert int(found.sku[0]) == 1
    assert int(found.runner_up[0]) == 2
    assert float(found.runner_up_scores[0]) == pytest.approx(0.2)
    assert float(found.ambiguity[0]) == pytest.approx(2 * 0.2 / 0.8)


def test_nothing_near_means_no_runner_up():
    found = run([HERE, THERE], [1, 2], [0.6, 0.5])
    np.testing.assert_array_equal(found.runner_up[:2], [-1, -1])
    np.testing.assert_array_equal(found.ambiguity[:2], [0.0, 0.0])


def test_two_skus_at_one_place_never_both_count():
    found = run([HERE, ALMOST_HERE], [1, 2], [0.9, 0.8])
    np.testing.assert_allclose(found.scores[:2], [0.9, 0.1], atol=1e-6)


def test_a_runner_up_shows_the_score_it_has_itself():
    found = run([HERE, ALMOST_HERE], [1, 2], [0.9, 0.8])
    np.testing.assert_array_equal(found.runner_up[:2], [2, 1])
    np.testing.assert_allclose(found.runner_up_scores[:2], found.scores[1::-1], atol=1e-6)
    np.testing.assert_allclose(found.ambiguity[:2], 2 * 0.1 / 1.0, atol=1e-6)


def test_a_coin_flip_is_one_whatever_the_scores():
    for score in (0.05, 0.3, 0.5):
        found = run([HERE, ALMOST_HERE], [1, 2], [score, score])
        np.testing.assert_allclose(found.ambiguity[:2], 1.0, atol=1e-6)


def test_padding_and_what_is_below_the_floor_are_left_out():
    found = run([HERE, THERE, THERE], [1, 2, 4], [0.9, 0.005, 0.0])
    assert int(found.count) == 1
    assert found.boxes.shape == (5, 4)


def test_nothing_at_all():
    found = run([HERE], [1], [0.0])
    assert int(found.count) == 0
    np.testing.assert_array_equal(found.scores, np.zeros(5))


def test_probabilities_leave_room_for_none_of_them():
    coefficients = tf.constant([10.0, 0.0, 5.0, 1.0])
    twins = candidate_probabilities(
        coefficients, tf.constant([[0.9, 0.9]]), tf.zeros([1, 2]), tf.constant([3.0])
    )
    assert float(twins[0, 0]) == float(twins[0, 1]) < 0.5
    empty = candidate_probabilities(
        coefficients, tf.constant([[0.9, 0.9]]), tf.zeros([1, 2]), tf.constant([-8.0])
    )
    assert float(tf.reduce_sum(empty)) < 0.1


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


def forty_variants(recogniser: Recogniser) -> tuple[Places, IndexTensors]:
    """40 products that one screening vector stands for; at place n the template n lies exactly."""
    dims, lattice = recogniser.settings.dims, recogniser.settings.lattice
    rng = np.random.default_rng(1)
    templates = unit(tf.constant(rng.normal(size=[40, lattice, lattice, dims]), tf.float32))
    margin = recogniser.settings.margin
    around = [[0, 0], [margin, margin], [margin, margin], [0, 0]]
    places = Places(
        boxes=tf.tile(tf.constant([[0.0, 0.0, 32.0, 32.0]]), [40, 1]),
        objectness=tf.zeros([40]),
        features=tf.pad(templates, around),
        valid=tf.ones([40], tf.bool),
    )
    index = IndexTensors(
        screen=tf.tile(tf.constant([[1.0] + [0.0] * 15]), [40, 1]),
        templates=quantise_templates(templates),
        hubness=tf.zeros([40]),
        sku_of_view=tf.range(40),
    )
    return places, index


def test_before_alignment_templates_of_any_length_score_as_unit_ones_do():
    keras.utils.set_random_seed(5)
    settings = tiny_settings().model_copy(update={"transform": False})
    recogniser = Recogniser(build_backbone("small_resnet", None), settings)
    places, index = forty_variants(recogniser)
    recogniser.saliency.bias.assign([3.0])
    templates = tf.reshape(tf.cast(index.templates, tf.float32), [40, 1, 3, 3, 16])
    templates = tf.concat([templates, tf.roll(templates, 1, axis=0)], axis=1)

    unaligned = recogniser.unaligned_score(places.features, templates * 5.0)

    aligned, _ = recogniser.align(places.features, unit(templates))
    np.testing.assert_allclose(unaligned, aligned, atol=1e-5)
    assert np.ptp(unaligned) > 0.5


def test_without_the_screen_every_sku_is_aligned_and_the_best_are_kept():
    """A screen that is blind hides the right SKU; without it the right one wins."""
    keras.utils.set_random_seed(5)
    recogniser = Recogniser(build_backbone("small_resnet", None), tiny_settings())
    places, index = forty_variants(recogniser)
    blind = match(recogniser, places, index)
    assert not (blind.sku.numpy() == np.arange(40)[:, np.newaxis]).any(axis=1).all()
    recogniser.settings = recogniser.settings.model_copy(update={"screen": False})
    exhaustive = match(recogniser, places, index)
    best = tf.argmax(exhaustive.aligned, axis=1)
    np.testing.assert_array_equal(tf.gather(exhaustive.sku, best, batch_dims=1), np.arange(40))


def test_of_the_screened_those_that_fit_cell_by_cell_are_aligned():
    """The screen cannot tell variants apart; their cells can."""
    keras.utils.set_random_seed(5)
    settings = tiny_settings().model_copy(update={"skus_screened": 40, "skus_per_place": 1})
    recogniser = Recogniser(build_backbone("small_resnet", None), settings)
    places, index = forty_variants(recogniser)
    np.testing.assert_array_equal(match(recogniser, places, index).sku[:, 0], np.arange(40))


def test_without_transform_net_templates_stay_where_they_were_proposed():
    keras.utils.set_random_seed(5)
    recogniser = Recogniser(build_backbone("small_resnet", None), tiny_settings())
    recogniser.transform_net.head.bias.assign([0.3, 0.1, 0.2, -0.2, 0.1, 0.0])
    grid, lattice, dims = recogniser.grid, recogniser.settings.lattice, recogniser.settings.dims
    places = unit(tf.random.stateless_normal([2, grid, grid, dims], [1, 2]))
    templates = unit(tf.random.stateless_normal([2, 1, lattice, lattice, dims], [3, 4]))
    assert tf.reduce_any(recogniser.align(places, templates)[1] != 0.0)
    recogniser.settings = recogniser.settings.model_copy(update={"transform": False})
    scores, transforms = recogniser.align(places, templates)
    np.testing.assert_array_equal(transforms, np.zeros((2, 1, 6)))
    cosines = tf.reduce_sum(recogniser.core(places)[:, tf.newaxis] * templates, axis=-1)
    # Saliency starts at zero: all cells weigh the same.
    np.testing.assert_allclose(scores, tf.reduce_mean(cosines, axis=[2, 3]), atol=1e-5)
