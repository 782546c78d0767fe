import io
import logging

import pytest
from rich.console import Console

from components.runtime import progress
from pipeline.local import stage_display as subject


@pytest.fixture
def output():
    return io.StringIO()


def plain(output) -> Console:
    return Console(file=output, force_terminal=False, width=100)


def test_stages_are_plain_lines_without_a_terminal(output):
    with subject.StageDisplay(plain(output)) as display:
        display.stage_started("CatalogExampleGen", 1, 19)
        display.stage_ended(3.21)
        display.stage_started("Trainer", 2, 19)
        display.stage_ended(0.4, "cached")

    first, second = output.getvalue().splitlines()
    assert first.split() == ["1/19", "CatalogExampleGen", "3.2", "s"]
    assert second.split() == ["2/19", "Trainer", "cached"]


def test_progress_comes_through_the_logger_with_remark_and_time_left(output, monkeypatch):
    now = iter(range(0, 10_000, 20))
    monkeypatch.setattr(subject.time, "monotonic", lambda: float(next(now)))

    with subject.StageDisplay(plain(output)) as display:
        display.stage_started("Trainer", 11, 19)
        progress.report("Trainer", 100, 600, "loss 0.9")
        progress.report("Trainer", 200, 600, "loss 0.4")
        display.stage_ended(60)

    lines = output.getvalue().splitlines()
    assert "100 of 600, loss 0.9" in lines[0]
    assert "200 of 600, loss 0.4" in lines[1]
    assert "left" not in lines[0]
    assert "left" in lines[1]


def test_frequent_progress_does_not_flood_a_log(output):
    with subject.StageDisplay(plain(output)) as display:
        display.stage_started("Trainer", 11, 19)
        for step in range(500):
            progress.report("Trainer", step, 500)
        display.stage_ended(60)

    assert len(output.getvalue().splitlines()) == 1


def test_a_terminal_gets_a_live_line(output):
    console = Console(file=output, force_terminal=True, width=120)
    with subject.StageDisplay(console) as display:
        display.stage_started("Trainer", 11, 19)
        progress.report("Trainer", 30, 600, "loss 0.9")
        display._live.refresh()
        display.stage_ended(60)

    assert "30 of 600, loss 0.9" in output.getvalue()


def test_progress_outside_a_stage_is_not_shown(output):
    with subject.StageDisplay(plain(output)):
        progress.report("Trainer", 1, 2, "stray")
    assert output.getvalue() == ""


@pytest.fixture
def clock_at(monkeypatch):
    """Return a function that tells a clock, at a time in seconds, of a count."""
    clock = subject._Clock()

    def note(seconds: float, done: int) -> subject._Clock:
        monkeypatch.setattr(subject.time, "monotonic", lambda: seconds)
        clock.note(done)
        return clock

    return note


def test_time_left_extrapolates_the_pace_since_the_first_report(clock_at):
    assert clock_at(100.0, 200).seconds_left(600) is None
    assert clock_at(110.0, 300).seconds_left(600) == pytest.approx(30.0)


def test_the_first_few_things_done_are_no_measure_of_the_pace(clock_at):
    clock_at(0.0, 0)
    assert clock_at(9.0, 1).seconds_left(1000) is None
    clock_at(20.0, 2)
    clock_at(80.0, 602)
    clock_at(81.0, 612)
    assert clock_at(90.0, 702).seconds_left(1702) == pytest.approx(100.0)


def test_a_count_that_goes_back_starts_the_time_left_afresh(clock_at):
    clock_at(0.0, 0)
    clock_at(30.0, 300)
    assert clock_at(40.0, 0).seconds_left(600) is None
    assert clock_at(60.0, 100).seconds_left(600) == pytest.approx(100.0)


def test_warnings_of_this_project_are_shown_and_remarks_are_not(output):
    with subject.StageDisplay(plain(output)):
        logging.getLogger("oneshelf.trainer").warning("random weights: expect little")
        logging.getLogger("oneshelf.trainer").info("a detail")
        logging.getLogger("tensorflow").warning("noise")

    assert output.getvalue().split() == ["random", "weights:", "expect", "little"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (59.9, "59.9 s"), (65, "1:05 min"), (7380, "2:03 h")]
)
def test_duration(seconds, text):
    assert subject.duration(seconds) == text


def test_what_a_stage_says_is_shown_above_its_line(output):
    with subject.StageDisplay(plain(output)) as display:
        display.stage_started("Transform", 9, 19)
        progress.say("training photos show 31 SKUs")
        display.stage_ended(3.0)

    first, second = output.getvalue().splitlines()
    assert first.strip() == "training photos show 31 SKUs"
    assert "Transform" in second


def test_in_a_file_no_line_is_broken(tmp_path):
    sentence = " ".join(["words"] * 300)
    with (tmp_path / "log").open("w") as file:
        subject.console_on(file).print(sentence)
    assert (tmp_path / "log").read_text() == f"{sentence}\n"
