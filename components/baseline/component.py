"""The pipeline node that provides the model to compare with."""

from __future__ import annotations

from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Examples, Model

from components.baseline.executor import Executor


class BaselineSpec(ComponentSpec):
    """Interface of `Baseline`."""

    # TFX reads these three as plain class attributes.
    PARAMETERS = {
        "releases": ExecutionParameter(type=str),
        "current": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
    }
    INPUTS = {"catalog": ChannelParameter(type=Examples)}
    OUTPUTS = {"model": ChannelParameter(type=Model)}


class Baseline(BaseComponent):
    """Provides the current release with an index of today's catalogue.

    The output model is laid out like the Trainer's, with the custom properties `absent` (1 where
    nothing is released yet; then there is no model inside) and `release` (its version).
    """

    SPEC_CLASS = BaselineSpec
    EXECUTOR_SPEC = ExecutorClassSpec(Executor)

    def __init__(self, catalog: BaseChannel, releases: str, current: str, code_hash: str) -> None:
        """Build the node.

        Args:
            catalog: Packshots of today's catalogue.
            releases: Path of the releases folder; it need not exist yet.
            current: What `current` names when the pipeline is built, "" for nothing. Only so that
                a new release misses the cache; the executor looks for itself.
            code_hash: Hash of the source this stage depends on.
        """
        super().__init__(
            BaselineSpec(
                catalog=catalog,
                releases=releases,
                current=current,
                code_hash=code_hash,
                model=Channel(type=Model),
            )
        )
