"""How evenly training photos show the SKUs, and how often each SKU's photos are repeated.

Repeat factor sampling is that of A. Gupta, P. Dollár, R. Girshick, "LVIS: A Dataset for Large
Vocabulary Instance Segmentation", CVPR 2019, section 5.3: with f the share of photos that show a
SKU, and t a threshold, the SKU has the factor max(1, sqrt(t / f)), and a photo the largest factor
of the SKUs it shows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from components.artifacts.balance import Balance, SkuShare
from components.transform.settings import TransformSettings


def measure_balance(
    facings: Mapping[str, int],
    photos_of: Mapping[str, int],
    photos: int,
    settings: TransformSettings,
) -> Balance:
    """Measure how evenly SKUs are shown.

    Args:
        facings: Objects to learn from, by SKU.
        photos_of: Photos that show one, by SKU.
        photos: Photos in all.
        settings: What is rare, and the threshold of repeating.
    """
    order = sorted(facings, key=lambda sku: (photos_of[sku], facings[sku], sku))
    return Balance(
        photos=photos,
        repeat_threshold=settings.repeat_threshold,
        rare=tuple(sku for sku in order if photos_of[sku] <= settings.rare_photos),
        skus={
            sku: SkuShare(
                facings[sku],
                photos_of[sku],
                round(repeat_factor(photos_of[sku] / photos, settings.repeat_threshold), 3),
            )
            for sku in order
        },
    )


def repeat_factor(share: float, threshold: float) -> float:
    """Return how many times as often photos of a SKU are trained on.

    Args:
        share: Of the photos that show it, above 0.
        threshold: Share from which on nothing is repeated.
    """
    return max(1.0, math.sqrt(threshold / share))
