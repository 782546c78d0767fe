"""TFX component that publishes."""

from __future__ import annotations

from tfx import types
from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from components.artifacts.types import (
    DataFindings,
    EdgeCheck,
    PhotoComparison,
    ReleaseRecord,
    ServingCheckResult,
    Verdict,
)
from components.publish.executor import Executor


class PublishSpec(ComponentSpec):
    """Inputs, output and properties of `Publish`."""

    INPUTS = {
        "verdict": ChannelParameter(type=Verdict),
        "evaluation": ChannelParameter(type=standard_artifacts.ModelEvaluation),
        "model": ChannelParameter(type=standard_artifacts.Model),
        "baseline": ChannelParameter(type=standard_artifacts.Model),
        "pushed_serving": ChannelParameter(type=standard_artifacts.PushedModel),
        "pushed_edge": ChannelParameter(type=standard_artifacts.PushedModel),
        "edge_check": ChannelParameter(type=EdgeCheck),
        "serving_check": ChannelParameter(type=ServingCheckResult),
        "examples": ChannelParameter(type=standard_artifacts.Examples),
        "catalog": ChannelParameter(type=standard_artifacts.Examples),
        "catalog_statistics": ChannelParameter(type=standard_artifacts.ExampleStatistics),
        "shelf_statistics": ChannelParameter(type=standard_artifacts.ExampleStatistics),
        "catalog_anomalies": ChannelParameter(type=standard_artifacts.ExampleAnomalies),
        "shelf_anomalies": ChannelParameter(type=standard_artifacts.ExampleAnomalies),
        "catalog_schema": ChannelParameter(type=standard_artifacts.Schema),
        "shelf_schema": ChannelParameter(type=standard_artifacts.Schema),
        "findings": ChannelParameter(type=DataFindings),
        "comparison": ChannelParameter(type=PhotoComparison),
        "transform_graph": ChannelParameter(type=standard_artifacts.TransformGraph),
        "tuner_results": ChannelParameter(type=standard_artifacts.TunerResults),
    }
    OUTPUTS = {"record": ChannelParameter(type=ReleaseRecord)}
    PARAMETERS = {
        "releases": ExecutionParameter(type=str),
        "run_folder": ExecutionParameter(type=str),
        "run_id": ExecutionParameter(type=str),
        "configuration": ExecutionParameter(type=str),
        "inputs_hash": ExecutionParameter(type=str),
        "training_hash": ExecutionParameter(type=str),
        "teacher": ExecutionParameter(type=int),
        "code_revision": ExecutionParameter(type=str),
        "code_hash": ExecutionParameter(type=str),
    }


class Publish(base_component.BaseComponent):
    """Completes a release and makes it current, or reports why there is none.

    Either way the run folder gets `outcome.json`, and so does the output artifact. The report goes
    into the release, or, where nothing is released, into the run folder.
    """

    SPEC_CLASS = PublishSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self,
        verdict: types.BaseChannel,
        evaluation: types.BaseChannel,
        model: types.BaseChannel,
        baseline: types.BaseChannel,
        pushed_serving: types.BaseChannel,
        pushed_edge: types.BaseChannel,
        edge_check: types.BaseChannel,
        serving_check: types.BaseChannel,
        examples: types.BaseChannel,
        catalog: types.BaseChannel,
        catalog_statistics: types.BaseChannel,
        shelf_statistics: types.BaseChannel,
        catalog_anomalies: types.BaseChannel,
        shelf_anomalies: types.BaseChannel,
        catalog_schema: types.BaseChannel,
        shelf_schema: types.BaseChannel,
        findings: types.BaseChannel,
        comparison: types.BaseChannel,
        transform_graph: types.BaseChannel,
        tuner_results: types.BaseChannel,
        releases: str,
        run_folder: str,
        run_id: str,
        configuration: str,
        inputs_hash: str,
        training_hash: str,
        teacher: int,
        code_revision: str,
        code_hash: str,
    ) -> None:
        """Build the component.

        Args:
            verdict: Channel of the ReleaseGate's verdict.
            evaluation: Channel of the Evaluator's ModelEvaluation.
            model: Channel of the Trainer's Model; its settings.json goes into the record.
            baseline: Channel of the Baseline's Model; it says which release that is.
            pushed_serving: Channel of the ServingPusher.
            pushed_edge: Channel of the EdgePusher.
            edge_check: Channel of EdgeExport's check.
            serving_check: Channel of ServingCheck's check.
            examples: Channel of the shelf Examples; the report shows photos of split `test`.
            catalog: Channel of the packshots' Examples.
            catalog_statistics: Channel of the catalogue's statistics.
            shelf_statistics: Channel of the shelf photos' statistics.
            catalog_anomalies: Channel of what the catalogue's validator found.
            shelf_anomalies: Channel of what the shelf photos' validator found.
            catalog_schema: Channel of the catalogue's schema.
            shelf_schema: Channel of the shelf photos' schema.
            findings: Channel of what DataCheck found.
            comparison: Channel of how far photos differ from others.
            transform_graph: Channel of the Transform's graph; balance.json lies beside it.
            tuner_results: Channel of the settings that the Tuner tried.
            releases: The releases folder.
            run_folder: Folder of this run.
            run_id: Names this run; different in every run, so that each has its outcome.
            configuration: The whole configuration of the run, as a JSON object.
            inputs_hash: Hash of everything that the run started from, for the record.
            training_hash: Hash of the data and settings that decide the training, likewise.
            teacher: Release whose ambiguous photos were trained on harder; 0 for none.
            code_revision: Revision of the code, for the record.
            code_hash: Hash of the source that publishing depends on.
        """
        super().__init__(
            PublishSpec(
                verdict=verdict,
                evaluation=evaluation,
                model=model,
                baseline=baseline,
                pushed_serving=pushed_serving,
                pushed_edge=pushed_edge,
                edge_check=edge_check,
                serving_check=serving_check,
                examples=examples,
                catalog=catalog,
                catalog_statistics=catalog_statistics,
                shelf_statistics=shelf_statistics,
                catalog_anomalies=catalog_anomalies,
                shelf_anomalies=shelf_anomalies,
                catalog_schema=catalog_schema,
                shelf_schema=shelf_schema,
                findings=findings,
                comparison=comparison,
                transform_graph=transform_graph,
                tuner_results=tuner_results,
                releases=releases,
                run_folder=run_folder,
                run_id=run_id,
                configuration=configuration,
                inputs_hash=inputs_hash,
                training_hash=training_hash,
                teacher=teacher,
                code_revision=code_revision,
                code_hash=code_hash,
                record=types.Channel(type=ReleaseRecord),
            )
        )
