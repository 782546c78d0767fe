"""A recogniser as it was exported: its weights out of a SavedModel."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf

from components.recogniser.backbones import BACKBONES, build_backbone
from components.recogniser.load_saved_model import load_saved_model
from components.recogniser.model import Recogniser
from components.recogniser.settings import RecogniserSettings


def restore(saved_model: Path, backbone: str, settings: Mapping[str, Any]) -> Recogniser:
    """Build the recogniser that `served.export_served` wrote.

    Args:
        saved_model: Folder of the SavedModel.
        backbone: Name of its backbone.
        settings: `RecogniserSettings`, as they were.

    Raises:
        ValueError: It was written by code that builds another recogniser than today's.
    """
    if backbone not in BACKBONES:
        raise ValueError(f"its backbone {backbone!r} is not known")
    # What pydantic raises is a ValueError, too.
    built = RecogniserSettings.model_validate(settings)
    recogniser = Recogniser(build_backbone(backbone, None), built)
    served = load_saved_model(saved_model)
    written = list(getattr(served, "_variables", []))
    wanted = [variable.value for variable in recogniser.variables]
    if [each.shape for each in written] != [each.shape for each in wanted]:
        raise ValueError("its weights have other shapes")
    for variable, value in zip(wanted, written, strict=True):
        variable.assign(value)
    recogniser.background_set.assign(tf.identity(served._background_set))
    return recogniser
