"""Tables are read back whatever program wrote them; nothing is raised but an InputError."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.datasets.tables import read_csv
from components.records.problems import InputError

CELLS = st.text(st.characters(blacklist_categories=["Cc", "Cs"]), max_size=8)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("table") / "table.csv"


@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5),
    separator=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    header=st.sampled_from([("sku", "name", "more"), ("SKU", " Name", "more")]),
    told=st.booleans(),
)
def test_cells_are_read_as_they_were_written(file, rows, separator, end, encoding, header, told):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end).writerows([header, *rows])
    first = f"sep={separator}{end}" if told and end != "\r" else ""
    file.write_bytes((first + text.getvalue()).encode(encoding))
    table = read_csv(file, ("sku", "name"))
    stripped = [tuple(cell.strip(" ") for cell in row) for row in rows]
    assert [tuple(row.cells.values()) for row in table.rows] == [
        row for row in stripped if any(row)
    ]
    assert all(list(row.cells) == ["sku", "name", "more"] for row in table.rows)
    assert table.remarks == ()


@given(st.binary(max_size=200), st.sampled_from([b"", b"sku,name\n", b"sku;name\n"]))
def test_any_bytes_are_a_table_or_a_sentence(file, content, header):
    file.write_bytes(header + content)
    try:
        table = read_csv(file, ("sku", "name"))
    except InputError as error:
        assert str(error)
    else:
        assert all(row.line > 0 for row in table.rows)


@given(st.text("äöüéèñç aAbB123", min_size=1, max_size=12).filter(lambda text: not text.isascii()))
def test_western_text_of_windows_is_read_where_accents_are_rare(file, name):
    file.write_bytes(f"sku;name\n1;x{name}x\n".encode("cp1252"))
    try:
        table = read_csv(file, ("sku", "name"))
    except InputError as error:
        assert "not UTF-8" in str(error)
        return
    assert table.rows[0].cells["name"] == f"x{name}x"
    assert "read as Windows-1252" in table.remarks[0].what
