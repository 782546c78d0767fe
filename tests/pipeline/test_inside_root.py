import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.errors import WrongInput
from pipeline.local import inside_root as subject


def test_the_working_directory_is_the_root_for_a_while_whatever_happens(tmp_path):
    before = Path.cwd()
    with pytest.raises(KeyboardInterrupt), subject.inside(tmp_path):
        assert Path.cwd() == tmp_path
        raise KeyboardInterrupt
    assert Path.cwd() == before


def a_folder(file):
    file.mkdir()


def garbage(file):
    file.write_bytes(b"no database" * 1000)


def torn(file):
    with closing(sqlite3.connect(file)) as database:
        database.execute("create table t (x)")
        database.executemany("insert into t values (?)", [("x" * 500,)] * 100)
        database.commit()
    file.write_bytes(file.read_bytes()[:-9000])


@pytest.mark.parametrize("spoil", [a_folder, garbage, torn])
def test_damaged_metadata_are_a_sentence(tmp_path, spoil):
    file = tmp_path / "metadata.sqlite"
    subject.check_metadata(tmp_path)
    spoil(file)
    with pytest.raises(WrongInput, match=r"metadata.sqlite: damaged \(.+\); put back a copy"):
        subject.check_metadata(tmp_path)


def results_at(root, *uris):
    """Make metadata of artifacts at addresses, and a folder of artifacts."""
    (root / "pipeline" / "Trainer").mkdir(parents=True)
    with closing(sqlite3.connect(root / "metadata.sqlite")) as database:
        database.execute("CREATE TABLE Artifact (id INTEGER, uri TEXT)")
        database.executemany("INSERT INTO Artifact (uri) VALUES (?)", [(uri,) for uri in uris])
        database.commit()


def test_results_that_name_full_paths_are_put_away_with_all_that_goes_with_them(tmp_path):
    results_at(tmp_path, "pipeline/Trainer/1", "/elsewhere/pipeline/Trainer/2")
    aside = tmp_path / "before-20260102-1"
    said = subject.set_aside_full_paths(tmp_path, "20260102-1")
    assert said == (
        f"{tmp_path}: an earlier version recorded its results by their full paths: every stage "
        f"runs anew, and ends in a new version; the results are in {aside}, which may be removed"
    )
    assert {each.name for each in aside.iterdir()} == {"pipeline", "metadata.sqlite"}
    assert [each.name for each in tmp_path.iterdir()] == [aside.name]


def test_other_results_stay(tmp_path):
    assert subject.set_aside_full_paths(tmp_path, "1") is None
    (tmp_path / "metadata.sqlite").touch()  # a run that ended before it made the tables
    assert subject.set_aside_full_paths(tmp_path, "1") is None
    results_at(tmp_path, "pipeline/Trainer/1")
    assert subject.set_aside_full_paths(tmp_path, "1") is None
    assert {each.name for each in tmp_path.iterdir()} == {"pipeline", "metadata.sqlite"}
