"""A headless Chromium that shows a file, over the DevTools protocol.

It is spoken to through a pipe (`--remote-debugging-pipe`), so nothing but the standard library is
needed: messages are JSON, each ended by a zero byte, on the browser's descriptors 3 and 4.
"""

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)
_SECONDS = 60


def find_chromium() -> str | None:
    """The browser of this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextlib.contextmanager
def chromium(profile: Path) -> Iterator["Page"]:
    """A fresh browser with one empty page; `profile` is a folder that it may fill."""
    program = find_chromium()
    assert program
    (its_input, our_output), (our_input, its_output) = os.pipe(), os.pipe()
    # Out of the way of 3 and 4, which they become in the browser.
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (its_input, its_output)]
    child = os.posix_spawn(
        program,
        [program, *_FLAGS, f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"],
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, high[0], 3),
            (os.POSIX_SPAWN_DUP2, high[1], 4),
        ],
        setpgroup=0,
    )
    for fd in (its_input, its_output, *high):
        os.close(fd)
    try:
        yield Page(our_output, our_input)
    finally:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(our_output)
        os.close(our_input)


class Page:
    """One page, and what it said and asked for since the last `show`."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._number = 0
        self._session: str | None = None
        self._buffer = b""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")

    def show(self, file: Path, width: int, height: int = 900, media: str = "screen") -> None:
        """Lays a file out at a width in CSS pixels, and waits until it is there."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.call("Emulation.setEmulatedMedia", media=media)
        self.events.clear()
        self.call("Page.navigate", url=file.as_uri())
        self._until(lambda: any(each["method"] == "Page.loadEventFired" for each in self.events))

    def evaluate(self, script: str) -> Any:
        """The value of an expression in the page; a promise is waited for."""
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def screenshot(self) -> bytes:
        """A PNG of the whole page."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        return self._data("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)

    def pdf(self) -> bytes:
        """The page as printed."""
        return self._data("Page.printToPDF", printBackground=True, preferCSSPageSize=True)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        answers: list[dict[str, Any]] = []
        self._until(lambda: bool(answers), answers)
        assert "error" not in answers[0], (method, answers[0])
        return answers[0]["result"]

    def _data(self, method: str, **params: Any) -> bytes:
        return base64.b64decode(self.call(method, **params)["data"])

    def _until(self, done: Any, answers: list[dict[str, Any]] | None = None) -> None:
        """Reads messages until `done`; the answer to the last command goes into `answers`."""
        end = time.monotonic() + _SECONDS
        while not done():
            ready, _, _ = select.select([self._from], [], [], max(0, end - time.monotonic()))
            data = os.read(self._from, 1 << 16) if ready else b""
            assert data, "the browser does not answer"
            *messages, self._buffer = (self._buffer + data).split(b"\0")
            for text in messages:
                message = json.loads(text)
                if "method" in message:
                    self.events.append(message)
                elif message["id"] == self._number and answers is not None:
                    answers.append(message)
