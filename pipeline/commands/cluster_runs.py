"""`oneshelf submit`, and what schedules on clusters start: compiled here, sent by their clients."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from kubeflow.compile import compile_to
from kubeflow.kubeflow_requests import recurring_run
from kubeflow.kubeflow_requests import run as kubeflow_run
from kubeflow.on_kubeflow import Kubeflow
from kubeflow.on_vertex import Vertex
from kubeflow.schedules import Request, Timing
from kubeflow.vertex_requests import check_vertex, job, submission
from kubeflow.vertex_requests import schedule as vertex_schedule
from pipeline.errors import WrongInput
from pipeline.quiet import without_noise

if TYPE_CHECKING:
    from pipeline.config import PipelineConfig

Cluster = Literal["vertex", "kubeflow"]

_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
_SUFFIX = {"vertex": ".json", "kubeflow": ".yaml"}
_SPEC = {"vertex": "pipelineSpec", "kubeflow": "pipeline_spec"}


def check_name(name: str) -> None:
    """Refuse a name that some target does not take.

    Raises:
        WrongInput: It is not of small letters, digits and hyphens.
    """
    if not _NAME.fullmatch(name):
        raise WrongInput(
            [f"{name}: a name is at most 63 small letters, digits and hyphens, a letter first"]
        )


def default_name(config: "PipelineConfig") -> str:
    """Return the name of the pipeline as every target takes it."""
    return re.sub("[^a-z0-9]+", "-", f"{config.name.lower()}").strip("-") or "oneshelf"


def submit(
    target: Cluster, config: "PipelineConfig", name: str | None, alarm: str, dry_run: bool
) -> str:
    """Run the pipeline once on a cluster.

    Args:
        target: Where.
        config: The settings.
        name: Of the run; one of this name that was submitted before is not again. If None, the
            pipeline's name and the time.
        alarm: Why to train although nothing changed, if so.
        dry_run: Only say what would be asked for.

    Returns:
        What to tell.

    Raises:
        WrongInput: Something in it or around cannot work.
    """
    if name is None:
        name = f"{default_name(config)}-{datetime.now(timezone.utc):%Y%m%d-%H%M%S}"
    check_name(name)
    with _compiled(target, config) as file:
        if target == "vertex":
            request = submission(job(file, config, alarm), name, config)
        else:
            request = kubeflow_run(file, name, config, alarm)
    if dry_run:
        return shown(target, request)
    with without_noise():
        return cluster(target, config).submit(request)


def create_schedule(
    target: Cluster, config: "PipelineConfig", name: str, timing: Timing, dry_run: bool
) -> str:
    """Make a schedule on a cluster, or make the one of this name what it would be now.

    Returns:
        What to tell.

    Raises:
        WrongInput: Something in it or around cannot work.
    """
    with _compiled(target, config) as file:
        if target == "vertex":
            request = vertex_schedule(job(file, config), name, timing, config)
        else:
            request = recurring_run(file, name, timing, config)
    if dry_run:
        return shown(target, request)
    with without_noise():
        return cluster(target, config).create(request)


def cluster(target: Cluster, config: "PipelineConfig") -> Vertex | Kubeflow:
    """Return what talks to a target."""
    return Vertex(config) if target == "vertex" else Kubeflow(config)


def shown(target: Cluster, request: Request) -> str:
    """Return a request as JSON, the pipeline in it left to `oneshelf compile`."""
    said = f"as `oneshelf compile --target {target}` writes it"

    def without_pipeline(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: said if key == _SPEC[target] else without_pipeline(inner)
                for key, inner in value.items()
            }
        return value

    return json.dumps(without_pipeline(request), indent=2, ensure_ascii=False)


@contextmanager
def _compiled(target: Cluster, config: "PipelineConfig") -> Iterator[Path]:
    """Give the compiled pipeline as a file, once all is there that it needs."""
    if target == "vertex":
        check_vertex(config)
    if left := config.placeholders:
        raise WrongInput([f"still to be replaced, by --set or --config: {', '.join(left)}"])
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"pipeline{_SUFFIX[target]}"
        with without_noise():
            compile_to(target, file, config)
        yield file
