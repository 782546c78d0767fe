"""Each format, imported and read back as a run reads it."""

import json

import pytest
from foreign import (
    HEIGHT,
    WIDTH,
    Coco,
    GroceryStore,
    Os2d,
    Sku110k,
    catalog_of,
    picture,
    shelves_of,
)

from components.importers.import_data import import_data


@pytest.fixture
def source(tmp_path):
    return tmp_path / "source"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "new" / "out"


def test_coco_without_catalogue_writes_shelves_alone(source, out):
    report = import_data("coco", Coco(source).save(), out)
    photos = shelves_of(out)
    first, second = photos["a.jpg"].objects
    assert (first.sku, first.box, first.occlusion) == ("tea/green", (4, 5, 24.25, 35), 0.5)
    assert first.crowd and first.difficult and first.hard
    assert (second.sku, second.box) == ("unknown_product", (30, 5, 40, 15))
    assert not (second.crowd or second.difficult or second.hard)
    assert (photos["a.jpg"].store, photos["a.jpg"].visit) == ("s1", "v1")
    assert [photo.split for photo in photos.values()] == ["train", "eval", "test"]
    assert photos["b.jpg"].objects[0].box == (50, 40, WIDTH, HEIGHT)
    assert photos["none.jpg"].objects == ()
    assert not (out / "products.csv").exists() and report.catalog is None
    assert report.problems == ()
    assert str(report) == (
        "shelves: 3 photos (1 eval, 1 test, 1 train; 3 boxes; 1 of them of unknown products; "
        "1 clipped; 1 negative)"
    )


def test_coco_takes_the_catalogue_with_further_columns(source, out):
    coco = Coco(source)
    coco.add_catalog("tea/green", "tea\\green", "TEA/green")
    report = import_data("coco", coco.save(), out)
    rows = catalog_of(out)
    assert [row.sku for row in rows] == ["tea/green", "tea\\green", "TEA/green"]
    assert [row.image_name for row in rows] == [
        "packshots/tea_green.png",
        "packshots/tea_green_2.png",
        "packshots/TEA_green_3.png",
    ]
    assert (rows[0].name, rows[0].category, rows[0].extra) == (
        "Name of tea/green",
        "drinks",
        {"gtin": "400"},
    )
    assert shelves_of(out)["a.jpg"].objects[0].sku == "tea/green"
    assert (report.catalog, report.shelves) == (out / "products.csv", out / "shelves")


def test_coco_given_as_a_file_beside_its_photos(source, out):
    coco = Coco(source)
    path = source / "labels.json"
    path.write_text(json.dumps(coco.document))
    import_data("coco", path, out)
    assert len(shelves_of(out)) == 3


def test_coco_in_several_files_takes_splits_from_their_names(source, out):
    for split in ("train", "valid"):
        picture(source / split / "a.jpg")
        document = {
            "images": [{"id": 1, "file_name": "a.jpg"}],
            "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}],
            "categories": [{"id": 1, "name": "tea"}],
        }
        (source / split / "_annotations.coco.json").write_text(json.dumps(document))
    (source / "info.json").write_text("{}")
    report = import_data("coco", source, out)
    photos = shelves_of(out)
    # Nothing else to judge models on, so the validation photos are what they are judged on.
    assert {name: photo.split for name, photo in photos.items()} == {
        "a.jpg": "train",
        "a_2.jpg": "test",
    }
    assert report.problems == ()


def test_os2d(source, out):
    report = import_data("os2d", Os2d(source).save(), out)
    assert [row.sku for row in catalog_of(out)] == ["7", "8", "9"]
    photos = shelves_of(out)
    first, second = photos["1.jpg"].objects
    assert (photos["1.jpg"].width, photos["1.jpg"].height) == (WIDTH, HEIGHT)
    assert (first.sku, first.box, first.difficult) == ("7", (16, 12, 32, 36), False)
    assert (second.sku, second.box, second.difficult) == ("8", (32, 0, 64, 48), True)
    assert [photo.split for photo in photos.values()] == ["train", "test"]
    assert report.problems == ()


def test_os2d_without_file_names_and_with_original_photos(source, out):
    os2d = Os2d(source)
    picture(source / "src/original/1.png", (96, 72))
    os2d.header = ("imageid", "classid", "difficult", "lx", "ty", "rx", "by")
    os2d.rows = [[1, 7, "False", 0, 0, 0.5, 0.5]]
    import_data("os2d", os2d.save(), out)
    photo = shelves_of(out)["1.png"]
    assert (photo.objects[0].box, photo.split) == ((0, 0, 48, 36), None)


def test_sku110k(source, out):
    report = import_data("sku110k", Sku110k(source).save(), out)
    photos = shelves_of(out)
    assert {name: photo.split for name, photo in photos.items()} == {
        "test_0.jpg": "test",
        "train_0.jpg": "train",
        "val_0.jpg": "eval",
    }
    assert [(thing.sku, thing.box) for thing in photos["train_0.jpg"].objects] == [
        ("unknown_product", (4, 5, 24, 35)),
        ("unknown_product", (30, 5, 44, 35)),
    ]
    assert (report.boxes, report.unknown, report.problems) == (4, 4, ())


def test_sku110k_given_as_one_of_its_tables(source, out):
    Sku110k(source).save()
    import_data("sku110k", source / "annotations/annotations_val.csv", out)
    assert list(shelves_of(out)) == ["val_0.jpg"]


@pytest.mark.parametrize("inner", ["", "dataset"])
def test_grocery_store(source, out, inner):
    report = import_data("grocery-store", GroceryStore(source).save() / inner, out)
    first, second = catalog_of(out)
    assert (first.sku, first.name, first.category) == ("Royal-Gala", "Royal Gala", "Food")
    assert second.sku == "Oat-Milk"
    for split in ("train", "val", "test"):
        (photo,) = shelves_of(out, split).values()
        assert photo.name == f"{split}/Fruit/Royal-Gala/Royal-Gala_001.jpg"
        assert (photo.label, photo.objects) == ("Royal-Gala", ())
    assert (report.labelled, report.problems) == (3, ())


def test_packshots_and_their_views(source, out):
    for name in ("tea_10.jpg", "tea_2.jpg", "tea.png", "tea/side.webp", "bun/1.jpg", "cup_2.jpg"):
        picture(source / name)
    picture(source / "cola 330.jpg")
    picture(source / "tea_330.jpg")
    report = import_data("packshots", source, out)
    rows = [(row.sku, row.view, row.image_name) for row in catalog_of(out)]
    assert rows == [
        ("bun", 0, "packshots/bun.jpg"),
        ("cola 330", 0, "packshots/cola_330.jpg"),
        ("cup_2", 0, "packshots/cup_2.jpg"),
        ("tea", 0, "packshots/tea.png"),
        ("tea", 1, "packshots/tea.jpg"),
        ("tea", 2, "packshots/tea_2.jpg"),
        ("tea", 3, "packshots/tea.webp"),
        ("tea_330", 0, "packshots/tea_330.jpg"),
    ]
    assert (report.shelves, report.problems) == (None, ())
    assert str(report) == "catalogue: 5 products, 8 packshots"


def test_importing_an_import_changes_nothing(source, tmp_path, out):
    coco = Coco(source)
    coco.add_catalog("tea/green")
    import_data("coco", coco.save(), out)
    again = tmp_path / "again"
    import_data("coco", out, again)
    for name in ("products.csv", "shelves/span-1/annotations.json"):
        assert (again / name).read_bytes() == (out / name).read_bytes()
