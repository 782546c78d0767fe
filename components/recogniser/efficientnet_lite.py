"""EfficientNet-Lite up to its last map at stride 16: ReLU6, no squeeze-and-excitation, for phones.

Batch norm never learns here, so it is part of the convolutions: a kernel and a bias each.
`same` padding is what the original was trained with. See "EfficientNet: Rethinking Model Scaling
for Convolutional Neural Networks" (Tan and Le, ICML 2019).
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import keras
import numpy as np

_STEM = 32
_BATCH_NORM_EPSILON = 1e-3
STRIDE8 = "stride8"
STRIDE16 = "stride16"


class Scale(NamedTuple):
    """How much wider and deeper than Lite0."""

    width: float
    depth: float


LITE0, LITE1, LITE2 = Scale(1.0, 1.0), Scale(1.0, 1.1), Scale(1.1, 1.2)


class _Stage(NamedTuple):
    blocks: int
    kernel: int
    stride: int
    expand: int
    channels: int


_STAGES = (
    _Stage(1, 3, 1, 1, 16),
    _Stage(2, 3, 2, 6, 24),
    _Stage(2, 5, 2, 6, 40),
    _Stage(3, 3, 2, 6, 80),
    _Stage(3, 5, 1, 6, 112),
    _Stage(4, 5, 2, 6, 192),
)
# Stages whose first block expands the last map of stride 8 and of stride 16 before it strides on.
_LEAVES_STRIDE8, _LEAVES_STRIDE16 = 3, 5


def efficientnet_lite(scale: Scale) -> keras.Model:
    """Return the network with random weights, `[B, H, W, 3]` to the map at stride 16.

    The layers `STRIDE8` and `STRIDE16` have the two maps.
    """
    photo = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(_STEM, 3, strides=2, padding="same", name="stem")(photo)
    x = keras.layers.ReLU(6.0, name="stem_relu")(x)
    number = 0
    for index, stage in enumerate(_STAGES):
        channels = _channels(stage.channels, scale.width)
        blocks = stage.blocks if index == 0 else math.ceil(stage.blocks * scale.depth)
        for repeat in range(blocks):
            name, shortcut = f"block{number}", x
            stride = stage.stride if repeat == 0 else 1
            if stage.expand > 1:
                map_name = {_LEAVES_STRIDE8: STRIDE8, _LEAVES_STRIDE16: STRIDE16}.get(index)
                x = keras.layers.Conv2D(stage.expand * x.shape[-1], 1, name=f"{name}_expand")(x)
                relu = map_name if map_name and repeat == 0 else f"{name}_expand_relu"
                x = keras.layers.ReLU(6.0, name=relu)(x)
                if relu == STRIDE16:
                    return keras.Model(photo, x, name="efficientnet_lite")
            x = keras.layers.DepthwiseConv2D(
                stage.kernel, strides=stride, padding="same", name=f"{name}_depthwise"
            )(x)
            x = keras.layers.ReLU(6.0, name=f"{name}_depthwise_relu")(x)
            x = keras.layers.Conv2D(channels, 1, name=f"{name}_project")(x)
            if stride == 1 and shortcut.shape[-1] == channels:
                x = keras.layers.Add(name=f"{name}_add")([x, shortcut])
            number += 1
    raise AssertionError("the last stage expands the map at stride 16")


def load_state_dict(network: keras.Model, tensors: Mapping[str, np.ndarray]) -> None:
    """Load a PyTorch state dict, in the names of `efficientnet-lite-pytorch`.

    Raises:
        ValueError: It lacks a tensor, or one has another shape.
    """
    for layer in network.layers:
        if layer.weights:
            kernel, bias = _folded(layer.name, tensors)
            expected = tuple(layer.kernel.shape)
            if kernel.shape != expected or bias.shape != tuple(layer.bias.shape):
                raise ValueError(
                    f"the weights of {layer.name} have shape {kernel.shape}, not {expected}"
                )
            layer.set_weights([kernel, bias])


def _folded(layer: str, tensors: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return kernel and bias, as Keras has them, of a convolution with its batch norm."""
    convolution, norm = _names(layer)
    try:
        kernel = tensors[f"{convolution}.weight"]
        gamma, beta, mean, variance = (
            tensors[f"{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
    except KeyError as error:
        raise ValueError(f"the tensor {error.args[0]} is missing") from error
    if kernel.ndim != 4 or gamma.shape != kernel.shape[:1]:
        raise ValueError(f"{convolution}.weight and {norm}.weight do not fit each other")
    factor = gamma / np.sqrt(variance + _BATCH_NORM_EPSILON)
    scaled = kernel * factor[:, None, None, None]
    # From [out, in, h, w], where a depthwise convolution has one `in`, to Keras's order.
    order = (2, 3, 0, 1) if layer.endswith("_depthwise") else (2, 3, 1, 0)
    return scaled.transpose(order), beta - mean * factor


def _names(layer: str) -> tuple[str, str]:
    if layer == "stem":
        return "_conv_stem", "_bn0"
    block, kind = layer.removeprefix("block").split("_")
    norm = {"expand": "_bn0", "depthwise": "_bn1", "project": "_bn2"}[kind]
    return f"_blocks.{block}._{kind}_conv", f"_blocks.{block}.{norm}"


def _channels(channels: int, width: float) -> int:
    """Return a multiple of 8 near `channels * width`, at most a tenth below."""
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * wanted else rounded + 8
