"""The search: KerasTuner's grid oracle, with a trial that is a short training of this project."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras_tuner

from components import progress
from components.tuner.results import Candidate, Trial
from components.tuner.settings import TunerSettings

Measure = Callable[[Candidate, Path], dict[str, float]]
"""Trains with a candidate, keeping its checkpoints in a folder; returns `Trial.metrics`."""


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
        left out; after three in a row that fail KerasTuner raises `RuntimeError`.
    """
    tuner = _TrainingTuner(
        measure,
        settings.trials,
        oracle=keras_tuner.oracles.GridSearchOracle(
            objective=keras_tuner.Objective("score", direction="max"),
            max_trials=settings.trials,
            hyperparameters=_space(settings, configured),
        ),
        directory=str(folder),
        project_name="search",
    )
    tuner.oracle.verbose = 0
    tuner.search()
    return tuner.trials()


class _TrainingTuner(keras_tuner.Tuner):  # type: ignore[misc]
    """Its trials are trainings of their own: there is no Keras model to build or to fit."""

    def __init__(self, measure: Measure, total: int, **of_keras_tuner: Any) -> None:
        self._measure, self._total = measure, total
        super().__init__(**of_keras_tuner)

    def _populate_initial_space(self) -> None:
        """The space is given; KerasTuner would build a model to find it out."""

    def run_trial(self, trial: Any, *args: Any, **kwargs: Any) -> dict[str, float]:
        tried = Candidate.model_validate(trial.hyperparameters.values)
        folder = Path(self.get_trial_dir(trial.trial_id))
        metrics = self._measure(tried, folder)
        done = Trial(tried=tried, metrics=metrics)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _DONE_FILE).write_text(done.model_dump_json())
        logging.getLogger("oneshelf.tuner").info("%s: %.3f", tried, done.score)
        made = len(self.oracle.start_order)
        progress.report("Tuner", min(made, self._total), self._total, f"mAP@0.5 {done.score:.3f}")
        return {"score": done.score}

    def trials(self) -> list[Trial]:
        """All trials that came to an end, of earlier processes as well."""
        files = (Path(self.get_trial_dir(made)) / _DONE_FILE for made in self.oracle.start_order)
        return [Trial.model_validate_json(path.read_text()) for path in files if path.is_file()]


_DONE_FILE = "done.json"


def _space(settings: TunerSettings, configured: Candidate) -> keras_tuner.HyperParameters:
    space = keras_tuner.HyperParameters()
    # The oracle changes the last one first.
    for name, beside in (
        ("backbone", settings.backbones),
        ("learning_rate", settings.learning_rates),
        ("level", settings.levels),
    ):
        default = getattr(configured, name)
        space.Choice(name, _first(default, beside), default=default)
    return space


def _first(value: Any, others: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys([value, *others]))
