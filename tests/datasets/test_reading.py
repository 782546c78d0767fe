import os
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tiny_data import HEIGHT, SKUS, WIDTH, TinyData

from components.datasets.input_check import check_input
from components.datasets.inside_folder import OutsideFolder, inside
from components.datasets.nearest_name import nearest
from components.datasets.read_catalog import read_catalog
from components.datasets.read_shelves import read_shelves
from components.datasets.settings import DataSettings
from components.records.digests import content_hash
from components.records.shelf_photo import ShelfPhoto
from components.records.splits import split_of


@pytest.fixture
def data(tmp_path):
    return TinyData(tmp_path / "data")


def test_catalogue_rows_in_file_order(data):
    rows = read_catalog(data.products_csv)
    assert [row.sku for row in rows] == list(SKUS)
    assert (rows[3].name, rows[3].category, rows[3].line) == ("Milk 3", "dairy", 5)
    assert rows[3].image == data.root.resolve() / "packshots/milk-3.png"


def test_catalogue_takes_further_columns_views_byte_order_mark_and_blank_lines(data):
    shutil.copy(data.root / "packshots/milk-0.png", data.root / "packshots/side.png")
    data.products_csv.write_bytes(
        b"\xef\xbb\xbfgtin,image,category,name,sku\r\n"
        b"123,packshots/milk-0.png,dairy,, milk-0 \r\n\r\n"
        b'456,packshots/side.png,,"Milk, ""side""",milk-0\r\n'
    )
    front, side = read_catalog(data.products_csv)
    assert (front.sku, front.name, front.view, front.extra) == (
        "milk-0",
        "milk-0",
        0,
        {"gtin": "123"},
    )
    assert (side.sku, side.name, side.view, side.line) == ("milk-0", 'Milk, "side"', 1, 4)


def test_the_column_of_groups_may_be_written_in_capitals(data):
    table = data.products_csv.read_text().splitlines()
    table = [f"{line},{cell}" for line, cell in zip(table, ["Group", *" abc"], strict=False)]
    data.products_csv.write_text("\n".join(table) + "\n")
    assert [row.group for row in read_catalog(data.products_csv)] == ["", "a", "b", "c"]


def test_attributes_may_stand_beside_what_coco_has(data):
    for image in data.document["images"]:
        image.update(image.pop("attributes"))
    first = data.document["annotations"][0]
    first.pop("attributes", None)
    first.update(occlusion=0.25, difficult=1)
    data.save()
    photos = read_shelves(data.shelves, SKUS).photos
    assert {photo.split for photo in photos} >= {"train", "test"}
    assert {photo.store for photo in photos} == {"s1"}
    assert (photos[0].objects[0].occlusion, photos[0].objects[0].difficult) == (0.25, True)


def test_of_two_values_the_one_in_the_attributes_counts(data):
    data.document["images"][0]["split"] = "test"
    assert data.document["images"][0]["attributes"]["split"] == "train"
    data.save()
    assert read_shelves(data.shelves, SKUS).photos[0].split == "train"


def test_shelves_hold_objects_negatives_and_where_photos_come_from(data):
    shelves = read_shelves(data.shelves, SKUS)
    boxed, _, negative, *_ = shelves.photos
    assert (len(shelves.photos), shelves.spans, shelves.skipped) == (9, ((1, data.span),), 0)
    assert (boxed.width, boxed.height) == (WIDTH, HEIGHT)
    assert (boxed.store, boxed.visit, boxed.split, boxed.source_id) == (
        "s1",
        "v0",
        "train",
        "span-1/photo-0.jpg",
    )
    first, second = boxed.objects
    assert (first.sku, first.box, first.occlusion, first.hard) == (
        "milk-0",
        (10, 12, 70, 108),
        0,
        False,
    )
    assert (second.sku, second.box, second.occlusion, second.hard) == (
        "milk-1",
        (80, 12, 140, 108),
        0.25,
        True,
    )
    assert boxed.hard and not negative.hard
    assert negative.objects == ()


def test_unlisted_photos_are_skipped_and_counted_never_negatives(data):
    shutil.copy(data.span / "photo-0.jpg", data.span / "unlisted.JPG")
    shelves = read_shelves(data.shelves, SKUS)
    assert (len(shelves.photos), shelves.skipped) == (9, 1)


def test_box_that_rounding_pushed_out_is_clipped(data):
    data.document["annotations"][0]["bbox"] = [-0.6, -1, WIDTH + 1.4, HEIGHT + 2]
    data.save()
    photo = read_shelves(data.shelves, SKUS).photos[0]
    assert photo.objects[0].box == (0, 0, WIDTH, HEIGHT)


def test_boxes_are_pixels_as_displayed(data):
    path = data.span / "photo-0.jpg"
    with Image.open(path) as image:
        exif = image.getexif()
        exif[0x0112] = 6
        image.save(path, exif=exif)
    data.document["images"][0].update(width=HEIGHT, height=WIDTH)
    data.document["annotations"] = [
        {"id": 1, "image_id": 0, "category_id": 1, "bbox": [0, 0, HEIGHT, WIDTH]}
    ]
    data.save()
    assert read_shelves(data.shelves, SKUS).photos[0].objects[0].box == (0, 0, HEIGHT, WIDTH)


def test_unknown_product_and_unused_categories_need_no_catalogue(data):
    data.document["categories"].append({"id": 50, "name": "never annotated"})
    data.document["annotations"][0]["category_id"] = 99
    data.save()
    assert read_shelves(data.shelves, SKUS).photos[0].objects[0].sku == "unknown_product"


def copy_span(data, number):
    """Another span of the same annotations, whose photos are other files."""
    copy = data.shelves / f"span-{number}"
    shutil.copytree(data.span, copy)
    for path in copy.glob("*.jpg"):
        with Image.open(path) as image:
            image.save(path, quality=80 - number)


def test_spans_come_in_order_of_their_numbers(data):
    copy_span(data, 10)
    copy_span(data, 2)
    (data.shelves / "span-notes").mkdir()
    shelves = read_shelves(data.shelves, SKUS)
    assert list(dict.fromkeys(photo.span for photo in shelves.photos)) == [1, 2, 10]
    assert len({photo.source_id for photo in shelves.photos}) == 27


def label_photos(data, rows):
    (data.span / "annotations.json").unlink()
    (data.span / "photos.csv").write_text("\n".join(rows))


def test_photo_labels_of_the_chosen_split_go_to_test(data):
    label_photos(
        data,
        [
            "image,split,sku",
            "photo-0.jpg,train,milk-0",
            "photo-1.jpg,val,milk-1",
            "photo-2.jpg,val,milk-2",
        ],
    )
    shelves = read_shelves(data.shelves, SKUS)
    assert [(photo.label, photo.split) for photo in shelves.photos] == [
        ("milk-1", "test"),
        ("milk-2", "test"),
    ]
    assert (shelves.left_out, shelves.skipped) == (1, 6)


def test_photo_labels_without_splits_all_go_to_test(data):
    label_photos(data, ["image,sku,store,visit", "photo-0.jpg,milk-0,s7,v7"])
    (photo,) = read_shelves(data.shelves, SKUS).photos
    assert (photo.split, photo.store, photo.visit, photo.objects) == ("test", "s7", "v7", ())


def test_folder_that_is_its_own_span(data):
    (photo, *_) = read_shelves(data.span, SKUS).photos
    assert photo.source_id == "span-1/photo-0.jpg"


@given(visit=st.text("abc", max_size=3), seed=st.integers(0, 9))
def test_photos_of_one_visit_share_a_split(visit, seed):
    photos = [ShelfPhoto(None, name, 1, 9, 9, visit=visit) for name in ("a.jpg", "b.jpg")]
    splits = [photo.split_for(seed) for photo in photos]
    if visit:
        assert splits[0] == splits[1] == split_of(visit, seed)
    else:
        assert splits == [split_of("a.jpg", seed), split_of("b.jpg", seed)]


def test_split_in_the_annotations_wins():
    seeds = range(50)
    assert {ShelfPhoto(None, "a", 1, 9, 9, split="eval").split_for(seed) for seed in seeds} == {
        "eval"
    }
    assert {ShelfPhoto(None, "a", 1, 9, 9).split_for(seed) for seed in seeds} == {
        "train",
        "eval",
        "test",
    }


def test_report_counts_what_a_run_will_read(data):
    report = check_input(data.products_csv, data.shelves, DataSettings(held_out_share=0))
    assert report.photos_of_split == {"train": 3, "eval": 3, "test": 3}
    assert str(report) == (
        "catalogue: 6 products, 6 packshots, 0 products held out of training\n"
        "shelves: span 1, 9 photos (3 train, 3 eval, 3 test; 12 boxes; 3 negatives; "
        "6 corrected by people)"
    )
    assert len(report.catalog_files) == 7
    assert len(report.shelf_files) == 10


def hashes(data):
    report = check_input(data.products_csv, data.shelves, DataSettings())
    return content_hash(report.catalog_files), content_hash(report.shelf_files)


def test_replaced_photo_changes_the_hash_though_size_and_time_stay(data):
    catalog, shelves = hashes(data)
    path = data.span / "photo-0.jpg"
    stat = path.stat()
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert hashes(data)[0] == catalog
    assert hashes(data)[1] != shelves


def test_hash_depends_on_names_and_not_on_place_or_order(data, tmp_path):
    files = sorted(data.span.iterdir())
    before = content_hash(files)
    assert content_hash(reversed(files)) == before
    copy = tmp_path / "elsewhere"
    shutil.copytree(data.span, copy)
    assert content_hash(copy.iterdir()) == before
    (copy / "photo-0.jpg").rename(copy / "photo-00.jpg")
    assert content_hash(copy.iterdir()) != before
    assert content_hash([]) != before


@given(st.lists(st.sampled_from(["..", ".", "a", "b", ""]), max_size=6))
def test_path_stays_inside_or_is_refused(tmp_path_factory, parts):
    root = tmp_path_factory.getbasetemp()
    name = "/".join(parts)
    steps = {"..": -1, ".": 0, "": 0}
    ends_outside = name.startswith("/") or sum(steps.get(part, 1) for part in parts) < 0
    try:
        assert inside(root, name).is_relative_to(root.resolve())
    except OutsideFolder:
        assert ends_outside or ".." in parts
    else:
        assert not ends_outside


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000 + "/.."])
def test_impossible_path_is_refused_or_stays_inside(tmp_path, name):
    try:
        assert inside(tmp_path, name).is_relative_to(tmp_path)
    except OutsideFolder as error:
        assert str(error) == name


def test_nearest_name_ignores_case_and_keeps_silent_about_strangers():
    assert nearest("MILK 1L", ["milk-1l", "bread"]) == "did you mean 'milk-1l'? "
    assert nearest("xyz", ["milk-1l", "bread"]) == ""
