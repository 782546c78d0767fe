"""The search: KerasTuner, with a trial that is a short training of this project."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import keras_tuner
from keras_tuner.engine.trial import TrialStatus

from components.runtime import progress
from components.training.trials import Candidate, Trial
from components.tuner.settings import TunerSettings

Measure = Callable[[Candidate, Path], dict[str, float]]
"""Trains with a candidate, keeping its checkpoints in a folder; returns `Trial.metrics`."""

_logger = logging.getLogger("oneshelf.tuner")
_DONE_FILE = "done.json"


def search(
    settings: TunerSettings, configured: Candidate, measure: Measure, folder: Path
) -> list[Trial]:
    """Try candidates, the configured one first, then all levels before another learning rate.

    Every level is tried before anything else changes, so that the few trials there are can be
    compared. A search that was killed goes on where it was, from the same folder.

    Args:
        settings: What is tried, and how often.
        configured: What would be taken without a search.
        measure: Tries one.
        folder: Of this very search (same data, settings, code).

    Returns:
        The trials that came to an end, in the order in which they were made. One that diverges is
        left out, with a warning.

    Raises:
        RuntimeError: Three trials in a row diverged.
        keras_tuner.errors.FatalError: A trial failed for another reason.
    """
    tuner = _TrainingTuner(
        measure,
        settings.trials,
        oracle=_InOrder(_candidates(settings, configured), settings.trials),
        directory=str(folder),
        project_name="search",
    )
    tuner.oracle.verbose = 0
    tuner.search()
    return tuner.trials()


class _InOrder(keras_tuner.Oracle):  # type: ignore[misc]
    """Suggests candidates one after the other.

    KerasTuner's own grid search cannot go on after its process was killed: it does not save which
    combinations it has been through.
    """

    def __init__(self, candidates: Sequence[Candidate], trials: int) -> None:
        self._candidates = candidates
        objective = keras_tuner.Objective("score", direction="max")
        super().__init__(objective=objective, max_trials=trials)

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Return the next candidate, or the end."""
        begun = len(self.start_order)
        if begun == len(self._candidates):
            return {"status": TrialStatus.STOPPED, "values": None}
        return {"status": TrialStatus.RUNNING, "values": self._candidates[begun].model_dump()}


class _TrainingTuner(keras_tuner.Tuner):  # type: ignore[misc]
    """Its trials are trainings of their own: there is no Keras model to build or to fit."""

    def __init__(self, measure: Measure, total: int, **of_keras_tuner: Any) -> None:
        self._measure, self._total = measure, total
        super().__init__(**of_keras_tuner)

    def _populate_initial_space(self) -> None:
        """Do nothing: the space is given, where KerasTuner would build a model to find it out."""

    def run_trial(self, trial: Any, *args: Any, **kwargs: Any) -> dict[str, float]:
        tried = Candidate.model_validate(trial.hyperparameters.values)
        folder = Path(self.get_trial_dir(trial.trial_id))
        try:
            metrics = self._measure(tried, folder)
        except FloatingPointError as error:
            _logger.warning("%s: %s", tried, error)
            raise keras_tuner.errors.FailedTrialError(str(error)) from error
        except Exception as error:
            # KerasTuner would pass over what ends this trial, and would end every other one.
            raise keras_tuner.errors.FatalError(f"{tried}: {error}") from error
        done = Trial(tried=tried, metrics=metrics)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _DONE_FILE).write_text(done.model_dump_json())
        _logger.info("%s: %.3f", tried, done.score)
        made = len(self.oracle.start_order)
        progress.report("Tuner", min(made, self._total), self._total, f"mAP@0.5 {done.score:.3f}")
        return {"score": done.score}

    def trials(self) -> list[Trial]:
        """Return all trials that came to an end, of earlier processes as well."""
        files = (Path(self.get_trial_dir(made)) / _DONE_FILE for made in self.oracle.start_order)
        return [Trial.model_validate_json(path.read_text()) for path in files if path.is_file()]


def _candidates(settings: TunerSettings, configured: Candidate) -> list[Candidate]:
    """Return all combinations, the configured first; levels change before anything else does."""
    tried = product(
        _with(configured.backbone, settings.backbones),
        _with(configured.learning_rate, settings.learning_rates),
        _with(configured.level, settings.levels),
    )
    return [
        Candidate(level=level, learning_rate=rate, backbone=backbone)
        for backbone, rate, level in tried
    ]


def _with(value: Any, others: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys([value, *others]))
