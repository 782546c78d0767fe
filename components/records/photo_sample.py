"""Takes a few photos out of a split of shelf examples."""

from __future__ import annotations

from pathlib import Path

from components.records.shelf_examples import ShelfExample
from components.records.tf_example import parse, read_files


def sample_photos(split_dir: Path, count: int) -> list[bytes]:
    """Return up to `count` encoded photos, spread evenly over the split, the same every time.

    Args:
        split_dir: Folder with the record files of shelf examples.
        count: At most so many.

    Raises:
        ValueError: The split holds no photo.
    """
    files = sorted(str(path) for path in split_dir.glob("*") if path.is_file())
    total = sum(1 for _ in read_files(files))
    if total == 0:
        raise ValueError(f"{split_dir}: holds no photo")
    wanted = {step * total // min(count, total) for step in range(min(count, total))}
    return [
        ShelfExample(parse(record)).encoded
        for number, record in enumerate(read_files(files))
        if number in wanted
    ]
