"""Encoding photos as examples, on Beam's workers."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import apache_beam as beam

from components.datasets.read_catalog import unusable_packshot
from components.example_gen.blocks import Block
from components.imaging.decoding import BadImage, ImageLimits
from components.records.catalog_row import CatalogRow
from components.records.features import catalog_features, shelf_features
from components.records.problems import InputError, Problem
from components.records.shard_store import ShardStore
from components.records.shards import MakeShards
from components.records.splits import Split
from components.records.tf_example import serialize
from components.runtime import progress

METRICS = "oneshelf.example_gen"
PROBLEMS = "problems"
_REPORT_EVERY = 50


class EncodePackshot(beam.DoFn):
    """Reads and decodes one packshot; a packshot that fails goes to the output ``problems``."""

    def __init__(self, products_csv: str, held_out: Collection[str], limits: ImageLimits) -> None:
        self._products_csv = products_csv
        self._held_out = held_out
        self._limits = limits
        self._count = beam.metrics.Metrics.counter(METRICS, "packshots")

    def process(self, row: CatalogRow) -> Iterator[Any]:
        """Yield the serialised example, or the problem as JSON."""
        try:
            features = catalog_features(
                row, row.image.read_bytes(), row.sku in self._held_out, self._limits
            )
        except BadImage as error:
            yield _tagged(unusable_packshot(self._products_csv, row, error))
        else:
            self._count.inc()
            yield serialize(features)


class EncodeBlock(MakeShards):
    """Reads and decodes the photos of one block; those that fail go to the output ``problems``."""

    def __init__(
        self,
        store: ShardStore,
        folders: Mapping[Split, str],
        held_out: Collection[str],
        limits: ImageLimits,
        code_hash: str,
        total: int,
    ) -> None:
        """Prepare.

        Args:
            store: Of the stage.
            folders: Of the splits.
            held_out: SKUs kept out of training.
            limits: Bounds photos must keep.
            code_hash: Hash of the source this stage depends on.
            total: Photos in all, for progress.
        """
        super().__init__(store, METRICS)
        self._folders = folders
        self._held_out = held_out
        self._limits = limits
        self._code_hash = code_hash
        self._total = total
        self._done = 0
        self._encoded = beam.metrics.Metrics.counter(METRICS, "photos_encoded")

    def process(self, work: Block) -> Iterator[Any]:
        """Make the file of one block, or find it; or yield its problems, as JSON."""
        try:
            yield from super().process(work)
        except InputError as error:
            yield from map(_tagged, error.problems)

    def key(self, work: Block) -> str:
        """See `Block.key`."""
        return work.key(self._held_out, self._limits, self._code_hash)

    def target(self, work: Block) -> str:
        """Return the block's file in the split."""
        return f"{self._folders[work.split]}/{work.name}.gz"

    def records(self, work: Block) -> Iterator[bytes]:
        """Yield the serialised examples; raise `InputError` for the photos that fail."""
        problems: list[Problem] = []
        for photo, digest in zip(work.photos, work.digests, strict=True):
            try:
                data = photo.path.read_bytes()
                if hashlib.sha256(data).hexdigest() != digest:
                    raise BadImage("changed while the run read it")
                features = shelf_features(photo, data, work.split, self._held_out, self._limits)
            except BadImage as error:
                problems.append(Problem(str(photo.path), None, str(error), "replace the photo"))
            else:
                yield serialize(features)
            self._encoded.inc()
            self._tell(1)
        if problems:
            raise InputError(problems)

    def found(self, work: Block, records: int) -> None:
        """Count the photos as done."""
        self._tell(records)

    def _tell(self, more: int) -> None:
        """Report progress; exact where one worker does all, as on one machine in memory."""
        before, self._done = self._done, self._done + more
        if self._done // _REPORT_EVERY > before // _REPORT_EVERY or self._done == self._total:
            progress.report("ShelfExampleGen", self._done, self._total, "photos read")


def _tagged(problem: Problem) -> beam.pvalue.TaggedOutput:
    return beam.pvalue.TaggedOutput(PROBLEMS, json.dumps(dataclasses.asdict(problem)))
