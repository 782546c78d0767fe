"""The tasks that a cluster's run has besides the stages: none of them knows TFX.

    Run
        WhatChanged     finds out the facts about the run, and whether there is anything to do
        Retrain         only where something changed
            …           the stages
            Outcome     fails where a gate refused the candidate, so that the run does
    Notify              whatever became of the run; only where `cloud.notify` is set

Each is `python -m kubeflow.<module> EXECUTOR_INPUT`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from pipeline.facts import Facts

Json = dict[str, Any]

WHAT_CHANGED, RETRAIN, OUTCOME, RUN, NOTIFY = "WhatChanged", "Retrain", "Outcome", "Run", "Notify"
CHANGED = "changed"
"""Output of WhatChanged: "true" where the stages are to run."""
ALARM = "alarm"
"""The parameter given at submit: why to train although nothing changed."""
FACTS = tuple(field.name for field in fields(Facts))
JOB = "{{$.pipeline_job_uuid}}"
"""What orchestrators replace by an identifier of the run, where it is the whole of a parameter."""

_TEXT = {"parameterType": "STRING"}


def add_tasks(
    spec: Json, image: str, configuration: str, revision: str, notify: str | None
) -> None:
    """Put the stages of a compiled pipeline between the tasks of this module, in place.

    Args:
        spec: The PipelineSpec, 2.1.0; its stages name `FACTS` as parameters of the pipeline.
        image: What the tasks run in.
        configuration: The settings of the pipeline, as JSON.
        revision: The commit that the code is at.
        notify: The setting `cloud.notify`.
    """
    stages = spec["root"]["dag"]["tasks"]
    outcome = _task(
        OUTCOME,
        {
            "configuration": _constant(configuration),
            "run_id": {"componentInputParameter": "run_id"},
        },
        after=stages,
    )
    _add_container(spec, image, OUTCOME, "kubeflow.outcome", ("configuration", "run_id"))
    _add_dag(spec, RETRAIN, {**stages, OUTCOME: outcome}, (*FACTS, CHANGED))

    what = _task(
        WHAT_CHANGED,
        {
            "configuration": _constant(configuration),
            "code_revision": _constant(revision),
            "job": _constant(JOB),
            ALARM: {"componentInputParameter": ALARM},
        },
    )
    asked = ("configuration", "code_revision", "job", ALARM)
    _add_container(spec, image, WHAT_CHANGED, "kubeflow.what_changed", asked, (*FACTS, CHANGED))
    retrain = _task(
        RETRAIN,
        {
            name: {
                "taskOutputParameter": {
                    "producerTask": WHAT_CHANGED,
                    "outputParameterKey": name,
                }
            }
            for name in (*FACTS, CHANGED)
        },
        after=(WHAT_CHANGED,),
    )
    retrain["triggerPolicy"] = {"condition": f"inputs.parameter_values['{CHANGED}'] == 'true'"}
    _add_dag(spec, RUN, {WHAT_CHANGED: what, RETRAIN: retrain}, (ALARM,))

    run = _task(RUN, {ALARM: {"componentInputParameter": ALARM}})
    spec["root"] = {
        "dag": {"tasks": {RUN: run}},
        "inputDefinitions": {
            "parameters": {ALARM: {**_TEXT, "isOptional": True, "defaultValue": ""}}
        },
    }
    if notify:
        _add_notify(spec, image, configuration)


def _add_notify(spec: Json, image: str, configuration: str) -> None:
    told = _task(
        NOTIFY, {"configuration": _constant(configuration), "job": _constant(JOB)}, after=(RUN,)
    )
    told["triggerPolicy"] = {"strategy": "ALL_UPSTREAM_TASKS_COMPLETED"}
    _add_container(spec, image, NOTIFY, "kubeflow.notify", ("configuration", "job"))
    spec["root"]["dag"]["tasks"][NOTIFY] = told


def _constant(text: str) -> Json:
    return {"runtimeValue": {"constant": text}}


def _task(name: str, parameters: Mapping[str, Json], after: Iterable[str] = ()) -> Json:
    task: Json = {
        "taskInfo": {"name": name},
        "componentRef": {"name": name},
        "inputs": {"parameters": dict(parameters)},
    }
    if before := sorted(after):
        task["dependentTasks"] = before
    return task


def _add_dag(spec: Json, name: str, tasks: Json, parameters: Iterable[str]) -> None:
    spec["components"][name] = {
        "dag": {"tasks": tasks},
        "inputDefinitions": {"parameters": {each: dict(_TEXT) for each in parameters}},
    }


def _add_container(
    spec: Json,
    image: str,
    name: str,
    module: str,
    inputs: Iterable[str],
    outputs: Iterable[str] = (),
) -> None:
    label = f"{name}_executor"
    component: Json = {
        "executorLabel": label,
        "inputDefinitions": {"parameters": {each: dict(_TEXT) for each in inputs}},
    }
    if told := {each: dict(_TEXT) for each in outputs}:
        component["outputDefinitions"] = {"parameters": told}
    spec["components"][name] = component
    spec["deploymentSpec"]["executors"][label] = {
        "container": {"image": image, "command": ["python", "-m", module], "args": ["{{$}}"]}
    }
