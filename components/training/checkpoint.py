"""Checkpoints: safetensors files, replaced in one step, so that there is always a whole one."""

from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from components.recogniser.model import Recogniser


class State(NamedTuple):
    """Where a training stands, beside its weights."""

    step: int
    neighbours: np.ndarray  # int32 [S, NEIGHBOURS], what batches are made with


class Checkpoint:
    """Weights, optimiser state and `State` of one training.

    Attributes:
        variables: The weights and the optimiser state.
    """

    def __init__(
        self,
        folder: Path,
        recogniser: Recogniser,
        optimisers: list[keras.optimizers.Optimizer],
    ):
        self._path = folder / "last.safetensors"
        self.variables = [
            *recogniser.variables,
            *(variable for optimiser in optimisers for variable in optimiser.variables),
        ]

    def save(self, state: State) -> None:
        """Write the weights with what goes with them."""
        arrays = {
            f"{number:04d}": np.array(variable, order="C")
            for number, variable in enumerate(self.variables)
        }
        arrays["step"] = np.array([state.step])
        arrays["neighbours"] = state.neighbours
        _replace(self._path, arrays)

    def restore(self) -> State | None:
        """Load the last weights and return what goes with them; None when there are none."""
        if not self._path.is_file():
            return None
        arrays = load_file(str(self._path))
        for number, variable in enumerate(self.variables):
            variable.assign(arrays[f"{number:04d}"])
        return State(int(arrays["step"][0]), arrays["neighbours"])


class Best:
    """The weights that validated best so far.

    Attributes:
        step: After which they were; 0 as long as there are none.
        score: What they scored.
    """

    def __init__(self, folder: Path, recogniser: Recogniser):
        self._path = folder / "best.safetensors"
        self._variables = recogniser.variables
        self.step, self.score = 0, float("-inf")
        if self._path.is_file():
            with safe_open(str(self._path), framework="numpy") as file:
                self.step = int(file.get_tensor("step")[0])
                self.score = float(file.get_tensor("score")[0])

    def offer(self, step: int, score: float) -> None:
        """Keep the weights if `score` is at least as good as any before."""
        if score < self.score:
            return
        self.step, self.score = step, score
        arrays = {
            f"{number:04d}": np.array(variable, order="C")
            for number, variable in enumerate(self._variables)
        }
        _replace(self._path, {**arrays, "step": np.array([step]), "score": np.array([score])})

    def restore(self) -> None:
        """Go back to the best weights, if there are any."""
        if self.step:
            arrays = load_file(str(self._path))
            for number, variable in enumerate(self._variables):
                variable.assign(arrays[f"{number:04d}"])


def _replace(path: Path, arrays: dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    save_file(arrays, str(partial))
    partial.replace(path)
