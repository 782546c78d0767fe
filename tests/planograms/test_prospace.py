"""Planograms of ProSpace."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.planograms.known_products import as_known
from components.planograms.read_planogram import read_planogram
from components.records.problems import InputError


def record(kind: str, **cells: object) -> str:
    """Return a record with some of its cells filled, by their number: `c4=12.5`."""
    row = [""] * 20
    row[0] = kind
    for name, value in cells.items():
        row[int(name[1:])] = str(value)
    return ",".join(row)


def product(upc: str, key: str, name: str) -> str:
    return record("Product", c1=upc, c2=key, c3=name, c5=5, c6=8, c7=5)


def fixture(y: float) -> str:
    return record("Fixture", c1=0, c2="Shelf", c4=0, c5=100, c6=y, c7=2)


def position(upc: str, key: str, x: float, y: float, facings: object = 1) -> str:
    return record("Position", c1=upc, c2=key, c4=x, c5=10, c6=y, c7=8, c14=facings)


HEAD = ("PROSPACE SCHEMATIC FILE", "; Version 2018.1.0", "; Codepage=1252", record("Project"))
BAY = (
    *HEAD,
    product("0400001", "tea", "Th\u00e9 vert\\, 20"),
    product("0400002", "milk", "Milk"),
    record("Planogram", c1="Bay 1", c3=100, c4=180),
    record("Segment", c2=1, c4=100),
    fixture(20),
    position("0400002", "milk", 30, 22, 2),
    position("0400001", "tea", 0, 22, 3),
    fixture(80),
    position("0400001", "tea", 0, 82),
    position("0400002", "milk", 0, 90),
    record("Drawing", c1=5),
)


def written(tmp_path, *lines: str, page: str = "cp1252"):
    file = tmp_path / "bay.psa"
    file.write_bytes("\r\n".join((*lines, "")).encode(page))
    return file


def test_fixtures_are_rows_from_the_top_and_x_gives_the_order(tmp_path):
    planogram = read_planogram(written(tmp_path, *BAY))
    assert planogram.bays == ("Bay 1",)
    rows = planogram.rows("Bay 1")
    assert [[(item.sku, item.facings) for item in row] for row in rows] == [
        [("tea", 1), ("milk", 1)],
        [("tea", 3), ("milk", 2)],
    ]


def test_what_hangs_on_a_board_of_pegs_is_in_rows_by_its_tops(tmp_path):
    pegs = record("Fixture", c1=7, c2="Pegboard", c4=0, c5=100, c6=0, c7=150)
    hanging = [
        record("Position", c1=upc, c2=key, c4=x, c5=10, c6=top - high, c7=high, c14=1)
        for x, top, high, upc, key in (
            (0, 140, 20, "0400001", "tea"),
            (20, 140, 35, "0400002", "milk"),
            (0, 90, 30, "0400002", "milk"),
            (20, 90, 12, "0400001", "tea"),
        )
    ]
    planogram = read_planogram(written(tmp_path, *BAY[:8], pegs, *hanging))
    rows = planogram.rows("Bay 1")
    assert [[item.sku for item in row] for row in rows] == [["tea", "milk"], ["milk", "tea"]]


def test_what_lies_in_a_bin_is_one_row(tmp_path):
    chest = record("Fixture", c1=1, c2="Bin", c4=0, c5=100, c6=0, c7=60)
    lying = [position("0400001", "tea", 0, 10), position("0400002", "milk", 30, 10)]
    planogram = read_planogram(written(tmp_path, *BAY[:8], chest, *lying))
    assert [item.row for item in planogram.items] == [1, 1]


def test_escapes_and_the_code_page_are_read(tmp_path):
    (item, *_) = read_planogram(written(tmp_path, *BAY)).items
    assert item.name == "Thé vert, 20"


def test_a_product_is_known_by_its_id_or_by_its_upc(tmp_path):
    codes = {"400001": "SKU-1", "milk": "milk"}
    planogram, _ = as_known(read_planogram(written(tmp_path, *BAY)), codes)
    assert {item.sku for item in planogram.items} == {"SKU-1", "milk"}


def test_planograms_of_one_name_are_told_apart(tmp_path):
    again = (record("Planogram", c1="Bay 1"), fixture(0), position("0400002", "milk", 0, 2))
    assert read_planogram(written(tmp_path, *BAY, *again)).bays == ("Bay 1 (1)", "Bay 1 (2)")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            ("bay,row,position", "1,2,3"),
            "bay.psa, row 1: is no ProSpace planogram: its first line is not 'PROSPACE SCHEMATIC "
            "FILE'; export the planogram again",
        ),
        (HEAD, "bay.psa, row 1: holds no planogram; export the planogram again"),
        (
            (*HEAD, position("1", "tea", 0, 0)),
            "bay.psa, row 5: a position comes before any planogram; export the planogram again",
        ),
        (
            (*BAY, position("9", "cola", 0, 82)),
            "bay.psa, row 16: the product 'cola' of the position has no record 'Product'; export "
            "the planogram again",
        ),
        (
            (*BAY, record("Position", c1="0400002", c2="milk", c4="left", c5=1, c6=1, c14=1)),
            "bay.psa, row 16: the position has no place (cells 5 to 7); export the planogram again",
        ),
        (
            (*BAY, position("0400002", "milk", 0, 82, "many")),
            "bay.psa, row 16: the position has no number of facings up to 500 (cell 15); export "
            "the planogram again",
        ),
        (
            (*BAY, record("Fixture", c6="up")),
            "bay.psa, row 16: the fixture has no place (cells 7 and 8); export the planogram again",
        ),
        (
            (*BAY, record("Position", c4=0, c5=1, c6=1, c14=1)),
            "bay.psa, row 16: the SKU is empty; give the product its SKU or remove it",
        ),
    ],
)
def test_what_is_wrong_is_a_sentence(tmp_path, lines, sentence):
    with pytest.raises(InputError) as refused:
        read_planogram(written(tmp_path, *lines))
    assert str(refused.value.problems[0]).replace(f"{tmp_path}/", "") == sentence


def test_a_code_page_that_nobody_knows_is_named(tmp_path):
    file = tmp_path / "bay.psa"
    file.write_bytes(b"PROSPACE SCHEMATIC FILE\r\n; Codepage=9999\r\nProject,\xe9\r\n")
    with pytest.raises(InputError, match="is no text in code page 9999"):
        read_planogram(file)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.integers(0, 12))
def test_whatever_stands_in_it_is_read_or_refused(tmp_path, noise, at):
    file = tmp_path / "bay.psa"
    lines = [line.encode("cp1252") for line in BAY]
    file.write_bytes(b"\r\n".join([*lines[:at], noise, *lines[at:]]))
    try:
        assert read_planogram(file).items
    except InputError as refused:
        assert all("; " in str(problem) for problem in refused.problems)
