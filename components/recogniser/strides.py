"""How coarse feature maps are: every size in pixels that follows from it is derived here."""

STRIDE = 8
"""Pixels per cell of the feature map that products are proposed and matched on."""

COARSE_STRIDE = 2 * STRIDE
"""Pixels per cell of a backbone's second map, which is mixed into the first, and of a score map."""

SIDE_MULTIPLE = 2 * COARSE_STRIDE
"""Sides of training crops are multiples of this."""

PYRAMID_LEVELS = 4
"""Pyramid levels of a photo, at most."""

PHOTO_MULTIPLE = COARSE_STRIDE * 2 ** (PYRAMID_LEVELS - 1)
"""Sides of photos are multiples of this: every pyramid level then has whole cells."""

SIDE_UNIT = 4 * STRIDE
"""A proposed box reaches exp(output) times this many pixels from its cell's centre."""
