"""The file of companion packshots, made on a Beam worker."""

from __future__ import annotations

from collections.abc import Iterator

from components.augment.companions import VARIANTS, companion_features
from components.records.shard_store import ShardStore, key_of
from components.records.shards import MakeShards
from components.records.tf_example import serialize
from components.synthesis.augment_progress import METRICS, report


class MakeCompanionShards(MakeShards):
    """Makes the file of companions; its work is a number of families."""

    def __init__(self, store: ShardStore, code_hash: str, file: str) -> None:
        """Prepare.

        Args:
            store: Of the stage.
            code_hash: Hash of the source this stage depends on.
            file: Where they go.
        """
        super().__init__(store, METRICS)
        self._code_hash = code_hash
        self._file = file

    def key(self, work: int) -> str:
        """Return the key: nothing but the code decides how they look."""
        return key_of("companions", self._code_hash, work)

    def target(self, work: int) -> str:
        """Return the only file."""
        return self._file

    def records(self, work: int) -> Iterator[bytes]:
        """Yield the serialised packshots."""
        for number, features in enumerate(companion_features(work), start=1):
            yield serialize(features)
            report(number - 1, number, work * VARIANTS, "companion products drawn")
