import itertools

import numpy as np
import pytest

from components.drawing.palette import BLUE, DARK, GREY, INK, LIGHT, ORANGE, VERMILION

# What a dichromat sees of linear RGB: Machado, Oliveira and Fernandes 2009, severity 1.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> np.ndarray:
    """Linear RGB of #RRGGBB, 0 to 1."""
    stored = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG, 1 to 21."""
    darker, lighter = sorted(float(XYZ[1] @ linear(each)) for each in (first, second))
    return (lighter + 0.05) / (darker + 0.05)


def lab(colour: str, sight: np.ndarray) -> np.ndarray:
    relative = XYZ @ np.clip(sight @ linear(colour), 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.where(relative > 0.008856, np.cbrt(relative), 7.787 * relative + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_contrast_is_as_wcag_defines_it():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["ink", "soft", "good", "bad"])
def test_text_can_be_read_on_every_ground(theme, role):
    for ground in (theme.paper, theme.tint):
        assert contrast(getattr(theme, role), ground) >= 4.5


@pytest.mark.parametrize("colour", [INK, GREY, BLUE, VERMILION])
def test_lines_and_letters_of_charts_stand_out_from_white(colour):
    assert contrast(colour, "#FFFFFF") >= 3


@pytest.mark.parametrize("sight", SIGHT)
def test_nobody_takes_one_series_for_another(sight):
    series = {"blue": BLUE, "orange": ORANGE, "vermilion": VERMILION, "grey": GREY}
    for first, second in itertools.combinations(series, 2):
        apart = lab(series[first], SIGHT[sight]) - lab(series[second], SIGHT[sight])
        assert np.linalg.norm(apart) > 15, (first, second)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_nobody_takes_good_for_bad(theme, sight):
    apart = lab(theme.good, SIGHT[sight]) - lab(theme.bad, SIGHT[sight])
    assert np.linalg.norm(apart) > 30
