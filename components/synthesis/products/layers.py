"""Random numbers for the layers of a pack's artwork."""

from __future__ import annotations

import numpy as np

from components.synthesis.products.families import Family


def layer_rng(family: Family, name: str) -> np.random.Generator:
    """Return the generator of one layer: all variants of a family draw the same from it."""
    return np.random.default_rng([family.seed, *name.encode()])
