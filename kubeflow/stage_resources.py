"""Writes into a compiled pipeline what each stage gets: processors, memory, accelerators, retries.

Vertex AI takes processors, memory and accelerator of a container as they are. Disk, timeout, spot
machines and several machines it knows of custom jobs only, so a stage with one of these becomes
one. Kubeflow takes what pods need besides from a section for its platform.
"""

import re
from collections.abc import Iterator
from typing import Any

from kubeflow.addresses import mounted
from pipeline.cloud_settings import KubeflowSettings, StageResources
from pipeline.config import PipelineConfig
from pipeline.stages import STAGES

Spec = dict[str, Any]

_OF_CUSTOM_JOBS = ("disk_gb", "timeout_hours", "spot")
_ACCELERATORS = {
    "vertex": (re.compile(r"[A-Z][A-Z0-9_]+"), "NVIDIA_TESLA_T4"),
    "kubeflow": (re.compile(r"[a-z0-9.-]+/[a-zA-Z0-9._-]+"), "nvidia.com/gpu"),
}
_BACKOFF = {"backoffDuration": "60s", "backoffFactor": 2.0, "backoffMaxDuration": "3600s"}
_TRAINER = "Trainer"


def problems(target: str, config: PipelineConfig) -> Iterator[str]:
    """Yield a sentence for everything that a target cannot give."""
    together = config.trainer.strategy == "multi_worker"
    machines = config.cloud.resources(_TRAINER).machines or 1
    if together and target == "kubeflow":
        yield (
            "trainer.strategy: multi_worker needs several machines, and on Kubeflow each stage "
            "runs in one container; take mirrored, with several accelerators, or one_device"
        )
    elif together and machines < 2:
        yield (
            "trainer.strategy: multi_worker needs several machines; say how many in "
            f"cloud.stages.{_TRAINER}.machines, or take one_device or mirrored"
        )
    elif machines > 1 and not together:
        yield (
            f"cloud.stages.{_TRAINER}.machines: {machines} machines train together with "
            "trainer.strategy multi_worker only; set that, or leave this out"
        )
    for stage in STAGES:
        given = config.cloud.resources(stage)
        for name, what in _stage_problems(target, stage, given):
            of_stage = stage in config.cloud.stages and (
                getattr(config.cloud.stages[stage], name) is not None
            )
            where = f"stages.{stage}" if of_stage else "each_stage"
            yield f"cloud.{where}.{name}: {what}"


def _stage_problems(target: str, stage: str, given: StageResources) -> Iterator[tuple[str, str]]:
    shape, example = _ACCELERATORS[target]
    if given.accelerator and not shape.fullmatch(given.accelerator):
        yield (
            "accelerator",
            f"{given.accelerator} is none of {target}, which calls them as in {example}",
        )
    if (given.machines or 1) > 1 and stage != _TRAINER:
        yield "machines", f"only {_TRAINER} runs on several machines; leave it out"
    if target == "kubeflow" and given.machine:
        yield "machine", "Kubeflow takes cpu and memory_gb; give those"
    if target == "vertex" and not given.machine:
        for name in _OF_CUSTOM_JOBS:
            if getattr(given, name):
                yield name, "Vertex AI gives it with a type of machine only; set machine, too"
        if (given.machines or 1) > 1:
            yield "machines", "Vertex AI needs a type of machine for them; set machine, too"


def with_resources(target: str, spec: Spec, config: PipelineConfig) -> Spec | None:
    """Write the resources of all stages into a pipeline spec, in place.

    Args:
        target: "vertex" or "kubeflow".
        spec: A PipelineSpec, as JSON has it.
        config: Without `problems`.

    Returns:
        For Kubeflow the section for its platform, where it needs one.
    """
    pods = {}
    for stage, task in _tasks(spec):
        # What stands around the stages is small, and fails on purpose.
        given = config.cloud.resources(stage) if stage in STAGES else StageResources()
        label = spec["components"][task["componentRef"]["name"]]["executorLabel"]
        executors = spec["deploymentSpec"]["executors"]
        if given.retries:
            task["retryPolicy"] = {"maxRetryCount": given.retries, **_BACKOFF}
        container = executors[label]["container"]
        if given.image:
            container["image"] = given.image
        if target == "vertex" and given.machine:
            executors[label] = _custom_job(stage, container, given, config)
        elif resources := _resources(given):
            container["resources"] = resources
        if target == "kubeflow" and (pod := _pod(given, config.cloud.kubeflow)):
            pods[label] = pod
    if not pods:
        return None
    return {"platforms": {"kubernetes": {"deploymentSpec": {"executors": pods}}}}


def _tasks(spec: Spec) -> Iterator[tuple[str, Spec]]:
    """Yield every task that has a container, with its name."""
    for component in (spec["root"], *spec["components"].values()):
        for name, task in component.get("dag", {}).get("tasks", {}).items():
            if "executorLabel" in spec["components"][task["componentRef"]["name"]]:
                yield name, task


def _resources(given: StageResources) -> Spec:
    # As limits; what is asked for is the same where nothing else is said.
    resources: Spec = {}
    if given.cpu:
        resources["cpuLimit"] = given.cpu
    if given.memory_gb:
        resources["memoryLimit"] = given.memory_gb
    if given.accelerator:
        resources["accelerator"] = _accelerator(given, "type", "count")
    return resources


def _accelerator(given: StageResources, kind: str, count: str) -> Spec:
    return {kind: given.accelerator, count: given.accelerators or 1}


def _custom_job(stage: str, container: Spec, given: StageResources, config: PipelineConfig) -> Spec:
    """Return an executor that runs a stage as a custom job of Vertex AI."""
    pool: Spec = {
        "replicaCount": 1,
        "machineSpec": {"machineType": given.machine},
        "containerSpec": {
            "imageUri": container["image"],
            "command": container["command"],
            "args": container["args"],
        },
    }
    if given.accelerator:
        pool["machineSpec"] |= _accelerator(given, "acceleratorType", "acceleratorCount")
    if given.disk_gb:
        pool["diskSpec"] = {"bootDiskType": "pd-ssd", "bootDiskSizeGb": given.disk_gb}
    job: Spec = {"workerPoolSpecs": [pool]}
    if (given.machines or 1) > 1:
        job["workerPoolSpecs"].append(
            pool
            | {
                "replicaCount": (given.machines or 1) - 1,
                "containerSpec": {
                    "imageUri": container["image"],
                    "command": ["oneshelf", "train-worker", "--root", mounted(config.root)],
                },
            }
        )
    scheduling: Spec = {}
    if given.timeout_hours:
        scheduling["timeout"] = _seconds(given.timeout_hours)
    if given.spot:
        scheduling["strategy"] = "SPOT"
    if scheduling:
        job["scheduling"] = scheduling
    vertex = config.cloud.vertex
    if vertex.service_account:
        job["serviceAccount"] = vertex.service_account
    if vertex.network:
        job["network"] = vertex.network
    custom_job: Spec = {"displayName": f"{config.name}-{stage}", "jobSpec": job}
    if vertex.encryption_key:
        custom_job["encryptionSpec"] = {"kmsKeyName": vertex.encryption_key}
    return {"customJob": {"customJob": custom_job}}


def _seconds(hours: float) -> str:
    return f"{round(hours * 3600)}s"


def _pod(given: StageResources, kubeflow: KubeflowSettings) -> Spec:
    """Return what the pod of a stage gets besides, as Kubeflow's platform section has it."""
    pod: Spec = {}
    if kubeflow.volumes:
        pod["pvcMount"] = [
            {"constant": each.claim, "mountPath": each.path} for each in kubeflow.volumes
        ]
    if kubeflow.secrets:
        pod["secretAsEnv"] = [
            {
                "secretName": each.secret,
                "keyToEnv": [{"secretKey": each.key, "envVar": each.variable}],
            }
            for each in kubeflow.secrets
        ]
    if given.timeout_hours:
        pod["activeDeadlineSeconds"] = round(given.timeout_hours * 3600)
    if given.disk_gb:
        pod["genericEphemeralVolume"] = [
            {
                "volumeName": "temporary",
                "mountPath": "/tmp",
                "accessModes": ["ReadWriteOnce"],
                "size": f"{given.disk_gb}Gi",
                "defaultStorageClass": True,
            }
        ]
    if given.spot:
        pod["nodeSelector"] = {"labels": dict(kubeflow.spot_node)}
        pod["tolerations"] = [
            {"key": key, "operator": "Equal", "value": value, "effect": "NoSchedule"}
            for key, value in kubeflow.spot_node.items()
        ]
    return pod
