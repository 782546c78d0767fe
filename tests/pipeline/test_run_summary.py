import io
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.console import Console

from components.artifacts.run_outcome import OUTCOME_FILE, RunOutcome
from components.artifacts.verdict import GateResult
from pipeline.exits import DONE
from pipeline.local.run_summary import PUBLISH, show, tell


class Stage(NamedTuple):
    stage: str
    cached: bool


@pytest.fixture
def said():
    def of(baseline: dict[str, float] | None, compared: int | None, on: str = "photos") -> str:
        output = io.StringIO()
        outcome = RunOutcome(
            status="refused",
            version=None,
            current=12,
            headline="Not released: too many products are missed.",
            release=None,
            report="report.html",
            gates=(),
            metrics={"map50_new": 0.5},
            baseline_metrics=baseline,
            compared=compared,
            judged_on=on,
        )
        show(outcome, Path("mine"), Console(file=output, width=100), trained=True)
        return output.getvalue()

    return of


def test_figures_stand_beside_those_of_the_release_they_were_held_against(said):
    """Which need not be the current one: somebody may have rolled back meanwhile."""
    title, figures = said({"map50_new": 0.75}, compared=9).splitlines()[:2]
    assert title.split() == ["this", "model", "release", "9"]
    assert figures.split()[-2:] == ["0.500", "0.750"]


def test_a_first_model_stands_alone(said):
    title, figures = said(None, compared=None).splitlines()[:2]
    assert title.split() == ["this", "model"]
    assert figures.split()[-1] == "0.500"


def test_figures_that_no_photo_gave_are_headed_so(said):
    title = said(None, None, "composed shelves").splitlines()[0]
    assert title.split("  ")[0].strip() == "on composed shelves"


@pytest.mark.parametrize(
    ("judged_on", "given", "advised"),
    [
        ("composed shelves", False, True),
        ("composed shelves", True, False),
        ("photos", False, False),
    ],
)
def test_whoever_has_packshots_alone_is_told_what_photos_without_labels_do(
    tmp_path, judged_on, given, advised
):
    outcome = RunOutcome(
        status="released",
        version=1,
        current=1,
        headline="Version 1 is released.",
        release="releases/1",
        report="report.html",
        gates=(),
        metrics={"map50_new": 0.5},
        baseline_metrics=None,
        compared=None,
        judged_on=judged_on,
    )
    (tmp_path / OUTCOME_FILE).write_text(outcome.model_dump_json())
    output = io.StringIO()
    stages, console = [Stage(PUBLISH, cached=False)], Console(file=output)
    assert tell(stages, tmp_path, tmp_path, console, given) == DONE
    assert ("--set production_photos=FOLDER" in output.getvalue()) == advised


def test_missed_products_are_no_share_of_detections_and_numbers_are_written_one_way():
    output = io.StringIO()
    slices = {f"ambiguity.{key}.share": 1 / 3 for key in ("clear", "unsure", "coin_flip")}
    latency = GateResult(
        name="edge.latency",
        title="time per photo on the phone",
        value=1273.4,
        threshold="<= 600,000 ms",
        verdict="pass",
        reason="A photo takes 1,273 ms.",
    )
    outcome = RunOutcome(
        status="refused",
        version=None,
        current=12,
        headline="Not released.",
        release=None,
        report="report.html",
        gates=(latency,),
        metrics={**slices, "missed.share": 0.155},
        baseline_metrics=None,
        compared=None,
    )
    show(outcome, Path("mine"), Console(file=output, width=100), trained=True)
    said = output.getvalue().splitlines()
    assert "missed products: 0.155 of all products to be found" in said
    (gate,) = (line for line in said if "time per photo" in line)
    assert gate.split()[-6:] == ["1,273", "ms", "<=", "600,000", "ms", "pass"]


def test_a_narrow_terminal_breaks_names_of_gates_and_cuts_nothing():
    gates = tuple(
        GateResult(
            name=title, title=title, value=value, threshold=asked, verdict=verdict, reason=""
        )
        for title, value, asked, verdict in (
            ("mAP@0.5, products trained on: change", None, ">= -0.02", "skipped"),
            ("judged on", "composed shelves", None, "pass"),
            ("backbone weights", "start", "not random", "refuse"),
        )
    )
    output = io.StringIO()
    outcome = RunOutcome(
        status="refused",
        version=None,
        current=None,
        headline="Not released.",
        release=None,
        report="report.html",
        gates=gates,
        metrics={},
        baseline_metrics=None,
        compared=None,
    )
    show(outcome, Path("mine"), Console(file=output, width=62), trained=True)
    said = output.getvalue()
    assert "…" not in said
    for word in ("verdict", "skipped", "refuse", "composed shelves", "not random", "change"):
        assert word in said, said
    assert max(map(len, said.splitlines())) <= 62
