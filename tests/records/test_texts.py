from hypothesis import given
from hypothesis import strategies as st

from components.records.texts import printable, tidy, writable


def test_what_fits_on_one_line_of_a_file():
    assert writable("Müsli 😀")
    assert not any(map(writable, ("a\nb", "a\0", "\x7f", "\ud800", "\udcff")))


@given(st.text(st.characters()))
def test_a_tidy_text_can_be_written(text):
    assert writable(tidy(text))
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(st.characters()))
def test_whatever_is_printable_is_utf_8_and_a_good_text_stays_as_it_is(text):
    shown = printable(text).encode("utf-8").decode("utf-8")
    assert shown == text or not writable(text)


def test_a_tidy_text_is_on_one_line():
    assert tidy(" a\0\n b\ud800") == "a b"
