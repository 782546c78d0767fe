"""Backbones by name. Adding one is one entry in `BACKBONES`.

Every backbone maps a float32 photo `[B, H, W, 3]` in 0..255, RGB, H and W multiples of
`COARSE_STRIDE`, to two feature maps: stride 8, which keeps small print apart, and stride 16, which
sees whole packs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras

from components.recogniser import efficientnet_lite as lite
from components.recogniser.read_weights_package import read_package
from components.recogniser.settings import BackboneName
from components.recogniser.weights_packages import WEIGHTS_PACKAGES, package_of


@dataclass(frozen=True)
class BackboneSpec:
    """How to build one backbone.

    Attributes:
        build: Makes the Keras model, `[B, H, W, 3]` in its own value range, with the weights
            `imagenet` or, of None, random ones.
        stride8: Name of the layer whose output is the stride 8 map.
        stride16: Name of the layer whose output is the stride 16 map.
        preprocess: What the network was trained on: `unit` (-1..1), `caffe` (BGR minus the ImageNet
            mean), `lite` (within -1..1, around 127) or `none` (0..255, the network rescales by
            itself).
        weights_until: Weights files may stop at this layer, which comes after both maps.
    """

    build: Callable[..., keras.Model]
    stride8: str
    stride16: str
    preprocess: str
    weights_until: str | None = None


def _application(name: str) -> Callable[..., keras.Model]:
    def build(weights: str | None) -> keras.Model:
        factory = getattr(keras.applications, name)
        return factory(include_top=False, weights=weights, input_shape=(None, None, 3))

    return build


def _inception(weights: str | None) -> keras.Model:
    """Return InceptionV3 with `same` padding, so that cells stay where pixels are."""
    base = keras.applications.InceptionV3(
        include_top=False, weights=weights, input_shape=(None, None, 3)
    )

    def padded(layer: keras.layers.Layer) -> keras.layers.Layer:
        config = layer.get_config()
        if config.get("padding") == "valid":
            config["padding"] = "same"
        return layer.__class__.from_config(config)

    clone = keras.models.clone_model(base, clone_function=padded)
    clone.set_weights(base.get_weights())
    return clone


def _lite(scale: lite.Scale) -> BackboneSpec:
    def build(weights: None) -> keras.Model:
        return lite.efficientnet_lite(scale)

    return BackboneSpec(build, lite.STRIDE8, lite.STRIDE16, "lite")


BACKBONES: dict[BackboneName, BackboneSpec] = {
    "resnet50v2": BackboneSpec(
        _application("ResNet50V2"),
        "conv3_block4_preact_relu",
        "conv4_block6_preact_relu",
        "unit",
        weights_until="conv5_block1_preact_relu",
    ),
    "resnet50": BackboneSpec(
        _application("ResNet50"), "conv3_block4_out", "conv4_block6_out", "caffe"
    ),
    "mobilenetv2": BackboneSpec(
        _application("MobileNetV2"), "block_6_expand_relu", "block_13_expand_relu", "unit"
    ),
    "efficientnetb0": BackboneSpec(
        _application("EfficientNetB0"),
        "block4a_expand_activation",
        "block6a_expand_activation",
        "none",
    ),
    "efficientnet_lite0": _lite(lite.LITE0),
    "efficientnet_lite1": _lite(lite.LITE1),
    "efficientnet_lite2": _lite(lite.LITE2),
    "inceptionv3": BackboneSpec(_inception, "mixed2", "mixed7", "unit"),
}


@keras.saving.register_keras_serializable("oneshelf")
class Preprocess(keras.layers.Layer):
    """Turns pixels in 0..255 into what a backbone was trained on."""

    def __init__(self, convention: str, **kwargs):
        super().__init__(**kwargs)
        self.convention = convention

    def call(self, pixels):
        """Map `[B, H, W, 3]` to the same shape."""
        if self.convention == "unit":
            return pixels / 127.5 - 1.0
        if self.convention == "caffe":
            return pixels[..., ::-1] - keras.ops.array([103.939, 116.779, 123.68])
        if self.convention == "lite":
            return (pixels - 127.0) / 128.0
        return pixels


def build_backbone(name: BackboneName, weights: str | None) -> keras.Model:
    """Build a backbone.

    Args:
        name: A key of `BACKBONES`.
        weights: `imagenet`, the name of a weights package, the path of a Keras weights file, or
            None for random weights. `imagenet` is the weights package where the backbone has one.

    Returns:
        A model from `[B, H, W, 3]` in 0..255 to `[B, H/8, W/8, C8]` and `[B, H/16, W/16, C16]`.

    Raises:
        ValueError: The weights do not fit the backbone, or the package is not installed.
    """
    spec = BACKBONES[name]
    if weights == "imagenet":
        weights = package_of(name) or weights
    base = spec.build("imagenet" if weights == "imagenet" else None)
    if weights in WEIGHTS_PACKAGES:
        _load_package(base, weights, name)
    elif weights not in (None, "imagenet"):
        load_backbone_weights(base, Path(str(weights)), spec)
    photo = keras.Input((None, None, 3), name="photo")
    maps = keras.Model(
        base.input, [base.get_layer(spec.stride8).output, base.get_layer(spec.stride16).output]
    )
    outputs = maps(Preprocess(spec.preprocess, name="preprocess")(photo))
    return keras.Model(photo, outputs, name=f"backbone_{name}")


def _load_package(base: keras.Model, package: str, name: BackboneName) -> None:
    holds = WEIGHTS_PACKAGES[package].backbone
    if holds != name:
        raise ValueError(
            f"backbone.weights: {package} holds weights of {holds}, not of {name}; set "
            f"backbone.name to {holds}, or take other weights"
        )
    lite.load_state_dict(base, read_package(package))


def load_backbone_weights(base: keras.Model, path: Path, spec: BackboneSpec) -> None:
    """Load a weights file of the whole backbone, or of the part that `weights_until` names."""
    candidates = [base]
    if spec.weights_until:
        candidates.append(keras.Model(base.input, base.get_layer(spec.weights_until).output))
    reasons = []
    for candidate in candidates:
        try:
            candidate.load_weights(str(path))
            return
        except (ValueError, OSError) as error:
            reasons.append(str(error).splitlines()[0])
    raise ValueError(f"{path} does not hold weights of this backbone: {'; '.join(reasons)}")
