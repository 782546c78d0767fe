"""A release appears whole or not at all, whatever stops its publication."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from components.releases.registry import Registry
from components.releases.upkeep import finish_removals, remove


class Stopped(Exception):
    pass


def _stop_at(monkeypatch, step: int) -> list[str]:
    """Makes the `step`-th of the calls that change the disk raise instead; returns the calls."""
    calls: list[str] = []

    def breaking(owner, name):
        real = getattr(owner, name)

        def call(*args, **kwargs):
            calls.append(name)
            if len(calls) == step:
                raise Stopped(name)
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, call)

    breaking(os, "fsync")
    breaking(Path, "rename")
    breaking(Path, "replace")
    return calls


def _assert_sound(registry: Registry, before: int) -> None:
    """`before` releases are whole; at most one more is there, and current is one of them."""
    releases = registry.list()
    assert [release.version for release in releases[:before]] == list(range(1, before + 1))
    assert len(releases) <= before + 1
    for release in releases:
        release.verify()
    assert registry.current().version in (before, len(releases))


def test_a_failure_at_any_step_breaks_nothing(tmp_path, publish):
    step, stops = 0, []
    while True:
        step += 1
        registry = Registry(tmp_path / str(step))
        publish(registry)
        with pytest.MonkeyPatch.context() as monkeypatch:
            calls = _stop_at(monkeypatch, step)
            try:
                publish(registry)
            except Stopped as stopped:
                stops.append(str(stopped))
            else:
                break
        assert len(calls) == step
        _assert_sound(registry, before=1)

        after = publish(registry)
        assert registry.current() == after.verify()
        assert not list(registry.root.glob(".*"))
    assert {"fsync", "rename", "replace"} == set(stops)


def test_a_removal_that_fails_half_way_is_finished_by_the_next(tmp_path, publish, monkeypatch):
    registry = Registry(tmp_path)
    for _ in range(3):
        publish(registry)

    def remove_one(folder):
        next(path for path in folder.rglob("*") if path.is_file()).unlink()
        raise Stopped

    with monkeypatch.context() as stopping:
        stopping.setattr("components.releases.local_folder.shutil.rmtree", remove_one)
        with pytest.raises(Stopped):
            remove(registry, 1)
    assert list(registry.entries()) == [2, 3]
    assert list(tmp_path.glob(".removed-1-*"))

    finish_removals(registry)
    assert not list(tmp_path.glob(".*"))
    assert registry.allot() == 4


_PUBLISH_FOREVER = """
import sys, os
from datetime import datetime, timezone
from components.releases.record import ReleaseRecord
from components.releases.registry import Registry
from components.releases.upkeep import finish_removals, remove

registry = Registry(sys.argv[1])
print("ready", flush=True)
while True:
    version = registry.allot()
    staging = registry.stage(version, str(os.getpid()))
    staging.serving.mkdir(parents=True)
    for number in range(3):
        (staging.serving / f"part-{number}").write_bytes(os.urandom(50_000))
    registry.publish(staging, ReleaseRecord(
        version=version, parent=version - 1 or None, created=datetime.now(timezone.utc),
        content_hash=str(version), operating_threshold=0.5, model={}, metrics={}, gates=()))
"""


def test_kill_9_at_random_moments_breaks_nothing(tmp_path):
    rng = random.Random(3)
    registry = Registry(tmp_path)
    current = 0
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", _PUBLISH_FOREVER, str(tmp_path)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout.readline() == b"ready\n"
        time.sleep(rng.uniform(0.01, 0.15))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()

        releases = registry.list()
        for release in releases:
            release.verify()
        now = registry.current()
        assert (now.version if now else 0) >= current
        assert len(releases) - (now.version if now else 0) in (0, 1)
        current = now.version if now else 0
    assert current > 0
