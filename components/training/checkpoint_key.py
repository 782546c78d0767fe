"""Where a training keeps its checkpoints."""

import hashlib
from collections.abc import Iterable

from tfx.types import Artifact

from components.training.settings import TrainingPlan


def checkpoint_key(plan: TrainingPlan, code_hash: str, inputs: Iterable[Artifact]) -> str:
    """A folder name that changes with anything that would make old checkpoints wrong."""
    digest = hashlib.sha256(f"{plan.model_dump_json()}\n{code_hash}\n".encode())
    for artifact in inputs:
        digest.update(f"{artifact.id} {artifact.uri}\n".encode())
    return digest.hexdigest()[:16]
