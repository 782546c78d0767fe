"""A release appears whole or not at all, whatever stops its publication."""

import os
from pathlib import Path

import pytest
from killing import kill_pushes, push

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


def test_kill_9_at_random_moments_breaks_nothing(tmp_path):
    """The benchmark does the same with 50 kills."""
    found = kill_pushes(tmp_path, kills=6, seed=3)
    assert (found.kills, found.damaged, found.lost) == (6, 0, 0)
    assert found.unfinished > 0
    registry = push(tmp_path)
    registry.current().verify()
    assert not list(registry.root.glob(".*"))
