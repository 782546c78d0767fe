"""From packshots alone to a release, and the same again after its folder was moved."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_data import TinyData

from components.releases.registry import Registry

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


def test_a_moved_root_runs_all_stages_again_and_releases_nothing(first, catalog, root):
    moved = shutil.move(root, root.with_name("moved"))
    code, said = run(catalog, moved)
    assert code == 0, said
    assert "every stage runs again" in " ".join(said.split())
    assert "cached" not in said
    assert [release.version for release in Registry(moved / "releases").list()] == [1]
