"""From packshots alone to a release; then its folder is moved, and copied."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tiny_data import TinyData

from components.records.digests import file_digests
from components.releases.registry import Registry
from pipeline.stages import STAGES

pytestmark = [pytest.mark.e2e, pytest.mark.tfx, pytest.mark.timeout(3000)]


def run(catalog: Path, root: Path) -> tuple[int, str]:
    program = [sys.executable, "-m", "pipeline.commands.main", "run", "--profile", "test"]
    done = subprocess.run(
        [*program, "--catalog", catalog, "--root", root],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def catalog(tmp_path_factory) -> Path:
    data = TinyData(tmp_path_factory.mktemp("shop"))
    shutil.rmtree(data.shelves)
    return data.products_csv


@pytest.fixture(scope="module")
def root(catalog) -> Path:
    return catalog.parent / "out"


@pytest.fixture(scope="module")
def first(catalog, root) -> str:
    code, said = run(catalog, root)
    assert code == 0, said
    return said


def test_it_ends_in_a_release_that_says_what_it_was_judged_on(first, root):
    release = Registry(root / "releases").current()
    assert release is not None
    release.verify()
    judged = "Judged on shelves composed of the packshots, not on photos"
    assert judged in " ".join(first.split())
    assert "shelves composed of the packshots" in (release.path / "report.html").read_text()


def test_no_figure_claims_photos_of_a_store(first, root):
    record = Registry(root / "releases").get(1).record
    assert record.judged_on == "composed shelves"
    assert "map50" in record.metrics
    assert "top1" not in record.metrics


ANEW = ["ReleaseGate", "PusherServing", "PusherEdge", "Publish"]
"""Stages that each run passes through."""


def that_ran(said: str) -> list[str]:
    # Of each stage the last line; those before it say how far it is.
    lines = dict(re.findall(r"^ +\d+/\d+ (\w+) +(.*)$", said, re.MULTILINE))
    assert list(lines) == list(STAGES), said
    return [stage for stage, outcome in lines.items() if outcome != "cached"]


def test_a_moved_root_keeps_its_results(first, catalog, root):
    moved = root.rename(root.with_name("moved"))
    code, said = run(catalog, moved)
    assert not root.exists()
    moved.rename(root)
    assert code == 0, said
    assert that_ran(said) == ANEW
    assert "Nothing changed: trained nothing, published nothing." in said
    assert [release.version for release in Registry(root / "releases").list()] == [1]


def test_a_copied_root_leaves_the_first_one_alone(first, catalog, root):
    copy = Path(shutil.copytree(root, root.with_name("copy")))
    before = file_digests(sorted(path for path in root.rglob("*") if path.is_file()))
    code, said = run(catalog, copy)
    assert code == 0, said
    assert that_ran(said) == ANEW
    assert file_digests(sorted(path for path in root.rglob("*") if path.is_file())) == before
    with closing(sqlite3.connect(copy / "metadata.sqlite")) as database:
        addresses = [Path(uri) for (uri,) in database.execute("SELECT uri FROM Artifact")]
    assert addresses and not any(address.is_absolute() for address in addresses)
