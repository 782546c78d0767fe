"""Runs a compiled pipeline as Vertex AI or Kubeflow Pipelines would, without either.

Each task gets an executor input made of the compiled file alone, and its command runs in a process
of its own. A bucket is a folder of this machine.

    vertex      the bucket is mounted below /gcs, in a mount namespace of the task's own
    kubeflow    as its launcher does: input artifacts are copied below /minio before the task starts
                and output artifacts back when it has ended; inputs come without types, and
                `executor-logs` is an output of every task

Where mounting is not allowed, tasks are told of another folder than /gcs or /minio.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

Json = dict[str, Any]
State = Literal["succeeded", "cached", "failed", "skipped"]

REPOSITORY = Path(__file__).resolve().parents[1]
SCHEMES = {"vertex": "gs://", "kubeflow": "minio://"}
MOUNTS = {"vertex": "/gcs", "kubeflow": "/minio"}
_CONDITION = re.compile(r"inputs\.parameter_values\['(\w+)'\] == '(\w+)'")
_AT_ONCE = 2


@dataclass
class Kill:
    """Kills a task's first attempt, with all its processes, as soon as `when` says so."""

    task: str
    when: Callable[[], bool]


@dataclass
class Ended:
    """How a run ended.

    Attributes:
        job: Identifier of the run.
        states: Of every task that is not a DAG, and of a DAG that was skipped, by name.
        logs: What each task that ran printed.
        seconds: Time the run took.
    """

    job: str
    states: dict[str, State] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        return "failed" in self.states.values()

    def those(self, *states: State) -> set[str]:
        """Names of the tasks that ended in one of `states`."""
        return {name for name, state in self.states.items() if state in states}

    def __str__(self) -> str:
        lines = [f"{name}: {state}" for name, state in self.states.items()]
        lines += [f"--- {name}\n{self.logs.get(name, '')[-4000:]}" for name in self.those("failed")]
        return "\n".join(lines)


class Cluster:
    """A target with its cache; `run` runs a compiled file in it."""

    def __init__(self, target: Literal["vertex", "kubeflow"], folder: Path) -> None:
        """Take a folder for buckets and the tasks' own files."""
        self.target = target
        self.buckets = folder / "buckets"
        self.buckets.mkdir(parents=True)
        self._folder = folder
        self._cache: dict[str, Json] = {}
        self._runs = 0

    def address(self, name: str) -> str:
        """Address of something in the bucket `shop`."""
        return f"{SCHEMES[self.target]}shop/{name}"

    def path(self, name: str) -> Path:
        """Where that lies on this machine."""
        return self.buckets / "shop" / name

    def run(
        self,
        file: Path,
        kill: Kill | None = None,
        only: Collection[str] | None = None,
        **parameters: str,
    ) -> Ended:
        """Run a compiled file to its end, or only tasks of some names in it."""
        document = yaml.safe_load(file.read_text())
        spec = document.get("pipelineSpec", document)
        runtime = document.get("runtimeConfig", {})
        given = {**runtime.get("parameterValues", {}), **parameters}
        declared = spec["root"].get("inputDefinitions", {}).get("parameters", {})
        for name, each in declared.items():
            given.setdefault(name, each.get("defaultValue"))
        self._runs += 1
        ended = Ended(job=f"{self._runs:08d}-0000-4000-8000-000000000000")
        started = time.monotonic()
        root = runtime.get("gcsOutputDirectory") or spec["defaultPipelineRoot"]
        run = _Run(self, spec, ended, f"{root}/{ended.job}", kill, only)
        run.dag(spec["root"]["dag"], given)
        ended.seconds = time.monotonic() - started
        return ended


class _Run:
    """One run of a compiled file."""

    def __init__(
        self,
        cluster: Cluster,
        spec: Json,
        ended: Ended,
        root: str,
        kill: Kill | None,
        only: Collection[str] | None,
    ) -> None:
        self._cluster = cluster
        self._spec = spec
        self._ended = ended
        self._root = root
        self._kill = kill
        self._only = only

    def dag(self, dag: Json, parameters: Mapping[str, Any]) -> State:
        """Run the tasks of a DAG, each when those before it have ended."""
        waiting, states = dict(dag["tasks"]), {}
        outputs: dict[str, Json] = {}
        running: dict[Future, str] = {}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            while waiting or running:
                left = len(waiting)
                for name, task in list(waiting.items()):
                    before = [states.get(each) for each in task.get("dependentTasks", [])]
                    if None in before:
                        continue
                    del waiting[name]
                    policy = task.get("triggerPolicy", {})
                    chosen = self._only is None or name in self._only
                    always = policy.get("strategy") == "ALL_UPSTREAM_TASKS_COMPLETED"
                    if chosen and (always or {*before} <= {"succeeded", "cached"}):
                        given = self._inputs(task, parameters, outputs)
                        running[pool.submit(self._task, name, task, given)] = name
                    else:
                        states[name] = self._note(name, "skipped")
                if not running:
                    assert len(waiting) < left, f"{sorted(waiting)} wait for each other"
                    continue
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    name = running.pop(future)
                    states[name], outputs[name] = future.result()
        return "failed" if "failed" in states.values() else "succeeded"

    def _note(self, name: str, state: State) -> State:
        self._ended.states[name] = state
        return state

    def _inputs(self, task: Json, parameters: Mapping[str, Any], outputs: Mapping[str, Json]):
        """Resolve what a task is given: parameters and artifacts, by name."""
        given: Json = {"parameterValues": {}, "artifacts": {}}
        for name, source in task.get("inputs", {}).get("parameters", {}).items():
            if "componentInputParameter" in source:
                value = parameters[source["componentInputParameter"]]
            elif "taskOutputParameter" in source:
                told = source["taskOutputParameter"]
                values = outputs[told["producerTask"]]["parameterValues"]
                value = values[told["outputParameterKey"]]
            else:
                value = source["runtimeValue"]["constant"]
                value = self._ended.job if value == "{{$.pipeline_job_uuid}}" else value
            given["parameterValues"][name] = value
        for name, source in task.get("inputs", {}).get("artifacts", {}).items():
            told = source["taskOutputArtifact"]
            artifact = outputs[told["producerTask"]]["artifacts"][told["outputArtifactKey"]]
            given["artifacts"][name] = {"artifacts": [artifact]}
        return given

    def _task(self, name: str, task: Json, given: Json) -> tuple[State, Json]:
        component = self._spec["components"][task["componentRef"]["name"]]
        condition = task.get("triggerPolicy", {}).get("condition")
        if condition:
            parameter, value = _CONDITION.fullmatch(condition).groups()
            if given["parameterValues"][parameter] != value:
                return self._note(name, "skipped"), {}
        if "dag" in component:
            return self.dag(component["dag"], given["parameterValues"]), {}
        container = self._spec["deploymentSpec"]["executors"][component["executorLabel"]]
        container = container["container"]
        may_cache = task.get("cachingOptions", {}).get("enableCache", False)
        key = hashlib.sha256(json.dumps([container, given], sort_keys=True).encode()).hexdigest()
        if may_cache and key in self._cluster._cache:
            return self._note(name, "cached"), self._cluster._cache[key]
        attempts = 1 + int(task.get("retryPolicy", {}).get("maxRetryCount", 0))
        if self._kill is not None and self._kill.task == name:
            attempts = max(attempts, 2)
        for attempt in range(attempts):
            message = self._message(name, component, given)
            if self._attempt(name, container, message, attempt):
                outputs = self._outputs(component, message)
                self._cluster._cache[key] = outputs
                return self._note(name, "succeeded"), outputs
        return self._note(name, "failed"), {}

    def _message(self, name: str, component: Json, given: Json) -> Json:
        """Return the executor input."""
        folder = f"{self._root}/{name}"
        declared = component.get("outputDefinitions", {})
        artifacts = {
            key: {"artifacts": [{"uri": f"{folder}/{key}", "type": each["artifactType"]}]}
            for key, each in declared.get("artifacts", {}).items()
        }
        text = json.dumps(given)
        if not _may_mount():
            text = text.replace("/gcs/", f"{self._cluster.buckets}/")
        inputs = json.loads(text)
        report = f"{folder}/executor_output.json"
        if self._cluster.target == "kubeflow":
            logs = {"uri": f"{folder}/executor-logs", "type": {"schemaTitle": "system.Artifact"}}
            artifacts["executor-logs"] = {"artifacts": [logs]}
            for each in inputs["artifacts"].values():
                each["artifacts"][0]["type"] = {"instanceSchema": ""}
            report = str(self._own(name) / "kfp_outputs" / "output_metadata.json")
        return {
            "inputs": inputs,
            "outputs": {
                "artifacts": artifacts,
                "parameters": {
                    key: {"outputFile": f"{report}.{key}"} for key in declared.get("parameters", {})
                },
                "outputFile": report,
            },
        }

    def _own(self, name: str) -> Path:
        """The folder of a task's own files: what its container alone sees."""
        return self._cluster._folder / "containers" / self._ended.job / name

    def _attempt(self, name: str, container: Json, message: Json, attempt: int) -> bool:
        """Start the command of a task; return whether it ended well."""
        seen = self._cluster.buckets
        if self._cluster.target == "kubeflow":
            seen = self._own(name) / f"minio-{attempt}"
            seen.mkdir(parents=True)
            for given in message["inputs"]["artifacts"].values():
                self._copy(given["artifacts"][0]["uri"], self._cluster.buckets, seen)
            for given in message["outputs"]["artifacts"].values():
                self._local(given["artifacts"][0]["uri"], seen).parent.mkdir(
                    parents=True, exist_ok=True
                )
        words = [
            json.dumps(message) if word == "{{$}}" else word
            for word in (*container["command"], *container["args"])
        ]
        log = self._own(name) / "log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out, self._start(words, seen, out) as process:
            if self._kill is not None and self._kill.task == name and not attempt:
                while process.poll() is None and not self._kill.when():
                    time.sleep(0.05)
                assert process.poll() is None, f"{name} ended before it could be killed"
                os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
        self._ended.logs[name] = log.read_text(errors="replace")
        if self._cluster.target == "kubeflow":
            for given in message["outputs"]["artifacts"].values():
                self._copy(given["artifacts"][0]["uri"], seen, self._cluster.buckets)
        return code == 0

    def _start(self, words: list[str], seen: Path, log: Any) -> subprocess.Popen:
        mount = MOUNTS[self._cluster.target]
        assert words[:2] == ["python", "-m"], words
        if _may_mount():
            # The mount point is all that is ever made outside of the namespace.
            script = f'mkdir -p {mount} && mount --bind "$0" {mount} && exec "$@"'
            command = ["unshare", "--mount", "sh", "-c", script, str(seen)]
            command += [sys.executable, *words[1:]]
        else:
            scheme = SCHEMES[self._cluster.target]
            script = (
                "import runpy, sys; from kubeflow import addresses;"
                f"addresses.MOUNTS[{scheme!r}] = {str(seen) + '/'!r};"
                "sys.argv = sys.argv[1:];"
                "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
            )
            command = [sys.executable, "-c", script, *words[2:]]
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=seen,  # not the repository: an image has none
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            start_new_session=True,
        )

    def _outputs(self, component: Json, message: Json) -> Json:
        """Return what a task made, as the orchestrator records it."""
        report = message["outputs"]["outputFile"]
        local = Path(report) if report[0] == "/" else self._local(report, self._cluster.buckets)
        said = json.loads(local.read_text()) if local.exists() else {}
        told = said.get("artifacts", {})
        artifacts = {}
        for key in component.get("outputDefinitions", {}).get("artifacts", {}):
            artifact = {**message["outputs"]["artifacts"][key]["artifacts"][0]}
            if key in told:
                artifact |= told[key]["artifacts"][0]
            artifact["name"] = f"projects/1/artifacts/{abs(hash(artifact['uri']))}"
            artifacts[key] = artifact
        return {"artifacts": artifacts, "parameterValues": said.get("parameterValues", {})}

    def _local(self, uri: str, buckets: Path) -> Path:
        scheme = SCHEMES[self._cluster.target]
        assert uri.startswith(scheme), uri
        return buckets / uri.removeprefix(scheme)

    def _copy(self, uri: str, source: Path, target: Path) -> None:
        there = self._local(uri, source)
        if there.is_dir():
            shutil.copytree(there, self._local(uri, target), dirs_exist_ok=True)


@functools.cache
def _may_mount() -> bool:
    """Whether this process may make mount namespaces, and a mount point in the root folder."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    script = "mkdir -p /gcs /minio && mount --bind /tmp /gcs"
    return not subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], capture_output=True
    ).returncode
