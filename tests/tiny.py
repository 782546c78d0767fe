"""Small things that many tests need."""

import numpy as np

from components.recogniser.settings import RecogniserSettings


def draw_packshot(seed: int) -> np.ndarray:
    """A packshot for tests: three coloured bands on white, uint8 [96, 72, 3]."""
    rng = np.random.default_rng(seed)
    picture = np.full((96, 72, 3), 255, np.uint8)
    picture[8:88, 12:60] = rng.integers(0, 200, 3)
    picture[24:48, 16:56] = rng.integers(0, 200, 3)
    picture[56:72, 20:52] = rng.integers(0, 200, 3)
    return picture


def tiny_settings() -> RecogniserSettings:
    """A recogniser small enough to build, export and run in seconds."""
    return RecogniserSettings(
        dims=16,
        roi_grid=3,
        margin=2,
        shortlist_dims=16,
        descriptor_grid=4,
        descriptor_dims=8,
        descriptor_side=64,
        packshot_side=64,
        photo_side=128,
        photo_scales=1,
        proposals=12,
        objectness_floor=0.001,
        skus_per_proposal=2,
        max_detections=20,
    )
