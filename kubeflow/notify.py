"""Tells people of a cluster's run that was refused or failed, by a POST of JSON.

The orchestrator starts it whatever became of the run. Chats take the key `text` as a message
(Slack, Mattermost, Google Chat, Teams); the other keys are for programs.
"""

import json
import os
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from kubeflow.addresses import addressed
from kubeflow.executor_input import parameters, parsed
from kubeflow.run_record import RunRecord
from pipeline.config import PipelineConfig
from pipeline.exits import DONE, FAILED

_TRIES = 3
_SECONDS = 20.0
_WAIT = 2.0


def message_about(name: str, record: RunRecord) -> dict[str, Any] | None:
    """Return what to tell of a run; None of one that went well or had nothing to do.

    Args:
        name: Of the pipeline.
        record: What the run left.
    """
    found, outcome = record.found(), record.outcome()
    about = {"pipeline": name, "run": record.run_id}
    if outcome is not None and outcome.status == "refused":
        text = f"{name}, run {record.run_id}: {outcome.headline}"
        return {**about, "status": "refused", "text": text, "report": addressed(outcome.report)}
    if outcome is not None or (found is not None and found.status == "unchanged"):
        return None
    if found is None or found.status == "changed":
        status, why = "failed", "failed; the log of the task that failed says why"
    else:
        status, why = found.status, found.said
    return {**about, "status": status, "text": f"{name}, run {record.run_id}: {why}"}


def url_of(setting: str) -> str:
    """Return the address to post to.

    Args:
        setting: `cloud.notify`: the address, $NAME of a variable or a file that holds it.

    Raises:
        OSError: There is no such file.
        ValueError: There is no such variable.
    """
    if setting.startswith("$"):
        if not (url := os.environ.get(setting[1:])):
            raise ValueError(f"there is no environment variable {setting[1:]}")
        return url
    if setting.startswith(("https://", "http://")):
        return setting
    return Path(setting).read_text(encoding="utf-8").strip()


def send(url: str, message: dict[str, Any]) -> None:
    """Post a message.

    Raises:
        OSError: Nobody took it, however often it was tried.
    """
    request = urllib.request.Request(
        url, json.dumps(message).encode(), {"Content-Type": "application/json"}
    )
    for tries_left in reversed(range(_TRIES)):
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS):
                return
        except OSError:
            if not tries_left:
                raise
            time.sleep(_WAIT)


def main() -> int:
    """Run the task; return its exit code."""
    given = parameters(parsed(sys.argv[1]))
    config = PipelineConfig.model_validate_json(given["configuration"])
    message = message_about(config.name, RunRecord(Path(config.runs) / given["job"]))
    if message is None or config.cloud.notify is None:
        return DONE
    try:
        send(url_of(config.cloud.notify), message)
    except (OSError, ValueError) as error:
        print(f"cloud.notify: nobody could be told ({error}): {message['text']}", file=sys.stderr)
        return FAILED
    print(message["text"], flush=True)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
