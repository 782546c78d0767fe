"""`oneshelf train-worker`: this machine trains with the one that runs the pipeline."""

import os
import time
from pathlib import Path

from components.records.problems import InputError, Problem
from components.training.cluster import VARIABLE, read_cluster
from pipeline.errors import WrongInput
from pipeline.exits import DONE, FAILED
from pipeline.local.inside_root import inside
from pipeline.local.stage_display import StageDisplay, console_on
from pipeline.quiet import without_noise

SECONDS_BETWEEN_LOOKS = 1.0


def train_worker(root: Path) -> int:
    """Wait for the Trainer of a run in `root`, and train with it.

    Returns:
        The exit code.

    Raises:
        InputError: TF_CONFIG names no cluster, or names this machine as the first.
        WrongInput: There is no such root.
    """
    cluster = read_cluster(os.environ)
    if cluster.chief:
        what, remedy = "this is the first machine", "give `oneshelf run` here"
        raise InputError([Problem(VARIABLE, None, what, remedy)])
    if not root.is_dir():
        raise WrongInput(
            [f"{root}: no such folder; mount the root of the run at this path, as on the first one"]
        )
    with without_noise() as terminal, StageDisplay(console_on(terminal)) as display:
        from components.trainer.job import JOB_FILE, train_in_process

        file = root.absolute() / "checkpoints" / JOB_FILE
        display.say(f"waiting for the Trainer on {cluster.addresses[0]}, in {root}")
        while not file.is_file():
            time.sleep(SECONDS_BETWEEN_LOOKS)
        display.stage_started("Trainer")
        try:
            with inside(root):  # as the chief does; see there
                train_in_process(file)
        except RuntimeError as error:
            display.say(f"failed: {error}")
            return FAILED
        display.say("trained; what comes of it lies with the first machine")
        return DONE
