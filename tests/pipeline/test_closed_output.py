"""Standard output that is closed or full: one line at most, and no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_COMMAND = ["-m", "pipeline.commands.main"]
_PHONE = [
    "-c",
    "import sys; from pathlib import Path; from components.predict.edge_command import main; "
    "sys.exit(main(Path('gone'), sys.argv[1:]))",
]


def run(arguments, redirected):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        ["sh", "-c", f'exec "$0" "$@" {redirected}', sys.executable, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments", [[*_COMMAND, "--version"], [*_COMMAND, "--help"], [*_PHONE, "--help"]]
)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_one_line(arguments):
    done = run(arguments, "> /dev/full")
    assert done.returncode == 2
    said = "standard output: No space left on device; make room and try again"
    assert done.stderr.splitlines() == [said]


@pytest.mark.parametrize(
    "arguments", [[*_COMMAND, "--version"], [*_COMMAND, "--help"], [*_PHONE, "--help"]]
)
def test_where_nobody_listens_nothing_is_said(arguments):
    done = run(arguments, ">&-")
    assert (done.returncode, done.stderr) == (0, "")


def test_an_answer_is_written_where_nobody_listens(tmp_path):
    """What keeps libraries quiet needs the streams, too."""
    code = (
        "from components.runtime.standard_streams import open_standard_streams as streams; "
        "streams(); from pipeline.quiet import without_noise\n"
        "with without_noise() as terminal: print('for people', file=terminal)"
    )
    done = run(["-c", code], "<&- >&-")
    assert (done.returncode, done.stderr) == (0, "")
