"""One run on this machine, from its settings to the exit code."""

import fcntl
import json
import os
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from components.records.problems import InputError
from components.releases.errors import ReleaseError
from components.runtime.system_errors import causes_of, system_error_of
from components.training.cluster import read_cluster_of_chief
from pipeline import inputs as inputs_lib
from pipeline.config import QUICK_PROFILE, PipelineConfig
from pipeline.errors import WrongInput
from pipeline.exits import FAILED, INTERRUPTED, WRONG_INPUT
from pipeline.facts import facts_of
from pipeline.interruption import acknowledged
from pipeline.local import run_summary as summary
from pipeline.local.earlier_run import (
    CONFIG_FILE,
    TIMES_FILE,
    changed_code,
    check_results_are_of,
    code_of_results,
    last_finished,
    record_code,
    record_inputs,
)
from pipeline.local.inside_root import (
    METADATA_FILE,
    check_metadata,
    inside,
    set_aside_full_paths,
)
from pipeline.local.notify import notify
from pipeline.local.stage_display import StageDisplay, console_on, duration
from pipeline.memory import batch_by_size
from pipeline.quiet import output_to

_TRACE_LINES_SHOWN = 8
_PROBLEMS_SHOWN = 20
_PATTERN = frozenset("*?[]\\")


def run_here(
    config: PipelineConfig, from_stage: str | None = None, to_stage: str | None = None
) -> int:
    """Run the pipeline and show on the terminal how it goes.

    Args:
        config: The settings; without a catalogue, the embedded data set is generated.
        from_stage: First stage to run, on results of the last run; None for the first there is.
        to_stage: Last stage to run; None for all.

    Returns:
        The exit code.
    """
    root = Path(config.root)
    # Set before the libraries load: one asks the network for its newest version when imported,
    # the other would fill the log with what it does not find.
    os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")
    try:
        _check_paths(config)
        if config.trainer.strategy == "multi_worker":
            _check_cluster()
        with _locked(root):
            run_id = _new_run_id(root)
            log = root / "logs" / f"{run_id}.log"
            with output_to(log) as terminal, StageDisplay(console_on(terminal)) as display:
                try:
                    with acknowledged(display.say):
                        code = _run(config, run_id, display, from_stage, to_stage)
                except Exception as error:
                    code = _explain(error, display, log)
            notify(config, run_id, log, code)
            return code
    except KeyboardInterrupt:
        print("stopped; the next run goes on after the last finished stage", file=sys.stderr)
        return INTERRUPTED
    except WrongInput as error:
        print(error, file=sys.stderr)
        return WRONG_INPUT


def _run(
    config: PipelineConfig,
    run_id: str,
    display: StageDisplay,
    from_stage: str | None,
    to_stage: str | None,
) -> int:
    started = time.monotonic()
    root = Path(config.root)
    earlier = last_finished(root) if from_stage else None
    check_metadata(root)
    set_aside = set_aside_full_paths(root, run_id)
    run_folder = _run_folder(root, run_id)
    (run_folder / CONFIG_FILE).write_text(config.to_yaml(), encoding="utf-8")
    display.say(f"OneShelf run {run_id}, profile {config.profile}, in {root}")
    if config.profile == QUICK_PROFILE:
        display.say("profile quick makes a first release; real training: --profile full, an hour")
    if set_aside:
        display.say(set_aside)

    generated = config.catalog is None
    config = _with_data(config, display)
    display.stage_started("checking data")
    began = time.monotonic()
    report = inputs_lib.check(config)
    config, told = inputs_lib.without_unlabelled(config, report)
    inputs = inputs_lib.identify(config, report, generated)
    record_inputs(run_folder, inputs)
    if earlier is not None and from_stage is not None:
        check_results_are_of(earlier, config, inputs, from_stage)
    display.stage_ended(time.monotonic() - began)
    display.say(str(report))
    if told:
        display.say(told)

    display.stage_started("starting TFX")
    began = time.monotonic()
    from tfx.orchestration.metadata import sqlite_metadata_connection_config
    from tfx.orchestration.pipeline import RunOptions

    from pipeline.graph import create_pipeline
    from pipeline.local.dag_runner import ObservedDagRunner

    batch_by_size()

    seen = config.seen_from_root()
    pipeline = create_pipeline(
        seen,
        facts_of(run_id, seen, inputs),
        as_written=config,
        metadata=sqlite_metadata_connection_config(METADATA_FILE),
    )
    display.stage_ended(time.monotonic() - began)
    codes = {node.id: node.exec_properties.get("code_hash", "") for node in pipeline.components}
    made_by = codes
    if earlier is not None and from_stage is not None:
        made_by = code_of_results(earlier, codes, from_stage)
        if changed := changed_code(earlier, codes, made_by):
            display.say(changed)
    record_code(run_folder, made_by)

    partial = None
    if from_stage or to_stage:
        partial = RunOptions(
            from_nodes=[from_stage] if from_stage else None,
            to_nodes=[to_stage] if to_stage else None,
            base_pipeline_run_id=earlier.name if earlier else None,
        )
    with inside(root):
        results = ObservedDagRunner(run_id, display).run(pipeline, run_options=partial) or []
    times = {each.stage: "cached" if each.cached else each.seconds for each in results}
    (run_folder / TIMES_FILE).write_text(json.dumps(times, indent=2) + "\n", encoding="utf-8")
    display.say("")
    given = config.production_photos is not None
    code = summary.tell(results, root, run_folder, display.console, production_photos=given)
    display.say(f"took {duration(time.monotonic() - started)}")
    return code


def _run_folder(root: Path, run_id: str) -> Path:
    return root / "runs" / run_id


def _new_run_id(root: Path) -> str:
    """Return the time, as the name of a run, and make the run's folder; see `_locked`."""
    now = datetime.now().strftime("%Y%m%d-%H%M%S")
    # Two runs may begin within a second: one that is refused at once, and the next.
    run_id, number = now, 1
    while _run_folder(root, run_id).exists():
        number += 1
        run_id = f"{now}-{number}"
    _run_folder(root, run_id).mkdir(parents=True)
    return run_id


def _with_data(config: PipelineConfig, display: StageDisplay) -> PipelineConfig:
    """Return the configuration with the user's catalogue and photos, or the embedded ones."""
    if config.catalog is not None:
        return config
    from components.embedded_data.write_dataset import write_dataset

    display.stage_started("embedded data")
    began = time.monotonic()
    folder = write_dataset(
        Path(config.root) / "data" / "embedded",
        config.embedded_data,
        config.data.held_out_share,
        config.data.seed,
    )
    display.stage_ended(time.monotonic() - began)
    return config.model_copy(
        update={"catalog": str(folder / "products.csv"), "shelves": str(folder / "shelves")}
    )


def _print_problems(problems: Sequence[object], display: StageDisplay, log: Path) -> None:
    """Print the first problems; the log gets all of them, one in a line."""
    for problem in problems[:_PROBLEMS_SHOWN]:
        display.say(str(problem))
    if (more := len(problems) - _PROBLEMS_SHOWN) > 0:
        with log.open("a", encoding="utf-8") as file:
            file.writelines(f"{problem}\n" for problem in problems)
        display.say(f"and {more:,} more; all are in {log}")
    if len(problems) > 1:
        display.say(f"{len(problems):,} problems")


def _explain(error: Exception, display: StageDisplay, log: Path) -> int:
    """Print why a run ended; return the exit code."""
    if isinstance(error, ReleaseError):
        display.say(str(error))
        return WRONG_INPUT
    for cause in causes_of(error):
        if isinstance(cause, InputError | WrongInput):
            _print_problems(cause.problems, display, log)
            return WRONG_INPUT
    with suppress(OSError), log.open("a", encoding="utf-8") as file:  # the disk may be full
        traceback.print_exception(error, file=file)
    if (system_error := system_error_of(error)) is not None:
        display.say(f"{system_error}: the next run goes on after the last finished stage")
        return WRONG_INPUT
    causes = list(causes_of(error))
    trace = "".join(traceback.format_exception(causes[-1], chain=False)).splitlines()
    for line in trace[-_TRACE_LINES_SHOWN:]:
        display.say(f"  | {line}")
    said = "; ".join(" ".join(str(cause).split())[:400] for cause in causes)
    display.say(f"failed: {said}")
    display.say(f"the whole log: {log}")
    return FAILED


def _check_paths(config: PipelineConfig) -> None:
    """Refuse paths below which TFX and TensorFlow would not find what they wrote."""
    problems = []
    for option, path in (
        ("--root", str(Path(config.root).absolute())),
        ("releases", config.releases or ""),
    ):
        if found := "".join(sorted(_PATTERN & {*path})):
            problems.append(
                f"{path}: TensorFlow takes {' '.join(found)} in a path for a pattern; "
                f"name a folder without them by {option}"
            )
    if problems:
        raise WrongInput(problems)


def _check_cluster() -> None:
    """Refuse here what the Trainer would refuse after all that comes before it."""
    try:
        read_cluster_of_chief(os.environ)
    except InputError as error:
        raise WrongInput(map(str, error.problems)) from None


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Keep a second run out of an output root while one is at work there."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = (root / ".lock").open("w")
    except OSError as error:
        raise WrongInput([f"{root}: cannot be written to ({error.strerror})"]) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WrongInput(
                [f"{root}: another run is at work here; wait for it, or give another --root"]
            ) from None
        yield
