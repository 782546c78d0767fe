import numpy as np
import pytest

from components.synthesis.effects import camera

GREY = np.full((96, 128, 3), 110, np.uint8)


def _edges() -> np.ndarray:
    image = GREY.copy()
    image[:, ::8] = 255
    image[::8] = 0
    return image


def _sharpness(image: np.ndarray) -> float:
    return float(np.abs(np.diff(image.astype(int), axis=1)).mean())


EFFECTS = {
    "glare": camera.glare,
    "shadow": camera.shadow,
    "motion_blur": lambda image, rng: camera.motion_blur(image, rng, 7),
    "focus_blur": lambda image, rng: camera.focus_blur(image, rng, 2),
    "exposure": lambda image, rng: camera.exposure(image, rng, 0.4),
    "sensor_noise": lambda image, rng: camera.sensor_noise(image, rng, 12),
    "jpeg": lambda image, rng: camera.jpeg(image, rng, 30),
}


@pytest.mark.parametrize("name", EFFECTS)
def test_effects_are_seeded_and_leave_their_input_alone(name: str) -> None:
    image = _edges()
    before = image.copy()
    one, two = (EFFECTS[name](image, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one, two) and np.array_equal(image, before)
    assert one.shape == image.shape and one.dtype == np.uint8
    assert not np.array_equal(one, image)


def test_glare_only_brightens_and_shadow_only_darkens() -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        assert (camera.glare(GREY, rng).astype(int) >= 108).all()
        assert (camera.shadow(GREY, rng) <= 110).all()


def test_blur_softens() -> None:
    image = _edges()
    for blur in ("motion_blur", "focus_blur"):
        softer = [_sharpness(EFFECTS[blur](image, np.random.default_rng(s))) for s in range(8)]
        assert np.mean(softer) < 0.9 * _sharpness(image)


def test_noise_has_the_strength_asked_for() -> None:
    spreads = [
        float((camera.sensor_noise(GREY, np.random.default_rng(s), 12).astype(int) - 110).std())
        for s in range(30)
    ]
    assert min(spreads) > 1.5
    assert 8 < max(spreads) < 13


def test_noise_covers_photos_larger_than_its_tile() -> None:
    large = np.full((600, 520, 3), 128, np.uint8)
    noisy = camera.sensor_noise(large, np.random.default_rng(0), 20)
    assert noisy[-40:, -40:].std() > 1


def test_motion_blur_keeps_things_in_place() -> None:
    dot = np.zeros((61, 61, 3), np.uint8)
    dot[28:33, 28:33] = 255
    for seed in range(12):
        blurred = camera.motion_blur(dot, np.random.default_rng(seed), 9)[..., 0].astype(float)
        ys, xs = np.mgrid[0:61, 0:61]
        assert abs((blurred * xs).sum() / blurred.sum() - 30) < 0.6
        assert abs((blurred * ys).sum() / blurred.sum() - 30) < 0.6
