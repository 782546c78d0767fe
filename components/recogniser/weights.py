"""Where weights come from, and the file format of OneShelf's own: safetensors, never pickles."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from components.recogniser.backbones import BACKBONES, build_backbone
from components.recogniser.model import Recogniser
from components.recogniser.settings import BackboneSettings, RecogniserSettings

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

    `auto` takes Keras's cache or download for an ImageNet backbone, and the shipped `start`
    weights otherwise.

    Raises:
        ValueError: The weights named do not exist or do not fit.
    """
    name, wanted = backbone.name, backbone.weights
    spec = BACKBONES[name]
    if wanted == "random":
        return Built(Recogniser(build_backbone(name, None), settings), "random")
    if wanted == "start" or (wanted == "auto" and not spec.imagenet):
        return _start(name, settings)
    if wanted == "imagenet":
        return Built(Recogniser(build_backbone(name, "imagenet"), settings), "imagenet", True)
    if wanted == "auto":
        try:
            return Built(Recogniser(build_backbone(name, "imagenet"), settings), "imagenet", True)
        except Exception as error:  # Keras raises bare Exception when a download fails.
            built = _start("small_resnet", settings)
            return Built(
                built.recogniser,
                built.source,
                warning=f"ImageNet weights of {name} are neither cached nor downloadable "
                f"({error}). Going on with small_resnet and the weights shipped with OneShelf: "
                "less accurate on real photos. To use others, set backbone.weights to a file.",
            )
    path = Path(wanted)
    if not path.is_file():
        raise ValueError(
            f"backbone.weights: {wanted} is not a file; give a weights file, or one of auto, "
            "imagenet, start, random"
        )
    if path.suffix == ".safetensors":
        recogniser = Recogniser(build_backbone(name, None), settings)
        load_weights(recogniser, path)
        return Built(recogniser, "path")
    return Built(Recogniser(build_backbone(name, str(path)), settings), "path", True)


def _start(name: str, settings: RecogniserSettings) -> Built:
    if name != "small_resnet":
        raise ValueError(
            f"backbone.weights: start holds weights of small_resnet only, not of {name}; use "
            "imagenet, a file, or random"
        )
    recogniser = Recogniser(build_backbone("small_resnet", None), settings)
    load_weights(recogniser, START_WEIGHTS)
    return Built(recogniser, "start")


def weight_arrays(recogniser: Recogniser) -> dict[str, np.ndarray]:
    """Return all weights by name, in a fixed order."""
    return {
        f"{number:03d}/{variable.path}": np.asarray(variable)
        for number, variable in enumerate(recogniser.variables)
    }


def save_weights(recogniser: Recogniser, path: Path, half: bool = False) -> None:
    """Write all weights to a safetensors file, as float16 when `half`."""
    arrays = weight_arrays(recogniser)
    if half:
        arrays = {name: array.astype(np.float16) for name, array in arrays.items()}
    save_file({name: np.asarray(array, order="C") for name, array in arrays.items()}, str(path))


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
