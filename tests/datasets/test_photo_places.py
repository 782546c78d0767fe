import json

import pytest

from components.datasets.photo_places import PhotoPlaces, Place
from components.records.problems import InputError


def test_annotations_beside_or_above_a_photo_say_where_it_was_taken(tmp_path):
    images = [
        {"file_name": "a.jpg", "attributes": {"store": "S1", "visit": 7}},
        {"file_name": "sub/b.jpg", "attributes": {"store": "S2"}},
        {"file_name": "c.jpg"},
    ]
    (tmp_path / "annotations.json").write_text(json.dumps({"images": images}))
    places = PhotoPlaces()
    found = [places.of(tmp_path / name) for name in ("a.jpg", "sub/b.jpg", "c.jpg", "d.jpg")]
    assert found == [Place("S1", "7"), Place("S2", ""), Place(), Place()]


def test_a_table_of_photos_says_so_too(tmp_path):
    (tmp_path / "photos.csv").write_text("image,store,visit\na.jpg,S1,monday\n")
    assert PhotoPlaces().of(tmp_path / "a.jpg") == Place("S1", "monday")


@pytest.mark.parametrize("text", ["[]", "{}", '{"images": [3, {"attributes": 4}]}'])
def test_annotations_of_another_kind_say_nothing(tmp_path, text):
    (tmp_path / "annotations.json").write_text(text)
    assert PhotoPlaces().of(tmp_path / "a.jpg") == Place()


def test_a_file_that_is_broken_is_said(tmp_path):
    (tmp_path / "annotations.json").write_text("{")
    with pytest.raises(InputError, match="not valid JSON"):
        PhotoPlaces().of(tmp_path / "a.jpg")
