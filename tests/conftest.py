"""Fixtures that several folders of tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from tiny import draw_packshot, tiny_settings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

# The same examples every time, so that a red run says something about the change before it.
# `--hypothesis-profile=explore` draws new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def tiny_model_dir(tmp_path_factory) -> Path:
    """What the Trainer writes, with random weights: Format-Serving, Format-Edge, settings.json."""
    import cv2
    import keras

    from components.metrics.costs import Costs
    from components.recogniser.embed_catalog import embedding_of
    from components.recogniser.embed_packshots import embed_packshots
    from components.recogniser.settings import BackboneSettings
    from components.recogniser.weights import build_recogniser
    from components.training.export import export_model

    keras.utils.set_random_seed(1)
    recogniser = build_recogniser(BackboneSettings(weights="random"), tiny_settings()).recogniser
    rows = [
        (f"sku-{number}", cv2.imencode(".png", draw_packshot(number)[..., ::-1])[1].tobytes())
        for number in range(4)
    ]
    folder = tmp_path_factory.mktemp("tiny_model")
    export_model(
        recogniser,
        embed_packshots(embedding_of(recogniser), rows),
        folder,
        operating_threshold=0.5,
        costs=Costs(),
        weights_source="random",
        backbone="small_resnet",
    )
    return folder


@pytest.fixture(scope="session")
def tiny_saved_model(tiny_model_dir) -> Path:
    """The SavedModel of `tiny_model_dir`: four SKUs, sku-0 to sku-3."""
    return tiny_model_dir / "Format-Serving"
