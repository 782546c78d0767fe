"""What a run shows at its end."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.table import Table

from components.artifacts.run_outcome import OUTCOME_FILE, RunOutcome
from components.metrics.metric_names import AMBIGUITY_SLICES, METRIC_NAMES
from components.publish.report.number_formats import measured
from components.records.problems import as_typed
from pipeline.exits import DONE, REFUSED

PUBLISH = "Publish"
TRAINER = "Trainer"

HEADLINE_METRICS = (
    "map50_seen",
    "map50_new",
    "top1",
    "top5",
    "count_error",
    "count_error_unboxed",
)
"""Names of the metrics that sum up a model."""

NO_PRODUCTION_PHOTOS = (
    "next     photos of your shelves, without any labels, keep packshots that fit everywhere from "
    "being named too often: --set production_photos=FOLDER"
)
"""What a release lacks that knows no photo of a store."""


class Result(Protocol):
    """How one stage ended; see `pipeline.local.dag_runner.StageResult`."""

    @property
    def stage(self) -> str:
        """Node id."""

    @property
    def cached(self) -> bool:
        """Whether an earlier execution's outputs were reused."""


def tell(
    results: Sequence[Result],
    root: Path,
    run_folder: Path,
    console: Console,
    production_photos: bool,
) -> int:
    """Print what came of a run.

    Args:
        results: Of the stages that ran, in order.
        root: Which the outcome's paths are seen from.
        run_folder: Where Publish left the run's outcome.
        console: Where to show it.
        production_photos: Whether the run was given any.

    Returns:
        The exit code: DONE, or REFUSED where a gate said no.
    """
    by_stage = {result.stage: result for result in results}
    if PUBLISH not in by_stage:
        console.print(f"stopped after {results[-1].stage}, as asked; nothing was judged")
        return DONE
    outcome = RunOutcome.model_validate_json(
        (run_folder / OUTCOME_FILE).read_text(encoding="utf-8")
    )
    trainer = by_stage.get(TRAINER)
    show(outcome, root, console, trained=trainer is not None and not trainer.cached)
    if outcome.judged_on != "photos" and not production_photos:
        _say(console, NO_PRODUCTION_PHOTOS)
    return REFUSED if outcome.status == "refused" else DONE


def show(outcome: RunOutcome, root: Path, console: Console, trained: bool) -> None:
    """Print metrics, ambiguity slices, gates, and where release and report are."""
    slices = _slices(outcome)
    for table in (_metrics(outcome), slices, _gates(outcome)):
        if table is not None:
            console.print(table)
            console.print()
        if table is slices and (missed := outcome.metrics.get("missed.share")) is not None:
            console.print(f"missed products: {_number(missed)} of all products to be found\n")
    if outcome.status == "unchanged" and not trained:
        console.print("Nothing changed: trained nothing, published nothing.")
    else:
        console.print(outcome.headline, markup=False)
    if outcome.release is not None:
        _say(console, f"release  {as_typed(str(root / outcome.release))}")
    elif outcome.current is not None:
        _say(console, f"current  release {outcome.current}")
    _say(console, f"report   {as_typed(str(root / outcome.report))}")


def _say(console: Console, text: str) -> None:
    # Unwrapped, so that a path can be copied whole.
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _metrics(outcome: RunOutcome) -> Table:
    baseline = outcome.baseline_metrics
    on = "" if outcome.judged_on == "photos" else f"on {outcome.judged_on}"
    table = _table(
        on, "this model", *([f"release {outcome.compared}"] if baseline is not None else [])
    )
    for name in HEADLINE_METRICS:
        if name in outcome.metrics:
            cells = [_number(outcome.metrics[name])]
            if baseline is not None:
                cells.append(_number(baseline.get(name)))
            table.add_row(METRIC_NAMES[name].title, *cells)
    return table


def _slices(outcome: RunOutcome) -> Table | None:
    """Return shown detections by ambiguity; None where no boxes were evaluated."""
    metrics = outcome.metrics
    if "ambiguity.clear.share" not in metrics:
        return None
    table = _table("shown detections", "share", "right", "right or runner-up")
    for key in AMBIGUITY_SLICES:
        prefix = f"ambiguity.{key}."
        table.add_row(
            key.replace("_", " "),
            *(_number(metrics.get(prefix + name)) for name in ("share", "precision", "top2")),
        )
    return table


def _gates(outcome: RunOutcome) -> Table:
    table = _table("gate", "value", "asked", "verdict")
    for gate in outcome.gates:
        value = "" if gate.value is None else measured(gate)
        table.add_row(gate.title, value, gate.threshold or "", gate.verdict)
    return table


def _table(*columns: str) -> Table:
    # On a narrow terminal the names are broken into lines; figures and verdicts never are.
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 1))
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=number > 0)
    return table


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
