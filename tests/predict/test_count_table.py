from datetime import datetime, timedelta, timezone
from pathlib import Path

import openpyxl
import pytest

from components.artifacts.product_table import read_products, write_products
from components.datasets.photo_places import Place
from components.predict.count_table import CountTable
from components.predict.count_totals import CountTotals
from components.predict.expected_products import read_expected
from components.predict.table_files import csv_table, xlsx_table
from components.records.prediction import Origin, PredictionRecord
from components.records.problems import InputError
from components.runtime.system_errors import system_error_of

PRODUCTS = {"milk": {"name": "Milk 3%", "category": "Dairy", "gtin": "0400638"}}
NOON = datetime(2026, 5, 31, 14, 0, tzinfo=timezone(timedelta(hours=2)))


def table_of(record, expected=()):
    table = CountTable(PRODUCTS, expected)
    rows = table.rows(record, Place("S1", "monday"), NOON)
    return [dict(zip(table.header, row, strict=True)) for row in rows]


def photo(counts):
    return PredictionRecord("a.jpg", 9, 9, (), counts, None, Origin(3, "c0ffee"), 0.5)


def test_a_row_says_what_is_known():
    assert table_of(photo({"milk": 4})) == [
        {
            "photo": "a.jpg",
            "store": "S1",
            "visit": "monday",
            "sku": "milk",
            "name": "Milk 3%",
            "category": "Dairy",
            "gtin": "0400638",
            "count": 4,
            "release": 3,
            "index": "c0ffee",
            "threshold": 0.5,
            "time": NOON,
            "error": "",
        }
    ]


def test_expected_products_have_a_row_found_or_not():
    rows = table_of(photo({"oat": 1, "milk": 2}), ("tea", "milk"))
    assert [(row["sku"], row["count"]) for row in rows] == [("tea", 0), ("milk", 2), ("oat", 1)]


def test_every_photo_has_a_row():
    (empty,) = table_of(photo({}))
    assert (empty["sku"], empty["count"], empty["error"]) == ("", 0, "")
    (bad,) = table_of(PredictionRecord("b.jpg", error="no such file"), ("milk",))
    assert (bad["photo"], bad["count"], bad["error"]) == ("b.jpg", "", "no such file")


def test_columns_of_a_catalogue_keep_apart_from_those_of_the_table():
    table = CountTable({"milk": {"name": "Milk", "category": "", "store": "cold"}})
    (row,) = table.rows(photo({"milk": 1}), Place("S1"), NOON)
    told = dict(zip(table.header, row, strict=True))
    assert (told["store"], told["product_store"]) == ("S1", "cold")


def test_texts_stay_texts_in_a_spreadsheet(tmp_path):
    with xlsx_table(tmp_path / "t.xlsx", ["sku", "count"]) as write:
        write(["0400638", 2])
        write(["=1+1", 1])
        write(["a\x00b\ud800", 0])
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    cells = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert cells[0] == [("0400638", "s"), (2, "n")]
    assert cells[1][0] == ("=1+1", "s")
    assert cells[2][0] == ("a\ufffdb\ufffd", "s")


def test_a_spreadsheet_has_times_a_filter_and_a_sheet_of_totals(tmp_path):
    table = CountTable(PRODUCTS, ("tea",))
    with xlsx_table(tmp_path / "t.xlsx", table.header, CountTotals(table.header)) as write:
        records = (
            photo({"milk": 2}),
            photo({"milk": 3}),
            photo({}),
            PredictionRecord("b.jpg", error="x"),
        )
        for record in records:
            for row in table.rows(record, Place("S1"), NOON):
                write(row)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    counts, totals = book["counts"], book["totals"]
    assert (counts.freeze_panes, counts.auto_filter.ref) == ("A2", "A1:M7")
    assert counts["A1"].font.bold and counts.column_dimensions["A"].width > 30
    time = counts.cell(2, table.header.index("time") + 1)
    assert (time.is_date, time.value) == (True, datetime(2026, 5, 31, 12))
    assert list(totals.iter_rows(values_only=True)) == [
        ("sku", "name", "photos", "count"),
        ("milk", "Milk 3%", 2, 5),
        ("tea", "tea", 0, 0),
    ]


def test_times_in_a_csv_name_their_zone(tmp_path):
    with csv_table(tmp_path / "t.csv", ["time"]) as write:
        write([datetime(2026, 5, 31, 12, tzinfo=timezone.utc)])
    assert (tmp_path / "t.csv").read_text().splitlines()[1] == "2026-05-31T12:00:00+00:00"


def test_a_csv_takes_any_name_of_a_photo(tmp_path):
    with csv_table(tmp_path / "t.csv", ["photo", "count"]) as write:
        write(["a,\udcff.jpg", 2])
    assert (tmp_path / "t.csv").read_text().splitlines()[1] == '"a,\\udcff.jpg",2'


def test_products_read_back_the_first_row_of_a_sku_counts(tmp_path):
    milk = {"name": "Milk, 3%", "category": ""}
    write_products(
        tmp_path / "p.csv",
        [("milk", milk), ("milk", {"name": "other"}), ("tea", {"name": "Tea", "brand": "T\nB"})],
    )
    assert read_products(tmp_path / "p.csv") == {
        "milk": {"name": "Milk, 3%", "category": "", "brand": ""},
        "tea": {"name": "Tea", "category": "", "brand": "T\nB"},
    }


def test_what_could_never_be_found_is_not_expected(tmp_path):
    file = tmp_path / "expected.csv"
    file.write_text("sku,name\nmilk,Milk\nmilks,Milk\n,x\nmilk,again\n")
    with pytest.raises(InputError) as refused:
        read_expected(file, {"milk", "tea"})
    first, second = map(str, refused.value.problems)
    assert "row 3: SKU 'milks' is not in the index" in first
    assert "did you mean 'milk'?" in first
    assert "row 4: the sku is empty" in second
    file.write_text("sku\ntea\nmilk\ntea\n")
    assert read_expected(file, {"milk", "tea"}) == ("tea", "milk")


def test_an_expected_list_without_products_is_refused(tmp_path):
    (tmp_path / "expected.csv").write_text("sku\n")
    with pytest.raises(InputError, match="lists no product"):
        read_expected(tmp_path / "expected.csv", {"milk"})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("table", [csv_table, xlsx_table])
def test_a_full_disk_names_the_table(table):
    with pytest.raises(OSError) as caught, table(Path("/dev/full"), ["photo"]) as write:
        write(["a.jpg"])
    assert system_error_of(caught.value) == (
        "/dev/full: No space left on device; make room and try again"
    )


@pytest.mark.parametrize("table", [csv_table, xlsx_table])
def test_a_table_that_is_not_finished_leaves_the_earlier_one(table, tmp_path):
    path = tmp_path / "table"
    path.write_text("of yesterday")
    with pytest.raises(KeyboardInterrupt), table(path, ["photo"]) as write:
        write(["a.jpg"])
        assert path.read_text() == "of yesterday"
        raise KeyboardInterrupt
    assert path.read_text() == "of yesterday"
    assert list(tmp_path.iterdir()) == [path]
