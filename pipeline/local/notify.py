"""Tells people of a run on this machine that was refused or failed, as of one on a cluster."""

import sys
from pathlib import Path
from typing import Any

from kubeflow.notify import send, url_of
from kubeflow.run_record import RunRecord
from pipeline.config import PipelineConfig
from pipeline.exits import FAILED, REFUSED, WRONG_INPUT


def notify(config: PipelineConfig, run_id: str, log: Path, code: int) -> None:
    """Post what became of a run, where `cloud.notify` says to whom.

    Args:
        config: Of the run.
        run_id: Of the run.
        log: What the run said.
        code: Its exit code; nobody is told of one that went well, or that somebody stopped.
    """
    if config.cloud.notify is None or code not in (REFUSED, WRONG_INPUT, FAILED):
        return
    try:
        send(url_of(config.cloud.notify), _message(config, run_id, log, code))
    except (OSError, ValueError) as error:
        print(f"cloud.notify: nobody could be told ({error})", file=sys.stderr)


def _message(config: PipelineConfig, run_id: str, log: Path, code: int) -> dict[str, Any]:
    head = f"{config.name}, run {run_id}"
    message = {"pipeline": config.name, "run": run_id}
    outcome = RunRecord(Path(config.runs) / run_id).outcome()
    if code == REFUSED and outcome is not None:
        report = str(Path(config.root).resolve() / outcome.report)
        text = f"{head}: {outcome.headline}"
        return {**message, "status": "refused", "text": text, "report": report}
    text = f"{head}: failed; {log.resolve()} says why"
    return {**message, "status": "failed", "text": text}
