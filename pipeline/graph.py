"""The pipeline: one definition for this machine, Vertex AI and Kubeflow.

Nothing here touches data, network or metadata; what is known about the inputs comes in as
`Inputs`. Every stage of this project gets its settings as JSON and the hash of its own source, so
that the cache sees an edit of either.
"""

from typing import NamedTuple

from ml_metadata.proto import metadata_store_pb2
from tfx.components import StatisticsGen
from tfx.dsl.components.base.base_node import BaseNode
from tfx.orchestration.pipeline import Pipeline

from components.ambiguous_photos.component import AmbiguousPhotos
from components.anomalies.statistics import statistics_options
from components.augment.component import Augment
from components.baseline.component import Baseline
from components.curated_schema.component import CuratedSchema
from components.curated_schema.files import schema_file
from components.data_check.component import DataCheck
from components.distribution.component import BlockingDistributionValidator
from components.edge_export.component import EdgeExport
from components.evaluator.component import ShelfEvaluator
from components.example_gen.component import CatalogExampleGen, ShelfExampleGen
from components.publish.component import Publish
from components.pusher.component import EdgePusher, ServingPusher
from components.release_gate.component import ReleaseGate
from components.serving_check.component import ServingCheck
from components.trainer.component import ShelfTrainer
from components.training.settings import TrainingPlan
from components.transform.component import ShelfTransform
from components.tuner.component import ShelfTuner
from components.validation.component import BlockingExampleValidator
from pipeline.config import PipelineConfig
from pipeline.inputs import Inputs
from pipeline.source_hash import source_hash


def create_pipeline(
    config: PipelineConfig,
    run_id: str,
    inputs: Inputs,
    metadata: metadata_store_pb2.ConnectionConfig | None = None,
) -> Pipeline:
    """The graph for one configuration.

    Args:
        config: with `catalog` and `shelves` set, to paths that the stages can read.
        run_id: names this run; the verdict and what follows are never taken from another run.
        inputs: what is known about the data, for the caches.
        metadata: where to record executions; a cluster has its own place.
    """
    return Pipeline(
        pipeline_name=config.name,
        pipeline_root=config.cloud.pipeline_root or _below(config.root, "pipeline"),
        components=_stages(config, run_id, inputs),
        enable_cache=config.cache,
        metadata_connection_config=metadata,
        beam_pipeline_args=list(config.beam_args),
    )


def _stages(config: PipelineConfig, run_id: str, inputs: Inputs) -> list[BaseNode]:
    """All nodes. Their ids are those of `pipeline.stages`, where they stand in the same order."""
    assert config.catalog is not None and config.shelves is not None
    data_settings = config.data.model_dump_json()

    catalog = CatalogExampleGen(
        products_csv=config.catalog,
        input_hash=inputs.catalog_hash,
        # Which spans are taken is no matter of the catalogue.
        settings=config.data.model_dump_json(exclude={"spans"}),
        code_hash=source_hash("components.example_gen.component"),
    ).with_id("CatalogExampleGen")
    of_catalog = _validated(catalog, "catalog", "Catalog")

    shelves = ShelfExampleGen(
        shelves=config.shelves,
        catalog=catalog.outputs["examples"],
        input_hash=inputs.shelves_hash,
        settings=data_settings,
        code_hash=source_hash("components.example_gen.component"),
        store=config.store,
        span_records="" if inputs.generated else config.span_records,
    ).with_id("ShelfExampleGen")
    of_shelves = _validated(shelves, "shelves", "Shelf")

    data_check = DataCheck(
        catalog=catalog.outputs["examples"],
        shelves=shelves.outputs["examples"],
        products_csv=config.catalog,
        settings=config.data_check.model_dump_json(),
        code_hash=source_hash("components.data_check.component"),
    ).with_id("DataCheck")
    distribution = BlockingDistributionValidator(
        catalog=catalog.outputs["examples"],
        examples=shelves.outputs["examples"],
        statistics=of_shelves.statistics.outputs["statistics"],
        schema=of_shelves.schema.outputs["schema"],
        releases=config.releases_folder,
        current=str(inputs.compared_release or ""),
        serving_photos=config.serving_photos or "",
        serving_hash=inputs.serving_hash,
        data_settings=data_settings,
        settings=config.distribution.model_dump_json(),
        code_hash=source_hash("components.distribution.component"),
    ).with_id("DistributionValidator")

    augment = Augment(
        catalog=catalog.outputs["examples"],
        shelves=shelves.outputs["examples"],
        catalog_anomalies=of_catalog.validator.outputs["anomalies"],
        shelf_anomalies=of_shelves.validator.outputs["anomalies"],
        settings=config.augment.model_dump_json(),
        code_hash=source_hash("components.augment.component"),
        store=config.store,
    ).with_id("Augment")
    # These block what follows and hand nothing on: a changed limit trains nothing anew.
    augment.add_upstream_nodes([data_check, distribution])
    transform = ShelfTransform(
        examples=augment.outputs["examples"],
        schema=of_shelves.schema.outputs["schema"],
        settings=config.transform.model_dump_json(),
        code_hash=source_hash("components.transform.component"),
    ).with_id("Transform")
    plan = TrainingPlan(
        backbone=config.backbone, recogniser=config.recogniser, trainer=config.trainer
    ).model_dump_json()
    tuner = ShelfTuner(
        shelves=shelves.outputs["examples"],
        examples=augment.outputs["examples"],
        catalog=catalog.outputs["examples"],
        companions=augment.outputs["companions"],
        transform_graph=transform.outputs["transform_graph"],
        settings=config.tuner.model_dump_json(),
        plan=plan,
        augment=config.augment.model_dump_json(),
        code_hash=source_hash("components.tuner.component"),
        augment_code=source_hash("components.augment.component"),
        store=config.store,
        checkpoint_root=_below(config.root, "checkpoints"),
    ).with_id("Tuner")
    ambiguous = AmbiguousPhotos(
        examples=shelves.outputs["examples"],
        catalog=catalog.outputs["examples"],
        releases=config.releases_folder,
        teacher="" if inputs.teacher is None else str(inputs.teacher),
        settings=config.ambiguous_photos.model_dump_json(),
        code_hash=source_hash("components.ambiguous_photos.component"),
    ).with_id("AmbiguousPhotos")
    # As Augment does, it waits until nothing is wrong with the data.
    ambiguous.add_upstream_nodes([transform])
    trainer = ShelfTrainer(
        examples=augment.outputs["examples"],
        catalog=catalog.outputs["examples"],
        companions=augment.outputs["companions"],
        tuned_examples=tuner.outputs["tuned_examples"],
        hyperparameters=tuner.outputs["best_hyperparameters"],
        ambiguous_photos=ambiguous.outputs["photos"],
        transform_graph=transform.outputs["transform_graph"],
        schema=of_shelves.schema.outputs["schema"],
        settings=plan,
        code_hash=source_hash("components.trainer.component"),
        checkpoint_root=_below(config.root, "checkpoints"),
        serving_photos=config.serving_photos or "",
        serving_hash=inputs.serving_hash,
    ).with_id("Trainer")

    baseline = Baseline(
        catalog=catalog.outputs["examples"],
        releases=config.releases_folder,
        current=str(inputs.compared_release or ""),
        code_hash=source_hash("components.baseline.component"),
    ).with_id("Baseline")
    evaluator = ShelfEvaluator(
        examples=shelves.outputs["examples"],
        catalog=catalog.outputs["examples"],
        model=trainer.outputs["model"],
        baseline_model=baseline.outputs["model"],
        settings=config.evaluator.model_dump_json(),
        code_hash=source_hash("components.evaluator.component"),
    ).with_id("Evaluator")
    edge = EdgeExport(
        model=trainer.outputs["model"],
        catalog=catalog.outputs["examples"],
        examples=shelves.outputs["examples"],
        settings=config.edge_export.model_dump_json(),
        code_hash=source_hash("components.edge_export.component"),
    ).with_id("EdgeExport")
    serving_check = ServingCheck(
        model=trainer.outputs["model"],
        examples=shelves.outputs["examples"],
        settings=config.serving_check.model_dump_json(),
        code_hash=source_hash("components.serving_check.component"),
    ).with_id("ServingCheck")

    gate = ReleaseGate(
        model=trainer.outputs["model"],
        evaluation=evaluator.outputs["evaluation"],
        baseline=baseline.outputs["model"],
        edge_check=edge.outputs["edge_check"],
        serving_check=serving_check.outputs["check"],
        releases=config.releases_folder,
        settings=config.release_gate.model_dump_json(),
        run_id=run_id,
        code_hash=source_hash("components.release_gate.component"),
    ).with_id("ReleaseGate")
    push_serving = ServingPusher(
        model=trainer.outputs["model"],
        model_blessing=gate.outputs["blessing"],
        infra_blessing=gate.outputs["infra_blessing"],
        examples=shelves.outputs["examples"],
        releases=config.releases_folder,
        code_hash=source_hash("components.pusher.component"),
    ).with_id("PusherServing")
    push_edge = EdgePusher(
        edge_model=edge.outputs["edge_model"],
        model_blessing=gate.outputs["blessing"],
        infra_blessing=gate.outputs["infra_blessing"],
        releases=config.releases_folder,
        code_hash=source_hash("components.pusher.component"),
    ).with_id("PusherEdge")
    publish = Publish(
        verdict=gate.outputs["verdict"],
        evaluation=evaluator.outputs["evaluation"],
        model=trainer.outputs["model"],
        baseline=baseline.outputs["model"],
        pushed_serving=push_serving.outputs["pushed_model"],
        pushed_edge=push_edge.outputs["pushed_model"],
        edge_check=edge.outputs["edge_check"],
        serving_check=serving_check.outputs["check"],
        examples=shelves.outputs["examples"],
        catalog=catalog.outputs["examples"],
        catalog_statistics=of_catalog.statistics.outputs["statistics"],
        shelf_statistics=of_shelves.statistics.outputs["statistics"],
        catalog_anomalies=of_catalog.validator.outputs["anomalies"],
        shelf_anomalies=of_shelves.validator.outputs["anomalies"],
        catalog_schema=of_catalog.schema.outputs["schema"],
        shelf_schema=of_shelves.schema.outputs["schema"],
        findings=data_check.outputs["findings"],
        comparison=distribution.outputs["comparison"],
        transform_graph=transform.outputs["transform_graph"],
        tuner_results=tuner.outputs["tuner_results"],
        releases=config.releases_folder,
        run_folder=_below(config.root, f"runs/{run_id}"),
        run_id=run_id,
        configuration=config.model_dump_json(),
        inputs_hash=inputs.inputs_hash,
        training_hash=inputs.training_hash,
        teacher=inputs.teacher or 0,
        code_revision=inputs.code_revision,
        code_hash=source_hash("components.publish.component"),
    ).with_id("Publish")

    return [
        catalog,
        *of_catalog,
        shelves,
        *of_shelves,
        data_check,
        distribution,
        augment,
        transform,
        tuner,
        ambiguous,
        trainer,
        baseline,
        evaluator,
        edge,
        serving_check,
        gate,
        push_serving,
        push_edge,
        publish,
    ]


class _Validated(NamedTuple):
    """The three nodes that stop bad examples, in the order of `pipeline.stages`."""

    statistics: StatisticsGen
    schema: CuratedSchema
    validator: BlockingExampleValidator


def _validated(source: BaseNode, schema_name: str, prefix: str) -> _Validated:
    schema = CuratedSchema(schema_name).with_id(f"{prefix}Schema")
    statistics = StatisticsGen(
        examples=source.outputs["examples"],
        schema=schema.outputs["schema"],
        stats_options=statistics_options(schema_file(schema_name)),
    ).with_id(f"{prefix}Statistics")
    validator = BlockingExampleValidator(
        examples=source.outputs["examples"],
        statistics=statistics.outputs["statistics"],
        schema=schema.outputs["schema"],
        code_hash=source_hash("components.validation.component"),
    ).with_id(f"{prefix}Validator")
    return _Validated(statistics, schema, validator)


def _below(root: str, name: str) -> str:
    """A folder in the output root, which may be a path or a URI."""
    return f"{root.rstrip('/')}/{name}"
