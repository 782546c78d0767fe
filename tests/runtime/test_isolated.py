import sys

import pytest

from components.runtime.isolated import run_isolated


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes a module that a child process can run."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    def write(source: str) -> str:
        (tmp_path / "isolated_child.py").write_text(source)
        return "isolated_child"

    return write


def test_arguments_arrive_and_output_returns(module):
    outcome = run_isolated(module("import sys; print(sys.argv[1:])"), ["a", "b c"], 20)

    assert outcome.ok
    assert outcome.stdout == "['a', 'b c']\n"


def test_an_abort_is_a_sentence(module):
    outcome = run_isolated(
        module(
            "import os, sys\n"
            "print('LLVM ERROR: operand #0', file=sys.stderr, flush=True)\n"
            "os.abort()"
        ),
        [],
        20,
    )

    assert not outcome.ok
    assert outcome.complaint == "was ended by SIGABRT | LLVM ERROR: operand #0"


def test_a_kill_hints_at_memory(module):
    outcome = run_isolated(module("import os; os.kill(os.getpid(), 9)"), [], 20)

    assert outcome.complaint == "was ended by SIGKILL (often: out of memory)"


def test_an_exception_is_told_without_its_traceback(module):
    outcome = run_isolated(module("raise ValueError('too wide:\\n  7 of 5')"), [], 20)

    assert outcome.complaint == "ValueError: too wide: 7 of 5"


def test_a_refusal_is_told_as_written(module):
    outcome = run_isolated(module("import sys; sys.exit('no such operator')"), [], 20)

    assert outcome.complaint == "no such operator"


def test_what_hangs_is_stopped(module):
    source = "import time; print('waiting', flush=True); time.sleep(60)"

    outcome = run_isolated(module(source), [], 0.7)

    assert outcome.complaint == "did not end within 0.7 s and was stopped"


def test_a_silent_failure_has_a_complaint_too(module):
    outcome = run_isolated(module("import sys; sys.exit(4)"), [], 20)

    assert outcome.complaint == "ended with exit code 4 and no message"
