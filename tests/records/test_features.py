import numpy as np
import pytest
from tiny_data import HEIGHT, SKUS, WIDTH, TinyData

from components.datasets.read_catalog import read_catalog
from components.datasets.read_shelves import read_shelves
from components.imaging.decoding import BadImage, ImageLimits, decode_photo
from components.imaging.fingerprint import Fingerprint, fingerprint_of
from components.imaging.photo_statistics import photo_statistics
from components.records.features import catalog_features, shelf_features

LIMITS = ImageLimits()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return TinyData(tmp_path_factory.mktemp("features") / "data")


def features_of(data, number, split, held_out=()):
    photo = read_shelves(data.shelves, SKUS).photos[number]
    return shelf_features(photo, photo.path.read_bytes(), split, held_out, LIMITS)


def test_catalogue_features(data):
    row = read_catalog(data.products_csv)[2]
    encoded = row.image.read_bytes()
    features = catalog_features(row, encoded, True, LIMITS)
    assert features["image/encoded"] == [encoded]
    assert features["image/source_id"] == [b"milk-2/0"]
    assert features["product/held_out"].tolist() == [1]
    assert features["product/row"].tolist() == [4]
    assert (features["image/height"][0], features["image/width"][0]) == (96, 72)


def test_boxes_are_normalised(data):
    features = features_of(data, 0, "test")
    np.testing.assert_allclose(features["image/object/bbox/xmin"], [10 / WIDTH, 80 / WIDTH])
    np.testing.assert_allclose(features["image/object/bbox/ymax"], [108 / HEIGHT] * 2)
    assert features["image/object/count"].tolist() == [2]
    assert features["photo/hard"].tolist() == [1]


@pytest.mark.parametrize(
    ("split", "named"),
    [("train", [b"milk-0", b"unknown_product"]), ("eval", [b"milk-0", b"milk-1"])],
)
def test_held_out_sku_is_nameless_in_training_only(data, split, named):
    features = features_of(data, 0, split, held_out={"milk-1"})
    assert features["image/object/class/text"] == named
    assert features["image/object/held_out"].tolist() == [0, 1]


def test_what_checks_compare_comes_with_the_photo(data):
    photo = read_shelves(data.shelves, SKUS).photos[0]
    encoded = photo.path.read_bytes()
    features = shelf_features(photo, encoded, "test", (), LIMITS)
    np.testing.assert_allclose(features["image/object/height"], [96 / HEIGHT] * 2, rtol=1e-6)
    kept, seen = (
        Fingerprint.from_bytes(features["image/look"][0]),
        fingerprint_of(decode_photo(encoded, LIMITS)),
    )
    assert kept.hash.tobytes() == seen.hash.tobytes()
    assert np.array_equal(kept.thumbnail, seen.thumbnail)
    assert kept.contrast == pytest.approx(seen.contrast)


def test_bytes_of_another_length_are_no_fingerprint():
    with pytest.raises(ValueError, match="3084 bytes, not 3"):
        Fingerprint.from_bytes(b"abc")


def test_negative_has_no_objects_and_all_features(data):
    negative, boxed = features_of(data, 2, "test"), features_of(data, 0, "test")
    assert negative.keys() == boxed.keys()
    assert negative["image/object/count"].tolist() == [0]
    for name, value in negative.items():
        if name.startswith("image/object/") and name != "image/object/count":
            assert len(value) == 0
    for name in boxed:
        kinds = {getattr(features[name], "dtype", bytes) for features in (negative, boxed)}
        assert len(kinds) == 1, name


def test_bad_photo_is_refused(data):
    photo = read_shelves(data.shelves, SKUS).photos[0]
    with pytest.raises(BadImage):
        shelf_features(photo, b"no photo", "test", (), LIMITS)


def test_statistics_tell_dark_from_bright_flat_from_sharp():
    grey = np.full((60, 80, 3), 128, np.uint8)
    board = np.zeros((60, 80, 3), np.uint8)
    board[::2] = 255
    assert photo_statistics(grey) == pytest.approx((128 / 255, 0, 0))
    sharp = photo_statistics(board)
    assert sharp.brightness == pytest.approx(0.5)
    assert sharp.contrast == pytest.approx(0.5)
    assert sharp.sharpness > 1000


def test_sharpness_is_measured_at_one_scale():
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (256, 512, 3), dtype=np.uint8)
    large = small.repeat(4, axis=0).repeat(4, axis=1)
    assert photo_statistics(large).sharpness == pytest.approx(
        photo_statistics(small).sharpness, rel=0.01
    )
