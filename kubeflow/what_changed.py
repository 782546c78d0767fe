"""The first task of a cluster's run: finds out the facts about it, and whether there is work to do.

Nothing is trained where these very inputs (data, settings and code) led to the current release, to
nothing new, or were refused. A refusal stays one until something changes: the run
fails again, so that nobody takes it for settled.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from components.records.problems import InputError
from components.releases.errors import ReleaseError
from components.releases.registry import Registry
from kubeflow.addresses import addressed, in_places, mounted
from kubeflow.executor_input import parameters, parsed, tell
from kubeflow.run_record import RunRecord, WhatChanged, records
from kubeflow.tasks import ALARM, CHANGED, JOB
from pipeline import inputs as inputs_lib
from pipeline.config import PipelineConfig
from pipeline.exits import DONE, REFUSED, WRONG_INPUT
from pipeline.facts import Facts, facts_of

_PROBLEMS_TOLD = 20


def facts_about(config: PipelineConfig, run_id: str, code_revision: str) -> Facts:
    """Find out the facts about a run.

    Raises:
        InputError: The data cannot be used; with every problem.
        ReleaseError: The releases folder names a current release that is not one.
    """
    report = inputs_lib.check(config)
    config, told = inputs_lib.without_unlabelled(config, report)
    print(report, told, sep="\n", flush=True)
    inputs = replace(inputs_lib.identify(config, report), code_revision=code_revision)
    return facts_of(run_id, config, inputs)


def what_changed(facts: Facts, config: PipelineConfig, alarm: str) -> WhatChanged:
    """Return whether there is work to do, and why.

    Args:
        facts: About this run.
        config: As the cluster sees it.
        alarm: Why to train although nothing changed; "" for no reason.
    """
    found = WhatChanged(
        status="changed",
        said=f"an alarm stands ({alarm}): trains" if alarm else "the inputs are new: trains",
        inputs_hash=facts.inputs_hash,
        compared_release=facts.compared_release,
    )
    if alarm:
        return found
    current = Registry(config.releases_folder).current()
    if current is not None and current.record.inputs_hash == facts.inputs_hash:
        said = f"nothing changed since release {current.version}: nothing is trained"
        return found.model_copy(update={"status": "unchanged", "said": said})
    for record in records(Path(config.runs)):
        before, outcome = record.found(), record.outcome()
        if before is None or outcome is None or record.run_id == facts.run_id:
            continue
        same = (before.inputs_hash, before.compared_release) == (
            found.inputs_hash,
            found.compared_release,
        )
        if not same or outcome.status == "released":
            continue
        which = "which was refused" if outcome.status == "refused" else "which released nothing new"
        said = (
            f"nothing changed since run {record.run_id}, {which}. {outcome.headline} "
            f"Report: {addressed(outcome.report)}"
        )
        return found.model_copy(update={"status": outcome.status, "said": said})
    return found


def main() -> int:
    """Run the task; return its exit code."""
    message = in_places(parsed(sys.argv[1]), mounted)
    given = parameters(message)
    if given["job"] in ("", JOB):
        print(f"{JOB} was not filled in: use Kubeflow Pipelines 2.3 or newer", file=sys.stderr)
        return WRONG_INPUT
    config = PipelineConfig.model_validate_json(given["configuration"])
    record = RunRecord(Path(config.runs) / given["job"])
    try:
        facts = facts_about(config, given["job"], given["code_revision"])
        found = what_changed(facts, config, given.get(ALARM, ""))
    except InputError as error:
        return _failed(record, [str(problem) for problem in error.problems])
    except ReleaseError as error:
        return _failed(record, [str(error)])
    record.note(found)
    if found.status == "refused":
        print(found.said, file=sys.stderr)
        return REFUSED
    print(found.said, flush=True)
    tell(message, {**asdict(facts), CHANGED: str(found.status == "changed").lower()})
    return DONE


def _failed(record: RunRecord, problems: Sequence[str]) -> int:
    print(*problems, sep="\n", file=sys.stderr)
    said = list(problems[:_PROBLEMS_TOLD])
    if more := len(problems) - len(said):
        said.append(f"and {more:,} more, in the log of the task")
    record.note(WhatChanged(status="failed", said="\n".join(said)))
    return WRONG_INPUT


if __name__ == "__main__":
    sys.exit(main())
