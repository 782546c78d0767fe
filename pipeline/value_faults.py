"""What is wrong with a value, in this project's words; pydantic's are for programmers."""

import re
from collections.abc import Mapping
from typing import Any

_EXPECTED = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "expected a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "expected a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "expected true or false"),
    "string_type": "expected a text",
}
"""Sentences for kinds of fault that pydantic describes clumsily."""
_PERCENT = re.compile(r"\s*(\d{1,3}(?:\.\d{1,6})?)\s*%\s*")


def in_words(fault: Mapping[str, Any]) -> str:
    """Say what is wrong.

    Args:
        fault: One of the `errors()` of pydantic's ValidationError.
    """
    said = fault["msg"].removeprefix("Value error, ").removesuffix(".")
    reason = _EXPECTED.get(fault["type"]) or said
    value = fault["input"]
    names_it = isinstance(value, dict | list) or repr(value) in reason
    given = "" if names_it else f", not {value!r}"
    return f"{reason[0].lower()}{reason[1:]}{given}{_share(fault['type'], value)}"


def _share(kind: str, value: object) -> str:
    """Return how to write a number that was given as a percentage."""
    percent = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if kind != "float_parsing" or percent is None:
        return ""
    return f"; write {float(percent[1]) / 100:g}"
