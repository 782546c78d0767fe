"""Executor of Tuner: variants of every level on Beam, then the search, then what the Trainer takes.

Augmentation runs before training and once, so a level can only be tried on variants of that level.
They are made here by the code that makes Augment's, in Augment's store: those of the configured
level are there already, nothing is made twice, and a trial sees the very bytes that a training with
its level would see. Augmenting in the input function instead would try something that the Trainer
does not do.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import apache_beam as beam
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import Artifact, artifact_utils
from tfx.utils import io_utils

from components.records.example_files import (
    files_of_split,
    mark_as_examples,
    read_records,
    split_names,
)
from components.records.problems import InputError, Problem
from components.records.shard_store import ShardStore, link_or_copy
from components.runtime import progress
from components.synthesis.augment_settings import AugmentSettings
from components.synthesis.variant_shards import MakeVariantShards
from components.training.checkpoint_key import checkpoint_key
from components.training.fit_recogniser import TrainingFiles
from components.training.photo_files import PhotoFiles
from components.training.settings import TrainingPlan
from components.training.trials import BEST_FILE, TRIALS_FILE, Candidate, best_of, write_trials
from components.tuner.settings import TunerSettings

TRAIN = "train"


class TunerExecutor(BaseBeamExecutor):
    """Tries settings, and hands on the best ones with the photos that belong to them."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Search; see `components.tuner.component.ShelfTuner` for inputs and outputs.

        Raises:
            InputError: Levels are to be tried, and there is no photo to vary.
            ValueError: No trial came to an end.
        """
        settings = TunerSettings.model_validate_json(exec_properties["settings"])
        examples = artifact_utils.get_single_instance(output_dict["tuned_examples"])
        best = artifact_utils.get_single_uri(output_dict["best_hyperparameters"])
        results = artifact_utils.get_single_uri(output_dict["tuner_results"])
        mark_as_examples(examples, [TRAIN] if settings.trials else [])
        for folder in (best, results):
            Path(folder).mkdir(parents=True, exist_ok=True)
        if settings.trials:
            self._search(settings, input_dict, exec_properties, examples, Path(best), Path(results))

    def _search(
        self,
        settings: TunerSettings,
        input_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
        examples: Artifact,
        best: Path,
        results: Path,
    ) -> None:
        # KerasTuner takes seconds to import: not where nothing is tried.
        from components.tuner.search import search
        from components.tuner.trial import measure_plan, trains_together

        plan = TrainingPlan.model_validate_json(exec_properties["plan"])
        augment = AugmentSettings.model_validate_json(exec_properties["augment"])
        configured = Candidate(
            level=augment.level,
            learning_rate=plan.trainer.learning_rate,
            backbone=plan.backbone.name,
        )
        read = [artifact for name in sorted(input_dict) for artifact in input_dict[name]]
        decided = json.dumps([settings.model_dump(), augment.model_dump()])
        key = checkpoint_key(plan, f"{exec_properties['code_hash']} {decided}", read)
        folder = Path(exec_properties["checkpoint_root"]) / f"tuner-{key}"
        levels = list(dict.fromkeys([configured.level, *settings.levels]))[: settings.trials]
        train = self._train_files(levels, augment, input_dict, exec_properties, folder)
        transform = artifact_utils.get_single_uri(input_dict["transform_graph"])

        if trains_together(plan):
            progress.say("Tuner: trials run on this machine alone; several train in Trainer")

        def measure(tried: Candidate, trial_folder: Path) -> dict[str, float]:
            files = TrainingFiles(
                train=PhotoFiles(train[tried.level], transform),
                eval=PhotoFiles(files_of_split(input_dict["examples"], "eval"), transform),
                catalog=files_of_split(input_dict["catalog"], "catalog"),
                companions=files_of_split(input_dict["companions"], "catalog"),
            )
            return measure_plan(tried.of(plan), files, settings.steps, trial_folder)

        trials = search(settings, configured, measure, folder)
        chosen = best_of(trials)
        for file in train[chosen.tried.level]:
            link_or_copy(
                Path(file), Path(artifact_utils.get_split_uri([examples], TRAIN)) / Path(file).name
            )
        write_trials(results / TRIALS_FILE, trials)
        (best / BEST_FILE).write_text(chosen.tried.model_dump_json(indent=2) + "\n")
        progress.say(
            f"Tuner: of {len(trials)} trials the best is level '{chosen.tried.level}', learning "
            f"rate {chosen.tried.learning_rate:g}, backbone {chosen.tried.backbone}, with "
            f"mAP@0.5 {chosen.score:.3f}; the report draws all of them"
        )
        # Last: a run killed before this goes on from what is in there.
        io_utils.delete_dir(str(folder))

    def _train_files(
        self,
        levels: list[str],
        augment: AugmentSettings,
        input_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
        folder: Path,
    ) -> dict[str, list[str]]:
        """Return the files of training photos by level: variants of each, composed shelves of all.

        Raises:
            InputError: Levels are to be tried, and there is no photo to vary.
        """
        shelves = artifact_utils.get_single_instance(input_dict["shelves"])
        photos = files_of_split([shelves], TRAIN) if TRAIN in split_names(shelves) else []
        if not photos and len(levels) > 1:
            problem = "every training photo is composed, and a level changes photos of yours only"
            remedy = f"set it to [{levels[0]}], or tuner.trials to 0"
            raise InputError([Problem("configuration", "tuner.levels", problem, remedy)])
        composed = [
            file
            for file in files_of_split(input_dict["examples"], TRAIN)
            if Path(file).name.startswith("composed-")
        ]
        total = sum(1 for _ in read_records(shelves, TRAIN)) if photos else 0
        store = ShardStore(exec_properties["store"], "Augment")
        folders = {level: str(folder / "photos" / level) for level in levels}
        with self._make_beam_pipeline() as pipeline:
            for level in levels:
                of_level = augment.model_copy(update={"level": level})
                vary = MakeVariantShards(
                    store, of_level, exec_properties["augment_code"], folders[level], total
                )
                (
                    pipeline
                    | f"List photos, {level}" >> beam.Create(photos)
                    | f"Spread photos, {level}" >> beam.Reshuffle()
                    | f"Vary, {level}" >> beam.ParDo(vary)
                )
        return {
            level: sorted([*map(str, Path(made).glob("*.gz")), *composed])
            for level, made in folders.items()
        }
