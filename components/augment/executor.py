"""Executor of Augment: examples to train and validate on, on Beam."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.utils.shared import Shared
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import Artifact, artifact_utils

from components import progress
from components.augment.companions import VARIANTS, companion_features
from components.augment.composed import Composer
from components.augment.distractors import distractors
from components.augment.levels import augmentation
from components.augment.settings import AugmentSettings
from components.augment.variants import make_variant
from components.example_gen.executor import CATALOG_SPLIT
from components.example_gen.problems import InputError, Problem
from components.example_gen.records import (
    WriteRecords,
    mark_as_examples,
    parse,
    read_records,
    serialize,
    split_names,
    split_pattern,
)

SPLITS = ("train", "eval")

COMPOSED_WITHOUT_BOXES = {"train": 400, "eval": 80}
"""Shelves composed where the settings leave the number open and no photo has boxes."""

_REPORT_EVERY = 10
_METRICS = "oneshelf.augment"
_logger = logging.getLogger(__name__)


class AugmentExecutor(BaseBeamExecutor):
    """Varies training photos, passes validation photos through, composes what is missing."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Run.

        Raises:
            InputError: A split would be empty, or there is nothing to compose it from.
        """
        catalog = artifact_utils.get_single_instance(input_dict["catalog"])
        shelves = artifact_utils.get_single_instance(input_dict["shelves"])
        examples = artifact_utils.get_single_instance(output_dict["examples"])
        companions = artifact_utils.get_single_instance(output_dict["companions"])
        settings = AugmentSettings.model_validate_json(exec_properties["settings"])
        composed = _composed_counts(shelves, settings)
        mark_as_examples(examples, SPLITS)
        mark_as_examples(companions, [CATALOG_SPLIT])
        families = settings.companion_families if any(composed.values()) else 0
        with self._make_beam_pipeline() as drawing:
            _ = (
                drawing
                | beam.Create([families])
                | "Draw companions" >> beam.FlatMap(_drawn_companions)
                | WriteRecords(companions, CATALOG_SPLIT)
            )
        compose = ComposeShelf(Shared(), (catalog, companions), settings, composed)

        pipeline = self._make_beam_pipeline()
        with pipeline:
            for split in SPLITS:
                # Not flattened into one collection: a flatten would gather all photos in memory.
                if split in split_names(shelves):
                    records = pipeline | f"Read {split}" >> beam.io.ReadFromTFRecord(
                        split_pattern(shelves, split), coder=beam.coders.BytesCoder()
                    )
                    if split == "train":
                        photos = sum(1 for _ in read_records(shelves, split))
                        records |= "Vary" >> beam.ParDo(VaryPhoto(settings, photos))
                    records | f"Write {split}" >> WriteRecords(examples, split, "photos")
                if composed[split]:
                    _ = (
                        pipeline
                        | f"Number {split}"
                        >> beam.Create([(split, number) for number in range(composed[split])])
                        | f"Spread {split}" >> beam.Reshuffle()
                        | f"Compose {split}" >> beam.ParDo(compose)
                        | f"Write composed {split}" >> WriteRecords(examples, split, "composed")
                    )
        _log_counters(pipeline)


class VaryPhoto(beam.DoFn):
    """Makes the variants of one training photo."""

    def __init__(self, settings: AugmentSettings, photos: int) -> None:
        self._settings = settings
        self._photos = photos
        self._done = 0
        self._variants = beam.metrics.Metrics.counter(_METRICS, "variants")
        self._objects = {
            fate: beam.metrics.Metrics.counter(_METRICS, f"objects_{fate}")
            for fate in ("kept", "difficult", "dropped")
        }

    def setup(self) -> None:
        """Build the augmentation once per worker."""
        self._augmentation = augmentation(self._settings.level)

    def process(self, record: bytes) -> Iterator[bytes]:
        """Yield the serialised variants."""
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
        self._done += 1
        _report(self._done, self._photos, "photos varied")


class ComposeShelf(beam.DoFn):
    """Composes one shelf from the catalogue's packshots."""

    def __init__(
        self,
        shared: Shared,
        catalogs: tuple[Artifact, Artifact],
        settings: AugmentSettings,
        counts: Mapping[str, int],
    ) -> None:
        """Prepare.

        Args:
            shared: Holds what all threads of a process share.
            catalogs: The catalogue's examples, and those of the companions.
            settings: What shelves look like.
            counts: How many there will be of each split.
        """
        self._shared = shared
        self._catalogs = catalogs
        self._settings = settings
        self._counts = counts
        self._count = beam.metrics.Metrics.counter(_METRICS, "composed")

    def setup(self) -> None:
        """Load the packshots, encoded, once per process."""
        self._composer = self._shared.acquire(self._load)

    def process(self, key: tuple[str, int]) -> Iterator[bytes]:
        """Yield the serialised shelf of a (split, number)."""
        split, number = key
        self._count.inc()
        yield serialize(self._composer.compose(split, number))
        _report(number + 1, self._counts[split], f"shelves composed for {split}")

    def _load(self) -> Composer:
        catalog, companions = (_read_packshots(artifact) for artifact in self._catalogs)
        return Composer(
            catalog.packshots,
            catalog.held_out | companions.held_out,
            distractors(),
            self._settings,
            companions.packshots,
        )


class _Packshots(NamedTuple):
    packshots: dict[str, list[bytes]]
    held_out: frozenset[str]


def _read_packshots(catalog: Artifact) -> _Packshots:
    packshots: dict[str, list[bytes]] = {}
    held_out: set[str] = set()
    for record in read_records(catalog, CATALOG_SPLIT):
        features = parse(record)
        sku = bytes(features["product/sku"][0]).decode()
        packshots.setdefault(sku, []).append(bytes(features["image/encoded"][0]))
        if features["product/held_out"][0]:
            held_out.add(sku)
    return _Packshots(packshots, frozenset(held_out))


def _drawn_companions(families: int) -> Iterator[bytes]:
    for number, features in enumerate(companion_features(families), start=1):
        yield serialize(features)
        _report(number, families * VARIANTS, "companion products drawn")


def _composed_counts(shelves: Artifact, settings: AugmentSettings) -> dict[str, int]:
    """Return how many shelves to compose for each split.

    Raises:
        InputError: A split would be empty.
    """
    counts: dict[str, int] = {}
    for split, wanted in zip(
        SPLITS, (settings.composed_train, settings.composed_eval), strict=True
    ):
        there = split in split_names(shelves)
        if wanted is None:
            wanted = 0 if there and _has_boxes(shelves, split) else COMPOSED_WITHOUT_BOXES[split]
        if not there and not wanted:
            raise InputError(
                [
                    Problem(
                        "configuration",
                        f"augment.composed_{split}",
                        f"0 composed shelves, and no shelf photo is in the split '{split}'",
                        "set it to a positive number or null",
                    )
                ]
            )
        counts[split] = wanted
    return counts


def _has_boxes(shelves: Artifact, split: str) -> bool:
    return any(
        int(parse(record)["image/object/count"][0]) > 0 for record in read_records(shelves, split)
    )


def _report(done: int, total: int, what: str) -> None:
    """Report progress; exact where one worker does all, as on one machine in memory."""
    if done % _REPORT_EVERY == 0 or done == total:
        progress.report("Augment", done, total, what)


def _log_counters(pipeline: beam.Pipeline) -> None:
    found = pipeline.result.metrics().query(beam.metrics.MetricsFilter().with_namespace(_METRICS))[
        "counters"
    ]
    counts = {counter.key.metric.name: counter.result for counter in found}
    _logger.info(", ".join(f"{counts[name]} {name}" for name in sorted(counts)))
