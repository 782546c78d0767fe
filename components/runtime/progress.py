"""How a long stage says how far it has come.

A stage calls `report`; whoever runs the pipeline decides what to show. The message travels
through the standard `logging` module, so a stage knows nothing of terminals, and a stage run by
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
    """One progress report.

    Attributes:
        stage: Node id of the stage, for example "Trainer".
        done: Units of work finished, from 0 to `total`.
        total: Units in all.
        note: A few words worth seeing beside the bar, for example "loss 0.412".
    """

    stage: str
    done: int
    total: int
    note: str = ""

    def __str__(self) -> str:
        note = f", {self.note}" if self.note else ""
        return f"{self.stage}: {self.done} of {self.total}{note}"


def say(text: str) -> None:
    """Say one line that everybody should see, for example what a stage found in the data."""
    _logger.info("%s", text, extra={"said": True})


def report(stage: str, done: int, total: int, note: str = "") -> None:
    """Say how far a stage has come.

    Args:
        stage: As `Progress.stage`.
        done: As `Progress.done`.
        total: As `Progress.total`.
        note: As `Progress.note`.
    """
    progress = Progress(stage, done, total, note)
    _logger.info("%s", progress, extra={"progress": progress})
