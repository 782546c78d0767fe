import numpy as np
import pytest
from tiny_data import SKUS, draw_packshot

from components.imaging.decoding import ALREADY_CHECKED, decode_photo, encode_jpeg
from components.records.splits import DISTRACTOR
from components.synthesis.augment_settings import AugmentSettings
from components.synthesis.scenes.cutout import cut_out
from components.synthesis.scenes.settings import SceneSettings
from components.synthesis.shelf_composer import ShelfComposer

SCENE = SceneSettings(
    photo_width=160, photo_height=120, min_facing=40, max_facing=60, handheld_share=0
)
HELD_OUT = frozenset(SKUS[:2])


def composer(negative_share=0.0, skus=SKUS, held_out=HELD_OUT, **settings):
    packshots = {sku: [encode_jpeg(draw_packshot(number))] for number, sku in enumerate(skus)}
    strangers = [cut_out(draw_packshot(99), DISTRACTOR)]
    chosen = AugmentSettings(scene=SCENE, negative_share=negative_share, **settings)
    return ShelfComposer(packshots, held_out, strangers, chosen)


@pytest.fixture(scope="module")
def shelves():
    made = composer()
    return {split: [made.compose(split, n) for n in range(6)] for split in ("train", "eval")}


def shown(photos):
    return {sku.decode() for photo in photos for sku in photo["image/object/class/text"]}


def test_training_never_shows_a_held_out_product_and_validation_does(shelves):
    products = shown(shelves["train"]) - {DISTRACTOR}
    assert products and products <= set(SKUS) - HELD_OUT
    assert shown(shelves["eval"]) & HELD_OUT
    for photo in shelves["eval"]:
        new = [sku.decode() in HELD_OUT for sku in photo["image/object/class/text"]]
        assert photo["image/object/held_out"].tolist() == new


def test_some_products_are_of_no_catalogue(shelves):
    assert DISTRACTOR in shown(shelves["train"]) & shown(shelves["eval"])


def test_distractors_are_made_of_the_products_on_the_shelf_or_are_not():
    rng = np.random.default_rng(0)
    for share, made in ((0.0, 0), (0.5, 6), (1.0, 12)):
        shelf = composer(lookalike_share=share)
        chosen = shelf._choose_distractors(shelf._choose_assortment("train", rng), rng)
        assert {cutout.sku for cutout in chosen} == {DISTRACTOR}
        assert sum(cutout is not shelf._distractors[0] for cutout in chosen) == made
        assert shelf._choose_distractors([], rng) == list(shelf._distractors)


def test_shelf_is_a_photo_with_boxes_inside(shelves):
    for photo in shelves["train"]:
        pixels = decode_photo(photo["image/encoded"][0], ALREADY_CHECKED)
        assert pixels.shape == (120, 160, 3)
        xmin, ymin, xmax, ymax = (
            photo[f"image/object/bbox/{edge}"] for edge in ("xmin", "ymin", "xmax", "ymax")
        )
        assert (xmin < xmax).all() and (ymin < ymax).all()
        assert min(xmin.min(), ymin.min()) >= 0 and max(xmax.max(), ymax.max()) <= 1
        assert photo["image/object/count"].tolist() == [len(xmin)]


def test_same_number_gives_the_same_bytes_whatever_came_before(shelves):
    again = composer().compose("train", 4)
    assert again["image/encoded"] == shelves["train"][4]["image/encoded"]
    assert again["image/encoded"] != shelves["train"][3]["image/encoded"]
    other = composer(seed=1).compose("train", 4)
    assert again["image/encoded"] != other["image/encoded"]


def test_shelves_to_judge_on_say_what_annotated_photos_say():
    photos = [composer().compose("test", number) for number in range(6)]
    assert shown(photos) - {"unknown_product"} == set(SKUS)
    assert "unknown_product" in shown(photos)
    for photo in photos:
        top, bottom = (photo[f"image/object/bbox/{edge}"] for edge in ("ymin", "ymax"))
        assert photo["image/object/height"].tolist() == (bottom - top).tolist()
        assert photo["image/look"] and photo["image/source_id"][0].startswith(b"composed/test/")
    for number in (9, 19):
        empty = composer().compose("test", number)
        assert empty["image/object/count"].tolist() == [0]


def test_negative_shelves_show_no_product_of_the_catalogue():
    photos = [composer(negative_share=0.999).compose("eval", number) for number in range(3)]
    assert shown(photos) == {DISTRACTOR}


def test_large_catalogue_gives_each_shelf_a_part_of_it():
    skus = [f"sku-{number:03}" for number in range(100)]
    made = composer(skus=skus, held_out=frozenset())
    rng = np.random.default_rng(0)
    parts = [[cutout.sku for cutout in made._choose_assortment("train", rng)] for _ in range(8)]
    assert all(len(part) <= 64 for part in parts)
    assert len({sku for part in parts for sku in part}) > 64
    assert sum(f"sku-{int(sku[4:]) + 1:03}" in parts[0] for sku in parts[0]) > len(parts[0]) / 2


def test_companions_stand_beside_products_and_validation_shows_others_than_training():
    names = [f"companion:{number}" for number in range(4)]
    pictures = {sku: [encode_jpeg(draw_packshot(20 + n))] for n, sku in enumerate(names)}
    packshots = {sku: [encode_jpeg(draw_packshot(number))] for number, sku in enumerate(SKUS)}
    held_out = frozenset({names[3], *HELD_OUT})
    settings = AugmentSettings(scene=SCENE, negative_share=0, companion_share=0.5)
    made = ShelfComposer(packshots, held_out, [], settings, pictures)
    train = shown(made.compose("train", number) for number in range(12))
    validation = shown(made.compose("eval", number) for number in range(12))
    assert train & set(names) == set(names[:3])
    assert validation & set(names) == {names[3]}
    assert train & set(SKUS) and validation & HELD_OUT
    assert not train & HELD_OUT
