"""Runs the graph on this machine with TFX's own launcher, and reports to a listener.

`LocalDagRunner` of TFX launches node after node and logs. This runner does the same and reports
every node with its time and whether its result came from the cache.
"""

import time
from dataclasses import dataclass
from typing import Any, Protocol

from ml_metadata.proto import metadata_store_pb2
from tfx.dsl.compiler import constants
from tfx.orchestration import metadata
from tfx.orchestration.local import local_dag_runner, runner_utils
from tfx.orchestration.portable import (
    launcher,
    partial_run_utils,
    runtime_parameter_utils,
)
from tfx.proto.orchestration import pipeline_pb2

from pipeline.errors import WrongInput
from pipeline.stages import STAGES


@dataclass(frozen=True)
class StageResult:
    """How one stage ended.

    Attributes:
        stage: Node id.
        seconds: Time it took.
        cached: Whether an earlier execution's outputs were reused.
    """

    stage: str
    seconds: float
    cached: bool


class StageFailed(Exception):
    """A stage raised; the exception is the cause."""

    def __init__(self, stage: str) -> None:
        super().__init__(f"stage {stage} failed")
        self.stage = stage


class Listener(Protocol):
    """Told what happens, while it happens."""

    def stage_started(self, stage: str, number: int, total: int) -> None:
        """Note that `stage` is launched, the `number`th of `total`."""

    def stage_ended(self, seconds: float, outcome: str = "") -> None:
        """Note that the stage ended; `outcome` is "cached", "failed", or empty where it ran."""


class ObservedDagRunner(local_dag_runner.LocalDagRunner):
    """A LocalDagRunner whose nodes can be watched."""

    def __init__(self, run_id: str, listener: Listener) -> None:
        super().__init__()
        self._run_id = run_id
        self._listener = listener

    def run_with_ir(
        self,
        pipeline: pipeline_pb2.Pipeline,
        run_options: pipeline_pb2.RunOptions | None = None,
        **kwargs: Any,
    ) -> list[StageResult]:
        """Run the compiled pipeline, and return how each stage ended.

        Raises:
            StageFailed: From what the stage raised.
            WrongInput: A partial run needs results that no earlier run left.
        """
        runtime_parameter_utils.substitute_runtime_parameter(
            pipeline, {constants.PIPELINE_RUN_ID_PARAMETER_NAME: self._run_id}
        )
        deployment = runner_utils.extract_local_deployment_config(pipeline)
        connection = getattr(
            deployment.metadata_connection_config,
            deployment.metadata_connection_config.WhichOneof("connection_config"),
        )
        if run_options:
            partial = run_options.partial_run
            partial_run_utils.mark_pipeline(
                pipeline,
                from_nodes=partial.from_nodes or None,
                to_nodes=partial.to_nodes or None,
                snapshot_settings=partial.snapshot_settings,
            )
        nodes = sorted(
            (
                node.pipeline_node
                for node in pipeline.nodes
                if not node.pipeline_node.execution_options.HasField("skip")
            ),
            key=lambda node: STAGES.index(node.node_info.id),
        )
        if any(node.execution_options.run.perform_snapshot for node in nodes):
            try:
                with metadata.Metadata(connection) as store:
                    partial_run_utils.snapshot(store, pipeline)
            except (LookupError, ValueError) as error:
                raise WrongInput([f"{error}; start from an earlier stage"]) from error
        results = []
        for number, node in enumerate(nodes, 1):
            stage = node.node_info.id
            self._listener.stage_started(stage, number, len(nodes))
            started = time.monotonic()
            try:
                execution = launcher.Launcher(
                    pipeline_node=node,
                    mlmd_connection=metadata.Metadata(connection),
                    pipeline_info=pipeline.pipeline_info,
                    pipeline_runtime_spec=pipeline.runtime_spec,
                    executor_spec=runner_utils.extract_executor_spec(deployment, stage),
                    custom_driver_spec=runner_utils.extract_custom_driver_spec(deployment, stage),
                ).launch()
                if execution is None or not execution.execution_id:
                    raise RuntimeError("an input of the stage is missing")
                seconds = time.monotonic() - started
                with metadata.Metadata(connection) as store:
                    result = _result(store, stage, execution.execution_id, seconds)
            except Exception as error:
                self._listener.stage_ended(time.monotonic() - started, "failed")
                raise StageFailed(stage) from error
            self._listener.stage_ended(seconds, "cached" if result.cached else "")
            results.append(result)
        return results


def _result(
    handle: metadata.Metadata, stage: str, execution_id: int, seconds: float
) -> StageResult:
    """Return what the metadata store recorded; the launcher does not tell a cached result."""
    (execution,) = handle.store.get_executions_by_id([execution_id])
    state = metadata_store_pb2.Execution
    if execution.last_known_state not in (state.COMPLETE, state.CACHED):
        raise RuntimeError("an input of the stage is missing")
    return StageResult(
        stage=stage,
        seconds=seconds,
        cached=execution.last_known_state == state.CACHED,
    )
