"""Executors of the two ExampleGens: files in, examples out, on Beam."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import apache_beam as beam
import tensorflow as tf
from apache_beam.utils.shared import Shared
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import Artifact, artifact_utils

from components.datasets.read_catalog import read_catalog
from components.datasets.read_shelves import read_shelves
from components.datasets.settings import DataSettings
from components.datasets.span_ledger import Ledger, files_of
from components.example_gen.blocks import blocks_of, packed, unpacked
from components.example_gen.encode import METRICS, PROBLEMS, EncodeBlock, EncodePackshot
from components.records.catalog_examples import CATALOG_SPLIT, read_packshots
from components.records.digests import file_digests
from components.records.example_files import (
    WriteRecords,
    mark_as_composed,
    mark_as_examples,
    record_files,
)
from components.records.problems import InputError, Problem
from components.records.shard_store import ShardStore
from components.records.shards import counted
from components.records.shelf_photo import ShelfSet
from components.records.splits import TO_JUDGE_ON, held_out_skus
from components.synthesis.augment_settings import AugmentSettings
from components.synthesis.shelf_shards import MakeShelfShards, stretches

_STAGE = "ShelfExampleGen"
_logger = logging.getLogger(__name__)


class CatalogExecutor(BaseBeamExecutor):
    """Writes one example per packshot into the split ``catalog``."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Run.

        Raises:
            InputError: The catalogue cannot be used; with every problem found.
        """
        examples = artifact_utils.get_single_instance(output_dict["examples"])
        settings = DataSettings.model_validate_json(exec_properties["settings"])
        products_csv = exec_properties["products_csv"]
        rows = read_catalog(Path(products_csv), settings.limits)
        skus = {row.sku for row in rows}
        held_out = held_out_skus(skus, settings.held_out_share, settings.seed)
        _logger.info("%d packshots of %d products", len(rows), len(skus))

        mark_as_examples(examples, [CATALOG_SPLIT])
        encode = EncodePackshot(products_csv, held_out, settings.limits)
        with self._make_beam_pipeline() as pipeline:
            encoded = (
                pipeline
                | beam.Create(rows)
                | beam.Reshuffle()
                | beam.ParDo(encode).with_outputs(PROBLEMS, main="examples")
            )
            encoded["examples"] | WriteRecords(examples, CATALOG_SPLIT)
            encoded[PROBLEMS] | _WriteProblems(examples)
        _raise_problems(examples)


class ShelfExecutor(BaseBeamExecutor):
    """Writes one example per shelf photo into the splits that have photos; always ``test``.

    Without a photo that has boxes or a label, it composes shelves for ``test``.
    """

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Run.

        Raises:
            InputError: The shelf photos cannot be used; with every problem found.
        """
        examples = artifact_utils.get_single_instance(output_dict["examples"])
        catalog = artifact_utils.get_single_instance(input_dict["catalog"])
        if not exec_properties["shelves"]:
            mark_as_examples(examples, [TO_JUDGE_ON])
            self._compose(catalog, examples, exec_properties)
        elif self._read(catalog, examples, exec_properties).only_counted:
            self._compose(catalog, examples, exec_properties)

    def _compose(
        self, catalog: Artifact, examples: Artifact, exec_properties: dict[str, Any]
    ) -> None:
        """Compose shelves to judge on: there is no photo to find products on."""
        settings = AugmentSettings.model_validate_json(exec_properties["composing"])
        mark_as_composed(examples)
        counts: dict[str, int] = {TO_JUDGE_ON: settings.composed_test}
        compose = MakeShelfShards(
            ShardStore(exec_properties["store"], _STAGE),
            settings,
            exec_properties["code_hash"],
            {TO_JUDGE_ON: artifact_utils.get_split_uri([examples], TO_JUDGE_ON)},
            Shared(),
            (record_files(catalog, CATALOG_SPLIT), []),
            counts,
            _STAGE,
        )
        with self._make_beam_pipeline() as pipeline:
            numbers = pipeline | beam.Create(list(stretches(counts))) | beam.Reshuffle()
            numbers | beam.ParDo(compose)
        _logger.info("%d shelves composed to judge on", settings.composed_test)

    def _read(
        self, catalog: Artifact, examples: Artifact, exec_properties: dict[str, Any]
    ) -> ShelfSet:
        """Encode the shelf photos; return what was read."""
        settings = DataSettings.model_validate_json(exec_properties["settings"])
        folder = Path(exec_properties["shelves"])
        skus, held_out = _products(catalog)
        shelves = read_shelves(folder, skus, settings)
        files = files_of(shelves.spans)
        records = exec_properties["span_records"]
        ledger = Ledger(Path(records), folder) if records else None
        if ledger and (problems := ledger.problems(files, shelves.available, settings.spans)):
            raise InputError(problems)

        digests = {path: digest for each in files for path, digest in each.digests.items()}
        digests |= file_digests({photo.path for photo in shelves.photos} - digests.keys())
        blocks = blocks_of(shelves.photos, digests, settings.seed)
        mark_as_examples(examples, list(blocks))
        encode = EncodeBlock(
            ShardStore(exec_properties["store"], _STAGE),
            {split: artifact_utils.get_split_uri([examples], split) for split in blocks},
            held_out,
            settings.limits,
            exec_properties["code_hash"],
            len(shelves.photos),
        )
        pipeline = self._make_beam_pipeline()
        with pipeline:
            encoded = (
                pipeline
                | beam.Create([packed(block) for listed in blocks.values() for block in listed])
                | beam.Reshuffle()
                | beam.Map(unpacked)
                | beam.ParDo(encode).with_outputs(PROBLEMS, main="files")
            )
            encoded[PROBLEMS] | _WriteProblems(examples)
        _raise_problems(examples)
        if ledger:
            ledger.note(files)
        _logger.info(
            "%s; %d unlisted files skipped, %d photos of other splits left out, %d superseded; %s",
            ", ".join(f"{sum(len(b.photos) for b in blocks[split])} {split}" for split in blocks),
            shelves.skipped,
            shelves.left_out,
            len(shelves.superseded),
            counted(pipeline, METRICS),
        )
        return shelves


class _WriteProblems(beam.PTransform):
    """Keeps problems where the executor finds them, whatever machines Beam ran on."""

    def __init__(self, examples: Artifact) -> None:
        super().__init__()
        self._prefix = f"{examples.uri}/{PROBLEMS}/part"

    def expand(self, problems: beam.PCollection) -> beam.PCollection:
        return problems | beam.io.WriteToText(self._prefix)


def _raise_problems(examples: Artifact) -> None:
    folder = f"{examples.uri}/{PROBLEMS}"
    problems = [
        Problem(**json.loads(line))
        for file in sorted(tf.io.gfile.glob(f"{folder}/*"))
        for line in tf.io.gfile.GFile(file)
    ]
    tf.io.gfile.rmtree(folder)
    if problems:
        raise InputError(problems)


def _products(catalog: Artifact) -> tuple[frozenset[str], frozenset[str]]:
    """Return all SKUs of a catalogue's examples, and those held out of training."""
    held_out: dict[str, bool] = {}
    for packshot in read_packshots(record_files(catalog, CATALOG_SPLIT)):
        held_out[packshot.sku] = packshot.held_out
    return frozenset(held_out), frozenset(sku for sku, held in held_out.items() if held)
