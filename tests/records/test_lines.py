import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.records.lines import as_lines, lines_of


@given(st.lists(st.text(st.characters(blacklist_characters="\n\r", blacklist_categories=["Cs"]))))
def test_lines_are_read_as_they_were_written(tmp_path_factory, things):
    file = tmp_path_factory.getbasetemp() / "lines.txt"
    file.write_text(as_lines(things), encoding="utf-8")
    assert lines_of(file.read_text(encoding="utf-8")) == things


def test_a_thing_of_two_lines_is_refused():
    for end in ("\n", "\r"):
        with pytest.raises(ValueError, match="does not fit on one line"):
            as_lines(["one", f"a{end}b"])


def test_line_ends_of_other_systems_do_no_harm():
    assert lines_of("a\r\nb\r\n") == ["a", "b"]
    assert lines_of("a\nb") == ["a", "b"]
    assert lines_of("") == []
