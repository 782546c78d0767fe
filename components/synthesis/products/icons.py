"""Badges on packs: a white outline on a disc."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from components.synthesis.products.antialiased import disc, polygon
from components.synthesis.products.colours import WHITE
from components.synthesis.products.families import Variant


def icon(art: np.ndarray, variant: Variant, centre: tuple[float, float], radius: float) -> None:
    """Print the badge of a variant, in place."""
    x, y = round(centre[0]), round(centre[1])
    disc(art, (x, y), radius, WHITE)
    disc(art, (x, y), radius * 0.88, variant.accent)
    outline = _ICON_OUTLINES[variant.icon]() * radius * 0.62 + np.array(centre)
    polygon(art, outline, WHITE)


def _curve(function: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    x, y = function(np.linspace(0, 2 * np.pi, 40, endpoint=False))
    return np.stack([x, y], 1)


def _star(points: int, inner: float) -> np.ndarray:
    angles = np.arange(2 * points) * np.pi / points - np.pi / 2
    reach = np.where(np.arange(2 * points) % 2 == 0, 1.1, inner)
    return np.stack([np.cos(angles) * reach, np.sin(angles) * reach], 1)


_ICON_OUTLINES: dict[str, Callable[[], np.ndarray]] = {
    "leaf": lambda: _curve(lambda t: (np.cos(t) * 0.5 * (1 + np.sin(t)) ** 0.5, -np.sin(t))),
    "heart": lambda: _curve(
        lambda t: (
            np.sin(t) ** 3,
            -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16,
        )
    ),
    "star": lambda: _star(5, 0.45),
    "drop": lambda: _curve(lambda t: (np.cos(t) * 0.7 * (1 - np.sin(t)) ** 0.5, np.sin(t) * -0.95)),
    "cross": lambda: np.array(
        [[-.3, -1], [.3, -1], [.3, -.3], [1, -.3], [1, .3], [.3, .3], [.3, 1], [-.3, 1], [-.3, .3],
         [-1, .3], [-1, -.3], [-.3, -.3]]
    ),
    "sun": lambda: _star(12, 0.75),
}  # fmt: skip
