"""Share, expected products and the list to act on."""

import json

import openpyxl
import pytest
from tiny_shelf import shelf_record

from components.planograms.planogram import PlannedItem, Planogram
from components.predict.table_files import xlsx_sheets
from components.records.prediction import PredictionRecord
from components.records.problems import InputError
from components.shelf.answer_tables import tables
from components.shelf.answers import answers_of
from components.shelf.answers_json import to_json
from components.shelf.expected import read_expected_list

PRODUCTS = {
    "A": {"name": "Apple tea", "brand": "Moo", "category": "tea", "price": "1,50"},
    "B": {"name": "Black tea", "brand": "Moo", "category": "tea", "price": "9"},
    "C": {"name": "Cocoa", "brand": "", "category": "cocoa", "price": "x"},
}


def planned(*skus: str) -> Planogram:
    return Planogram(tuple(PlannedItem("", 1, at, sku) for at, sku in enumerate(skus, start=1)))


def test_shares_add_up_and_unknown_products_are_one_of_them():
    answers = answers_of([shelf_record("AABC?")], None, {}, PRODUCTS)
    by = {(share.by, share.of): share for share in answers.shares}
    assert by["brand", "Moo"].facings == 3
    assert by["brand", "Moo"].facing_share == pytest.approx(3 / 5)
    assert by["brand", "(not said)"].linear_share == pytest.approx(1 / 5)
    assert by["brand", "unknown_product"].facings == 1
    for kind in ("brand", "category", "sku"):
        of_kind = [share for share in answers.shares if share.by == kind]
        assert sum(share.facing_share for share in of_kind) == pytest.approx(1)
        assert sum(share.linear_share for share in of_kind) == pytest.approx(1)


def test_without_brands_there_is_no_share_of_them():
    answers = answers_of([shelf_record("AB")], None, {}, {"A": {"name": "Apple tea"}})
    assert {share.by for share in answers.shares} == {"sku"}


def test_an_expected_product_is_ok_low_or_missing_wherever_it_stands():
    answers = answers_of([shelf_record("AB", "B")], None, {"A": 1, "B": 3, "C": 1}, PRODUCTS)
    assert [each.status for each in answers.expected] == ["ok", "low", "missing"]
    assert [task.what for task in answers.tasks] == [
        "put 1 × Cocoa (C) on the shelf",
        "put 1 × Black tea (B) on the shelf",
    ]


def test_what_is_missing_comes_first_and_of_that_what_is_worth_most():
    plan = planned("A", "D", "B", "E", "C")
    answers = answers_of([shelf_record(" D?EC", "XF")], plan, {}, PRODUCTS)
    assert [(task.kind, task.sku) for task in answers.tasks] == [
        ("missing", "B"),
        ("missing", "A"),
        ("extra", "X"),
        ("extra", "F"),
        ("unknown", "unknown_product"),
    ]
    assert answers.tasks[0].value == 9
    assert answers.tasks[0].what == (
        "put 1 × Black tea (B) at row 1, position 3, where an unknown product stands"
    )
    assert answers.tasks[0].box is not None


def test_what_is_misplaced_is_told_once_with_both_places():
    plan = Planogram(
        (*planned("A", "B", "D").items, PlannedItem("", 2, 1, "E"), PlannedItem("", 2, 2, "F"))
    )
    answers = answers_of([shelf_record("A D", "EFB")], plan, {}, PRODUCTS)
    assert [task.what for task in answers.tasks] == [
        "move Black tea (B) from row 2, place 3 of the picture to row 1, position 2"
    ]


def test_facings_that_are_to_be_moved_together_are_one_line():
    plan = Planogram(
        (
            *planned("A", "B", "D").items,
            PlannedItem("", 2, 1, "E"),
            PlannedItem("", 2, 2, "C", 2),
            PlannedItem("", 2, 3, "F"),
        )
    )
    answers = answers_of([shelf_record("ACCBD", "E  F")], plan, {}, PRODUCTS)
    (task,) = answers.tasks
    assert task.what == (
        "move 2 × Cocoa (C) from row 1, places 2 and 3 of the picture to row 2, position 2"
    )
    assert task.facings == 2
    assert task.box == (138, 50, 286, 200)


@pytest.mark.parametrize(("group", "kinds"), [("teas", []), ("", ["missing", "misplaced"])])
def test_of_products_that_nothing_tells_apart_the_planned_one_is_believed(group, kinds):
    products = {sku: {"name": sku, "group": group} for sku in "AB"}
    plan = planned("A", "B", "D", "E")
    answers = answers_of([shelf_record("AADE")], plan, {}, products)
    assert [task.kind for task in answers.tasks] == kinds


def test_answers_are_strict_json_and_tables(tmp_path):
    broken = PredictionRecord("bad.jpg", error="is no photo")
    answers = answers_of([shelf_record("AB?"), broken], planned("A", "B", "C"), {"C": 1}, PRODUCTS)
    document = json.loads(to_json(answers))
    assert document["photos"][1] == {"photo": "bad.jpg", "error": "is no photo"}
    assert [facing["sku"] for facing in document["rows"][0]["facings"]] == [
        "A", "B", "unknown_product",
    ]  # fmt: skip
    assert document["counts"] == [
        {"sku": sku, "shown": 1, "expected": 0.91, "low": 0, "high": 1} for sku in "AB"
    ]
    assert document["planogram"]["items"][2]["status"] == "missing"
    found = tables(answers)
    assert list(found) == ["to_do", "items", "expected", "facings", "gaps", "share", "counts"]
    assert all(len(row) == len(header) for header, rows in found.values() for row in rows)
    xlsx_sheets(tmp_path / "shelf.xlsx", found)
    book = openpyxl.load_workbook(tmp_path / "shelf.xlsx")
    assert book.sheetnames == list(found)
    assert book["items"]["D2"].value == "A"


def test_a_list_of_expected_products_gives_the_fewest_facings(tmp_path):
    (tmp_path / "list.csv").write_text("sku,min_facings\nA,3\nB,\n0012,2\n")
    assert read_expected_list(tmp_path / "list.csv") == {"A": 3, "B": 1, "0012": 2}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "sku,min_facings\nA,few\n",
            "list.csv, row 2: min_facings is 'few', no whole number from 1 to 500; write how many "
            "facings there must be, or leave it empty for one",
        ),
        ("sku\n", "list.csv: lists no product; add one row per product"),
        (
            "sku\nunknown_product\n",
            "list.csv, row 2: the SKU 'unknown_product' is reserved for products outside the "
            "catalogue; choose another SKU",
        ),
    ],
)
def test_a_list_that_cannot_be_used_is_told_why(tmp_path, text, sentence):
    (tmp_path / "list.csv").write_text(text)
    with pytest.raises(InputError) as refused:
        read_expected_list(tmp_path / "list.csv")
    assert str(refused.value).replace(f"{tmp_path}/", "") == sentence
