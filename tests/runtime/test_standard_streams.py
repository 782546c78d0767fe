import subprocess
import sys

import pytest

_CODE = """
import os, subprocess, sys
from components.runtime.standard_streams import open_standard_streams
open_standard_streams()
with open(sys.argv[1], "w") as file:
    print("for people")
    print("for people", file=sys.stderr)
    sys.stdout.flush()
    subprocess.run(["sh", "-c", "echo of a child"], check=True)
    os.write(1, b"of C++")
    file.write("kept")
"""


@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", ">&-", "2>&-", "<&- >&-"])
def test_nothing_is_written_into_the_next_file(tmp_path, closed):
    command = f'"$0" -c "$1" "$2" {closed}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, _CODE, str(tmp_path / "file")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (tmp_path / "file").read_text() == "kept"
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_what_is_open_stays():
    done = subprocess.run(
        [sys.executable, "-c", _CODE, "/dev/null"], capture_output=True, text=True
    )
    assert done.stdout == "for people\nof a child\nof C++"
    assert done.stderr == "for people\n"
