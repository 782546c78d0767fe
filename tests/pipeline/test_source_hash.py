import shutil
import textwrap
from pathlib import Path

import pytest

from components.serving_kit.kit import kit_files
from pipeline import source_hash as subject


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project where one stage imports a helper, and nothing of another folder."""

    def write(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))

    write("components/__init__.py", "")
    write("components/stage/__init__.py", "")
    write("components/stage/component.py", "import numpy\nfrom components.stage import executor\n")
    write(
        "components/stage/executor.py",
        """
        def late():
            from ..helper import math
            return math
        """,
    )
    write("components/helper/__init__.py", "")
    write("components/helper/math.py", "x = 1\n")
    write("components/helper/table.json", "{}")
    write("components/other/__init__.py", "")
    write("components/other/unrelated.py", "y = 1\n")
    monkeypatch.setattr(subject, "_PROJECT", tmp_path)
    subject._file_of.cache_clear()
    yield write
    subject._file_of.cache_clear()


STAGE = "components.stage.component"


def test_follows_imports_wherever_they_stand_and_takes_data_beside_them(project, tmp_path):
    files = {file.relative_to(tmp_path).as_posix() for file in subject.source_files(STAGE)}

    assert files == {
        "components/__init__.py",
        "components/stage/__init__.py",
        "components/stage/component.py",
        "components/stage/executor.py",
        "components/helper/__init__.py",
        "components/helper/math.py",
        "components/helper/table.json",
    }


@pytest.mark.parametrize("edited", ["components/stage/executor.py", "components/helper/math.py"])
def test_an_edit_of_what_a_stage_needs_changes_its_hash(project, edited):
    before = subject.source_hash(STAGE)
    project(edited, "z = 2\n")
    assert subject.source_hash(STAGE) != before


def test_edited_data_changes_the_hash(project):
    before = subject.source_hash(STAGE)
    project("components/helper/table.json", "[]")
    assert subject.source_hash(STAGE) != before


def test_an_edit_elsewhere_does_not(project):
    before = subject.source_hash(STAGE)
    project("components/other/unrelated.py", "y = 2\n")
    assert subject.source_hash(STAGE) == before


def test_an_unknown_module_is_an_error():
    with pytest.raises(ModuleNotFoundError, match="no_such"):
        subject.source_hash("components.no_such.component")


def test_real_stages_depend_on_what_they_read():
    files = {path.name for path in subject.source_files("components.example_gen.component")}
    assert {
        "component.py",
        "executor.py",
        "read_catalog.py",
        "read_shelves.py",
        "decoding.py",
    } <= files


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of this project that may be edited; returns its folder."""
    for folder in ("components", "pipeline", "schemas"):
        shutil.copytree(
            subject._PROJECT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.pyc")
        )
    monkeypatch.setattr(subject, "_PROJECT", tmp_path)
    subject._file_of.cache_clear()
    yield tmp_path
    subject._file_of.cache_clear()


TRAINED_FROM = ("example_gen", "augment", "transform", "tuner", "ambiguous_photos", "trainer")
"""Stages whose artifacts training reads, directly or not, and training itself."""


def hashes():
    return {
        stage: subject.source_hash(f"components.{stage}.component", for_people=False)
        for stage in TRAINED_FROM
    }


@pytest.mark.parametrize(
    ("pattern", "old", "new"),
    [
        ("components/drawing/*.py", "def ", "def x"),
        ("components/publish/**/*.css", "font", "fount"),
        ("components/publish/**/*.py", "def ", "def x"),
        ("components/importers/*.py", "def ", "def x"),
        ("components/feedback/*.py", "def ", "def x"),
        ("components/runtime/progress.py", "{self.done} of", "{self.done} /"),
        ("components/datasets/coco_annotations.py", "is listed twice", "appears twice"),
        ("components/records/problems.py", "an InputError needs", "InputError needs"),
        ("components/data_check/*.py", "def ", "def x"),
        ("components/anomalies/*.py", "def ", "def x"),
        ("pipeline/commands/main.py", "seconds of work", "fast"),
        ("components/evaluator/executor.py", "def Do", "def Do_"),
    ],
)
def test_an_edit_of_a_drawing_a_report_an_importer_or_a_message_trains_nothing_anew(
    copied, pattern, old, new
):
    before = hashes()
    edited = [file for file in copied.glob(pattern) if old in file.read_text()]
    assert edited, f"{pattern} holds no {old!r}"
    for file in edited:
        file.write_text(file.read_text().replace(old, new))
    assert hashes() == before


@pytest.mark.parametrize(
    ("edited", "old", "new", "reached"),
    [
        (
            "components/synthesis/scenes/settings.py",
            "default",
            "defaults",
            {"example_gen", "augment", "tuner"},
        ),
        ("components/recogniser/settings.py", "le=256", "le=257", {"tuner", "trainer"}),
    ],
)
def test_an_edit_of_what_decides_reaches_the_stages_that_it_decides_for(
    copied, edited, old, new, reached
):
    before = hashes()
    text = (copied / edited).read_text()
    assert old in text
    (copied / edited).write_text(text.replace(old, new))
    assert {stage for stage, now in hashes().items() if now != before[stage]} == reached


def test_an_edit_of_how_results_come_back_from_workers_reaches_what_is_written_by_them(copied):
    before = hashes()
    file = copied / "components/runtime/beam_result_file.py"
    file.write_text(file.read_text().replace("json.load(file)", "json.load(file)[:1]"))
    changed = {stage for stage, now in hashes().items() if now != before[stage]}
    assert changed == {"ambiguous_photos", "trainer"}


def test_every_file_of_the_kit_is_part_of_what_publishes_it():
    kit = {Path(f"components/serving_kit/{name}") for name in kit_files(2, 1)}
    read = kit - {Path("components/serving_kit/models.config")}
    files = subject.source_files("components.publish.component")
    assert len(read) == 3
    assert {file.relative_to(subject._PROJECT) for file in files} >= read


REACH = {
    "example_gen": {"datasets", "imaging", "records", "synthesis"},
    "augment": {"imaging", "records", "synthesis"},
    "transform": {"artifacts", "records"},
    "tuner": {
        "artifacts",
        "imaging",
        "metrics",
        "recogniser",
        "records",
        "synthesis",
        "training",
    },
    "ambiguous_photos": {"artifacts", "imaging", "recogniser", "records", "releases", "runtime"},
    "trainer": {
        "artifacts",
        "datasets",
        "imaging",
        "metrics",
        "recogniser",
        "records",
        "runtime",
        "training",
    },
}
"""Folders that the hash of a stage may reach, beside its own."""


@pytest.mark.parametrize("stage", REACH)
def test_the_hash_of_a_stage_reaches_what_decides_its_output_and_no_more(stage):
    files = subject.source_files(f"components.{stage}.component", for_people=False)
    filled = [file for file in files if file.stat().st_size]
    relative = [file.relative_to(subject._PROJECT).parts for file in filled]
    folders = {parts[1] for parts in relative if parts[0] == "components" and len(parts) > 2}
    assert folders - {stage} == REACH[stage]
    assert {parts[0] for parts in relative} == {"components"}


def test_of_the_metrics_training_takes_those_that_choose_weights_and_threshold_and_no_more():
    files = subject.source_files("components.trainer.component", for_people=False)
    assert {file.stem for file in files if file.parent.name == "metrics"} - {"__init__"} == {
        "average_precision",
        "costs",
        "matching",
        "mean_average_precision",
        "operating_curve",
        "photo_record",
    }
