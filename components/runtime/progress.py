"""How a long stage says how far it has come.

A stage calls `report`; whoever runs the pipeline decides what to show. The message travels
through the standard `logging` module, so a stage knows nothing of screens, and a stage run by
itself (in a test, in a container) simply logs.

Consumers attach a handler to the logger `LOGGER_NAME` and read `record.progress`, or, where a stage
has something to `say`, `record.said`.
"""

import logging
from typing import NamedTuple

LOGGER_NAME = "oneshelf.progress"
_logger = logging.getLogger(LOGGER_NAME)
_logger.setLevel(logging.INFO)


class Progress(NamedTuple):
    """One progress report: `done` of `total` units of work in `stage`, and a short remark."""

    stage: str
    done: int
    total: int
    note: str = ""

    def __str__(self) -> str:
        remark = f", {self.note}" if self.note else ""
        return f"{self.stage}: {self.done} of {self.total}{remark}"


def say(text: str) -> None:
    """Says one line that everybody should see, for example what a stage found in the data."""
    _logger.info("%s", text, extra={"said": True})


def report(stage: str, done: int, total: int, note: str = "") -> None:
    """Says that `stage` has done `done` of `total` units of work.

    Args:
        stage: the node id of the stage, for example "Trainer".
        done: units finished, from 0 to `total`.
        total: units in all.
        note: a few words worth seeing beside the bar, for example "loss 0.412".
    """
    progress = Progress(stage, done, total, note)
    _logger.info("%s", progress, extra={"progress": progress})
