"""What the stages of a run are told that only the run itself can know.

Every fact is a text, as the stages take it. On this machine they are known before the graph is
built; on a cluster the first task finds them out, and they are parameters of all that follows.
"""

import json
from dataclasses import dataclass

from pipeline.config import PipelineConfig
from pipeline.inputs import Inputs

_TO_JUDGE_ON = {"seed", "composed_test", "lookalike_share", "scene"}
"""Settings of Augment that decide what shelves to judge on look like."""


@dataclass(frozen=True)
class Facts:
    """Facts about a run; they key the caches.

    Attributes:
        run_id: Names the run; the verdict and what follows are never taken from another run.
        shelves: Folder of shelf photos with labels; "" where there are none.
        production_photos: Folder of production photos; "" where there are none.
        composing: Settings of shelves to judge on, as JSON; "" where photos do.
        span_records: Where spans are recorded; "" where they are not held to what they were.
        catalog_hash: Content hash of the catalogue and its packshots.
        shelves_hash: Content hash of the shelf photos and their annotations.
        production_hash: Content hash of the production photos; "" where there are none.
        span_hashes: Number of each span taken to the hash of its content, as JSON.
        inputs_hash: Identifies data, configuration and code together.
        training_hash: Identifies the data and the settings that decide the training.
        compared_release: Version that a candidate is compared with; "" where there is none.
        reference_release: Version whose ambiguous photos are trained on harder; "0" where there
            is none.
        code_revision: For people: the commit that the code is at.
    """

    run_id: str
    shelves: str
    production_photos: str
    composing: str
    span_records: str
    catalog_hash: str
    shelves_hash: str
    production_hash: str
    span_hashes: str
    inputs_hash: str
    training_hash: str
    compared_release: str
    reference_release: str
    code_revision: str


def facts_of(run_id: str, config: PipelineConfig, inputs: Inputs) -> Facts:
    """Return the facts about a run.

    Args:
        run_id: Names the run.
        config: With `shelves` and `production_photos` as they are used, see
            `pipeline.inputs.without_unlabelled`.
        inputs: What was found out about the data.
    """
    composing = config.augment.model_dump_json(include=_TO_JUDGE_ON)
    return Facts(
        run_id=run_id,
        shelves=config.shelves or "",
        production_photos=config.production_photos or "",
        composing="" if config.shelves and not inputs.composed else composing,
        span_records="" if inputs.generated or not config.shelves else config.span_records,
        catalog_hash=inputs.catalog_hash,
        shelves_hash=inputs.shelves_hash,
        production_hash=inputs.production_hash,
        span_hashes=json.dumps(inputs.span_hashes),
        inputs_hash=inputs.inputs_hash,
        training_hash=inputs.training_hash,
        compared_release=str(inputs.compared_release or ""),
        reference_release=str(inputs.reference_release),
        code_revision=inputs.code_revision,
    )
