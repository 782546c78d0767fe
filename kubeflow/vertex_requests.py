"""What Vertex AI is sent: a job to run once, or a schedule of jobs. No network and no SDK."""

import json
from collections.abc import Iterator
from pathlib import Path

from kubeflow.schedules import Request, Timing, digest
from kubeflow.tasks import ALARM
from pipeline.config import PipelineConfig
from pipeline.errors import WrongInput

LABEL = "oneshelf-schedule"
"""Label of the jobs of schedules that OneShelf made; its value is the digest of the request."""


def check_vertex(config: PipelineConfig) -> None:
    """Refuse settings that Vertex AI cannot be reached with.

    Raises:
        WrongInput: With every fault found.
    """
    if problems := list(_problems(config)):
        raise WrongInput(problems)


def _problems(config: PipelineConfig) -> Iterator[str]:
    vertex = config.cloud.vertex
    for name, example in (("project", "my-shop"), ("region", "europe-west6")):
        if not getattr(vertex, name):
            yield f"cloud.vertex.{name}: missing; name it, {example} for example"


def job(compiled: Path, config: PipelineConfig, alarm: str = "") -> Request:
    """Return a compiled pipeline as a job: where it writes, as whom it runs, its labels.

    Args:
        compiled: What `compile_to` wrote.
        config: The settings it was compiled of.
        alarm: Why to train although nothing changed, if so.

    Raises:
        WrongInput: It would write where Vertex AI cannot.
    """
    document = json.loads(compiled.read_text(encoding="utf-8"))
    root = document["runtimeConfig"]["gcsOutputDirectory"]
    if not root.startswith("gs://"):
        raise WrongInput(
            [f"cloud.pipeline_root: {root}, where Vertex AI takes gs:// addresses only; give one"]
        )
    vertex = config.cloud.vertex
    request: Request = {
        "displayName": config.name,
        "pipelineSpec": document["pipelineSpec"],
        "runtimeConfig": {**document["runtimeConfig"], "parameterValues": {ALARM: alarm}},
        "labels": dict(vertex.labels),
    }
    if vertex.service_account:
        request["serviceAccount"] = vertex.service_account
    if vertex.network:
        request["network"] = vertex.network
    if vertex.encryption_key:
        request["encryptionSpec"] = {"kmsKeyName": vertex.encryption_key}
    return request


def submission(pipeline_job: Request, name: str, config: PipelineConfig) -> Request:
    """Return the request that runs a job once; a second of the same name is refused there."""
    return {
        "parent": config.cloud.vertex.parent,
        "pipelineJobId": name,
        "pipelineJob": pipeline_job,
    }


def schedule(pipeline_job: Request, name: str, timing: Timing, config: PipelineConfig) -> Request:
    """Return a schedule: one run at a time, and none is caught up on."""
    request: Request = {
        "displayName": name,
        "cron": timing.with_zone,
        "maxConcurrentRunCount": 1,
        "allowQueueing": False,
        "createPipelineJobRequest": {
            "parent": config.cloud.vertex.parent,
            "pipelineJob": pipeline_job,
        },
    }
    labels = {**pipeline_job["labels"], LABEL: digest(request)}
    request["createPipelineJobRequest"]["pipelineJob"] = {**pipeline_job, "labels": labels}
    return request
