"""A process that says how it goes as if it ran here."""

import logging
import sys

import pytest

from components.runtime import progress
from components.runtime.reporting import run_reporting

HEAD = """
import logging, os, sys
from components.runtime import progress
from components.runtime.reporting import reporting
def work():
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the body of `work` in a process."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    def run(*lines):
        body = "".join(f"    {line}\n" for line in lines)
        (tmp_path / "child.py").write_text(f"{HEAD}{body}sys.exit(reporting(work))\n")
        run_reporting("child", ["an argument"])

    return run


def test_progress_remarks_and_warnings_arrive(run, caplog):
    with caplog.at_level(logging.INFO, logger="oneshelf"):
        run(
            "print('what a library prints')",
            "progress.report('Trainer', 1, 2, sys.argv[1])",
            "progress.say('31 SKUs')",
            "logging.getLogger('oneshelf.trainer').warning('less accurate')",
            "logging.getLogger('oneshelf.trainer').info('nobody needs this')",
        )
    assert [record.getMessage() for record in caplog.records] == [
        "Trainer: 1 of 2, an argument",
        "31 SKUs",
        "less accurate",
    ]
    assert caplog.records[0].progress == progress.Progress("Trainer", 1, 2, "an argument")
    assert caplog.records[1].said
    assert caplog.records[2].levelno == logging.WARNING


def test_a_failure_keeps_its_sentence(run):
    with pytest.raises(RuntimeError, match=r"^lower trainer\.learning_rate$"):
        run("raise FloatingPointError('lower trainer.learning_rate')")


def test_a_process_that_is_killed_says_so(run):
    with pytest.raises(RuntimeError, match="was ended by SIGKILL"):
        run("os.kill(os.getpid(), 9)")
