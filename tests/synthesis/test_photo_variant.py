import numpy as np

from components.imaging.decoding import ALREADY_CHECKED, decode_photo, encode_jpeg
from components.records.feature_keys import BOX_EDGES
from components.records.features import image_features, object_features, photo_features
from components.records.shelf_photo import ShelfObject
from components.synthesis.variants.photo_variant import make_variant

WIDTH, HEIGHT = 200, 100


def photo(boxes):
    pixels = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    objects = [
        ShelfObject(f"sku-{number}", box, occlusion=0.5 * (number % 2))
        for number, box in enumerate(boxes)
    ]
    return {
        **image_features(encode_jpeg(pixels), "jpeg", pixels, "a.jpg", "span-1/a.jpg"),
        **object_features(objects, [False] * len(objects), WIDTH, HEIGHT),
        **photo_features(store="s1", hard=True),
    }


def still(image, boxes, seed):
    return image, boxes, np.ones(len(boxes), np.float32)


def left_half(image, boxes, seed):
    """Cuts the right half away."""
    width = image.shape[1] // 2
    moved = np.clip(boxes, 0, [width, image.shape[0]] * 2)
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    left = (moved[:, 2] - moved[:, 0]) * (moved[:, 3] - moved[:, 1])
    return image[:, :width], moved, left / area


BOXES = [(0, 0, 50, 50), (60, 0, 110, 50), (85, 0, 135, 50), (96, 0, 146, 50), (150, 0, 200, 50)]
"""Of these, `left_half` leaves 1, 0.8, 0.3, 0.08 and nothing visible."""


def test_boxes_follow_the_pixels_and_visibility_decides_their_fate():
    variant = make_variant(photo(BOXES), 0, left_half, seed=0, max_side=1000)
    features = variant.features
    assert variant.objects == {"kept": 2, "difficult": 1, "dropped": 2}
    assert features["image/object/class/text"] == [b"sku-0", b"sku-1", b"sku-2"]
    assert features["image/object/difficult"].tolist() == [0, 0, 1]
    assert features["image/object/count"].tolist() == [3]
    np.testing.assert_allclose(features[BOX_EDGES[0]], [0, 0.6, 0.85], rtol=1e-6)
    np.testing.assert_allclose(features[BOX_EDGES[2]], [0.5, 1, 1], rtol=1e-6)
    assert features["image/width"].tolist() == [WIDTH // 2]


def test_what_was_measured_on_the_photo_is_not_said_of_its_variant():
    known = {**photo(BOXES), "image/look": [b"look"], "image/object/height": np.ones(5, np.float32)}
    features = make_variant(known, 0, left_half, seed=0, max_side=1000).features
    assert features.keys() == photo(BOXES).keys()


def test_hidden_shares_multiply():
    features = make_variant(photo(BOXES), 0, left_half, seed=0, max_side=1000).features
    hidden = features["image/object/occlusion"]
    np.testing.assert_allclose(hidden, [0, 1 - 0.5 * 0.8, 1 - 0.3], rtol=1e-5)


def test_variant_keeps_all_features_and_says_which_it_is():
    before = photo(BOXES)
    after = make_variant(before, 3, still, seed=0, max_side=1000).features
    assert after.keys() == before.keys()
    assert after["image/source_id"] == [b"span-1/a.jpg#3"]
    assert after["photo/store"] == [b"s1"]
    for name, value in before.items():
        assert getattr(after[name], "dtype", list) == getattr(value, "dtype", list), name


def test_negative_stays_a_negative():
    features = make_variant(photo([]), 0, left_half, seed=0, max_side=1000).features
    assert features["image/object/count"].tolist() == [0]
    assert all(len(features[key]) == 0 for key in BOX_EDGES)


def test_large_photo_shrinks_before_it_is_varied():
    features = make_variant(photo(BOXES[:1]), 0, still, seed=0, max_side=50).features
    pixels = decode_photo(features["image/encoded"][0], ALREADY_CHECKED)
    assert pixels.shape == (25, 50, 3)
    np.testing.assert_allclose([features[key][0] for key in BOX_EDGES], [0, 0, 0.25, 0.5])


def test_every_variant_of_every_photo_gets_a_seed_of_its_own():
    seeds = []

    def remember(image, boxes, seed):
        seeds.append(seed)
        return still(image, boxes, seed)

    for run_seed in (0, 1):
        for number in (0, 1):
            make_variant(photo([]), number, remember, seed=run_seed, max_side=1000)
    assert len(set(seeds)) == 4
    assert all(0 <= seed < 2**32 for seed in seeds)
