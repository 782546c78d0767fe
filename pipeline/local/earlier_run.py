"""What an earlier run in an output root left for another one to go on from."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from pipeline.config import PipelineConfig
from pipeline.errors import WrongInput
from pipeline.inputs import Inputs
from pipeline.stages import STAGES

CONFIG_FILE = "config.yaml"
"""In a run's folder: its settings."""
INPUTS_FILE = "inputs.json"
"""In a run's folder: hashes of what it read."""
CODE_FILE = "code.json"
"""In a run's folder: a hash of the code that each stage's result was made by."""
TIMES_FILE = "stages.json"
"""In a run's folder, once it has finished: how long its stages took."""

_FIRST_READ_BY = {
    "embedded_data": "CatalogExampleGen",
    "data": "CatalogExampleGen",
    "data_check": "DataCheck",
    "distribution": "DistributionValidator",
    "augment": "Augment",
    "transform": "Transform",
    "tuner": "Tuner",
    "backbone": "Tuner",
    "recogniser": "Tuner",
    "trainer": "Tuner",
    "ambiguous_photos": "AmbiguousPhotos",
    "evaluator": "Evaluator",
    "edge_export": "EdgeExport",
    "serving_check": "ServingCheck",
    "release_gate": "ReleaseGate",
}
"""Groups of settings, each with the first stage whose result it decides."""
_DATA = {
    "catalog_hash": ("the catalogue", "CatalogExampleGen"),
    "shelves_hash": ("the shelf photos", "ShelfExampleGen"),
    "production_hash": ("the production photos", "DistributionValidator"),
}
"""What `INPUTS_FILE` holds, in words, and the first stage that reads it."""


def last_finished(root: Path) -> Path:
    """Return the folder of the last run whose results another one can go on from.

    Raises:
        WrongInput: There is none.
    """
    finished = sorted(root.glob(f"runs/*/{TIMES_FILE}"))
    if not finished:
        raise WrongInput([f"{root}: no run has finished here yet; run it without --from-stage"])
    return finished[-1].parent


def record_inputs(run_folder: Path, inputs: Inputs) -> None:
    """Write the hashes of what a run reads."""
    hashes = {name: getattr(inputs, name) for name in _DATA}
    (run_folder / INPUTS_FILE).write_text(json.dumps(hashes, indent=2) + "\n", encoding="utf-8")


def check_results_are_of(
    earlier: Path, config: PipelineConfig, inputs: Inputs, from_stage: str
) -> None:
    """Refuse to go on from results that come of other settings or data.

    What is released records settings and data as those it was made with.

    Args:
        earlier: The folder of the run that is gone on from.
        config: The settings of this run.
        inputs: What this run reads.
        from_stage: The first stage that runs; the results of those before it are taken.

    Raises:
        WrongInput: With everything that differs and that a stage before `from_stage` reads.
    """
    skipped = STAGES[: STAGES.index(from_stage)]
    was = yaml.safe_load((earlier / CONFIG_FILE).read_text(encoding="utf-8"))
    now = config.model_dump(mode="json")
    remedy = "leave out --from-stage, or start at {}"
    problems = []
    for group, stage in _FIRST_READ_BY.items():
        if stage in skipped:
            problems += [
                f"{name}: {json.dumps(new)}, but {json.dumps(old)} in run {earlier.name}, whose "
                f"results are gone on from; {remedy.format(stage)}"
                for name, old, new in _differences(group, was.get(group), now[group])
            ]
    if (earlier / INPUTS_FILE).is_file():
        hashes = json.loads((earlier / INPUTS_FILE).read_text(encoding="utf-8"))
        for name, (words, stage) in _DATA.items():
            if stage in skipped and hashes.get(name) != getattr(inputs, name):
                problems.append(
                    f"{words}: not those of run {earlier.name}, whose results are gone on from; "
                    f"{remedy.format(stage)}"
                )
    if problems:
        raise WrongInput(problems)


def record_code(run_folder: Path, codes: Mapping[str, str]) -> None:
    """Write the hashes of the code that the results of a run are made by, by stage."""
    (run_folder / CODE_FILE).write_text(json.dumps(codes, indent=2) + "\n", encoding="utf-8")


def code_of_results(earlier: Path, codes: Mapping[str, str], from_stage: str) -> dict[str, str]:
    """Return the hash of the code behind each stage's result, where some are an earlier run's.

    Args:
        earlier: The folder of the run that is gone on from.
        codes: Hashes of today's code.
        from_stage: The first stage that runs.
    """
    if not (earlier / CODE_FILE).is_file():
        return dict(codes)
    were = json.loads((earlier / CODE_FILE).read_text(encoding="utf-8"))
    skipped = STAGES[: STAGES.index(from_stage)]
    return {**codes, **{stage: were[stage] for stage in skipped if stage in were}}


def changed_code(earlier: Path, codes: Mapping[str, str], made_by: Mapping[str, str]) -> str | None:
    """Say which results that are taken come of other code than today's; None where none do.

    Unlike other settings, that is no reason to stop: to try an edit on results that are there is
    what `--from-stage` is for.
    """
    changed = [stage for stage in STAGES if codes.get(stage) != made_by.get(stage)]
    if not changed:
        return None
    return (
        f"warning: the code of {', '.join(changed)} has changed since run {earlier.name}, whose "
        f"results are gone on from; they are taken as they are: leave out --from-stage, or start "
        f"at {changed[0]}, for what today's code makes"
    )


def _differences(name: str, was: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield the dotted names of settings that differ, with their values."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in now:
            # One that the earlier run did not know yet has no value to differ from.
            if key in was:
                yield from _differences(f"{name}.{key}", was[key], now[key])
    elif was != now:
        yield name, was, now
