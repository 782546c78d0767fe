"""Writes the pipeline as a file that a cluster runs; needs no network and no credentials.

    vertex      a PipelineJob in JSON, for Vertex AI Pipelines
    kubeflow    a PipelineSpec 2.1 in YAML, for open-source Kubeflow Pipelines

Both hold the very graph that runs locally. Every value stands in the file, and none is a secret:
the cluster's service account is what opens the data.
"""

import hashlib
from pathlib import Path
from typing import Literal

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

    runner = KubeflowV2DagRunner(
        KubeflowV2DagRunnerConfig(
            display_name=config.name,
            default_image=config.cloud.image,
            default_commands=["python", "-m", "kubeflow.run_stage"],
            use_pipeline_spec_2_1=target == "kubeflow",
        ),
        output_dir=str(out.resolve().parent),
        output_filename=out.name,
    )
    runner.run(create_pipeline(config, _run_id(config), Inputs(code_revision=code_revision())))


def _check(target: Target, out: Path, config: PipelineConfig) -> None:
    problems = []
    if out.suffix not in _SUFFIXES[target]:
        problems.append(f"{out}: name it *{_SUFFIXES[target][0]}, as {target} expects")
    if not out.parent.is_dir():
        problems.append(f"{out.parent}: no such folder; create it first")
    if config.catalog is None:
        problems.append("catalog: missing; a cluster has no embedded data, so give your own")
    if config.trainer.strategy == "multi_worker":
        problems.append(
            "trainer.strategy: multi_worker needs several machines, and each stage runs in one "
            "container here; take one_device or mirrored"
        )
    if problems:
        raise WrongInput(problems)


def _run_id(config: PipelineConfig) -> str:
    """Names what is compiled: the same settings give the same file."""
    return "compiled-" + hashlib.sha256(config.to_yaml().encode()).hexdigest()[:12]
