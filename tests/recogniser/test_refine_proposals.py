"""Proposals move to where the likeliest product fits."""

import cv2
import keras
import numpy as np
import pytest
import tensorflow as tf
from tiny import tiny_settings

from components.imaging.decoding import encode_jpeg
from components.recogniser import geometry, weights
from components.recogniser.backbones import build_backbone
from components.recogniser.embed_catalog import embedding_of
from components.recogniser.embed_packshots import embed_packshots
from components.recogniser.fit_photo import fit_photo
from components.recogniser.index_tensors import index_tensors
from components.recogniser.matching import refine_proposals
from components.recogniser.model import Recogniser
from components.recogniser.packshots import content_box
from components.recogniser.proposals import propose
from components.recogniser.settings import BackboneSettings, RecogniserSettings
from components.synthesis.products.packshots import make_catalog

pytestmark = pytest.mark.tfx

SIDE = 640
HEIGHT = 170


def product_of(packshot: np.ndarray) -> np.ndarray:
    top, left, bottom, right = content_box(tf.constant(packshot, tf.float32)).numpy()
    product = packshot[top:bottom, left:right]
    width = min(round(HEIGHT * product.shape[1] / product.shape[0]), 190)
    return cv2.resize(product, (width, HEIGHT))


def test_a_refined_proposal_fits_its_product_better_than_the_proposal_did():
    packshots = make_catalog(seed=11, families=2, variants=3)
    photo = np.full((SIDE, SIDE, 3), (120, 110, 100), np.uint8)
    truth = []
    for number, packshot in enumerate(packshots):
        product = product_of(packshot.image)
        x, y = 20 + 205 * (number % 3), 60 + 260 * (number // 3)
        photo[y : y + HEIGHT, x : x + product.shape[1]] = product
        truth.append([x, y, x + product.shape[1], y + HEIGHT])
    settings = RecogniserSettings(photo_scales=2, proposals=60)
    recogniser = weights.build_recogniser(BackboneSettings(weights="start"), settings).recogniser
    rows = [(packshot.sku, encode_jpeg(packshot.image, 95)) for packshot in packshots]
    index = index_tensors(embed_packshots(embedding_of(recogniser), rows))

    proposals, pyramid = propose(recogniser, fit_photo(tf.constant(photo[np.newaxis]), SIDE)[0])
    boxes = refine_proposals(recogniser, proposals, pyramid, index).boxes

    def fit(boxes: tf.Tensor) -> np.ndarray:
        overlap = geometry.iou(boxes[:, tf.newaxis], tf.constant(truth, tf.float32))
        return overlap.numpy().max(axis=1)

    of_products = proposals.valid.numpy() & (fit(proposals.boxes) > 0.5)
    assert of_products.sum() > len(truth)
    assert fit(boxes)[of_products].mean() > fit(proposals.boxes)[of_products].mean() + 0.08


def test_before_any_training_proposals_stay_where_they_were_proposed():
    """TransformNet begins at the identity."""
    keras.utils.set_random_seed(5)
    recogniser = Recogniser(build_backbone("efficientnet_lite0", None), tiny_settings())
    packshot = np.full((96, 72, 3), 255, np.uint8)
    packshot[8:88, 12:60] = (200, 30, 60)
    index = index_tensors(
        embed_packshots(embedding_of(recogniser), [("a", encode_jpeg(packshot, 95))])
    )

    proposals, pyramid = propose(recogniser, tf.random.stateless_uniform([1, 128, 128, 3], [1, 2]))
    again = refine_proposals(recogniser, proposals, pyramid, index)

    np.testing.assert_allclose(again.boxes, proposals.boxes, atol=1e-3)
    np.testing.assert_allclose(again.features, proposals.features, atol=1e-3)
