"""Executor of Augment: examples to train and validate on, on Beam."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.utils.shared import Shared
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.dsl.io import fileio
from tfx.types import Artifact, artifact_utils

from components.augment.companion_shards import MakeCompanionShards
from components.records.catalog_examples import CATALOG_SPLIT
from components.records.example_files import (
    mark_as_examples,
    read_records,
    record_files,
    split_names,
)
from components.records.problems import InputError, Problem
from components.records.shard_store import ShardStore
from components.records.shards import counted, write_records
from components.records.shelf_examples import read_photos
from components.synthesis.augment_progress import METRICS
from components.synthesis.augment_settings import AugmentSettings
from components.synthesis.shelf_shards import MakeShelfShards, stretches
from components.synthesis.variant_shards import MakeVariantShards, pass_on

SPLITS = ("train", "eval")

COMPOSED_WITHOUT_BOXES = {"train": 400, "eval": 80}
"""Shelves composed where the settings leave the number open and no photo has boxes."""

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
        code_hash = exec_properties["code_hash"]
        store = ShardStore(exec_properties["store"], "Augment")
        composed = _composed_counts(shelves, settings)
        mark_as_examples(examples, SPLITS)
        mark_as_examples(companions, [CATALOG_SPLIT])
        folders = {split: artifact_utils.get_split_uri([examples], split) for split in SPLITS}
        photos = {split: _files(shelves, split) for split in SPLITS}
        to_vary = sum(1 for _ in read_records(shelves, "train")) if photos["train"] else 0

        families = settings.companion_families if any(composed.values()) else 0
        drawn = f"{artifact_utils.get_split_uri([companions], CATALOG_SPLIT)}/companions.gz"
        if families:
            with self._make_beam_pipeline() as drawing:
                draw = MakeCompanionShards(store, code_hash, drawn)
                drawing | beam.Create([families]) | "Draw companions" >> beam.ParDo(draw)
        else:  # No workers are started for nothing.
            fileio.makedirs(str(Path(drawn).parent))
            write_records(Path(drawn), ())

        vary = MakeVariantShards(store, settings, code_hash, folders["train"], to_vary)
        catalogs = (record_files(catalog, CATALOG_SPLIT), [drawn])
        compose = MakeShelfShards(store, settings, code_hash, folders, Shared(), catalogs, composed)
        pipeline = self._make_beam_pipeline()
        with pipeline:
            (
                pipeline
                | "List training photos" >> beam.Create(photos["train"])
                | "Spread training photos" >> beam.Reshuffle()
                | "Vary" >> beam.ParDo(vary)
            )
            (
                pipeline
                | "List validation photos" >> beam.Create(photos["eval"])
                | "Pass on" >> beam.Map(pass_on, folders["eval"])
            )
            (
                pipeline
                | "Number shelves" >> beam.Create(list(stretches(composed)))
                | "Spread shelves" >> beam.Reshuffle()
                | "Compose" >> beam.ParDo(compose)
            )
        _logger.info(counted(pipeline, METRICS))


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
    return any(photo.skus for photo in read_photos(record_files(shelves, split)))


def _files(examples: Artifact, split: str) -> list[str]:
    """Return the record files of a split; none where there is no such split."""
    if split not in split_names(examples):
        return []
    return record_files(examples, split)
