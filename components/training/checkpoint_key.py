"""Where a training keeps its checkpoints."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from components.training.settings import TrainingPlan

if TYPE_CHECKING:
    from tfx.types import Artifact


def checkpoint_key(plan: TrainingPlan, code_hash: str, inputs: Iterable[Artifact]) -> str:
    """Return a folder name that changes with anything that would make old checkpoints wrong."""
    digest = hashlib.sha256(f"{plan.model_dump_json()}\n{code_hash}\n".encode())
    for artifact in inputs:
        digest.update(f"{artifact.id} {artifact.uri}\n".encode())
    return digest.hexdigest()[:16]
