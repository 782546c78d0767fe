"""What an earlier run in an output root left for another one to go on from."""

from pathlib import Path

from pipeline.errors import WrongInput

CONFIG_FILE = "config.yaml"
"""In a run's folder: its settings."""
TIMES_FILE = "stages.json"
"""In a run's folder, once it has finished: how long its stages took."""


def last_finished(root: Path) -> Path:
    """Return the folder of the last run whose results another one can go on from.

    Raises:
        WrongInput: There is none.
    """
    finished = sorted(root.glob(f"runs/*/{TIMES_FILE}"))
    if not finished:
        raise WrongInput([f"{root}: no run has finished here yet; run it without --from-stage"])
    return finished[-1].parent
