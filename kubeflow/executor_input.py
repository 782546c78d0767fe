"""What an orchestrator tells a task: its parameters, its artifacts, and where its results belong.

It is the JSON form of the message ExecutorInput, which both Vertex AI and Kubeflow Pipelines put in
place of `{{$}}` on a command line.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_NOT_OURS = {"executor-logs"}
"""Output artifacts that Kubeflow's launcher adds for itself, of a type that TFX does not know."""


def parsed(text: str) -> dict[str, Any]:
    """Return an executor input without the outputs that are none of the task's business."""
    message: dict[str, Any] = json.loads(text)
    outputs = message.setdefault("outputs", {})
    artifacts = outputs.get("artifacts", {})
    outputs["artifacts"] = {
        name: given for name, given in artifacts.items() if name not in _NOT_OURS
    }
    return message


def parameters(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a task's parameters, by name."""
    return dict(message.get("inputs", {}).get("parameterValues", {}))


def with_types(message: dict[str, Any], inputs_spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return an executor input whose input artifacts have types; Kubeflow leaves them out.

    Args:
        message: The executor input.
        inputs_spec: The task's ComponentInputsSpec, as JSON; it has a type for each input.
    """
    specs = inputs_spec.get("artifacts", {})
    for name, given in message.get("inputs", {}).get("artifacts", {}).items():
        for artifact in given.get("artifacts", []):
            if not any(artifact.get("type", {}).values()) and name in specs:
                artifact["type"] = specs[name]["artifactType"]
    return message


def make_folders(message: Mapping[str, Any]) -> None:
    """Make the folders that a task writes to; orchestrators make at most those above."""
    outputs = message["outputs"]
    for given in outputs["artifacts"].values():
        for artifact in given["artifacts"]:
            Path(artifact["uri"]).mkdir(parents=True, exist_ok=True)
    report(message).parent.mkdir(parents=True, exist_ok=True)


def report(message: Mapping[str, Any]) -> Path:
    """Return the file that a task says in what came of it."""
    return Path(message["outputs"]["outputFile"])


def tell(message: Mapping[str, Any], values: Mapping[str, str]) -> None:
    """Write a task's output parameters."""
    make_folders(message)
    text = json.dumps({"parameterValues": dict(values)}, indent=2)
    report(message).write_text(text + "\n", encoding="utf-8")
