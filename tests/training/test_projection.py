import numpy as np
import pytest
import tensorflow as tf
from tiny import tiny_settings

from components.recogniser.settings import BackboneSettings
from components.recogniser.weights import build_recogniser
from components.training.projection import WHITENING, fit_projection, principal_components

pytestmark = pytest.mark.tfx


def test_components_are_the_directions_of_most_variance():
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))
    covariance = turn @ np.diag([1.0, 16.0, 0.5, 81.0]) @ turn.T

    components, scale = principal_components(covariance, 2)

    np.testing.assert_allclose(abs(components.T @ turn[:, [3, 1]]), np.eye(2), atol=1e-9)
    left = np.array([81.0, 16.0]) * scale**2
    assert left.mean() == pytest.approx(1.0)
    assert left[0] / left[1] == pytest.approx((81 / 16) ** (1 - 2 * WHITENING))


def test_a_direction_without_variance_does_no_harm():
    _, scale = principal_components(np.diag([1.0, 0.0, -1e-12]), 3)

    assert np.isfinite(scale).all()


def test_projected_cells_are_centred_uncorrelated_and_of_unit_variance():
    recogniser = build_recogniser(BackboneSettings(weights="random"), tiny_settings()).recogniser
    photos = tf.random.stateless_uniform([4, 96, 96, 3], [1, 2], maxval=255.0)

    fit_projection(recogniser, [photos[:2], photos[2:]])

    _, cells = recogniser.features(photos)
    # The very cells that were counted: every third each way.
    cells = cells.numpy()[:, ::3, ::3].reshape(-1, 16)
    covariance = np.cov(cells.T, bias=True)
    np.testing.assert_allclose(cells.mean(axis=0), 0, atol=1e-3)
    assert np.diag(covariance).mean() == pytest.approx(1.0, rel=1e-3)
    np.testing.assert_allclose(covariance, np.diag(np.diag(covariance)), atol=2e-3)


def test_only_bare_backbones_are_projected_anew(tmp_path):
    settings = tiny_settings()
    random = build_recogniser(BackboneSettings(weights="random"), settings)
    assert not random.backbone_only

    mobile = build_recogniser(BackboneSettings(name="mobilenetv2", weights="random"), settings)
    weights = tmp_path / "mobile.weights.h5"
    bare = tf.keras.applications.MobileNetV2(
        include_top=False, weights=None, input_shape=(None, None, 3)
    )
    bare.save_weights(weights)
    assert not mobile.backbone_only
    assert build_recogniser(
        BackboneSettings(name="mobilenetv2", weights=str(weights)), settings
    ).backbone_only
