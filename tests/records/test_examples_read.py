"""What is written as an example is read back as it was."""

import numpy as np
import pytest
from tiny_artifacts import packshots, shelf_photos
from tiny_data import TinyData

from components.records.catalog_examples import packshot_of, read_packshots
from components.records.shards import write_records
from components.records.shelf_examples import ShelfExample, read_photos
from components.records.tf_example import read_files, serialize


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return TinyData(tmp_path_factory.mktemp("examples") / "data")


def test_a_packshot_comes_with_its_row(data):
    features = packshots(data, held_out=["milk-2"])[2]
    packshot = packshot_of(features)
    assert (packshot.sku, packshot.view, packshot.row, packshot.held_out) == ("milk-2", 0, 4, True)
    assert packshot.encoded == features["image/encoded"][0]
    assert packshot.image_name == features["image/filename"][0].decode()


def test_a_photo_comes_with_its_objects(data):
    (features,) = shelf_photos(data, [0])
    photo = ShelfExample(features)
    assert photo.source_id == features["image/source_id"][0].decode()
    assert len(photo.boxes) == len(photo.skus) == 2
    assert photo.boxes.dtype == np.float32
    np.testing.assert_array_equal(photo.boxes[:, 3], features["image/object/bbox/ymax"])
    assert photo.crowd.tolist() == photo.difficult.tolist() == [False, False]
    assert photo.fingerprint.to_bytes() == features["image/look"][0]


def test_a_photo_without_objects_has_boxes_of_the_same_shape(data):
    (features,) = shelf_photos(data, [2])
    assert ShelfExample(features).boxes.shape == (0, 4)


def test_files_are_read_in_order(data, tmp_path):
    made = packshots(data)
    files = [str(tmp_path / "a.gz"), str(tmp_path / "b.gz")]
    write_records(tmp_path / "a.gz", map(serialize, made[:1]))
    write_records(tmp_path / "b.gz", map(serialize, made[1:]))
    assert list(read_packshots(files)) == [packshot_of(features) for features in made]
    assert len(made) > 2


def test_no_file_holds_nothing():
    assert list(read_files([])) == list(read_packshots([])) == list(read_photos([])) == []
