"""Makes the record files of a stage on Beam, or takes those that the store has."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import apache_beam as beam
import cv2
import tensorflow as tf

from components.records.shard_store import ShardStore, key_of, link_or_copy

_LIBRARIES = ("albumentations", "numpy", "opencv-python-headless", "pillow", "tensorflow")

# Photos do not compress any further; trying to took most of the time of writing them.
_GZIP = tf.io.TFRecordOptions(compression_type="GZIP", compression_level=0)


class MakeShards(beam.DoFn):
    """Makes one file of records per element, by name and folder.

    A file's bytes depend on nothing but its element: not on the runner, nor on what else is made.
    So a file out of the store is the one that would be made anew. Yields the files' names.
    """

    def __init__(self, store: ShardStore, metrics: str) -> None:
        """Prepare.

        Args:
            store: Of the stage.
            metrics: Namespace of the counters `shards_made` and `shards_reused`.
        """
        self._store = store
        self._made = beam.metrics.Metrics.counter(metrics, "shards_made")
        self._reused = beam.metrics.Metrics.counter(metrics, "shards_reused")

    def setup(self) -> None:
        """Take one core: other workers stand beside this one."""
        cv2.setNumThreads(1)

    def process(self, work: Any) -> Iterator[Any]:
        """Make the file of one element, or find it. What `records` raises leaves no file."""
        key = key_of(self.key(work), _versions())
        entry = self._store.get(key)
        if entry is None:
            entry = self._store.put(key, lambda path: write_records(path, self.records(work)))
            self._made.inc()
        else:
            self._reused.inc()
            self.found(work, entry.records)
        link_or_copy(entry.path, Path(self.target(work)))
        yield self.target(work)

    @abstractmethod
    def key(self, work: Any) -> str:
        """Return the key of all that decides the file's bytes, but for libraries."""

    @abstractmethod
    def target(self, work: Any) -> str:
        """Return where the file belongs."""

    @abstractmethod
    def records(self, work: Any) -> Iterable[bytes]:
        """Yield the serialised examples, in an order of their own."""

    def found(self, work: Any, records: int) -> None:
        """Take note that the store had the file, of so many records."""


@cache
def _versions() -> tuple[str, ...]:
    """Return the versions of the libraries that make pixels and bytes."""
    return tuple(version(name) for name in _LIBRARIES)


def counted(pipeline: beam.Pipeline, metrics: str) -> str:
    """Return the counters of a pipeline that has run, by name: ``3 shards_made, 9 …``."""
    found = pipeline.result.metrics().query(beam.metrics.MetricsFilter().with_namespace(metrics))
    counts: Counter[str] = Counter()
    for counter in found["counters"]:
        counts[counter.key.metric.name] += counter.result
    return ", ".join(f"{counts[name]} {name}" for name in sorted(counts))


def write_records(path: Path, records: Iterable[bytes]) -> int:
    """Write a gzip TFRecord, the same bytes for the same records; return how many there were."""
    count = 0
    with tf.io.TFRecordWriter(str(path), _GZIP) as out:
        for record in records:
            out.write(record)
            count += 1
    return count
