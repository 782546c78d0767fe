"""The TFX executor around `run_training`."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.dsl.io import fileio
from tfx.types import Artifact, artifact_utils
from tfx.utils import io_utils

from components.ambiguous_photos.ranking import FILE_NAME as AMBIGUOUS
from components.beam_result import read_json
from components.distribution.serving_files import serving_photos
from components.example_gen.records import split_names
from components.trainer.photos import PhotoFiles
from components.trainer.run import TrainingFiles, run_training
from components.trainer.settings import TrainingPlan
from components.tuner.results import tuned_plan


class TrainerExecutor(BaseExecutor):
    """Trains on augmented examples and the catalogue."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, object],
    ) -> None:
        """See `components.trainer.component.ShelfTrainer` for inputs and outputs."""
        plan = TrainingPlan.model_validate_json(str(exec_properties["settings"]))
        examples, tuned = input_dict["examples"], input_dict["tuned_examples"]
        plan = tuned_plan(plan, Path(artifact_utils.get_single_uri(input_dict["hyperparameters"])))
        transform = artifact_utils.get_single_uri(input_dict["transform_graph"])
        ambiguous = artifact_utils.get_single_uri(input_dict["ambiguous_photos"])
        files = TrainingFiles(
            train=PhotoFiles(
                record_files(tuned, "train") or record_files(examples, "train"),
                transform,
                read_json(f"{ambiguous}/{AMBIGUOUS}"),
            ),
            eval=PhotoFiles(record_files(examples, "eval"), transform),
            catalog=record_files(input_dict["catalog"], "catalog"),
            companions=record_files(input_dict["companions"], "catalog"),
            in_use=photos_in_use(str(exec_properties["serving_photos"])),
        )
        inputs = (
            "examples",
            "tuned_examples",
            "transform_graph",
            "catalog",
            "companions",
            "ambiguous_photos",
        )
        read = [artifact for name in inputs for artifact in input_dict[name]]
        decided = f"{exec_properties['code_hash']} {exec_properties['serving_hash']}"
        key = checkpoint_key(plan, decided, read)
        checkpoint_dir = Path(str(exec_properties["checkpoint_root"])) / key
        model_dir = Path(artifact_utils.get_single_uri(output_dict["model"]))
        run_dir = Path(artifact_utils.get_single_uri(output_dict["model_run"]))
        run_training(plan, files, model_dir, run_dir, checkpoint_dir)
        # Done for good: from here on the cache answers, and the checkpoint is only bulk.
        if checkpoint_dir.is_dir():
            io_utils.delete_dir(str(checkpoint_dir))


def photos_in_use(folder: str) -> list[str]:
    """The files of photos in use; none where no folder is named."""
    return [photo.path for photo in serving_photos(Path(folder))] if folder else []


def checkpoint_key(plan: TrainingPlan, code_hash: str, inputs: Iterable[Artifact]) -> str:
    """A folder name that changes with anything that would make old checkpoints wrong."""
    digest = hashlib.sha256(f"{plan.model_dump_json()}\n{code_hash}\n".encode())
    for artifact in inputs:
        digest.update(f"{artifact.id} {artifact.uri}\n".encode())
    return digest.hexdigest()[:16]


def record_files(artifacts: list[Artifact], split: str) -> list[str]:
    """The TFRecord files of one split, in order; none where there is no such split."""
    paths: list[str] = []
    for artifact in artifacts:
        if split not in split_names(artifact):
            continue
        folder = artifact_utils.get_split_uri([artifact], split)
        paths.extend(fileio.glob(f"{folder}/*"))
    return sorted(paths)
