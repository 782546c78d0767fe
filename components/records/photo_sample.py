"""Takes a few photos out of an Examples artifact."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import tensorflow as tf


def sample_photos(split_dir: Path, count: int) -> list[bytes]:
    """Return up to `count` encoded photos, spread evenly over the split, the same every time.

    Args:
        split_dir: Folder with gzip TFRecords of tf.Example that hold `image/encoded`.
        count: At most so many.

    Raises:
        ValueError: The split holds no photo.
    """
    files = sorted(str(path) for path in split_dir.glob("*") if path.is_file())
    total = sum(1 for _ in _records(files))
    if total == 0:
        raise ValueError(f"{split_dir}: holds no photo")
    wanted = {step * total // min(count, total) for step in range(min(count, total))}
    return [_encoded_photo(record) for at, record in enumerate(_records(files)) if at in wanted]


def _records(files: Sequence[str]) -> Iterator[bytes]:
    if files:
        dataset = tf.data.TFRecordDataset(files, compression_type="GZIP")
        yield from dataset.as_numpy_iterator()


def _encoded_photo(record: bytes) -> bytes:
    example = tf.train.Example.FromString(record)
    return bytes(example.features.feature["image/encoded"].bytes_list.value[0])
