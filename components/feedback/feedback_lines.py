"""The lines of a feedback file that a program writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from components.importers.collected_faults import refusal
from components.records.lines import as_lines


def text_of(line: Mapping[str, Any]) -> str:
    """Return the text of a line; strict JSON, and UTF-8 whatever a file name holds."""
    text = json.dumps(line, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def new_line_file(path: Path, lines: Iterable[str]) -> None:
    """Write a file that must not be there yet: it may hold a person's corrections.

    Raises:
        InputError: It is there, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(as_lines(lines))
    except FileExistsError as error:
        what = "is there already, maybe with corrections"
        raise refusal(path, what, "remove it, or name another file with --out") from error
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise refusal(path, what, "name another file with --out") from error


def replace_line_file(path: Path, lines: Iterable[str]) -> None:
    """Write a file anew in one step: whoever reads it finds the old text or the new one.

    Raises:
        InputError: It cannot be written.
    """
    fresh = path.with_name(f".{path.name}.fresh")
    try:
        fresh.write_text(as_lines(lines), encoding="utf-8", newline="\n")
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        what = f"cannot be written ({error.strerror})"
        raise refusal(path, what, "check its permissions") from error
