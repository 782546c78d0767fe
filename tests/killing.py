"""Kills pushes of a release at random moments, and looks at what is left of the releases."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from components.releases.registry import Registry

# What the Pushers and Publish do to the releases folder, without what they read.
_PUSH = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from components.releases.release_record import ReleaseRecord
from components.releases.registry import Registry

registry, model = Registry(sys.argv[1]), Path(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
version = registry.allot()
staging = registry.stage(version, "content")
staging.folder.sub(f"serving/{version}").fill(model / "serving")
staging.folder.sub(f"serving/{version}").add("assets.extra/requests", model / "requests")
staging.folder.sub("edge").fill(model / "edge")
staging.folder.put("report.html", "report" * 10_000)
registry.publish(staging, ReleaseRecord(
    version=version, parent=version - 1 or None, created=datetime.now(timezone.utc),
    content_hash=str(version), operating_threshold=0.5, model={}, metrics={}, gates=()))
print("done", flush=True)
"""


@dataclass
class Aftermath:
    """What kills led to.

    Attributes:
        kills: pushes that were killed.
        unfinished: those among them that had not made their release current.
        damaged: releases found with a file missing, changed or added.
        lost: times that `current` named nothing, or an earlier release than before.
    """

    kills: int = 0
    unfinished: int = 0
    damaged: int = 0
    lost: int = 0


def kill_pushes(folder: Path, kills: int, seed: int) -> Aftermath:
    """Pushes once in peace, and then `kills` times to be killed while at it.

    Args:
        folder: an empty folder; gets a model to push, and `releases`.
        kills: how many pushes are killed, at moments drawn over the time that one takes.
        seed: of the moments.
    """
    model = _write_model(folder / "model")
    releases = folder / "releases"
    with _push(releases, model) as process:
        began = _begin(process)
        _finish(process)
        takes = time.monotonic() - began
    rng, found, current = random.Random(seed), Aftermath(), 1
    for _ in range(kills):
        with _push(releases, model) as process:
            _begin(process)
            # A little longer than it took, so that some get as far as being current.
            time.sleep(rng.uniform(0, 1.3 * takes))
            process.send_signal(signal.SIGKILL)
        registry = Registry(releases)
        now = registry.current_if_sound()
        found.kills += 1
        found.unfinished += now is not None and now.version == current
        found.lost += now is None or now.version < current
        found.damaged += sum(bool(release.problems()) for release in registry.list())
        current = now.version if now else current
    return found


def push(folder: Path) -> Registry:
    """Pushes in peace after `kill_pushes`."""
    with _push(folder / "releases", folder / "model") as process:
        _begin(process)
        _finish(process)
    return Registry(folder / "releases")


def _write_model(folder: Path) -> Path:
    sizes = {
        "serving/saved_model.pb": 1_000_000,
        "serving/variables/variables.data-00000-of-00001": 6_000_000,
        "serving/assets/catalog.index": 300_000,
        "requests": 500_000,
        "edge/model.tflite": 3_000_000,
        "edge/catalog.index": 300_000,
        "edge/settings.json": 500,
    }
    for name, size in sizes.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(os.urandom(size))
    return folder


def _push(releases: Path, model: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _PUSH, str(releases), str(model)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )


def _begin(process: subprocess.Popen[str]) -> float:
    """Lets a process that is ready push; returns when that was."""
    assert process.stdin is not None and process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()
    return time.monotonic()


def _finish(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "done\n"
