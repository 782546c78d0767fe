"""Ctrl-C is answered while the program cannot stop yet."""

import signal
import subprocess
import sys
import time

import pytest

from pipeline.interruption import STOPPING, acknowledged

BUSY = """
import hashlib, time
from pipeline.commands.input_errors import reporting_wrong_input
from pipeline.quiet import without_noise

with reporting_wrong_input(), without_noise() as terminal:
    print("busy", file=terminal, flush=True)
    # As a call into TensorFlow does, it heeds no signal until it is done.
    hashlib.pbkdf2_hmac("sha256", b"", b"", 10_000_000)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def heeded():
    """Ctrl-C as in a terminal: what a shell starts in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_it_is_said_before_the_program_can_stop():
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "busy\n"
        time.sleep(0.3)  # until it is in that call
        process.send_signal(signal.SIGINT)
        assert process.stderr.readline() == f"{STOPPING}\n"
        said_at = time.monotonic()
        assert process.stderr.readline().startswith("stopped; ")
        assert time.monotonic() - said_at > 0.1
        process.wait(30)


def test_what_was_before_is_put_back_and_other_signals_say_nothing():
    said = []
    heard = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        with acknowledged(said.append):
            signal.raise_signal(signal.SIGUSR1)
        with pytest.raises(KeyboardInterrupt), acknowledged(said.append):
            with acknowledged(lambda _: said.append("inner")):
                pass
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGUSR1, heard)
    assert said == [STOPPING]
    assert signal.set_wakeup_fd(-1) == -1


def test_what_a_library_makes_of_it_is_no_failure():
    heard = []
    with pytest.raises(KeyboardInterrupt) as caught, acknowledged(heard.append):
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            while not heard:
                time.sleep(0.001)
            raise RuntimeError("UNKNOWN: KeyboardInterrupt") from None
    assert isinstance(caught.value.__cause__, RuntimeError)
    with pytest.raises(RuntimeError), acknowledged(heard.append):
        raise RuntimeError("of its own")


LINGERS = """
import threading, time
from pipeline.commands import main as cli
from pipeline.exits import INTERRUPTED

def app():
    threading.Thread(target=time.sleep, args=(60,)).start()
    raise SystemExit(INTERRUPTED)

cli.app = app
print("bye", end="")
cli.main()
"""


def test_a_stopped_command_ends_though_threads_of_libraries_are_at_work():
    done = subprocess.run([sys.executable, "-c", LINGERS], capture_output=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"bye", b"")
