"""Cloud Functions that start a run on Vertex AI: when data was uploaded, or an alarm is posted.

This folder is deployed as it is, and knows nothing of the rest of OneShelf. In its environment:

    PIPELINE          gs:// address of the file that `oneshelf compile --target vertex` wrote
    PROJECT, REGION   where runs are started
    SERVICE_ACCOUNT   whom the stages run as; the project's default account where it is not set

`on_upload` is called with CloudEvents of a bucket, `on_alarm` by POST; how to deploy them is in
docs/guides/retraining.md.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from google.api_core.exceptions import Conflict
from google.cloud import aiplatform_v1, storage

_UPLOADS = re.compile(r"(.*/)?(products\.csv|span-\d+/(annotations\.json|photos\.csv))")
"""What is uploaded last of a catalogue or of a span."""
_AT_WORK = "PIPELINE_STATE_PENDING", "PIPELINE_STATE_QUEUED", "PIPELINE_STATE_RUNNING"


def on_upload(event: Any) -> None:
    """Start a run where a catalogue or a span was uploaded.

    Args:
        event: CloudEvent google.cloud.storage.object.v1.finalized.
    """
    uploaded = event.data["name"]
    if _UPLOADS.fullmatch(uploaded):
        # The same event may come twice.
        print(_start(f"{event.data['bucket']}/{uploaded}#{event.data['generation']}", alarm=""))


def on_alarm(request: Any) -> tuple[str, int]:
    """Start a run that trains although no data changed; the same alarm starts one a day.

    Args:
        request: A POST of JSON: {"alarm": "why"}, or what Alertmanager sends.

    Returns:
        What was done, and a status of HTTP.
    """
    body = request.get_json(silent=True)
    alarm = alarm_of(body if isinstance(body, dict) else {})
    if not alarm:
        return '"alarm" is missing; say in it why to train', 400
    today = datetime.now(timezone.utc).date()
    return _start(f"{today} {json.dumps(body, sort_keys=True)}", alarm), 200


def alarm_of(body: Mapping[str, Any]) -> str:
    """Return why to train, as a post says it; "" where it does not."""
    annotations = body.get("commonAnnotations") or body.get("commonLabels") or {}
    said = body.get("alarm") or annotations.get("summary") or annotations.get("alertname")
    return str(said or "") if body.get("status") != "resolved" else ""


def _start(cause: str, alarm: str) -> str:
    parent = f"projects/{os.environ['PROJECT']}/locations/{os.environ['REGION']}"
    endpoint = os.environ.get("ENDPOINT") or f"{os.environ['REGION']}-aiplatform.googleapis.com"
    client = aiplatform_v1.PipelineServiceClient(
        transport="rest", client_options={"api_endpoint": endpoint}
    )
    job = json.loads(_read(os.environ["PIPELINE"]))
    name = job.get("displayName") or job["pipelineSpec"]["pipelineInfo"]["name"]
    states = " OR ".join(f'state="{state}"' for state in _AT_WORK)
    running = client.list_pipeline_jobs(
        request={"parent": parent, "filter": f'display_name="{name}" AND ({states})'}
    )
    if other := next(iter(running), None):
        return f"{other.name} is at work; what came meanwhile is for the next run"
    job["displayName"] = name
    job["runtimeConfig"]["parameterValues"] = {"alarm": alarm}
    if account := os.environ.get("SERVICE_ACCOUNT"):
        job["serviceAccount"] = account
    identity = f"event-{hashlib.sha256(cause.encode()).hexdigest()[:24]}"
    try:
        client.create_pipeline_job(
            parent=parent,
            pipeline_job=aiplatform_v1.PipelineJob.from_json(
                json.dumps(job), ignore_unknown_fields=True
            ),
            pipeline_job_id=identity,
        )
    except Conflict:
        return f"{identity}: started before"
    return f"{identity}: started"


def _read(address: str) -> bytes:
    bucket, _, name = address.removeprefix("gs://").partition("/")
    content: bytes = storage.Client().bucket(bucket).blob(name).download_as_bytes()
    return content
