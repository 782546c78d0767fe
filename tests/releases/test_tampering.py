"""A release that is not what was published is refused before anything in it is loaded."""

import importlib.util
import sys
from uuid import uuid4

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from typer.testing import CliRunner

from components.predict.load_predictor import load_predictor
from components.releases.errors import DamagedRelease
from components.releases.local_folder import LocalFolder
from components.releases.registry import Registry
from components.serving_check.check_release import check_release
from components.serving_check.settings import ServingCheckSettings
from pipeline.commands.main import app
from pipeline.exits import REFUSED

FILES = (
    "serving/1/saved_model.pb",
    "serving/1/variables/variables.data-00000-of-00001",
    "serving/1/assets/catalog.index",
    "edge/model.tflite",
    "edge/catalog.index",
    "edge/settings.json",
    "edge/labels.txt",
)


@pytest.fixture(params=["disk", "store"])
def release(request, tmp_path, make_record):
    """A release of files that no one could load, on a disk or in an object store."""
    place = f"memory://{uuid4().hex}" if request.param == "store" else str(tmp_path)
    registry = Registry(place)
    staging = registry.stage(1, "run")
    for name in FILES:
        staging.folder.put(name, f"the content of {name}")
    yield registry.publish(staging, make_record(1))
    MemoryFileSystem.store.clear()


@pytest.fixture(autouse=True)
def _nothing_is_loaded(monkeypatch):
    """Makes the import of everything that loads a model fail."""
    for module in (
        "predict.server_predictor",
        "predict.edge_predictor",
        "serving_check.worker",
        "releases.warmup",
    ):
        assert importlib.util.find_spec(f"components.{module}")
        monkeypatch.setitem(sys.modules, f"components.{module}", None)


def _refused(release, words):
    for target in ("serving", "edge"):
        with pytest.raises(DamagedRelease, match=words):
            load_predictor(str(release), target)
    verdict = check_release(release, ServingCheckSettings())
    assert not verdict.ok
    assert words in verdict.reasons[0]


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_byte(release, name):
    text = release.folder.read(name)
    release.folder.put(name, text[:7] + chr(ord(text[7]) ^ 1) + text[8:])
    _refused(release, f"{name} has changed")


@pytest.mark.parametrize("name", ["serving/1/assets/catalog.index", "edge/labels.txt"])
def test_a_missing_file(release, name):
    if isinstance(release.folder, LocalFolder):
        (release.path / name).unlink()
    else:
        release.folder.fs.rm_file(f"{release.folder.key}/{name}")
    assert release.problems() == [f"{name} is missing"]
    _refused(release, f"{name} is missing")


@pytest.mark.parametrize("name", ["serving/1/assets.extra/more", "edge/labels.old", "extra"])
def test_an_extra_file(release, name):
    release.folder.put(name, "")
    _refused(release, f"{name} is not listed")


@pytest.mark.parametrize("name", [".DS_Store", "edge/Thumbs.db"])
def test_what_file_managers_leave_behind_is_no_damage(release, name):
    release.folder.put(name, "")
    assert release.verify()


def test_the_same_release_untouched_gets_as_far_as_loading(release):
    for target in ("serving", "edge"):
        with pytest.raises(ImportError, match=r"components\.predict"):
            load_predictor(str(release), target)
    with pytest.raises(ImportError, match="warmup"):
        check_release(release, ServingCheckSettings())


def test_the_check_is_done_anew_every_time(release):
    assert release.verify()
    release.folder.put(FILES[0], f"the content of {FILES[0]}".replace("t", "T", 1))
    _refused(release, "has changed")


def test_the_command_line_refuses(release):
    release.folder.put(FILES[0], "?")
    parent = str(release.folder.parent())
    done = CliRunner().invoke(app, ["releases", "check", "--releases", parent])
    assert done.exit_code == REFUSED
    assert "saved_model.pb has changed" in done.output
