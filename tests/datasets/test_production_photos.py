import pytest

from components.datasets.production_photos import production_photos
from components.records.problems import InputError


def test_photos_are_found_below_and_in_order(tmp_path):
    for name in ("b.jpg", "monday/a.PNG", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [photo.name for photo in production_photos(tmp_path)] == ["b.jpg", "monday/a.PNG"]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: None, "the folder does not exist; set production_photos to a folder"),
        (lambda folder: folder.write_text(""), "is not a folder"),
        (lambda folder: folder.mkdir(), "holds no photos; put photos into it, or leave"),
    ],
)
def test_what_is_no_folder_of_photos_is_refused(tmp_path, make, sentence):
    folder = tmp_path / "phones"
    make(folder)
    with pytest.raises(InputError, match=sentence):
        production_photos(folder)


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "secret.jpg").write_bytes(b"")
    folder = tmp_path / "phones"
    folder.mkdir()
    (folder / "a.jpg").symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(InputError, match="is a link to a place outside the folder"):
        production_photos(folder)
