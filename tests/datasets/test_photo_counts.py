"""`counts.csv`: photos of which nobody drew boxes, but somebody counted the products."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_data import SKUS, TinyData
from tiny_spans import Photo, picture, write_span

from components.anomalies.schema import load_schema
from components.curated_schema.files import schema_file
from components.datasets.input_check import check_input
from components.datasets.photo_counts import read_photo_counts
from components.datasets.photo_places import PhotoPlaces, Place
from components.datasets.read_shelves import read_shelves, scan_shelves
from components.datasets.settings import DataSettings
from components.datasets.span_diff import CountChange, diff
from components.datasets.span_listing import list_spans
from components.imaging.decoding import ImageLimits
from components.records import feature_keys as keys
from components.records.prediction import PredictionRecord
from components.records.problems import InputError
from components.records.shelf_photo import MOST_PRODUCTS


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A shop whose span-1 has boxes, for tests that only read what they write into span-2."""
    return TinyData(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def span(tmp_path):
    """A span of three photos and no table yet."""
    folder = tmp_path / "shelves" / "span-1"
    folder.mkdir(parents=True)
    for number, name in enumerate(("a.jpg", "b.jpg", "c.jpg")):
        (folder / name).write_bytes(picture(number))
    return folder


def count(span, *rows, header="photo,sku,count"):
    (span / "counts.csv").write_text("\n".join([header, *rows]))


def scan(span):
    return read_photo_counts(span / "counts.csv", 1, SKUS, ImageLimits())


def complaints(span):
    """Problems as row and sentence."""
    return [f"{problem.row}: {problem.what}; {problem.remedy}" for problem in scan(span).problems]


def test_rows_of_one_photo_are_gathered_and_all_photos_judge(span):
    count(span, "a.jpg,milk-0,3", "b.jpg,milk-1,0", "a.jpg,milk-2,1", "a.jpg,unknown_product,2")
    found = scan(span)
    assert (found.problems, found.remarks, found.listed) == ([], [], 2)
    first, second = found.photos
    assert (first.name, first.split, first.objects, first.label) == ("a.jpg", "test", (), "")
    assert first.counts == (("milk-0", 3), ("milk-2", 1), ("unknown_product", 2))
    assert second.counts == (("milk-1", 0),)
    assert not first.of_nothing and not second.of_nothing


def test_a_table_is_taken_as_spreadsheets_write_it(span):
    rows = "Photo;SKU;Count\r\nA.JPG;'milk-0;2,0\u00a0\r\na.jpg;milk-1;1.0\r\n"
    (span / "counts.csv").write_text(rows, encoding="utf-8-sig")
    found = scan(span)
    assert found.problems == []
    (photo,) = found.photos
    assert photo.counts == (("milk-0", 2), ("milk-1", 1))
    odd, respelt = found.remarks
    assert odd.what == "the SKU 'milk-0' is written as 'milk-0 to keep its zeros"
    assert respelt.what.startswith("'A.JPG' is taken for the file 'a.jpg'")


def test_a_table_in_windows_1252_is_taken_with_a_remark(span):
    (span / "a.jpg").rename(span / "käse.jpg")
    (span / "counts.csv").write_bytes("photo;sku;count\nkäse.jpg;milk-0;2".encode("cp1252"))
    found = scan(span)
    assert [photo.name for photo in found.photos] == ["käse.jpg"]
    assert "read as Windows-1252" in found.remarks[0].what


@pytest.mark.parametrize("folder", ["photos/", "../photos/", "/home/me/photos/", "Photos\\"])
def test_photos_that_predict_found_in_another_folder_are_those_of_their_names(span, folder):
    (span / "aisle").mkdir()
    (span / "aisle" / "d.jpg").write_bytes(picture(3))
    count(span, *(f"{folder}{name}.jpg,milk-0,{n}" for n, name in enumerate("abd", start=1)))
    found = scan(span)
    assert found.problems == []
    assert [(photo.name, photo.counts[0].number) for photo in found.photos] == [
        ("a.jpg", 1),
        ("b.jpg", 2),
        ("aisle/d.jpg", 3),
    ]
    (remark,) = found.remarks
    assert remark.what == (
        f"'{folder}a.jpg' is taken for the file 'a.jpg' (and 2 more names); it differs in its "
        "folder"
    )


def test_a_name_that_two_photos_have_is_not_guessed(span):
    (span / "left").mkdir()
    (span / "left" / "a.jpg").write_bytes(picture(3))
    count(span, "photos/a.jpg,milk-0,1", "photos/b.jpg,milk-0,1", "photos/c.jpg,milk-0,1")
    (remark,) = scan(span).remarks
    assert "(and 1 more name)" in remark.what
    (sentence,) = complaints(span)
    assert sentence.startswith("2: photo 'photos/a.jpg' does not exist; did you mean")


def test_a_link_out_of_the_span_is_no_photo_of_it(span, tmp_path):
    (tmp_path / "x.jpg").write_bytes(picture(4))
    (span / "x.jpg").symlink_to(tmp_path / "x.jpg")
    count(span, "x.jpg,milk-0,1", "photos/x.jpg,milk-0,1")
    outside, gone = complaints(span)
    assert outside.startswith("2: photo 'x.jpg' lies outside the data folder")
    assert gone.startswith("3: photo 'photos/x.jpg' does not exist")


def test_two_photos_of_one_name_are_not_one(span):
    count(span, "monday/a.jpg,milk-0,1", "tuesday/a.jpg,milk-1,1")
    assert complaints(span) == [
        "3: photo 'tuesday/a.jpg' is not there; the one of this name is 'a.jpg' of row 2; add the "
        "file, or remove the rows of one of the two"
    ]


def test_counts_that_a_model_predicted_are_told(span):
    count(span, "a.jpg,milk-0,2,3,0.5", header="photo,sku,count,release,threshold")
    found = scan(span)
    assert len(found.photos) == 1
    assert [str(remark) for remark in found.remarks] == [
        f"{span}/counts.csv: its counts are those that release 3 predicted, if nobody corrected "
        "them; put right what it miscounted, and drop that column"
    ]


def test_a_row_without_sku_and_with_a_count_of_0_is_a_photo_of_nothing(span):
    count(span, "a.jpg,milk-0,2", "b.jpg,,0", "c.jpg,,0", "c.jpg,milk-1,1")
    found = scan(span)
    assert found.problems == []
    counts = {photo.name: dict(photo.counts) for photo in found.photos}
    assert counts["b.jpg"] == {"unknown_product": 0}  # of which none is counted, ever
    assert counts["c.jpg"]["milk-1"] == 1
    assert not any(photo.of_nothing for photo in found.photos)


def test_a_table_of_predict_is_read_whatever_its_photos_were(span):
    from datetime import datetime, timezone

    from components.predict.count_table import CountTable
    from components.predict.table_files import csv_table

    (span / "c.jpg").write_bytes(b"")
    table, now = CountTable({}), datetime.now(timezone.utc)
    with csv_table(span / "counts.csv", table.header) as write:
        for record in (
            PredictionRecord("a.jpg", 9, 9, counts={"milk-0": 2}),
            PredictionRecord("b.jpg", 9, 9),
            PredictionRecord("c.jpg", error="is empty"),
        ):
            for row in table.rows(record, Place("S1"), now):
                write(row)
    found = scan(span)
    assert found.problems == []
    assert [(photo.name, photo.store) for photo in found.photos] == [
        ("a.jpg", "S1"),
        ("b.jpg", "S1"),
    ]
    assert [str(remark) for remark in found.remarks] == [
        f"{span}/counts.csv, row 4: names a photo that `oneshelf predict` could not read; it is "
        "left out; replace the photo, or remove the row"
    ]


FAULTS = {
    "no rows": ([], "None: lists no photos; add one row per photo and product"),
    "no photo": ([",milk-0,1"], "2: the photo is empty; name the photo's file or remove the row"),
    "no SKU": (
        ["a.jpg,,1"],
        "2: the sku is empty; give a SKU or 'unknown_product', with 0 where nothing is there",
    ),
    "no count": (
        ["a.jpg,milk-0,"],
        "2: the count is empty; write a whole number; 0 where none is there",
    ),
    "negative": (
        ["a.jpg,milk-0,-1"],
        "2: the count is '-1'; write a whole number; 0 where none is there",
    ),
    "fraction": (
        ["a.jpg,milk-0,1.5"],
        "2: the count is '1.5'; write a whole number; 0 where none is there",
    ),
    "word": (
        ["a.jpg,milk-0,many"],
        "2: the count is 'many'; write a whole number; 0 where none is there",
    ),
    "twice": (
        ["a.jpg,milk-0,1", "b.jpg,milk-0,1", "a.jpg,milk-0,1"],
        "4: 'milk-0' on photo 'a.jpg' is already counted in row 2; write the sum into one row",
    ),
    "twice, spelt otherwise": (
        ["a.jpg,milk-0,1", "A.jpg,milk-0,2"],
        "3: 'milk-0' on photo 'A.jpg' is already counted in row 2; write the sum into one row",
    ),
    "unknown SKU, in many rows": (
        ["a.jpg,Milk-0,1", "b.jpg,Milk-0,1"],
        "2: SKU 'Milk-0' is not in the catalogue (2 rows); did you mean 'milk-0', which differs "
        "only in capital letters? correct it, add the product to the catalogue, or use "
        "'unknown_product'",
    ),
    "missing photo, told once": (
        ["other.jpg,milk-0,1", "other.jpg,milk-1,1"],
        "2: photo 'other.jpg' does not exist; add the file or correct its name",
    ),
    "photo elsewhere": (
        ["../../x.jpg,milk-0,1"],
        "2: photo '../../x.jpg' lies outside the data folder; put the file beside counts.csv or "
        "below, and give its relative path",
    ),
    "no photo at all": (
        ["counts.csv,milk-0,1"],
        "2: photo 'counts.csv': not a JPEG, PNG, WebP or HEIC image; replace the photo",
    ),
    "too many": (
        ["a.jpg,milk-0,2000", "a.jpg,milk-1,1"],
        "3: more than 2,000 products are counted on photo 'a.jpg'; correct the counts, or split "
        "the photo",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_gets_its_sentence(span, name):
    rows, sentence = FAULTS[name]
    count(span, *rows)
    assert complaints(span) == [sentence]


def test_a_missing_column_gets_its_sentence(span):
    count(span, "a.jpg,milk-0,1", header="image,sku,count")
    assert complaints(span) == [
        "1: no column 'photo' (there are: image, sku, count); add the column or rename one"
    ]


def test_another_split_is_refused_and_explained(span):
    rows = ["a.jpg,milk-0,1,train", "a.jpg,milk-1,1,train", "b.jpg,milk-0,1,test"]
    count(span, *rows, header="photo,sku,count,split")
    assert complaints(span) == [
        "2: the split is 'train', but counts without boxes only judge: their photos are always in "
        "the split 'test' (2 rows); leave the column split out"
    ]


def test_one_row_of_a_photo_says_where_it_was_taken_and_none_contradicts(span):
    rows = [
        "a.jpg,milk-0,1,,",
        "a.jpg,milk-1,1,S1,monday",
        "b.jpg,milk-0,1,S1,",
        "b.jpg,milk-1,1,S2,",
    ]
    count(span, *rows, header="photo,sku,count,store,visit")
    first, second = scan(span).photos
    assert (first.store, first.visit) == ("S1", "monday")
    assert second.store == "S1"
    assert complaints(span) == [
        "5: the store of photo 'b.jpg' is 'S2', and 'S1' in row 4; write the same in all rows of a "
        "photo"
    ]
    assert PhotoPlaces().of(span / "a.jpg") == Place("S1", "monday")


@given(st.text(max_size=6))
def test_every_text_is_a_whole_number_or_a_sentence(text):
    folder = _COUNTED
    quoted = text.replace('"', '""')
    (folder / "counts.csv").write_text(f'photo,sku,count\na.jpg,milk-0,"{quoted}"\n', newline="")
    found = read_photo_counts(folder / "counts.csv", 1, SKUS, ImageLimits())
    assert bool(found.photos) != bool(found.problems)
    for photo in found.photos:
        assert 0 <= photo.counts[0].number <= 2000


@pytest.fixture(scope="module", autouse=True)
def _counted(tmp_path_factory):
    global _COUNTED
    _COUNTED = tmp_path_factory.mktemp("counted")
    (_COUNTED / "a.jpg").write_bytes(picture(0))


def test_counts_stand_beside_boxes_of_other_photos_of_a_span(tmp_path):
    data = TinyData(tmp_path)
    (data.span / "extra.jpg").write_bytes(picture(20))
    count(data.span, "extra.jpg,milk-0,2")
    report = check_input(data.products_csv, data.shelves, DataSettings())
    assert report.photos_of_split == {"train": 3, "eval": 3, "test": 4}
    assert not report.composed
    said = str(report).splitlines()[1]
    assert "10 photos (3 train, 3 eval, 4 test; 12 boxes; 1 with counts and no boxes; " in said
    assert "3 negatives" in said and "skipped" not in said
    assert data.span / "counts.csv" in report.shelf_files


def test_a_photo_with_boxes_is_not_counted_too(tmp_path):
    data = TinyData(tmp_path)
    count(data.span, "photo-0.jpg,milk-0,1", "photo-2.jpg,milk-0,0")
    found, problems = scan_shelves(data.shelves, SKUS, DataSettings())
    assert [str(problem) for problem in problems] == [
        f"{data.span}/counts.csv: photo 'photo-0.jpg' is listed in annotations.json, too "
        "(and 1 more photo); list each photo in one of them"
    ]
    assert len(found.photos) == 9


def test_photos_listed_without_any_box_are_those_counted(tmp_path):
    span = write_span(tmp_path, 1, [Photo(f"{n}.jpg", n, ()) for n in range(3)])
    (span / "unlisted.jpg").write_bytes(picture(9))
    count(span, "0.jpg,milk-0,1", "1.jpg,milk-0,0")
    shelves = read_shelves(tmp_path, SKUS)
    assert [photo.name for photo in shelves.photos] == ["0.jpg", "1.jpg"]
    assert (shelves.unlabelled, shelves.skipped, shelves.only_counted) == (1, 1, True)


def test_spans_of_counts_alone_are_judged_on_composed_shelves_too(span, shop):
    count(span, "a.jpg,milk-0,3", "b.jpg,milk-1,0")
    report = check_input(shop.products_csv, span.parent, DataSettings())
    assert report.composed
    assert str(report).splitlines()[1] == (
        "shelves: span 1, 2 photos (0 train, 0 eval, 2 test; 0 boxes; 2 with counts and no boxes; "
        "1 unlisted file skipped); shelves to train on and to find products on are composed of "
        "the packshots"
    )


def test_counts_do_not_stand_in_for_boxes_to_judge_on(tmp_path):
    data = TinyData(tmp_path)
    for image in data.document["images"]:
        image["attributes"]["split"] = "train"
    data.save()
    (data.span / "extra.jpg").write_bytes(picture(20))
    count(data.span, "extra.jpg,milk-0,2")
    with pytest.raises(InputError, match="none of 9 photos with boxes or a label falls into"):
        check_input(data.products_csv, data.shelves, DataSettings())


def test_a_visit_that_is_trained_on_is_not_counted(tmp_path):
    data = TinyData(tmp_path)
    later = data.shelves / "span-2"
    later.mkdir()
    (later / "a.jpg").write_bytes(picture(20))
    count(later, "a.jpg,milk-0,2,v0", header="photo,sku,count,visit")
    _, (problem,) = scan_shelves(data.shelves, SKUS, DataSettings())
    assert problem.what == (
        "is in the split 'test', and 'span-1/photo-0.jpg' of the same visit 'v0' in 'train'"
    )
    assert problem.remedy == "count photos of visits that nothing is trained on"


def test_a_visit_that_is_counted_in_the_same_span_goes_to_test(tmp_path):
    for visit in map(str, range(8)):  # Some of them would be trained on.
        boxed = Photo("boxed.jpg", 1, attributes={"visit": visit})
        span = write_span(tmp_path / visit, 1, [boxed])
        (span / "a.jpg").write_bytes(picture(20))
        count(span, f"a.jpg,milk-0,2,{visit}", header="photo,sku,count,visit")
        shelves = read_shelves(span.parent, SKUS)
        assert {photo.split for photo in shelves.photos} == {"test"}


@pytest.mark.parametrize("boxed_first", [True, False])
def test_boxes_stand_before_counts_and_a_photo_stays_where_it_was(tmp_path, boxed_first):
    first, second = (1, 2) if boxed_first else (2, 1)
    write_span(
        tmp_path, first, [Photo("a.jpg", 1, attributes={"split": "train"} if boxed_first else {})]
    )
    counted = tmp_path / f"span-{second}"
    counted.mkdir()
    (counted / "again.jpg").write_bytes(picture(1))
    count(counted, "again.jpg,milk-0,2")
    (photo,) = read_shelves(tmp_path, SKUS).photos
    assert (len(photo.objects), photo.split) == (1, "train" if boxed_first else "test")


def test_a_listing_counts_such_photos_and_takes_none_for_a_negative(tmp_path):
    data = TinyData(tmp_path)
    (data.span / "extra.jpg").write_bytes(picture(20))
    count(data.span, "extra.jpg,milk-0,0", "extra.jpg,milk-5,1")
    (listed,), left_out, problems = list_spans(data.shelves, DataSettings())
    assert (listed.photos, listed.counted, listed.negatives, listed.labelled) == (10, 1, 3, 0)
    assert listed.splits == {"train": 3, "eval": 3, "test": 4}
    assert (left_out, problems) == (0, ())


def test_no_more_products_are_taken_than_the_schema_of_examples_allows():
    schema = load_schema(schema_file("shelves"))
    limits = {
        feature.name: feature.int_domain.max
        for feature in schema.feature
        if feature.name in (keys.OBJECT_COUNT, keys.PHOTO_COUNTS_COUNT)
    }
    assert set(limits.values()) == {MOST_PRODUCTS} and len(limits) == 2


def test_changed_counts_are_told(tmp_path):
    sets = []
    for name, rows in (("old", ["a.jpg,milk-0,2", "a.jpg,milk-1,1"]), ("new", ["a.jpg,milk-0,3"])):
        span = tmp_path / name / "span-1"
        span.mkdir(parents=True)
        (span / "a.jpg").write_bytes(picture(0))
        count(span, *rows)
        sets.append(read_shelves(span.parent, SKUS))
    difference = diff(*sets)
    (change,) = difference.truths
    assert change.counts == (CountChange("milk-0", 3, 2), CountChange("milk-1", None, 1))
    assert difference.skus_removed == ("milk-1",)
    assert diff(sets[0], sets[0]).nothing
    assert json.dumps([change.counts])


def test_counts_in_a_spreadsheet_are_told_to_be_saved_as_csv(span):
    (span / "counts.xlsx").write_bytes(b"PK\x03\x04")
    _, problems = scan_shelves(span.parent, SKUS, DataSettings())
    (problem,) = map(str, problems)
    assert problem.endswith(
        "span-1/counts.xlsx: is a spreadsheet, no CSV; save it as counts.csv, in the form "
        "'CSV UTF-8', to have it read"
    )
    count(span, "a.jpg,milk-0,3")
    assert not scan_shelves(span.parent, SKUS, DataSettings())[1]
