import os
from pathlib import Path

import pytest

from components.imaging.decoding import BadImage, ImageLimits, inspect_file
from components.imaging.regular_file import NoRegularFile, regular_size


@pytest.fixture
def pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    return tmp_path / "pipe.jpg"


def test_a_file_has_its_size(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("a")
    assert regular_size(tmp_path / "a") == regular_size(tmp_path / "link") == 5


def test_what_may_never_end_is_refused(pipe, tmp_path):
    (tmp_path / "link").symlink_to(pipe)
    for path in (pipe, tmp_path / "link", Path("/dev/zero")):
        with pytest.raises(NoRegularFile, match="a pipe or a device, not a file"):
            regular_size(path)


def test_folders_and_missing_files_keep_their_errors(tmp_path):
    with pytest.raises(IsADirectoryError):
        regular_size(tmp_path)
    with pytest.raises(FileNotFoundError):
        regular_size(tmp_path / "none")


def test_a_pipe_is_no_photo_that_is_waited_for(pipe):
    with pytest.raises(BadImage, match="a pipe or a device, not a photo"):
        inspect_file(pipe, ImageLimits())
