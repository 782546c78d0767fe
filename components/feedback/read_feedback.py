"""Reads a feedback file, JSON Lines, within bounds and with every fault as a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from components.datasets.read_catalog import COLUMNS
from components.datasets.tables import MAX_TABLE_BYTES, read_csv
from components.feedback.parse_feedback import Feedback, Unusable, parse_line
from components.imaging.regular_file import NoRegularFile, regular_size
from components.importers.collected_faults import Faults, refusal
from components.records.skus import tidy_sku

MAX_LINE_BYTES = 4 * 1024 * 1024


def skus_of(catalog: Path) -> set[str]:
    """Return the SKUs of `products.csv`.

    Raises:
        InputError: It cannot be read.
    """
    return {tidy_sku(row.cells.get("sku", "")) for row in read_csv(catalog, COLUMNS).rows}


def read_feedback(
    file: Path, skus: Collection[str] | None, now: datetime, faults: Faults
) -> list[Feedback | Unusable]:
    """Read all lines as far as possible.

    Args:
        file: JSON Lines in UTF-8.
        skus: SKUs of the catalogue; None to take any.
        now: The time that no line may lie behind.
        faults: Takes what is wrong with lines.

    Raises:
        InputError: The file cannot be read at all, or has no line.
    """
    records: list[Feedback | Unusable] = []
    lines = 0
    try:
        size = regular_size(file)
        if size > MAX_TABLE_BYTES:
            what = f"{size:,} bytes, more than the {MAX_TABLE_BYTES:,} allowed"
            raise refusal(file, what, "split it into several files")
        for line, raw in _lines(file):
            lines += 1
            if lines == 1 and b"\0" in raw:
                raise refusal(file, "is no text in UTF-8", "give the file of JSON Lines")
            record = _read(file, line, raw, skus, now, faults)
            if record is not None:
                records.append(record)
    except FileNotFoundError as error:
        raise refusal(file, "the file does not exist", "check the path") from error
    except IsADirectoryError as error:
        raise refusal(file, "is a folder, not a file", "give the file of JSON Lines") from error
    except NoRegularFile as error:
        raise refusal(file, "is a pipe or a device", "give the file of JSON Lines") from error
    except OSError as error:
        raise refusal(
            file, f"cannot be read ({error.strerror})", "check its permissions"
        ) from error
    if not lines:
        raise refusal(file, "has no lines", "write one JSON object per corrected photo")
    return records


def _read(
    file: Path,
    line: int,
    raw: bytes,
    skus: Collection[str] | None,
    now: datetime,
    faults: Faults,
) -> Feedback | Unusable | None:
    def report(what: str, remedy: str) -> None:
        faults.add(file, line, what, remedy)

    if len(raw) > MAX_LINE_BYTES:
        report(f"is longer than {MAX_LINE_BYTES:,} bytes", "write one object per photo")
        return None
    try:
        text = raw.decode("utf-8-sig" if line == 1 else "utf-8")
    except UnicodeDecodeError as error:
        report(f"not UTF-8 at byte {error.start:,} of the line", "save the file as UTF-8")
        return None
    return parse_line(line, text.strip(), skus, now, report)


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield lines that are not blank, with their numbers; of a long one only the beginning."""
    with file.open("rb") as stream:
        number = 0
        while raw := stream.readline(MAX_LINE_BYTES + 1):
            number += 1
            if raw.strip():
                yield number, raw
            rest = raw
            while rest and not rest.endswith(b"\n"):
                rest = stream.readline(MAX_LINE_BYTES)
