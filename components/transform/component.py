"""The pipeline node that prepares examples for the trainer."""

from tfx.components import Transform
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types import BaseChannel

from components.transform.executor import Executor

_PREPROCESSING_FN = "components.transform.preprocessing.preprocessing_fn"


class ShelfTransform(Transform):
    """TFX's Transform with this project's `preprocessing_fn`.

    Beside the transform graph it leaves balance.json: how evenly training photos show the SKUs, and
    how often the photos of each are repeated.
    """

    EXECUTOR_SPEC = BeamExecutorSpec(Executor)

    def __init__(
        self, examples: BaseChannel, schema: BaseChannel, settings: str, code_hash: str
    ) -> None:
        """Build the node.

        Args:
            examples: Of Augment.
            schema: Of shelf examples.
            settings: `TransformSettings` as JSON.
            code_hash: Hash of the source this stage depends on.
        """
        super().__init__(
            examples=examples,
            schema=schema,
            preprocessing_fn=_PREPROCESSING_FN,
            custom_config={"settings": settings, "code_hash": code_hash},
            # Statistics of encoded photos cost minutes and say nothing.
            disable_statistics=True,
            # A copy of all photos; the trainer's input function applies the graph itself.
            materialize=False,
            # Nothing reads it: the whole stage is cached, or its input has changed.
            disable_analyzer_cache=True,
        )
