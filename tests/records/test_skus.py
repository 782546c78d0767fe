import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.records.skus import SKU_BYTES, look, oddities, sku_fault, tidy_sku, what_differs

WRITTEN = {
    "plain": ("milk 1", "milk 1", ""),
    "spaces around it": (" 4711\t", "4711", ""),
    "zero width space": ("47\u200b11", "4711", "is written with U+200B ZERO WIDTH SPACE"),
    "byte order mark": ("\ufeff4711", "4711", "is written with U+FEFF ZERO WIDTH NO-BREAK SPACE"),
    "word joiner": ("4711\u2060", "4711", "is written with U+2060 WORD JOINER"),
    "no-break space": ("a\u00a0b\u00a0", "a b", "is written with U+00A0 NO-BREAK SPACE"),
    "line separator": ("a\u2028b", "a b", "is written with U+2028 LINE SEPARATOR"),
    "control character in front": (
        "\x1f0012",
        "0012",
        "is written with the control character U+001F",
    ),
    "letters and accents apart": (
        "Mu\u0308sli",
        "M\u00fcsli",
        "has letters and accents apart (Unicode's form NFD, not the normal NFC)",
    ),
    "formula": ('="0012345"', "0012345", 'is written as ="0012345" to keep its zeros'),
    "apostrophe": ("'0012", "0012", "is written as '0012 to keep its zeros"),
    "quotes": ('"4711"', "4711", 'is written in quotes, "4711"'),
    "single quotes": ("'4711'", "4711", "is written in quotes, '4711'"),
    "sign of inches": ('5"', '5"', ""),
    "Persian with its joiner": ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e", ""),
    "emoji of several people": ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469", ""),
    "like a missing value": ("NA", "NA", ""),
    "like a formula": ("=1+1", "=1+1", ""),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_a_written_sku_is_read(case):
    text, sku, odd = WRITTEN[case]
    assert tidy_sku(text) == sku
    assert oddities(text) == odd


@given(st.text())
def test_what_is_read_is_read_the_same_again(text):
    sku = tidy_sku(text)
    assert tidy_sku(sku) == sku
    assert oddities(sku) == ""


@given(st.text(st.characters(blacklist_categories=["Cc"])))
def test_the_form_of_letters_decides_nothing(text):
    forms = {tidy_sku(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(forms) == 1


FAULTS = {
    "": "the SKU is empty",
    "unknown_product": "the SKU 'unknown_product' is reserved for products outside the catalogue",
    "companion:a": "the SKU 'companion:a' begins like those of products that OneShelf makes up",
    "a\nb": "the SKU 'a\\nb' contains a control character or is not UTF-8",
    "a\ud800": "the SKU 'a\\ud800' contains a control character or is not UTF-8",
    "4.00638E+12": "the SKU '4.00638E+12' is a number that a spreadsheet has rounded",
    "4,00638E+12": "the SKU '4,00638E+12' is a number that a spreadsheet has rounded",
    "4.00638E12": "the SKU '4.00638E12' is a number that a spreadsheet has rounded",
    "4E+12": "the SKU '4E+12' is a number that a spreadsheet has rounded",
    "4e+07": "the SKU '4e+07' is a number that a spreadsheet has rounded",
    "#N/A": "the SKU '#N/A' is what a spreadsheet shows for a cell that it has no value for",
    "#####": "the SKU '#####' is what a spreadsheet shows for a cell that it has no value for",
    "ы" * 65: f"the SKU '{'ы' * 65}' has 130 bytes in UTF-8, more than the 128 allowed",
}


@pytest.mark.parametrize("sku", FAULTS)
def test_a_sku_that_cannot_be_kept_gets_its_sentence(sku):
    assert sku_fault(sku).what == FAULTS[sku]


@pytest.mark.parametrize(
    "sku", ["a", "ы" * (SKU_BYTES // 2), "1E5", "5.5E27", "../x", "a/b", "😀", "-5", "#1"]
)
def test_odd_skus_can_be_kept(sku):
    assert tidy_sku(sku) == sku
    assert sku_fault(sku) is None


@pytest.mark.parametrize(
    ("sku", "other", "said"),
    [
        ("0012", "12", "in leading zeros"),
        ("ABC", "abc", "in capital letters"),
        ("a  b", "a b", "in spaces"),
        ("１2", "12", "in U+FF11 FULLWIDTH DIGIT ONE"),
    ],
)
def test_skus_that_are_easily_confused(sku, other, said):
    assert look(sku) == look(other)
    assert what_differs(sku, other) == said
