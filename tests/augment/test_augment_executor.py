import pytest
from tiny_artifacts import artifact, beam_context, examples, packshots, shelf_photos
from tiny_data import SKUS, TinyData

from components.records.splits import COMPANION, DISTRACTOR

pytestmark = pytest.mark.tfx

HELD_OUT = (SKUS[5],)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return TinyData(tmp_path_factory.mktemp("augment") / "data")


@pytest.fixture(scope="module")
def catalog(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("catalog") / "examples"
    return examples(folder, {"catalog": packshots(data, HELD_OUT)})


@pytest.fixture(scope="module")
def shelves(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shelves") / "examples"
    splits = {"train": [0, 1, 2], "eval": [3, 5], "test": [6]}
    return examples(
        folder, {split: shelf_photos(data, numbers, split) for split, numbers in splits.items()}
    )


def augment(catalog, shelves, folder, context=None, store=None, **settings):
    from components.augment.executor import AugmentExecutor
    from components.synthesis.augment_settings import AugmentSettings
    from components.synthesis.scenes.settings import SceneSettings

    scene = SceneSettings(photo_width=160, photo_height=120, min_facing=40, max_facing=60)
    output = artifact("Examples", folder / "output")
    AugmentExecutor(context or beam_context(folder / "tmp")).Do(
        {"catalog": [catalog], "shelves": [shelves]},
        {"examples": [output], "companions": [artifact("Examples", folder / "companions")]},
        {
            "settings": AugmentSettings(scene=scene, **settings).model_dump_json(),
            "code_hash": "code",
            "store": str(store or folder / "store"),
        },
    )
    return output


def read(output, split):
    from components.records.example_files import read_records
    from components.records.tf_example import parse

    return {
        features["image/source_id"][0].decode(): features
        for features in map(parse, read_records(output, split))
    }


@pytest.fixture(scope="module")
def augmented(catalog, shelves, tmp_path_factory):
    folder = tmp_path_factory.mktemp("augmented")
    return augment(catalog, shelves, folder, variants=2, composed_train=3)


def test_training_photos_become_variants_beside_composed_shelves(augmented):
    from components.records.example_files import split_names

    assert split_names(augmented) == ["train", "eval"]
    assert set(read(augmented, "train")) == {
        *(f"span-1/photo-{photo}.jpg#{variant}" for photo in range(3) for variant in range(2)),
        *(f"composed/train/{number}" for number in range(3)),
    }


def test_validation_photos_pass_through_untouched(augmented, shelves):
    from components.records.example_files import read_records

    passed = list(read_records(augmented, "eval"))
    assert len(passed) == 2 and passed == list(read_records(shelves, "eval"))


def test_photos_are_varied_and_stay_encoded(augmented, shelves):
    before, after = read(shelves, "train"), read(augmented, "train")
    assert len(after) == 9
    for name, features in after.items():
        (encoded,) = features["image/encoded"]
        assert encoded.startswith(b"\xff\xd8")
        if not name.startswith("composed"):
            assert encoded != before[name.partition("#")[0]]["image/encoded"][0]


def test_every_example_has_the_same_features(augmented, shelves):
    kinds = {
        (name, getattr(value, "dtype", bytes))
        for output, split in ((augmented, "train"), (augmented, "eval"), (shelves, "train"))
        for features in read(output, split).values()
        for name, value in features.items()
    }
    assert kinds and len(kinds) == len({name for name, _ in kinds})


def test_same_input_gives_the_same_bytes_on_two_workers(catalog, shelves, augmented, tmp_path):
    from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor

    two_workers = BaseBeamExecutor.Context(
        beam_pipeline_args=["--direct_running_mode=multi_threading", "--direct_num_workers=2"],
        tmp_dir=str(tmp_path),
        unique_id="1",
    )
    output = augment(catalog, shelves, tmp_path, two_workers, variants=2, composed_train=3)
    one, two = read(augmented, "train"), read(output, "train")
    assert one and one.keys() == two.keys()
    for name in one:
        assert one[name]["image/encoded"] == two[name]["image/encoded"], name


def test_shelves_are_composed_where_no_photo_has_boxes(catalog, data, tmp_path, monkeypatch):
    from components.augment import executor

    monkeypatch.setattr(executor, "COMPOSED_WITHOUT_BOXES", {"train": 4, "eval": 5})
    negatives_only = examples(
        tmp_path / "shelves",
        {"train": shelf_photos(data, [2], "train"), "test": shelf_photos(data, [6])},
    )
    output = augment(catalog, negatives_only, tmp_path, variants=1, level="none")
    train, validation = read(output, "train"), read(output, "eval")
    assert sorted(train) == [*(f"composed/train/{n}" for n in range(4)), "span-1/photo-2.jpg#0"]
    assert sorted(validation) == [f"composed/eval/{n}" for n in range(5)]
    named = {sku for photo in train.values() for sku in photo["image/object/class/text"]}
    assert HELD_OUT[0].encode() not in named


def test_log_says_how_far_it_is_and_what_became_of_objects(catalog, shelves, tmp_path, caplog):
    with caplog.at_level("INFO"):
        augment(catalog, shelves, tmp_path, variants=1, level="none", composed_eval=1)
    assert (
        "1 composed, 0 objects_difficult, 0 objects_dropped, 4 objects_kept, 2 shards_made, "
        "3 variants" in caplog.text
    )
    assert "Augment: 3 of 3, photos varied" in caplog.text
    assert "Augment: 1 of 1, shelves composed for eval" in caplog.text


def test_empty_split_is_wrong_input(catalog, data, tmp_path):
    from components.records.problems import InputError

    only_test = examples(tmp_path / "shelves", {"test": shelf_photos(data, [6])})
    with pytest.raises(InputError, match=r"augment\.composed_eval: 0 composed shelves"):
        augment(catalog, only_test, tmp_path, composed_eval=0)


def test_component_takes_catalogue_and_shelves(catalog, shelves):
    from tfx.types import channel_utils

    from components.augment.component import Augment

    node = Augment(
        catalog=channel_utils.as_channel([catalog]),
        shelves=channel_utils.as_channel([shelves]),
        settings="{}",
        code_hash="abc",
        store="store",
    )
    assert node.exec_properties == {"settings": "{}", "code_hash": "abc", "store": "store"}
    assert {name: made.type_name for name, made in node.outputs.items()} == {
        "examples": "Examples",
        "companions": "Examples",
    }


def companions_in(folder):
    from components.records.example_files import mark_as_examples, read_records
    from components.records.tf_example import parse

    drawn = artifact("Examples", folder / "companions")
    mark_as_examples(drawn, ["catalog"])
    return [parse(record) for record in read_records(drawn, "catalog")]


def test_companions_are_drawn_as_a_catalogue_of_their_own(catalog, shelves, tmp_path):
    output = augment(
        catalog, shelves, tmp_path, composed_train=6, companion_families=10, companion_share=1
    )
    products = companions_in(tmp_path)
    assert len(products) == 30
    assert all(product["product/sku"][0].decode().startswith(COMPANION) for product in products)
    assert sum(int(product["product/held_out"][0]) for product in products) == 3
    shown = {
        sku.decode()
        for name, photo in read(output, "train").items()
        if name.startswith("composed")
        for sku in photo["image/object/class/text"]
    }
    assert {sku.startswith(COMPANION) for sku in shown - {DISTRACTOR}} == {True}


def test_no_companions_are_drawn_where_no_shelf_is_composed(catalog, shelves, tmp_path):
    augment(catalog, shelves, tmp_path, companion_families=10)
    assert not companions_in(tmp_path)


def test_seed_and_largest_side_decide_variants(catalog, shelves, tmp_path):
    def made(name, **settings):
        photos = read(augment(catalog, shelves, tmp_path / name, variants=1, **settings), "train")
        sides = {max(int(p["image/width"][0]), int(p["image/height"][0])) for p in photos.values()}
        return sides, {bytes(p["image/encoded"][0]) for p in photos.values()}

    (sides, plain), (small_sides, _), (_, other) = (
        made("plain"),
        made("small", max_side=64),
        made("other", seed=1),
    )
    assert small_sides == {64} != sides
    assert len(plain) == len(other) == 3 and not plain & other
