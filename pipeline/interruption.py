"""Ctrl-C is answered at once, however long it takes until the program can stop."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

STOPPING = "stopping …"


@contextmanager
def acknowledged(say: Callable[[str], None]) -> Iterator[None]:
    """Call `say` as soon as Ctrl-C is pressed; call this in the main thread.

    Python itself acts on it only when a call into TensorFlow returns, and that takes seconds. So
    another thread waits for the byte that the signal writes.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    thread = Thread(target=_wait, args=(reader, say), name="Ctrl-C", daemon=True)
    thread.start()
    before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        writer.close()  # ends the thread
        thread.join()
        reader.close()


def _wait(reader: socket.socket, say: Callable[[str], None]) -> None:
    while number := reader.recv(1):
        if number[0] == signal.SIGINT:
            say(STOPPING)
            return
