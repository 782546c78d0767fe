"""Whether a photo is good enough, while one still stands at the shelf and can take another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from components.capture import measures
from components.capture.costs import SAID_BELOW, Fault, kept
from components.records.prediction import Box, PhotoCheck, PredictionRecord

_SENTENCES: dict[Fault, str] = {
    "blurred": "blurred: tap on the shelf to focus, and hold the phone still",
    "moved": "blurred: hold the phone still until the photo is taken",
    "dark": "too dark: turn on the flash, or step aside if the shadow is yours",
    "glare": "glare: lamps are mirrored or it is too bright; step to the left or right",
    "far": "too far: go nearer, and take several photos that overlap",
    "steep": "too steep: stand in front of what you photograph",
    "cut_off": "cut off: step back, so that whole products are on the photo",
}


def check_photo(
    pixels: np.ndarray,
    boxes: Sequence[Box] = (),
    size: tuple[int, int] | None = None,
    side: int = measures.SIDE,
) -> PhotoCheck:
    """Say how much of what stands there is likely to be recognised, and what is wrong if less.

    Args:
        pixels: uint8 `[H, W, 3]` RGB.
        boxes: Of products found, if anybody looked; without them it is not said whether the photo
            is taken from too far away, or cuts products off.
        size: Width and height of the photo that the boxes are of; None where that is `pixels`.
        side: Longer side of a photo as the recogniser sees it, pixels.
    """
    size = size or (pixels.shape[1], pixels.shape[0])
    grey = measures.small_grey(pixels)
    blurred = measures.blur(grey)
    found: dict[Fault, float | None] = {
        "dark": measures.light(grey),
        "blurred": blurred,
        "moved": measures.smear(grey, blurred),
        "glare": measures.washed_out(grey),
        "steep": measures.steepness(grey),
        "far": measures.facing_size(boxes, size, side),
        "cut_off": measures.cut_off(boxes, size),
    }
    left = {fault: kept(fault, value) for fault, value in found.items() if value is not None}
    worst = min(left, key=lambda fault: left[fault])
    bad = left[worst] < SAID_BELOW
    return PhotoCheck(left[worst], worst if bad else "", _SENTENCES[worst] if bad else "")


def photo_checker(side: int) -> Callable[[np.ndarray, PredictionRecord], PredictionRecord]:
    """Return a function that adds to the record of a photo how good the photo is.

    Args:
        side: Longer side of a photo as the recogniser sees it, pixels.
    """

    def checked(pixels: np.ndarray, record: PredictionRecord) -> PredictionRecord:
        boxes = [each.box for each in record.detections if each.shown]
        check = check_photo(pixels, boxes, (record.width, record.height), side)
        return replace(record, check=check)

    return checked
