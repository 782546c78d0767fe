import json

import numpy as np
import pytest
from tiny_data import SKUS, TinyData

pytestmark = pytest.mark.tfx

HELD_OUT_SHARE = 0.5


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return TinyData(tmp_path_factory.mktemp("example_gen") / "data")


def beam_context():
    from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor

    return BaseBeamExecutor.Context(beam_pipeline_args=[])


def artifact(folder):
    from tfx.types.standard_artifacts import Examples

    examples = Examples()
    examples.uri = str(folder)
    return examples


def settings_json():
    from components.datasets.settings import DataSettings

    return DataSettings(held_out_share=HELD_OUT_SHARE).model_dump_json()


def run_catalog(data, folder):
    from components.example_gen.executor import CatalogExecutor

    examples = artifact(folder)
    CatalogExecutor(beam_context()).Do(
        {},
        {"examples": [examples]},
        {"products_csv": str(data.products_csv), "settings": settings_json()},
    )
    return examples


def run_shelves(data, catalog, folder, store=None):
    from components.example_gen.executor import ShelfExecutor

    examples = artifact(folder)
    ShelfExecutor(beam_context()).Do(
        {"catalog": [catalog]},
        {"examples": [examples]},
        {
            "shelves": str(data.shelves),
            "settings": settings_json(),
            "code_hash": "code",
            "store": str(store or f"{folder}-store"),
            "span_records": "",
        },
    )
    return examples


@pytest.fixture(scope="module")
def catalog(data, tmp_path_factory):
    return run_catalog(data, tmp_path_factory.mktemp("catalog"))


@pytest.fixture(scope="module")
def shelves(data, catalog, tmp_path_factory):
    return run_shelves(data, catalog, tmp_path_factory.mktemp("shelves"))


def read(examples, split):
    from components.records.example_files import read_records
    from components.records.tf_example import parse

    return [parse(record) for record in read_records(examples, split)]


def test_catalogue_examples_hold_every_packshot_as_it_came(data, catalog):
    from components.records.splits import held_out_skus

    held_out = held_out_skus(SKUS, HELD_OUT_SHARE, 0)
    assert 0 < len(held_out) < len(SKUS)
    found = {features["product/sku"][0].decode(): features for features in read(catalog, "catalog")}
    assert sorted(found) == sorted(SKUS)
    for sku, features in found.items():
        assert features["image/encoded"] == [(data.root / f"packshots/{sku}.png").read_bytes()]
        assert features["product/held_out"].tolist() == [int(sku in held_out)]


def test_shelf_examples_by_split(shelves):
    from components.records.example_files import split_names

    assert split_names(shelves) == ["train", "eval", "test"]
    for split, first in (("train", 0), ("eval", 3), ("test", 6)):
        names = {features["image/filename"][0].decode() for features in read(shelves, split)}
        assert names == {f"photo-{number}.jpg" for number in range(first, first + 3)}


def test_held_out_skus_are_named_in_every_split_but_train(catalog, shelves):
    held_out = {
        bytes(features["product/sku"][0])
        for features in read(catalog, "catalog")
        if features["product/held_out"][0]
    }
    hidden = 0
    for split in ("train", "eval", "test"):
        for features in read(shelves, split):
            for sku, new in zip(
                features["image/object/class/text"],
                features["image/object/held_out"],
                strict=True,
            ):
                if split == "train":
                    assert sku not in held_out
                    assert (sku == b"unknown_product") == bool(new)
                    hidden += new
                else:
                    assert (sku in held_out) == bool(new)
    assert hidden > 0


def test_same_input_gives_same_bytes(data, catalog, shelves, tmp_path):
    from components.records.example_files import read_records

    again = run_shelves(data, catalog, tmp_path / "again")
    for split in ("train", "eval", "test"):
        records = list(read_records(shelves, split))
        assert records and records == list(read_records(again, split))


def test_serialising_is_undone_by_parsing():
    from components.records.tf_example import parse, serialize

    features = {
        "text": [b"a", b""],
        "none": [],
        "floats": np.array([0.5, -1], np.float32),
        "integers": np.array([], np.int64),
    }
    back = parse(serialize(features))
    assert back["text"] == [b"a", b""]
    assert back["none"] == []
    np.testing.assert_array_equal(back["floats"], features["floats"])
    assert back["integers"].dtype == np.int64
    assert serialize(features) == serialize(dict(reversed(features.items())))


def test_feature_of_another_type_is_refused():
    from components.records.tf_example import serialize

    with pytest.raises(TypeError, match="feature 'x' has type float64"):
        serialize({"x": np.zeros(1)})


def test_damage_only_decoding_finds_fails_the_run_with_every_photo_named(tmp_path):
    from components.records.problems import InputError

    data = TinyData(tmp_path / "data")
    for name in ("milk-1", "milk-4"):
        path = data.root / f"packshots/{name}.png"
        whole = bytearray(path.read_bytes())
        whole[whole.index(b"IDAT") + 6] = 0xFF  # no such kind of compressed block
        path.write_bytes(whole)
    with pytest.raises(InputError) as caught:
        run_catalog(data, tmp_path / "examples")
    first, second = str(caught.value).splitlines()
    assert "products.csv, row 3: image 'packshots/milk-1.png': corrupt PNG" in first
    assert "products.csv, row 6: image 'packshots/milk-4.png': corrupt PNG" in second


def test_annotation_of_a_product_that_left_the_catalogue_fails(data, catalog, tmp_path):
    from components.records.problems import InputError

    spoilt = TinyData(tmp_path / "data")
    spoilt.document["categories"][0]["name"] = "gone"
    spoilt.save()
    with pytest.raises(InputError, match="SKU 'gone' is not in the catalogue"):
        run_shelves(spoilt, catalog, tmp_path / "examples")


def test_photo_labels_give_a_test_split_alone(catalog, tmp_path):
    from components.records.example_files import split_names

    data = TinyData(tmp_path / "data")
    (data.span / "annotations.json").unlink()
    (data.span / "photos.csv").write_text("image,sku\nphoto-0.jpg,milk-3\n")
    examples = run_shelves(data, catalog, tmp_path / "examples")
    assert split_names(examples) == ["test"]
    (features,) = read(examples, "test")
    assert features["photo/label"] == [b"milk-3"]
    assert features["image/object/count"].tolist() == [0]


def test_counted_photos_are_to_judge_on_and_say_how_many_products_they_show(catalog, tmp_path):
    data = TinyData(tmp_path / "data")
    data.document["images"] = [image for image in data.document["images"] if image["id"] != 8]
    data.save()
    rows = ["photo-8.jpg,milk-3,2", "photo-8.jpg,unknown_product,1", "photo-8.jpg,milk-1,0"]
    (data.span / "counts.csv").write_text("\n".join(["photo,sku,count", *rows]))
    examples = run_shelves(data, catalog, tmp_path / "examples")
    found = {photo["image/filename"][0]: photo for photo in read(examples, "test")}
    assert len(found) == 3
    photo = found[b"photo-8.jpg"]
    assert photo["photo/counts/sku"] == [b"milk-3", b"unknown_product", b"milk-1"]
    assert photo["photo/counts/count"].tolist() == [2, 1, 0]
    assert photo["image/object/count"].tolist() == [3]
    assert photo["image/object/class/text"] == []
    assert found[b"photo-6.jpg"]["photo/counts/sku"] == []
    assert not any(read(examples, split)[0]["photo/counts/sku"] for split in ("train", "eval"))


def test_components_take_what_the_graph_gives_them(data):
    from components.example_gen.component import CatalogExampleGen, ShelfExampleGen

    catalog = CatalogExampleGen(
        products_csv=str(data.products_csv),
        input_hash="hash",
        settings=settings_json(),
        code_hash="code",
    )
    shelves = ShelfExampleGen(
        shelves=str(data.shelves),
        composing="",
        catalog=catalog.outputs["examples"],
        input_hash="hash",
        settings=settings_json(),
        code_hash="code",
        store="store",
        span_records="records",
    )
    assert json.loads(shelves.exec_properties["settings"])["held_out_share"] == HELD_OUT_SHARE
    assert shelves.exec_properties["input_hash"] == "hash"
    assert shelves.outputs["examples"].type_name == "Examples"


def composed(catalog, folder, shelves=""):
    """Examples of a run that may compose, with three shelves at most."""
    from components.example_gen.executor import ShelfExecutor
    from components.synthesis.augment_settings import AugmentSettings
    from components.synthesis.scenes.settings import SceneSettings

    scene = SceneSettings(photo_width=160, photo_height=120, min_facing=40, max_facing=60)
    settings = AugmentSettings(composed_test=3, scene=scene)
    examples = artifact(folder / "composed")
    ShelfExecutor(beam_context()).Do(
        {"catalog": [catalog]},
        {"examples": [examples]},
        {
            "shelves": str(shelves),
            "composing": settings.model_dump_json(),
            "settings": settings_json(),
            "code_hash": "code",
            "store": str(folder / "store"),
            "span_records": "",
        },
    )
    return examples


def test_counted_photos_alone_stand_beside_composed_shelves(catalog, tmp_path):
    from components.records.example_files import are_composed, split_names

    data = TinyData(tmp_path / "data")
    (data.span / "annotations.json").unlink()
    (data.span / "counts.csv").write_text("photo,sku,count\nphoto-0.jpg,milk-3,2\n")
    examples = composed(catalog, tmp_path, data.shelves)
    assert are_composed(examples)
    assert split_names(examples) == ["test"]
    photos = read(examples, "test")
    counted = [photo for photo in photos if photo["photo/counts/sku"]]
    assert (len(photos), len(counted)) == (4, 1)
    assert counted[0]["image/source_id"] == [b"span-1/photo-0.jpg"]


def test_where_photos_have_boxes_nothing_is_composed_to_judge_on(catalog, data, tmp_path):
    from components.records.example_files import are_composed

    examples = composed(catalog, tmp_path, data.shelves)
    assert not are_composed(examples)
    assert len(read(examples, "test")) == 3


def test_without_photos_shelves_to_judge_on_are_composed(catalog, shelves, tmp_path):
    from components.records.example_files import are_composed, split_names

    examples = composed(catalog, tmp_path)
    assert are_composed(examples) and not are_composed(shelves)
    assert split_names(examples) == ["test"]
    photos = read(examples, "test")
    assert [photo["image/source_id"][0].decode() for photo in photos] == [
        f"composed/test/{number}" for number in range(3)
    ]
    photo = read(shelves, "test")[0]
    assert {*photos[0]} == {*photo}
    assert any(photo["image/object/held_out"].any() for photo in photos)
