"""Which features of photos are compared, and by which measure of distance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from components.records import feature_keys as keys

Measure = Literal["jensen_shannon_divergence", "infinity_norm"]

CATEGORY = "image/object/category"
"""Made here, from SKUs and the catalogue of the day: no example holds it."""


class Compared(NamedTuple):
    """One thing that is compared: a feature, and the measure of its distance."""

    feature: str
    measure: Measure


COMPARED: Mapping[str, Compared] = {
    "brightness": Compared(keys.IMAGE_BRIGHTNESS, "jensen_shannon_divergence"),
    "contrast": Compared(keys.IMAGE_CONTRAST, "jensen_shannon_divergence"),
    "sharpness": Compared(keys.IMAGE_SHARPNESS, "jensen_shannon_divergence"),
    "width": Compared(keys.IMAGE_WIDTH, "jensen_shannon_divergence"),
    "height": Compared(keys.IMAGE_HEIGHT, "jensen_shannon_divergence"),
    "products": Compared(keys.OBJECT_COUNT, "jensen_shannon_divergence"),
    "facing_height": Compared(keys.OBJECT_HEIGHT, "jensen_shannon_divergence"),
    "sku": Compared(keys.OBJECT_SKU, "infinity_norm"),
    "category": Compared(CATEGORY, "infinity_norm"),
    "label": Compared(keys.PHOTO_LABEL, "infinity_norm"),
}
"""By the name of its limit in the settings."""

MEASURES: Mapping[Measure, str] = {
    "jensen_shannon_divergence": "Jensen-Shannon divergence",
    "infinity_norm": "largest change of a share",
}
