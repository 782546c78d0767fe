"""The lines of files of which a program writes each: feedback and predictions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from components.datasets.tables import MAX_TABLE_BYTES
from components.imaging.regular_file import regular_size
from components.importers.collected_faults import refusal
from components.records.lines import as_lines, lines_of


def text_of(line: Mapping[str, Any]) -> str:
    """Return the text of a line; strict JSON, and UTF-8 whatever a file name holds."""
    text = json.dumps(line, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def read_line_file(path: Path, remedy: str) -> list[str]:
    """Return the lines of a file.

    Args:
        path: The file.
        remedy: What to do where it is not such a file.

    Raises:
        InputError: It cannot be read, or is larger than anyone wants.
    """
    try:
        size = regular_size(path)
        if size > MAX_TABLE_BYTES:
            what = f"{size:,} bytes, more than the {MAX_TABLE_BYTES:,} allowed"
            raise refusal(path, what, "split it into several files")
        return lines_of(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise refusal(path, f"cannot be read ({error.strerror})", remedy) from error
    except UnicodeDecodeError as error:
        raise refusal(path, "is no text in UTF-8", remedy) from error


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
