"""Checkpoints: one safetensors file, replaced in one step, so that there is always a whole one."""

from pathlib import Path

import keras
import numpy as np
from safetensors.numpy import load_file, save_file

from components.recogniser.model import Recogniser


class Checkpoint:
    """Weights, optimiser state and step of one training."""

    def __init__(
        self,
        folder: Path,
        recogniser: Recogniser,
        optimisers: list[keras.optimizers.Optimizer],
    ):
        self._path = folder / "last.safetensors"
        self._variables = [
            *recogniser.variables,
            *(variable for optimiser in optimisers for variable in optimiser.variables),
        ]

    def save(self, step: int) -> None:
        """Writes the state after `step` steps."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        arrays = {
            f"{number:04d}": np.array(variable, order="C")
            for number, variable in enumerate(self._variables)
        }
        arrays["step"] = np.array([step])
        partial = self._path.with_suffix(".partial")
        save_file(arrays, str(partial))
        partial.replace(self._path)

    def restore(self) -> int:
        """Loads the last state; returns its step, 0 when there is none."""
        if not self._path.is_file():
            return 0
        arrays = load_file(str(self._path))
        for number, variable in enumerate(self._variables):
            variable.assign(arrays[f"{number:04d}"])
        return int(arrays["step"][0])
