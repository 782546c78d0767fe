import json

import pytest

from components.datasets.photo_places import PhotoPlaces, Place


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


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("annotations.json", "{", "not valid JSON"),
        ("photos.csv", "photo,store,visit,sku\na.jpg,S1,,1\n", "no column 'image'"),
        ("counts.csv", "city,people\nOslo,3\n", "no column 'photo'"),
        ("counts.csv", "photo,store\na.jpg,S1,monday\n", "3 cells, while the header has 2"),
    ],
)
def test_a_table_of_another_kind_is_passed_over_and_told_once(tmp_path, name, text, what):
    (tmp_path / name).write_text(text)
    (tmp_path / "folder").mkdir()
    places = PhotoPlaces()
    assert places.of(tmp_path / "a.jpg") == places.of(tmp_path / "folder" / "b.jpg") == Place()
    (remark,) = map(str, places.remarks)
    assert remark.startswith(f"{tmp_path / name}") and what in remark
    assert "so it does not say where photos were taken" in remark


def test_a_table_beside_one_of_another_kind_says_where(tmp_path):
    (tmp_path / "photos.csv").write_text("name,size\na.jpg,3\n")
    (tmp_path / "counts.csv").write_text("photo,sku,count,store\na.jpg,1,2,S1\n")
    assert PhotoPlaces().of(tmp_path / "a.jpg") == Place("S1", "")
