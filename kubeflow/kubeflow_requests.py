"""What Kubeflow Pipelines is sent: a run, or a recurring run. No network and no SDK."""

from pathlib import Path

import yaml

from kubeflow.addresses import MOUNTS
from kubeflow.schedules import Request, Timing, digest
from kubeflow.tasks import ALARM
from pipeline.config import PipelineConfig, below
from pipeline.errors import WrongInput

MADE_BY = "by `oneshelf schedule`: "
"""Head of the description of schedules that OneShelf made; the digest of the request follows."""


def run(compiled: Path, name: str, config: PipelineConfig, alarm: str = "") -> Request:
    """Return the request that runs a compiled pipeline once.

    Args:
        compiled: What `compile_to` wrote.
        name: Of the run.
        config: The settings it was compiled of.
        alarm: Why to train although nothing changed, if so.

    Raises:
        WrongInput: Kubeflow cannot keep artifacts where the settings say.
    """
    root = config.cloud.pipeline_root or below(config.root, "pipeline")
    if not root.startswith(tuple(MOUNTS)):
        raise WrongInput(
            [
                f"cloud.pipeline_root: {root}, where Kubeflow takes {', '.join(MOUNTS)} addresses "
                "only; give one, minio://mlpipeline/oneshelf for example"
            ]
        )
    spec, *platform = yaml.safe_load_all(compiled.read_text(encoding="utf-8"))
    if platform:
        spec = {"pipeline_spec": spec, "platform_spec": platform[0]}
    request: Request = {
        "display_name": name,
        "pipeline_spec": spec,
        "runtime_config": {
            "parameters": {ALARM: alarm},
            "pipeline_root": root,
        },
    }
    if config.cloud.kubeflow.service_account:
        request["service_account"] = config.cloud.kubeflow.service_account
    return request


def recurring_run(compiled: Path, name: str, timing: Timing, config: PipelineConfig) -> Request:
    """Return a schedule: one run at a time, and none is caught up on.

    Raises:
        WrongInput: This Kubeflow reads schedules in another time zone.
    """
    zone = config.cloud.kubeflow.time_zone
    if timing.time_zone != zone:
        raise WrongInput(
            [
                f"--time-zone {timing.time_zone}: this Kubeflow reads schedules in {zone}; give "
                f"that, or set CRON_SCHEDULE_TIMEZONE of its deployment "
                f"ml-pipeline-scheduledworkflow and cloud.kubeflow.time_zone to {timing.time_zone}"
            ]
        )
    request = {
        **run(compiled, name, config),
        # Kubeflow counts seconds, too, and would take a time zone in it for a field.
        "trigger": {"cron_schedule": {"cron": f"0 {timing.cron.fields}"}},
        "max_concurrency": "1",
        "no_catchup": True,
        "mode": "ENABLE",
    }
    return {**request, "description": MADE_BY + digest(request)}
