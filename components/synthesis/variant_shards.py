"""Files of variants of training photos, made on Beam's workers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apache_beam as beam

from components.records.digests import file_digest
from components.records.shard_store import ShardStore, key_of, link_or_copy
from components.records.shards import MakeShards
from components.records.tf_example import parse, read_files, serialize
from components.synthesis.augment_progress import METRICS, report
from components.synthesis.augment_settings import AugmentSettings
from components.synthesis.variants.augmentation import augmentation
from components.synthesis.variants.photo_variant import make_variant

_OF_COMPOSED_SHELVES = {
    "composed_train",
    "composed_eval",
    "composed_test",
    "companion_families",
    "companion_share",
    "lookalike_share",
    "negative_share",
    "scene",
}
"""Settings that decide nothing about variants."""


class MakeVariantShards(MakeShards):
    """Makes the variants of a file of training photos."""

    def __init__(
        self, store: ShardStore, settings: AugmentSettings, code_hash: str, folder: str, total: int
    ) -> None:
        """Prepare.

        Args:
            store: Of the stage.
            settings: How photos are varied.
            code_hash: Hash of the source this stage depends on.
            folder: Where the files go.
            total: Photos in all, for progress.
        """
        super().__init__(store, METRICS)
        self._settings = settings
        self._code_hash = code_hash
        self._folder = folder
        self._total = total
        self._done = 0
        self._variants = beam.metrics.Metrics.counter(METRICS, "variants")
        self._objects = {
            fate: beam.metrics.Metrics.counter(METRICS, f"objects_{fate}")
            for fate in ("kept", "difficult", "dropped")
        }

    def setup(self) -> None:
        """Build the augmentation once per worker."""
        super().setup()
        self._augmentation = augmentation(self._settings.level)

    def key(self, work: str) -> str:
        """Return the key: the file's content, and what decides its variants."""
        settings = self._settings.model_dump(exclude=_OF_COMPOSED_SHELVES)
        return key_of("vary", self._code_hash, settings, file_digest(Path(work)))

    def target(self, work: str) -> str:
        """Return the file of variants of a file of photos."""
        return f"{self._folder}/photos-{Path(work).name}"

    def records(self, work: str) -> Iterator[bytes]:
        """Yield the serialised variants of each photo."""
        for record in read_files([work]):
            features = parse(record)
            for number in range(self._settings.variants):
                variant = make_variant(
                    features,
                    number,
                    self._augmentation.apply,
                    self._settings.seed,
                    self._settings.max_side,
                )
                self._variants.inc()
                for fate, count in variant.objects.items():
                    self._objects[fate].inc(count)
                yield serialize(variant.features)
            self._tell(1)

    def found(self, work: str, records: int) -> None:
        """Count the photos as done."""
        self._tell(records // self._settings.variants)

    def _tell(self, more: int) -> None:
        before, self._done = self._done, self._done + more
        report(before, self._done, self._total, "photos varied")


def pass_on(file: str, folder: str) -> None:
    """Put a file of photos among the validation photos as it is."""
    link_or_copy(Path(file), Path(folder) / f"photos-{Path(file).name}")
