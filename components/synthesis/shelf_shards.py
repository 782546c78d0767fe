"""Files of shelves composed from packshots, made on Beam's workers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import apache_beam as beam
from apache_beam.utils.shared import Shared

from components.records.catalog_examples import packshot_of
from components.records.shard_store import ShardStore, key_of
from components.records.shards import MakeShards
from components.records.splits import TO_JUDGE_ON
from components.records.tf_example import parse, read_files, serialize
from components.synthesis.augment_progress import AUGMENT, METRICS, report
from components.synthesis.augment_settings import AugmentSettings
from components.synthesis.distractors import distractors
from components.synthesis.shelf_composer import ShelfComposer

_OF_OTHERS = {
    "level",
    "variants",
    "max_side",
    "composed_train",
    "composed_eval",
    "composed_test",
}
"""Settings that decide nothing about what a composed shelf of a given number looks like."""

TOGETHER = 64
"""Composed shelves in one file."""


def stretches(counts: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    """Yield split, first number and end of the shelves of each file.

    Args:
        counts: How many there will be of each split.
    """
    for split, count in counts.items():
        for start in range(0, count, TOGETHER):
            yield split, start, min(start + TOGETHER, count)


class MakeShelfShards(MakeShards):
    """Makes a file of composed shelves; its work is a stretch of them: (split, first, end)."""

    def __init__(
        self,
        store: ShardStore,
        settings: AugmentSettings,
        code_hash: str,
        folders: Mapping[str, str],
        shared: Shared,
        catalogs: tuple[Sequence[str], Sequence[str]],
        counts: Mapping[str, int],
        stage: str = AUGMENT,
    ) -> None:
        """Prepare.

        Args:
            store: Of the stage.
            settings: What shelves look like.
            code_hash: Hash of the source this stage depends on.
            folders: Of the splits.
            shared: Holds what all threads of a process share.
            catalogs: Record files of the catalogue, and of the companions.
            counts: How many there will be of each split.
            stage: The one that composes, for progress.
        """
        super().__init__(store, METRICS)
        self._settings = settings
        self._code_hash = code_hash
        self._folders = folders
        self._shared = shared
        self._catalogs = catalogs
        self._counts = counts
        self._stage = stage
        self._composed = beam.metrics.Metrics.counter(METRICS, "composed")

    def setup(self) -> None:
        """Load the packshots, encoded, once per process."""
        super().setup()
        self._products = self._shared.acquire(self._load)

    def key(self, work: tuple[str, int, int]) -> str:
        """Return the key: the packshots, and what decides shelves."""
        settings = self._settings.model_dump(exclude=_OF_OTHERS)
        return key_of("compose", self._code_hash, settings, self._products.digest, work)

    def target(self, work: tuple[str, int, int]) -> str:
        """Return the file of a stretch of shelves."""
        split, start, _ = work
        return f"{self._folders[split]}/composed-{start:06d}.gz"

    def records(self, work: tuple[str, int, int]) -> Iterator[bytes]:
        """Yield the serialised shelves."""
        split, start, end = work
        composer = self._products.composer
        for number in range(start, end):
            self._composed.inc()
            yield serialize(composer.compose(split, number))
            self._report(number, number + 1, split)

    def found(self, work: tuple[str, int, int], records: int) -> None:
        """Count the shelves as done."""
        split, start, end = work
        self._report(start, end, split)

    def _report(self, before: int, done: int, split: str) -> None:
        what = f"shelves composed for {split}"
        report(before, done, self._counts[split], what, self._stage)

    def _load(self) -> _Products:
        return _Products(self._catalogs, self._settings, to_judge_on=TO_JUDGE_ON in self._counts)


class _Packshots(NamedTuple):
    packshots: dict[str, list[bytes]]
    held_out: frozenset[str]
    digest: str


class _Products:
    """The packshots of a process, and the composer, which is built when it is first needed."""

    def __init__(
        self,
        catalogs: tuple[Sequence[str], Sequence[str]],
        settings: AugmentSettings,
        to_judge_on: bool,
    ) -> None:
        self._catalog, self._companions = map(_read_packshots, catalogs)
        self._settings = settings
        self._to_judge_on = to_judge_on
        self._composer: ShelfComposer | None = None
        self.digest = (self._catalog.digest, self._companions.digest)

    @property
    def composer(self) -> ShelfComposer:
        if self._composer is None:
            self._composer = ShelfComposer(
                self._catalog.packshots,
                self._catalog.held_out | self._companions.held_out,
                distractors(self._to_judge_on),
                self._settings,
                self._companions.packshots,
            )
        return self._composer


def _read_packshots(files: Sequence[str]) -> _Packshots:
    """Read a catalogue's examples; the order in which its files hold them does not count."""
    views: dict[str, dict[int, bytes]] = {}
    held_out: set[str] = set()
    digests: list[bytes] = []
    for record in read_files(files):
        packshot = packshot_of(parse(record))
        views.setdefault(packshot.sku, {})[packshot.view] = packshot.encoded
        if packshot.held_out:
            held_out.add(packshot.sku)
        digests.append(hashlib.sha256(record).digest())
    packshots = {sku: [of[view] for view in sorted(of)] for sku, of in sorted(views.items())}
    digest = hashlib.sha256(b"".join(sorted(digests))).hexdigest()
    return _Packshots(packshots, frozenset(held_out), digest)
