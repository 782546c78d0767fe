"""Planograms as tables, right and wrong."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.planograms.known_products import as_known
from components.planograms.read_planogram import read_planogram
from components.records.problems import InputError

HEADER = "bay,row,position,sku,facings,x,y,width,height"


@pytest.fixture
def faults(tmp_path):
    def of(*rows: str, header: str = HEADER) -> list[str]:
        file = tmp_path / "bay.csv"
        file.write_text("\n".join((header, *rows)) + "\n")
        with pytest.raises(InputError) as refused:
            read_planogram(file)
        return [str(problem).replace(f"{tmp_path}/", "") for problem in refused.value.problems]

    return of


def test_items_come_from_the_top_left_whatever_their_order(tmp_path):
    (tmp_path / "bay.csv").write_text(
        f"{HEADER}\nA,2,1,tea,3,,,,\nA,1,2,milk,1,8,40,\nA,1,1,oats,2,0,40,16,20\n"
    )
    rows = read_planogram(tmp_path / "bay.csv").rows("A")
    assert [[item.sku for item in row] for row in rows] == [["oats", "milk"], ["tea"]]
    assert rows[1][0].facings == 3
    assert rows[0][0].area is not None
    assert rows[0][0].area.width == 16
    assert rows[0][1].area is None  # without a width nobody knows where the next one is


def test_bay_and_facings_may_be_left_out_and_semicolons_do(tmp_path):
    (tmp_path / "bay.csv").write_text("Row;Position;SKU\n1;1;tea\n")
    (item,) = read_planogram(tmp_path / "bay.csv").items
    assert (item.bay, item.facings) == ("", 1)


def test_codes_of_the_catalogue_become_its_skus(tmp_path):
    (tmp_path / "bay.csv").write_text("row,position,sku\n1,1,0004711\n1,2,other\n")
    codes = {"4711": "tea", "tea": "tea"}
    planogram, strange = as_known(read_planogram(tmp_path / "bay.csv"), codes)
    assert [item.sku for item in strange] == ["other"]
    assert [item.sku for item in planogram.items] == ["tea", "other"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "A,top,1,tea,1",
            "bay.csv, row 2: row is 'top', no whole number from 1 to 10,000; count the rows of the "
            "bay from the top, from 1",
        ),
        (
            "A,1,0,tea,1",
            "bay.csv, row 2: position is '0', no whole number from 1 to 10,000; count the items of "
            "the row from the left, from 1",
        ),
        (
            "A,1,,tea,1",
            "bay.csv, row 2: position is empty, no whole number from 1 to 10,000; count the items "
            "of the row from the left, from 1",
        ),
        (
            "A,1,1,tea,1.5",
            "bay.csv, row 2: facings is '1.5', no whole number from 1 to 500; write how many stand "
            "side by side, or leave it empty for one",
        ),
        (
            "A,1,1,tea,1,0,0,-3,9",
            "bay.csv, row 2: width is '-3', no length in centimetres; write a number such as 12.5, "
            "or leave it empty",
        ),
        ("A,1,1,,1", "bay.csv, row 2: the SKU is empty; give the product its SKU or remove it"),
        ("A,1,1,tea,inf", "bay.csv, row 2: facings is 'inf', no whole number from 1 to 500; "
         "write how many stand side by side, or leave it empty for one"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_a_sentence(faults, row, sentence):
    assert faults(row) == [sentence]


def test_every_fault_is_named_and_a_place_is_taken_once(faults):
    said = faults("A,1,1,tea,1", "A,1,1,milk,1", "A,x,y,milk,1")
    assert said[0] == (
        "bay.csv, row 3: row 1, position 1 of the bay is in row 2, too; give each item its own "
        "position"
    )
    assert len(said) == 3


def test_a_table_of_another_kind_is_told_what_it_lacks(faults):
    said = faults("1,tea", header="shelf,sku")
    assert said[0].startswith("bay.csv, row 1: no column 'row'")


def test_a_planogram_without_items_is_refused(faults):
    assert faults() == ["bay.csv: plans no product; give a planogram with items"]


def test_what_no_bay_holds_is_refused(faults):
    many = [f"A,1,{at},tea,500" for at in (1, 2, 3)]
    assert faults(*many) == [
        "bay.csv: row 1 of bay 'A' has 1,500 facings, more than 1,000; name the bays that stand "
        "side by side in a column bay"
    ]
    high = [f",{at},1,tea,1" for at in range(1, 102)]
    assert faults(*high) == [
        "bay.csv: the bay has 101 rows, more than 100; count the rows of each bay from its top"
    ]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(max_size=8), max_size=9), max_size=5))
def test_whatever_a_table_holds_it_is_read_or_refused_in_sentences(tmp_path, rows):
    file = tmp_path / "bay.csv"
    text = "\n".join([HEADER, *(",".join(row) for row in rows)])
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        items = read_planogram(file).items
    except InputError as refused:
        assert all("; " in str(problem) for problem in refused.problems)
    else:
        assert all(item.facings >= 1 and item.row >= 1 for item in items)
