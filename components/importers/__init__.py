"""Data sets in others' formats, written in the layout that OneShelf reads."""
