"""Writes the pipeline as a file that a cluster runs; needs no network and no credentials.

    vertex      a PipelineJob in JSON, for Vertex AI Pipelines
    kubeflow    a PipelineSpec in YAML, for open-source Kubeflow Pipelines

Both hold the very graph that runs locally, below the tasks of `kubeflow.tasks`. No value in the
file is a secret: the cluster's service account is what opens the data.
"""

import json
from pathlib import Path
from typing import Any, Literal

import yaml

from kubeflow.addresses import MOUNTS, addressed, mounted
from kubeflow.stage_resources import problems as resource_problems
from kubeflow.stage_resources import with_resources
from kubeflow.tasks import ALARM, FACTS, add_tasks
from pipeline.config import PATHS, PipelineConfig, below
from pipeline.errors import WrongInput
from pipeline.facts import Facts
from pipeline.inputs import code_revision

Target = Literal["vertex", "kubeflow"]

_SUFFIXES = {"vertex": (".json",), "kubeflow": (".yaml", ".yml")}


def compile_to(target: Target, out: Path, config: PipelineConfig) -> None:
    """Write the compiled pipeline to `out`.

    Args:
        target: Where it is to run.
        out: The file; an existing one is replaced.
        config: With `catalog`, `shelves` and `root` as the cluster knows them: paths that its
            containers see, or, for Vertex AI, gs:// addresses.

    Raises:
        WrongInput: The settings or the file's name do not suit the target.
    """
    _check(target, out, config)
    seen = _seen_by_containers(config) if target == "vertex" else config
    job = _compiled(seen, config)
    spec = job["pipelineSpec"]
    add_tasks(
        spec, config.cloud.image, seen.model_dump_json(), code_revision(), config.cloud.notify
    )
    platform = with_resources(target, spec, config)
    if target == "vertex":
        job["runtimeConfig"]["parameterValues"] = {ALARM: ""}
        text = json.dumps(job, sort_keys=True)
    else:
        if config.cloud.pipeline_root:
            spec["defaultPipelineRoot"] = config.cloud.pipeline_root
        documents = [spec] if platform is None else [spec, platform]
        text = yaml.safe_dump_all(documents, sort_keys=True)
    out.write_text(text, encoding="utf-8")


def _seen_by_containers(config: PipelineConfig) -> PipelineConfig:
    """Return the settings with paths below the mount of Vertex AI in place of addresses."""

    def seen(place: str | None) -> str | None:
        return mounted(place) if place else place

    root = config.cloud.pipeline_root or below(config.root, "pipeline")
    # Vertex AI itself takes addresses only.
    cloud = {"pipeline_root": addressed(root), "notify": seen(config.cloud.notify)}
    weights = {"weights": mounted(config.backbone.weights)}
    return config.model_copy(
        update={
            **{name: seen(getattr(config, name)) for name in PATHS},
            "backbone": config.backbone.model_copy(update=weights),
            "cloud": config.cloud.model_copy(update=cloud),
        }
    )


def _compiled(seen: PipelineConfig, as_written: PipelineConfig) -> dict[str, Any]:
    """Return the stages as a PipelineJob, whose parameters are the facts about a run.

    Args:
        seen: The settings as containers are to take them.
        as_written: The settings that a release records.
    """
    from tfx.orchestration.data_types import RuntimeParameter
    from tfx.orchestration.kubeflow.v2.kubeflow_v2_dag_runner import (
        KubeflowV2DagRunner,
        KubeflowV2DagRunnerConfig,
    )

    from pipeline.graph import create_pipeline

    runner = KubeflowV2DagRunner(
        KubeflowV2DagRunnerConfig(
            display_name=seen.name,
            default_image=seen.cloud.image,
            default_commands=["python", "-m", "kubeflow.run_stage"],
            use_pipeline_spec_2_1=True,
        )
    )
    facts = Facts(**{name: RuntimeParameter(name=name, ptype=str) for name in FACTS})
    job: dict[str, Any] = runner.run(create_pipeline(seen, facts, as_written), write_out=False)
    return job


def _check(target: Target, out: Path, config: PipelineConfig) -> None:
    problems = []
    if out.suffix not in _SUFFIXES[target]:
        problems.append(f"{out}: name it *{_SUFFIXES[target][0]}, as {target} expects")
    if not out.parent.is_dir():
        problems.append(f"{out.parent}: no such folder; create it first")
    if config.catalog is None:
        problems.append("catalog: missing; a cluster has no embedded data, so give your own")
    if target == "kubeflow":
        problems += [
            f"{name}: {place}, which containers on Kubeflow do not see; put it on a volume, see "
            "cloud.kubeflow.volumes, and give its path there"
            for name in PATHS
            if name != "releases" and "://" in (place := getattr(config, name) or "")
        ]
    root = config.cloud.pipeline_root
    if target == "kubeflow" and root and not root.startswith(tuple(MOUNTS)):
        problems.append(
            f"cloud.pipeline_root: {root}, and Kubeflow's launcher takes only addresses with "
            f"{', '.join(MOUNTS)}; give one, or leave it out for Kubeflow's own"
        )
    problems += resource_problems(target, config)
    if problems:
        raise WrongInput(problems)
