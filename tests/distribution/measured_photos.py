"""Statistics of shelf photos that were never taken: their measures are drawn."""

from __future__ import annotations

import numpy as np

SKUS = ("milk", "oats", "salt", "bread")
CATEGORIES = {"milk": "dairy", "oats": "dairy", "salt": "spices", "bread": "bakery"}


def measured_photos(count=80, seed=0, shares=(0.25, 0.25, 0.25, 0.25), **shifted):
    """Features of `count` shelf examples without bytes.

    Args:
        count: Number of photos.
        seed: Of the draw.
        shares: Of `SKUS` among the facings.
        shifted: By how many standard deviations a measure is moved, by name of its limit.
    """
    rng = np.random.default_rng(seed)

    def draw(name, mean, deviation, size=None):
        return rng.normal(mean + shifted.get(name, 0) * deviation, deviation, size)

    for number in range(count):
        facings = max(round(draw("products", 20, 3)), 1)
        top = rng.uniform(0, 0.3, facings)
        height = np.clip(draw("facing_height", 0.3, 0.04, facings), 0.05, 0.7)
        yield {
            "image/source_id": [b"span-1/%03d.jpg" % number],
            "image/filename": [b"%03d.jpg" % number],
            "image/brightness": _one(draw("brightness", 0.5, 0.05)),
            "image/contrast": _one(draw("contrast", 0.2, 0.02)),
            "image/sharpness": _one(draw("sharpness", 300, 40)),
            "image/width": np.array([round(draw("width", 1280, 40))], np.int64),
            "image/height": np.array([round(draw("height", 960, 40))], np.int64),
            "image/object/count": np.array([facings], np.int64),
            "image/object/bbox/ymin": top.astype(np.float32),
            "image/object/height": height.astype(np.float32),
            "image/object/class/text": [s.encode() for s in rng.choice(SKUS, facings, p=shares)],
            "photo/label": [rng.choice(SKUS, p=shares).encode()],
        }


def statistics_of(photos):
    """What StatisticsGen would compute of examples, as serialised statistics."""
    import tensorflow_data_validation as tfdv
    from tensorflow_data_validation.statistics import stats_impl
    from tfx_bsl.coders.example_coder import ExamplesToRecordBatchDecoder

    from components.records.tf_example import serialize

    batch = ExamplesToRecordBatchDecoder().DecodeBatch([serialize(photo) for photo in photos])
    return stats_impl.generate_statistics_in_memory(batch, tfdv.StatsOptions()).SerializeToString()


def _one(value):
    return np.array([value], np.float32)
