"""Where weights come from, and the file format of OneShelf's own: safetensors, never pickles."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from components.recogniser.backbones import build_backbone
from components.recogniser.model import Recogniser
from components.recogniser.settings import BackboneName, BackboneSettings, RecogniserSettings
from components.recogniser.weights_packages import WEIGHTS_PACKAGES

# What a file of weights says of itself.
BACKBONE, RECOGNISER = "backbone", "recogniser"
START_WEIGHTS = Path(__file__).parent / "start.safetensors"


@dataclass(frozen=True)
class Built:
    """A recogniser with its initial weights.

    Attributes:
        recogniser: The model.
        source: Where its weights came from: `imagenet`, `path`, `start` or `random`.
        backbone_only: Whether the backbone is trained and nothing else is.
        warning: What a user should know of the choice; None where there is nothing.
    """

    recogniser: Recogniser
    source: str
    backbone_only: bool = False
    warning: str | None = None


def build_recogniser(backbone: BackboneSettings, settings: RecogniserSettings) -> Built:
    """Build a recogniser with initial weights as configured.

    Raises:
        ValueError: The weights named do not exist or do not fit.
    """
    name, wanted = backbone.name, backbone.weights
    if wanted == "auto":
        return _auto(name, settings)
    if wanted == "start":
        return _start(name, settings)
    if wanted == "random":
        return Built(Recogniser(build_backbone(name, None), settings), "random")
    if wanted == "imagenet" or wanted in WEIGHTS_PACKAGES:
        return Built(Recogniser(build_backbone(name, wanted), settings), "imagenet", True)
    path = Path(wanted)
    if not path.is_file():
        raise ValueError(
            f"backbone.weights: {wanted} is not a file; give a weights file, a weights package "
            f"({', '.join(WEIGHTS_PACKAGES)}), or one of auto, imagenet, start, random"
        )
    if path.suffix == ".safetensors":
        recogniser = Recogniser(build_backbone(name, None), settings)
        load_weights(recogniser, path)
        return Built(recogniser, "path")
    return Built(Recogniser(build_backbone(name, str(path)), settings), "path", True)


def _auto(name: BackboneName, settings: RecogniserSettings) -> Built:
    shipped = start_backbone()
    if name == shipped:
        return _start(name, settings)
    try:
        return Built(Recogniser(build_backbone(name, "imagenet"), settings), "imagenet", True)
    except Exception as error:  # Keras raises bare Exception when a download fails.
        built = _start(shipped, settings)
        return Built(
            built.recogniser,
            built.source,
            warning=f"ImageNet weights of {name} are not to be had ({error}). Going on with "
            f"{shipped} and the weights shipped with OneShelf: less accurate on real photos. To "
            "use others, set backbone.weights to a file.",
        )


def _start(name: BackboneName, settings: RecogniserSettings) -> Built:
    shipped = start_backbone()
    if name != shipped:
        raise ValueError(
            f"backbone.weights: start holds weights of {shipped}, not of {name}; set backbone.name "
            f"to {shipped}, or take imagenet, a weights package, a file, or random"
        )
    recogniser = Recogniser(build_backbone(name, None), settings)
    load_weights(recogniser, START_WEIGHTS)
    return Built(recogniser, "start")


def start_backbone() -> BackboneName:
    """Return the backbone whose weights are shipped."""
    return cast(BackboneName, weights_metadata(START_WEIGHTS)[BACKBONE])


def weights_metadata(path: Path) -> dict[str, str]:
    """Return what a safetensors file says of itself; nothing where it says nothing."""
    with safe_open(str(path), framework="np") as file:
        return file.metadata() or {}


def weight_arrays(recogniser: Recogniser) -> dict[str, np.ndarray]:
    """Return all weights by name, in a fixed order."""
    return {
        f"{number:03d}/{variable.path}": np.asarray(variable)
        for number, variable in enumerate(recogniser.variables)
    }


def save_weights(recogniser: Recogniser, path: Path, half: bool = False) -> None:
    """Write all weights to a safetensors file, as float16 when `half`; it names its backbone."""
    arrays = weight_arrays(recogniser)
    if half:
        arrays = {name: array.astype(np.float16) for name, array in arrays.items()}
    save_file(
        {name: np.asarray(array, order="C") for name, array in arrays.items()},
        str(path),
        {
            BACKBONE: recogniser.backbone.name.removeprefix("backbone_"),
            RECOGNISER: recogniser.settings.model_dump_json(),
        },
    )


def load_weights(recogniser: Recogniser, path: Path) -> None:
    """Load what `save_weights` wrote.

    Raises:
        ValueError: The file is of another architecture.
    """
    arrays = load_file(str(path))
    variables = recogniser.variables
    if len(arrays) != len(variables):
        raise ValueError(
            f"{path} holds {len(arrays)} weights, this recogniser has {len(variables)}: it was "
            "saved with other backbone or recogniser settings"
        )
    for (name, array), variable in zip(sorted(arrays.items()), variables, strict=True):
        if tuple(array.shape) != tuple(variable.shape):
            raise ValueError(
                f"{path}: {name} has shape {tuple(array.shape)}, this recogniser wants "
                f"{tuple(variable.shape)}: it was saved with other backbone or recogniser settings"
            )
        variable.assign(array.astype(np.float32))


def weights_hash(recogniser: Recogniser) -> str:
    """Return the SHA-256 of all weights and the background set: equal hashes answer alike."""
    digest = hashlib.sha256()
    for name, array in weight_arrays(recogniser).items():
        digest.update(name.split("/", 1)[0].encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update(recogniser.background_set.numpy().tobytes())
    return digest.hexdigest()
