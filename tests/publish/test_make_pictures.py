import io

import numpy as np
import pytest
from PIL import Image
from shelf_pictures import noise

from components.artifacts.evaluation_summary import Confusion, ConfusionExample
from components.imaging.jpeg import encode_within, resized, shrunk
from components.publish.report.photos.confused_pairs import (
    CROP_BYTES,
    CROP_SIDE,
    PACKSHOT_BYTES,
    PACKSHOT_SIDE,
    crop,
    make_pair,
    most_confused,
    packshot,
)


def _size(jpeg):
    return Image.open(io.BytesIO(jpeg)).size


@pytest.mark.parametrize("most", [2_000, 20_000, 200_000])
def test_a_jpeg_keeps_to_its_budget_whatever_it_shows(most):
    assert len(encode_within(noise(600, 400), most)) <= most


def test_what_fits_keeps_its_size_and_quality():
    plain = np.full((300, 200, 3), 90, np.uint8)
    assert _size(encode_within(plain, 20_000)) == (200, 300)
    detailed = noise(120, 120)
    assert len(encode_within(detailed, 200_000)) > len(encode_within(detailed, 20_000))


def test_pictures_are_shrunk_and_never_enlarged():
    assert shrunk(noise(400, 100), 200).shape == (200, 50, 3)
    assert shrunk(noise(40, 10), 200).shape == (40, 10, 3)
    assert resized(noise(40, 10), 200).shape == (200, 50, 3)
    assert shrunk(noise(1000, 1), 100).shape == (100, 1, 3)


def test_packshots_and_crops_keep_to_their_budgets():
    data = packshot(noise(900, 900))
    assert len(data) <= PACKSHOT_BYTES
    assert max(_size(data)) <= PACKSHOT_SIDE
    data = crop(noise(900, 900), (0, 0, 900, 900))
    assert len(data) <= CROP_BYTES
    assert max(_size(data)) <= CROP_SIDE


def test_a_crop_shows_the_box_with_a_little_around_it():
    pixels = np.zeros((200, 300, 3), np.uint8)
    pixels[50:90, 100:140] = 255
    place = np.asarray(Image.open(io.BytesIO(crop(pixels, (100, 50, 140, 90)))))
    assert place.shape[:2] == (52, 52)
    assert place[26, 26].min() > 240
    assert place[1, 1].max() < 15


def test_a_crop_stays_on_the_photo():
    pixels = np.zeros((100, 100, 3), np.uint8)
    assert _size(crop(pixels, (80, 80, 120, 120))) == (26, 26)
    assert crop(pixels, (300, 0, 340, 40)) is None


def _confusion(true, predicted, n, scores=(0.9,)):
    return Confusion(
        true=true,
        predicted=predicted,
        n=n,
        share=0.5,
        runner_up_right=0.5,
        examples=tuple(
            ConfusionExample(source_id=f"{true}-{score}", box=(0, 0, 1, 1), score=score)
            for score in scores
        ),
    )


def test_both_directions_make_one_pair_and_pairs_are_ranked_by_both():
    found = most_confused(
        [_confusion("c", "d", 5), _confusion("a", "b", 4), _confusion("b", "a", 3)], 5
    )
    assert [[each.true for each in pair] for pair in found] == [["a", "b"], ["c"]]
    assert len(most_confused([_confusion("c", "d", 5), _confusion("a", "b", 4)], 1)) == 1


def test_a_pair_shows_its_surest_mistakes_of_either_direction():
    both = (_confusion("a", "b", 4, (0.5, 0.7)), _confusion("b", "a", 3, (0.6,)))
    crops = {example: b"jpeg" for each in both for example in each.examples}
    pair = make_pair(both, {"a": b"shot"}, crops, 2)
    assert pair.skus == ("a", "b")
    assert [(crop.stands, crop.said, crop.score) for crop in pair.crops] == [
        ("a", "b", 0.7),
        ("b", "a", 0.6),
    ]
    assert dict(pair.packshots) == {"a": b"shot"}


def test_an_example_that_could_not_be_read_is_left_out():
    both = (_confusion("a", "b", 4, (0.5, 0.7)),)
    only = {both[0].examples[0]: b"jpeg"}
    assert [crop.score for crop in make_pair(both, {}, only, 4).crops] == [0.5]
