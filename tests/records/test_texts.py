from hypothesis import given
from hypothesis import strategies as st

from components.records.texts import line_fault, printable, tidy, writable


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
    assert writable(shown)
    assert shown == text or not text.isprintable()
    assert len(shown.splitlines()) <= 1


def test_what_steers_a_terminal_is_spelt_out():
    assert printable("a\x1b[31m\n\x9b\u202eb\udcff") == r"a\x1b[31m\n\x9b\u202eb\udcff"
    assert printable("Müsli 👩‍🍳 \u00a0") == "Müsli 👩‍🍳 \u00a0"


def test_a_text_that_is_no_line_says_why():
    assert line_fault("Ann", 3) is None
    assert line_fault("Anna", 3) == ("has 4 letters, more than 3", "shorten it")
    assert line_fault("\x1b", 3) == ("contains a control character", "remove the character")


def test_a_tidy_text_is_on_one_line():
    assert tidy(" a\0\n b\ud800") == "a b"
