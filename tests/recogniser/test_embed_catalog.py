"""Packshots are embedded together as they are one by one."""

import cv2
import numpy as np
import pytest
import tensorflow as tf
from tiny import tiny_settings

from components.recogniser.backbones import build_backbone
from components.recogniser.embed_catalog import embedding_of
from components.recogniser.model import Recogniser

pytestmark = pytest.mark.tfx


def encoded(height: int, width: int, seed: int) -> bytes:
    picture = np.full((height, width, 3), 255, np.uint8)
    inner = np.random.default_rng(seed).integers(0, 200, (height - 8, width - 8, 3))
    picture[4:-4, 4:-4] = inner
    return cv2.imencode(".png", picture)[1].tobytes()


def test_a_batch_of_pictures_of_any_size_gives_what_each_alone_gives():
    recogniser = Recogniser(build_backbone("efficientnet_lite0", None), tiny_settings())
    grid, dims = recogniser.grid, recogniser.settings.dims
    cells = np.random.default_rng(4).integers(-90, 90, (5, grid, grid, dims))
    recogniser.background_set.assign(cells.astype(np.int8))
    embed = embedding_of(recogniser)
    packshots = [encoded(60, 40, 1), encoded(30, 90, 2), encoded(50, 50, 3)]
    together = embed(tf.constant(packshots))
    alone = [embed(tf.constant([packshot])) for packshot in packshots]
    assert np.any(together["hubness"].numpy() != 0)
    for name, value in together.items():
        expected = np.concatenate([one[name].numpy() for one in alone]).astype(float)
        # A template is whole numbers, which may round the other way.
        atol = 1 if name == "templates" else 1e-4
        np.testing.assert_allclose(value.numpy().astype(float), expected, atol=atol)
