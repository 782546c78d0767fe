import os
from pathlib import Path

import pytest

from components.runtime.system_errors import system_error_of
from components.runtime.whole_output import CannotWrite, whole_output


def test_a_file_is_there_once_it_is_whole(tmp_path):
    path = tmp_path / "a.txt"
    with whole_output(path, "w", encoding="utf-8") as file:
        file.write("all")
        assert not path.exists()
    assert path.read_text() == "all"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_what_was_there_stays_until_then(tmp_path, error):
    path = tmp_path / "a.txt"
    path.write_text("before")
    with pytest.raises(error), whole_output(path, "w") as file:
        file.write("half")
        raise error
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_part_that_is_worth_it_is_kept_beside(tmp_path):
    path, told = tmp_path / "a.txt", []
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt), whole_output(path, "w", told.append) as file:
        file.write("half")
        raise KeyboardInterrupt
    assert path.read_text() == "before"
    assert told == [tmp_path / "a.txt.part"]
    assert told[0].read_text() == "half"


def test_of_nothing_no_part_is_kept(tmp_path):
    with pytest.raises(KeyboardInterrupt), whole_output(tmp_path / "a", "w", print):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_one(tmp_path):
    (tmp_path / "file").write_text("before")
    (tmp_path / "link").symlink_to("file")
    with whole_output(tmp_path / "link", "w") as file:
        file.write("after")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "after"


def test_what_is_no_file_is_written_to_as_it_is(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with whole_output(tmp_path / "pipe", "w") as file:
        file.write("through")
    assert os.read(reader, 99) == b"through"
    os.close(reader)


@pytest.mark.parametrize("place", ["gone/a.txt", "folder"])
def test_a_place_that_cannot_be_written_is_one_line(tmp_path, place):
    (tmp_path / "folder").mkdir()
    refused = pytest.raises(CannotWrite, match=f"{place}: cannot be written")
    with refused, whole_output(tmp_path / place, "w"):
        pass


def test_a_file_that_nobody_may_change_stays(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("before")
    monkeypatch.setattr(os, "access", lambda *_: False)  # tests may run as one who may do all
    with pytest.raises(CannotWrite, match="Permission denied"), whole_output(path, "w"):
        pass
    assert path.read_text() == "before"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_names_the_file():
    with pytest.raises(OSError) as caught, whole_output(Path("/dev/full"), "w") as file:
        file.write("all")
    assert system_error_of(caught.value) == (
        "/dev/full: No space left on device; make room and try again"
    )
