import textwrap

import pytest

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
    assert {"component.py", "executor.py", "catalog.py", "shelves.py", "decoding.py"} <= files
