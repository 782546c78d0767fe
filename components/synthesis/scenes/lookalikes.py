"""Lookalikes: distractors made of products (hard negatives, as detection calls them).

What stands on real shelves beside the products of a catalogue resembles them: another flavour of
the same line, another size, a competitor in the same colours, a blur as orange as the juice. A
recogniser that has seen only products and generated distractors calls those products. So composed
shelves show packs made of the products' own packshots that no packshot matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np

from components.synthesis.scenes.cutout import Cutout

_UNLIKE = 0.5
"""Least distance, in `Cutout.appearance`, that a lookalike keeps to every product; products of one
real line are about as far apart, and what is nearer could be one of them."""
_TRIES = 8
"""Changes tried for each lookalike."""

_HUE_TURN = (45, 135)
"""Degrees by which OpenCV counts hues, 180 for the whole circle: a quarter of it at least."""
_SEAM = (0.35, 0.65)
"""Where two packs are joined, as a share of the height."""
_TILE_ROWS, _TILE_COLUMNS = (2, 5), (1, 4)
"""Into how many tiles a pack is cut."""


def lookalikes(
    rng: np.random.Generator, products: Sequence[Cutout], count: int, sku: str
) -> Iterator[Cutout]:
    """Yield packs made of products, none of them like any of the products.

    Args:
        rng: Decides everything.
        products: At least one.
        count: How many are wanted. There are fewer where products are too plain to be changed.
        sku: What they are annotated as.
    """
    appearances = np.stack([product.appearance for product in products])
    for _ in range(count):
        for _ in range(_TRIES):
            product, other = (
                products[int(number)] for number in rng.integers(len(products), size=2)
            )
            change = _CHANGES[int(rng.integers(len(_CHANGES)))]
            rgba = product.rgba.copy()
            rgba[..., :3] = change(rng, product.rgba[..., :3], other.rgba[..., :3])
            pack = product.painted(rgba, sku)
            if ((appearances - pack.appearance) ** 2).sum(axis=1).min() >= _UNLIKE**2:
                yield pack
                break


def recoloured(rng: np.random.Generator, pack: np.ndarray, _: np.ndarray) -> np.ndarray:
    """Turn all hues by a quarter of the circle at least; uint8 `[H, W, 3]` RGB, as all of these."""
    hsv = cv2.cvtColor(pack, cv2.COLOR_RGB2HSV)
    turn = int(rng.integers(_HUE_TURN[0], _HUE_TURN[1] + 1))
    turned = (hsv[..., 0].astype(int) + turn) % 180
    hsv[..., 0] = turned.astype(np.uint8)
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)


def spliced(rng: np.random.Generator, pack: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Print the upper or lower part of another pack on it."""
    height, width = pack.shape[:2]
    seam = round(height * float(rng.uniform(*_SEAM)))
    part = slice(0, seam) if rng.random() < 0.5 else slice(seam, height)
    print_ = pack.copy()
    print_[part] = cv2.resize(other, (width, height), interpolation=cv2.INTER_AREA)[part]
    return print_


def jumbled(rng: np.random.Generator, pack: np.ndarray, _: np.ndarray) -> np.ndarray:
    """Cut it into tiles and put them together in another order."""
    rows, columns = (int(rng.integers(low, high + 1)) for low, high in (_TILE_ROWS, _TILE_COLUMNS))
    height, width = pack.shape[0] // rows, pack.shape[1] // columns
    jumble = pack.copy()
    tiles = [
        pack[y * height : (y + 1) * height, x * width : (x + 1) * width]
        for y in range(rows)
        for x in range(columns)
    ]
    for position, tile in enumerate(rng.permutation(len(tiles))):
        y, x = divmod(position, columns)
        jumble[y * height : (y + 1) * height, x * width : (x + 1) * width] = tiles[int(tile)]
    return jumble


_CHANGES: tuple[Callable[[np.random.Generator, np.ndarray, np.ndarray], np.ndarray], ...] = (
    recoloured,
    spliced,
    jumbled,
)
