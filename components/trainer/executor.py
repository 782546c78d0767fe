"""The TFX executor around `run_training`."""

from pathlib import Path

from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import Artifact, artifact_utils
from tfx.utils import io_utils

from components.artifacts.ambiguous_photos import AMBIGUOUS_FILE
from components.datasets.production_photos import production_photos
from components.datasets.span_ledger import Ledger
from components.records.example_files import files_of_split
from components.runtime.beam_result_file import read_result
from components.trainer.job import JOB_FILE, Job, train_together
from components.trainer.tensorboard import TensorBoard
from components.training.checkpoint_key import checkpoint_key
from components.training.fit_recogniser import TrainingFiles
from components.training.photo_files import PhotoFiles
from components.training.run_training import run_training
from components.training.settings import TrainingPlan
from components.training.trials import tuned_plan


class TrainerExecutor(BaseExecutor):
    """Trains on augmented examples and the catalogue."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, object],
    ) -> None:
        """Train; see `components.trainer.component.ShelfTrainer` for inputs and outputs."""
        plan = TrainingPlan.model_validate_json(str(exec_properties["settings"]))
        examples, tuned = input_dict["examples"], input_dict["tuned_examples"]
        plan = tuned_plan(plan, Path(artifact_utils.get_single_uri(input_dict["hyperparameters"])))
        transform = artifact_utils.get_single_uri(input_dict["transform_graph"])
        ambiguous = artifact_utils.get_single_uri(input_dict["ambiguous_photos"])
        files = TrainingFiles(
            train=PhotoFiles(
                files_of_split(tuned, "train") or files_of_split(examples, "train"),
                transform,
                read_result(f"{ambiguous}/{AMBIGUOUS_FILE}"),
            ),
            eval=PhotoFiles(files_of_split(examples, "eval"), transform),
            catalog=files_of_split(input_dict["catalog"], "catalog"),
            companions=files_of_split(input_dict["companions"], "catalog"),
            production=production_files(str(exec_properties["production_photos"])),
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
        decided = f"{exec_properties['code_hash']} {exec_properties['production_hash']}"
        key = checkpoint_key(plan, decided, read)
        checkpoint_dir = Path(str(exec_properties["checkpoint_root"])) / key
        model_dir = Path(artifact_utils.get_single_uri(output_dict["model"]))
        run_dir = Path(artifact_utils.get_single_uri(output_dict["model_run"]))
        if plan.trainer.strategy == "multi_worker":
            job = Job(
                plan=plan,
                files=files,
                model_dir=model_dir,
                run_dir=run_dir,
                checkpoint_dir=checkpoint_dir,
            )
            train_together(job, checkpoint_dir.parent / JOB_FILE)
        else:
            run_training(plan, files, model_dir, run_dir, checkpoint_dir, TensorBoard(run_dir))
        if exec_properties["span_records"]:
            folders = (exec_properties["span_records"], exec_properties["shelves"])
            Ledger(*(Path(str(folder)) for folder in folders)).settle()
        # Done for good: from here on the cache answers, and the checkpoint is only bulk.
        if checkpoint_dir.is_dir():
            io_utils.delete_dir(str(checkpoint_dir))


def production_files(folder: str) -> list[str]:
    """Return the files of production photos; none where no folder is named."""
    return [photo.path for photo in production_photos(Path(folder))] if folder else []
