import errno
import os

import pytest
import typer

from components.records.problems import InputError, Problem
from pipeline.commands.input_errors import reporting_wrong_input
from pipeline.commands.user_home import ensure_home_and_user
from pipeline.errors import WrongInput


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (WrongInput(["a", "b"]), 2, "a\nb\n2 problems\n"),
        (InputError([Problem("f", None, "is empty", "fill it")]), 2, "f: is empty; fill it\n"),
        (
            OSError(errno.ENOSPC, "No space left on device", "out"),
            2,
            "out: No space left on device; make room and try again\n",
        ),
        (PermissionError(errno.EACCES, "", "out"), 2, "out: Permission denied; "),
        (KeyboardInterrupt(), 130, "stopped; "),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 141, ""),
    ],
)
def test_each_is_a_line_and_an_exit_code(error, code, said, capfd):
    with pytest.raises(typer.Exit) as ended, reporting_wrong_input():
        raise error

    assert ended.value.exit_code == code
    assert capfd.readouterr().err.startswith(said)


def test_defects_are_not_hidden():
    with pytest.raises(ZeroDivisionError), reporting_wrong_input():
        raise ZeroDivisionError


def test_a_command_that_ends_well_says_nothing(capfd):
    with reporting_wrong_input():
        pass
    with pytest.raises(typer.Exit) as ended, reporting_wrong_input():
        raise typer.Exit(1)
    assert ended.value.exit_code == 1
    assert capfd.readouterr() == ("", "")


def test_a_user_without_home_and_name_gets_both(monkeypatch):
    for name in ("HOME", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("USER", "")  # so that what is set is undone

    def nobody(_):
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("pwd.getpwuid", nobody)
    monkeypatch.setenv("HOME", "")
    del os.environ["HOME"]

    ensure_home_and_user()

    assert os.path.isdir(os.environ["HOME"])  # noqa: PTH112
    assert os.environ["USER"] == f"user-{os.getuid()}"
