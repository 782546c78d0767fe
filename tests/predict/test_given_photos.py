from pathlib import Path

import pytest

from components.predict.given_photos import NoPhotos, given_photos


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_folder_is_its_photos_in_order_those_below_it_among_them(tmp_path):
    touch(tmp_path, "b.JPG", "a.png", "monday/c.jpeg", "list.csv", ".thumbs/d.jpg", ".e.jpg")

    files = given_photos([tmp_path])

    names = [path.relative_to(tmp_path).as_posix() for path in files.photos]
    assert names == ["a.png", "b.JPG", "monday/c.jpeg"]
    assert [path.name for path in files.left_out] == ["list.csv"]


def test_drawings_of_an_earlier_call_are_no_photos(tmp_path):
    touch(tmp_path, "a.jpg", "a.boxes.jpg")

    files = given_photos([tmp_path])

    assert [path.name for path in files.photos] == ["a.jpg"]
    assert files.remark == "left out: 1 files that are no photos (a.boxes.jpg)"


def test_what_is_no_folder_stays_as_it_is(tmp_path):
    given = [tmp_path / "gone.jpg", tmp_path / "notes.txt"]

    assert given_photos(given).photos == tuple(given)


def test_a_folder_without_photos_is_refused(tmp_path):
    touch(tmp_path, "list.csv")

    with pytest.raises(NoPhotos, match="the folder holds no photo"):
        given_photos([tmp_path])


def test_a_folder_without_photos_harms_no_others(tmp_path):
    touch(tmp_path, "a.jpg", "notes/list.csv")
    (tmp_path / "empty").mkdir()

    files = given_photos(sorted(tmp_path.iterdir()))

    assert [path.name for path in files.photos] == ["a.jpg"]
    assert files.remark == (
        "left out: 1 files that are no photos (list.csv); 2 folders without photos (empty, notes)"
    )
