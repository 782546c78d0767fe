"""Ctrl-C is answered at once, however long it takes until the program can stop."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import NoReturn

from pipeline.exits import INTERRUPTED

STOPPING = "stopping …"


@contextmanager
def acknowledged(say: Callable[[str], None]) -> Iterator[None]:
    """Call `say` as soon as Ctrl-C is pressed; call this in the main thread.

    Python itself acts on it only when a call into TensorFlow returns, and that takes seconds. So
    another thread waits for the byte that the signal writes.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed; libraries make errors of their own of it, which is no
            failure.
    """
    pressed = Event()
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    thread = Thread(target=_wait, args=(reader, pressed, say), name="Ctrl-C", daemon=True)
    thread.start()
    before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield
    except Exception as error:
        if pressed.is_set():
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.set_wakeup_fd(before)
        writer.close()  # ends the thread
        thread.join()
        reader.close()


def leave_at_once() -> NoReturn:
    """End the process that was stopped: the farewells of TensorFlow and Beam take ten seconds."""
    with suppress(OSError):  # a terminal that is gone
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(INTERRUPTED)


def _wait(reader: socket.socket, pressed: Event, say: Callable[[str], None]) -> None:
    while number := reader.recv(1):
        if number[0] == signal.SIGINT:
            pressed.set()
            say(STOPPING)
            return
