"""Writes the pipeline as a file that a cluster runs; needs no network and no credentials.

    vertex      a PipelineJob in JSON, for Vertex AI Pipelines
    kubeflow    a PipelineSpec 2.1 in YAML, for open-source Kubeflow Pipelines

Both hold the very graph that runs locally. Every value stands in the file, and none is a secret:
the cluster's service account is what opens the data.
"""

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import yaml

from kubeflow.stage_resources import problems as resource_problems
from kubeflow.stage_resources import with_resources
from pipeline.config import PipelineConfig
from pipeline.errors import WrongInput
from pipeline.inputs import Inputs, code_revision

Target = Literal["vertex", "kubeflow"]

_SUFFIXES = {"vertex": (".json",), "kubeflow": (".yaml", ".yml")}


def compile_to(target: Target, out: Path, config: PipelineConfig) -> None:
    """Write the compiled pipeline to `out`.

    Args:
        target: Where it is to run.
        out: The file; an existing one is replaced.
        config: With `catalog`, `shelves` and `root` as the cluster sees them.

    Raises:
        WrongInput: The settings or the file's name do not suit the target.
    """
    _check(target, out, config)

    from tfx.orchestration.kubeflow.v2.kubeflow_v2_dag_runner import (
        KubeflowV2DagRunner,
        KubeflowV2DagRunnerConfig,
    )

    from pipeline.graph import create_pipeline

    with TemporaryDirectory() as folder:
        runner = KubeflowV2DagRunner(
            KubeflowV2DagRunnerConfig(
                display_name=config.name,
                default_image=config.cloud.image,
                default_commands=["python", "-m", "kubeflow.run_stage"],
                use_pipeline_spec_2_1=target == "kubeflow",
            ),
            output_dir=folder,
            output_filename=out.name,
        )
        runner.run(create_pipeline(config, _run_id(config), Inputs(code_revision=code_revision())))
        compiled = (Path(folder) / out.name).read_text(encoding="utf-8")
    out.write_text(_completed(target, compiled, config), encoding="utf-8")


def _completed(target: Target, compiled: str, config: PipelineConfig) -> str:
    """Return what TFX compiled, with what it does not compile: what each stage gets."""
    if target == "vertex":
        job = json.loads(compiled)
        with_resources(target, job["pipelineSpec"], config)
        return json.dumps(job, sort_keys=True)
    spec = yaml.safe_load(compiled)
    platform = with_resources(target, spec, config)
    comments = [line for line in compiled.splitlines() if line.startswith("#")]
    documents = [spec] if platform is None else [spec, platform]
    return "\n".join([*comments, yaml.safe_dump_all(documents, sort_keys=True)])


def _check(target: Target, out: Path, config: PipelineConfig) -> None:
    problems = []
    if out.suffix not in _SUFFIXES[target]:
        problems.append(f"{out}: name it *{_SUFFIXES[target][0]}, as {target} expects")
    if not out.parent.is_dir():
        problems.append(f"{out.parent}: no such folder; create it first")
    if config.catalog is None:
        problems.append("catalog: missing; a cluster has no embedded data, so give your own")
    problems += resource_problems(target, config)
    if problems:
        raise WrongInput(problems)


def _run_id(config: PipelineConfig) -> str:
    """Names what is compiled: the same settings give the same file."""
    return "compiled-" + hashlib.sha256(config.to_yaml().encode()).hexdigest()[:12]
