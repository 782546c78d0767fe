"""Executors of the two ExampleGens: files in, examples out, on Beam."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import tensorflow as tf
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import Artifact, artifact_utils

from components.example_gen.catalog import CatalogRow, read_catalog, unusable_packshot
from components.example_gen.features import catalog_features, shelf_features
from components.example_gen.images import BadImage, ImageLimits
from components.example_gen.photos import ShelfPhoto
from components.example_gen.problems import InputError, Problem
from components.example_gen.records import (
    WriteRecords,
    mark_as_examples,
    parse,
    read_records,
    serialize,
)
from components.example_gen.settings import DataSettings
from components.example_gen.shelves import read_shelves
from components.example_gen.splits import SPLITS, Split, held_out_skus

CATALOG_SPLIT = "catalog"

_METRICS = "oneshelf.example_gen"
_PROBLEMS = "problems"
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
                | beam.ParDo(encode).with_outputs(_PROBLEMS, main="examples")
            )
            encoded["examples"] | WriteRecords(examples, CATALOG_SPLIT)
            encoded[_PROBLEMS] | _WriteProblems(examples)
        _raise_problems(examples)


class ShelfExecutor(BaseBeamExecutor):
    """Writes one example per shelf photo into the splits that have photos; always ``test``."""

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
        settings = DataSettings.model_validate_json(exec_properties["settings"])
        skus, held_out = _products(catalog)
        shelves = read_shelves(Path(exec_properties["shelves"]), skus, settings)
        photos: dict[Split, list[ShelfPhoto]] = {split: [] for split in SPLITS}
        for photo in shelves.photos:
            photos[photo.split_for(settings.seed)].append(photo)
        splits = [split for split in SPLITS if photos[split] or split == "test"]
        _logger.info(
            "%s; %d unlisted files skipped, %d photos of other splits left out",
            ", ".join(f"{len(photos[split])} {split}" for split in splits),
            shelves.skipped,
            shelves.left_out,
        )

        mark_as_examples(examples, splits)
        with self._make_beam_pipeline() as pipeline:
            problems = []
            for split in splits:
                encode = EncodeShelfPhoto(split, held_out, settings.limits)
                encoded = (
                    pipeline
                    | f"List {split}" >> beam.Create(photos[split])
                    | f"Spread {split}" >> beam.Reshuffle()
                    | f"Encode {split}"
                    >> beam.ParDo(encode).with_outputs(_PROBLEMS, main="examples")
                )
                encoded["examples"] | f"Write {split}" >> WriteRecords(examples, split)
                problems.append(encoded[_PROBLEMS])
            problems | beam.Flatten() | _WriteProblems(examples)
        _raise_problems(examples)


class EncodePackshot(beam.DoFn):
    """Reads and decodes one packshot; a packshot that fails goes to the output ``problems``."""

    def __init__(self, products_csv: str, held_out: Collection[str], limits: ImageLimits) -> None:
        self._products_csv = products_csv
        self._held_out = held_out
        self._limits = limits
        self._count = beam.metrics.Metrics.counter(_METRICS, "packshots")

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


class EncodeShelfPhoto(beam.DoFn):
    """Reads and decodes one shelf photo; one that fails goes to the output ``problems``."""

    def __init__(self, split: Split, held_out: Collection[str], limits: ImageLimits) -> None:
        self._split = split
        self._held_out = held_out
        self._limits = limits
        self._count = beam.metrics.Metrics.counter(_METRICS, f"{split}_photos")

    def process(self, photo: ShelfPhoto) -> Iterator[Any]:
        """Yield the serialised example, or the problem as JSON."""
        try:
            features = shelf_features(
                photo, photo.path.read_bytes(), self._split, self._held_out, self._limits
            )
        except BadImage as error:
            yield _tagged(Problem(str(photo.path), None, str(error), "replace the photo"))
        else:
            self._count.inc()
            yield serialize(features)


class _WriteProblems(beam.PTransform):
    """Keeps problems where the executor finds them, whatever machines Beam ran on."""

    def __init__(self, examples: Artifact) -> None:
        super().__init__()
        self._prefix = f"{examples.uri}/{_PROBLEMS}/part"

    def expand(self, problems: beam.PCollection) -> beam.PCollection:
        return problems | beam.io.WriteToText(self._prefix)


def _tagged(problem: Problem) -> beam.pvalue.TaggedOutput:
    return beam.pvalue.TaggedOutput(_PROBLEMS, json.dumps(dataclasses.asdict(problem)))


def _raise_problems(examples: Artifact) -> None:
    folder = f"{examples.uri}/{_PROBLEMS}"
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
    for record in read_records(catalog, CATALOG_SPLIT):
        features = parse(record)
        held_out[features["product/sku"][0].decode()] = bool(features["product/held_out"][0])
    return frozenset(held_out), frozenset(sku for sku, held in held_out.items() if held)
