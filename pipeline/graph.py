"""The pipeline: one definition for this machine, Vertex AI and Kubeflow.

Nothing here touches data, network or metadata; what is known about the run comes in as `Facts`.
Every stage of this project gets its settings as JSON and the hash of its own source, so
that the cache sees an edit of either.
"""

from typing import Any, NamedTuple

from ml_metadata.proto import metadata_store_pb2
from tfx.components import StatisticsGen
from tfx.dsl.components.base.base_node import BaseNode
from tfx.orchestration.pipeline import Pipeline

from components.ambiguous_photos.component import AmbiguousPhotos
from components.anomalies.statistics_options import statistics_options
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
from pipeline.config import PipelineConfig, below
from pipeline.facts import Facts
from pipeline.source_hash import source_hash


def create_pipeline(
    config: PipelineConfig,
    facts: Facts,
    as_written: PipelineConfig | None = None,
    metadata: metadata_store_pb2.ConnectionConfig | None = None,
) -> Pipeline:
    """Return the graph for one configuration.

    Args:
        config: With `catalog` set to a path that the stages can read.
        facts: What is known about the run. On a cluster, parameters that the run fills in.
        as_written: The same configuration as its user wrote it, for the release to record; None:
            `config` is that.
        metadata: Where to record executions; a cluster has its own place.
    """
    return Pipeline(
        pipeline_name=config.name,
        pipeline_root=config.cloud.pipeline_root or below(config.root, "pipeline"),
        components=_stages(config, facts, as_written or config),
        enable_cache=config.cache,
        metadata_connection_config=metadata,
        beam_pipeline_args=list(config.beam_args),
    )


def _stages(config: PipelineConfig, facts: Facts, as_written: PipelineConfig) -> list[BaseNode]:
    """Return all nodes; their ids are those of `pipeline.stages`."""
    data = _data_stages(config, facts)
    training = _training_stages(config, facts, data)
    judgement = _judging_stages(config, facts, data, training)
    release = _releasing_stages(config, facts, as_written, data, training, judgement)
    return [
        data.catalog,
        *data.of_catalog,
        data.shelves,
        *data.of_shelves,
        data.check,
        data.distribution,
        *training,
        *judgement,
        *release,
    ]


class _Validated(NamedTuple):
    """The three nodes that stop bad examples, in the order of `pipeline.stages`."""

    schema: CuratedSchema
    statistics: StatisticsGen
    validator: BaseNode


class _Data(NamedTuple):
    """What reads the data, and what blocks bad data."""

    catalog: BaseNode
    of_catalog: _Validated
    shelves: BaseNode
    of_shelves: _Validated
    check: BaseNode
    distribution: BaseNode


class _Training(NamedTuple):
    """From data to a model."""

    augment: BaseNode
    transform: BaseNode
    tuner: BaseNode
    ambiguous: BaseNode
    trainer: BaseNode


class _Judgement(NamedTuple):
    """Everything that says how good the model is, and the verdict."""

    baseline: BaseNode
    evaluator: BaseNode
    edge: BaseNode
    serving_check: BaseNode
    gate: BaseNode


class _Release(NamedTuple):
    """What puts a blessed model into a release."""

    push_serving: BaseNode
    push_edge: BaseNode
    publish: BaseNode


def _data_stages(config: PipelineConfig, facts: Facts) -> _Data:
    assert config.catalog is not None
    data_settings = config.data.model_dump_json()
    catalog = _stage(
        CatalogExampleGen,
        "CatalogExampleGen",
        products_csv=config.catalog,
        input_hash=facts.catalog_hash,
        # Which spans are taken is no matter of the catalogue.
        settings=config.data.model_dump_json(exclude={"spans"}),
    )
    shelves = _stage(
        ShelfExampleGen,
        "ShelfExampleGen",
        shelves=facts.shelves,
        composing=facts.composing,
        catalog=catalog.outputs["examples"],
        input_hash=facts.shelves_hash,
        settings=data_settings,
        store=config.store,
        span_records=facts.span_records,
    )
    of_shelves = _validated(shelves, "shelves", "Shelf")
    check = _stage(
        DataCheck,
        "DataCheck",
        catalog=catalog.outputs["examples"],
        shelves=shelves.outputs["examples"],
        products_csv=config.catalog,
        settings=config.data_check.model_dump_json(),
    )
    distribution = _stage(
        BlockingDistributionValidator,
        "DistributionValidator",
        catalog=catalog.outputs["examples"],
        examples=shelves.outputs["examples"],
        statistics=of_shelves.statistics.outputs["statistics"],
        schema=of_shelves.schema.outputs["schema"],
        releases=config.releases_folder,
        current=facts.compared_release,
        production_photos=facts.production_photos,
        production_hash=facts.production_hash,
        data_settings=data_settings,
        settings=config.distribution.model_dump_json(),
    )
    of_catalog = _validated(catalog, "catalog", "Catalog")
    return _Data(catalog, of_catalog, shelves, of_shelves, check, distribution)


def _training_stages(config: PipelineConfig, facts: Facts, data: _Data) -> _Training:
    catalog, shelves = data.catalog.outputs["examples"], data.shelves.outputs["examples"]
    schema = data.of_shelves.schema.outputs["schema"]
    checkpoint_root = below(config.root, "checkpoints")
    augment = _stage(
        Augment,
        "Augment",
        catalog=catalog,
        shelves=shelves,
        settings=config.augment.model_dump_json(exclude={"composed_test"}),
        store=config.store,
    )
    # These block what follows and hand nothing on: a changed limit, or what a validator says,
    # trains nothing anew.
    augment.add_upstream_nodes(
        [
            data.of_catalog.validator,
            data.of_shelves.validator,
            data.check,
            data.distribution,
        ]
    )
    transform = _stage(
        ShelfTransform,
        "Transform",
        examples=augment.outputs["examples"],
        schema=schema,
        settings=config.transform.model_dump_json(),
    )
    plan = TrainingPlan(
        backbone=config.backbone, recogniser=config.recogniser, trainer=config.trainer
    ).model_dump_json()
    tuner = _stage(
        ShelfTuner,
        "Tuner",
        shelves=shelves,
        examples=augment.outputs["examples"],
        catalog=catalog,
        companions=augment.outputs["companions"],
        transform_graph=transform.outputs["transform_graph"],
        settings=config.tuner.model_dump_json(),
        plan=plan,
        augment=config.augment.model_dump_json(exclude={"composed_test"}),
        augment_code=_code_hash(Augment),
        store=config.store,
        checkpoint_root=checkpoint_root,
    )
    ambiguous = _stage(
        AmbiguousPhotos,
        "AmbiguousPhotos",
        examples=shelves,
        catalog=catalog,
        releases=config.releases_folder,
        reference_release=facts.reference_release,
        settings=config.ambiguous_photos.model_dump_json(),
    )
    # As Augment does, it waits until nothing is wrong with the data.
    ambiguous.add_upstream_nodes([transform])
    trainer = _stage(
        ShelfTrainer,
        "Trainer",
        examples=augment.outputs["examples"],
        catalog=catalog,
        companions=augment.outputs["companions"],
        tuned_examples=tuner.outputs["tuned_examples"],
        hyperparameters=tuner.outputs["best_hyperparameters"],
        ambiguous_photos=ambiguous.outputs["photos"],
        transform_graph=transform.outputs["transform_graph"],
        schema=schema,
        settings=plan,
        checkpoint_root=checkpoint_root,
        production_photos=facts.production_photos,
        production_hash=facts.production_hash,
        shelves=facts.shelves,
        span_records=facts.span_records,
    )
    return _Training(augment, transform, tuner, ambiguous, trainer)


def _judging_stages(
    config: PipelineConfig, facts: Facts, data: _Data, training: _Training
) -> _Judgement:
    catalog, shelves = data.catalog.outputs["examples"], data.shelves.outputs["examples"]
    model = training.trainer.outputs["model"]
    baseline = _stage(
        Baseline,
        "Baseline",
        catalog=catalog,
        releases=config.releases_folder,
        current=facts.compared_release,
    )
    evaluator = _stage(
        ShelfEvaluator,
        "Evaluator",
        examples=shelves,
        catalog=catalog,
        model=model,
        baseline_model=baseline.outputs["model"],
        settings=config.evaluator.model_dump_json(),
    )
    edge = _stage(
        EdgeExport,
        "EdgeExport",
        model=model,
        catalog=catalog,
        examples=shelves,
        settings=config.edge_export.model_dump_json(),
    )
    serving_check = _stage(
        ServingCheck,
        "ServingCheck",
        model=model,
        examples=shelves,
        settings=config.serving_check.model_dump_json(),
    )
    gate = _stage(
        ReleaseGate,
        "ReleaseGate",
        model=model,
        evaluation=evaluator.outputs["evaluation"],
        baseline=baseline.outputs["model"],
        edge_check=edge.outputs["edge_check"],
        serving_check=serving_check.outputs["check"],
        releases=config.releases_folder,
        settings=config.release_gate.model_dump_json(),
        run_id=facts.run_id,
    )
    return _Judgement(baseline, evaluator, edge, serving_check, gate)


def _releasing_stages(
    config: PipelineConfig,
    facts: Facts,
    as_written: PipelineConfig,
    data: _Data,
    training: _Training,
    judgement: _Judgement,
) -> _Release:
    shelves, model = data.shelves.outputs["examples"], training.trainer.outputs["model"]
    blessings = {
        "model_blessing": judgement.gate.outputs["blessing"],
        "infra_blessing": judgement.gate.outputs["infra_blessing"],
    }
    push_serving = _stage(
        ServingPusher,
        "PusherServing",
        model=model,
        examples=shelves,
        releases=config.releases_folder,
        **blessings,
    )
    push_edge = _stage(
        EdgePusher,
        "PusherEdge",
        model=judgement.edge.outputs["edge_model"],
        releases=config.releases_folder,
        **blessings,
    )
    publish = _stage(
        Publish,
        "Publish",
        verdict=judgement.gate.outputs["verdict"],
        evaluation=judgement.evaluator.outputs["evaluation"],
        model=model,
        baseline=judgement.baseline.outputs["model"],
        pushed_serving=push_serving.outputs["pushed_model"],
        pushed_edge=push_edge.outputs["pushed_model"],
        edge_check=judgement.edge.outputs["edge_check"],
        serving_check=judgement.serving_check.outputs["check"],
        examples=shelves,
        catalog=data.catalog.outputs["examples"],
        catalog_statistics=data.of_catalog.statistics.outputs["statistics"],
        shelf_statistics=data.of_shelves.statistics.outputs["statistics"],
        catalog_anomalies=data.of_catalog.validator.outputs["anomalies"],
        shelf_anomalies=data.of_shelves.validator.outputs["anomalies"],
        catalog_schema=data.of_catalog.schema.outputs["schema"],
        shelf_schema=data.of_shelves.schema.outputs["schema"],
        findings=data.check.outputs["findings"],
        comparison=data.distribution.outputs["comparison"],
        transform_graph=training.transform.outputs["transform_graph"],
        tuner_results=training.tuner.outputs["tuner_results"],
        releases=config.releases_folder,
        runs=config.runs,
        run_id=facts.run_id,
        configuration=as_written.model_dump_json(),
        inputs_hash=facts.inputs_hash,
        training_hash=facts.training_hash,
        span_hashes=facts.span_hashes,
        reference_release=facts.reference_release,
        code_revision=facts.code_revision,
    )
    return _Release(push_serving, push_edge, publish)


def _validated(source: BaseNode, schema_name: str, prefix: str) -> _Validated:
    schema = CuratedSchema(schema_name).with_id(f"{prefix}Schema")
    statistics = StatisticsGen(
        examples=source.outputs["examples"],
        schema=schema.outputs["schema"],
        stats_options=statistics_options(schema_file(schema_name)),
    ).with_id(f"{prefix}Statistics")
    validator = _stage(
        BlockingExampleValidator,
        f"{prefix}Validator",
        examples=source.outputs["examples"],
        statistics=statistics.outputs["statistics"],
        schema=schema.outputs["schema"],
    )
    return _Validated(schema, statistics, validator)


def _stage(stage: type[BaseNode], node_id: str, **given: Any) -> BaseNode:
    """Build a node with the hash of its code; the id is a name of `pipeline.stages`."""
    return stage(code_hash=_code_hash(stage), **given).with_id(node_id)


def _code_hash(stage: type[BaseNode]) -> str:
    return source_hash(stage.__module__, for_people=getattr(stage, "FOR_PEOPLE", False))
