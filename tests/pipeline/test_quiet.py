import os
import subprocess
import sys

from pipeline.quiet import output_to, standard_error

_NOISY = """
import os, subprocess, sys
from pathlib import Path
from pipeline.quiet import output_to

with output_to(Path(sys.argv[1])) as terminal:
    print("from python")
    print("to stderr", file=sys.stderr)
    os.write(2, b"from C++\\n")
    subprocess.run(["sh", "-c", "echo from a child"], check=True)
    print("for people", file=terminal)
print("after")
"""


def test_all_output_of_the_process_and_its_children_goes_to_the_log(tmp_path):
    log = tmp_path / "logs" / "run.log"

    # A process of its own: pytest has replaced the streams of this one.
    done = subprocess.run(
        [sys.executable, "-c", _NOISY, str(log)], capture_output=True, text=True, check=True
    )

    said = ["from C++", "from a child", "from python", "to stderr"]
    assert sorted(log.read_text().splitlines()) == said
    assert done.stdout == "for people\nafter\n"
    assert done.stderr == ""


def test_output_comes_back_after_an_error(tmp_path, capfd):
    try:
        with output_to(tmp_path / "log"):
            raise RuntimeError("boom")
    except RuntimeError:
        print("back")

    assert capfd.readouterr().out == "back\n"


def test_standard_error_stays_on_the_terminal(tmp_path, capfd):
    with standard_error() as stream, output_to(tmp_path / "log"):
        os.write(2, b"noise\n")
        print("loading", file=stream)

    assert capfd.readouterr().err == "loading\n"
