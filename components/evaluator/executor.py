"""Runs the evaluation: TFMA over the test photos, then one summary document."""

from __future__ import annotations

import json
import posixpath
from pathlib import Path
from typing import Any

import apache_beam as beam
import tensorflow_model_analysis as tfma
from google.protobuf import wrappers_pb2
from tensorflow_model_analysis.evaluators import evaluator as tfma_evaluator
from tensorflow_model_analysis.writers import writer as tfma_writer
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.dsl.io import fileio
from tfx.types import Artifact, artifact_utils
from tfx.utils import io_utils, path_utils
from tfx_bsl.tfxio import tf_example_record

from components.artifacts.evaluation_summary import SUMMARY_FILE, ModelSummary, Product, Summary
from components.artifacts.judged_on import COMPOSED_SHELVES, COUNTING_ON_PHOTOS, JudgedOn
from components.artifacts.judged_photos import PREDICTIONS_FILES, JudgedPhoto
from components.artifacts.model import ModelArtifact
from components.artifacts.model_settings import ModelSettings
from components.evaluator.extractors import PHOTO_RECORDS_STAGE, shelf_extractors, truth_schema
from components.evaluator.settings import EvaluatorSettings
from components.evaluator.tfma_metrics import PHOTO_RECORDS_KEY, SUMMARY_KEY, TfmaDetectionMetrics
from components.metrics.costs import Costs
from components.metrics.judge_photo import judge_photo
from components.recogniser.alike import alike_groups
from components.recogniser.index import read_index
from components.records.catalog_examples import CATALOG_SPLIT, read_packshots
from components.records.example_files import are_composed, read_records, record_files, split_pattern
from components.records.problems import InputError, Problem

SPLIT = "test"
SIGNATURE = "evaluate"
CANDIDATE = "candidate"
BASELINE = "baseline"

_PREDICTIONS_KEY = "photo_predictions"


class Executor(BaseBeamExecutor):
    """Evaluates the candidate, and the baseline where there is one, on the same photos.

    It drives TFMA as TFX's own Evaluator does, with two differences that the latter has no room
    for: a writer of predictions, which the report draws photos from, and a fixed batch size, since
    the one Beam would tune grows until decoded photos fill the memory. There is no blessing here:
    the release gate gives it, once, over all verdicts.
    """

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Evaluate the candidate, and the baseline where there is one.

        Raises:
            InputError: There is no photo to evaluate on.
        """
        settings = EvaluatorSettings.model_validate_json(exec_properties["settings"])
        examples = artifact_utils.get_single_instance(input_dict["examples"])
        evaluation = artifact_utils.get_single_uri(output_dict["evaluation"])
        total = sum(1 for _ in read_records(examples, SPLIT))
        if not total:
            raise InputError(
                [Problem("shelf photos", None, f"no photo is in the split '{SPLIT}'", "add some")]
            )
        products, new_skus, groups = _read_catalog(
            artifact_utils.get_single_instance(input_dict["catalog"])
        )
        models = {CANDIDATE: artifact_utils.get_single_instance(input_dict["model"])}
        for baseline in input_dict.get("baseline_model", []):
            if not baseline.get_int_custom_property("absent"):
                models[BASELINE] = baseline
        trained = {name: _settings(model) for name, model in models.items()}
        thresholds = {name: each.operating_threshold for name, each in trained.items()}
        # The baseline is judged by what errors cost today. A model trained before there were costs
        # has none, and both errors cost the same.
        costs = Costs(**trained[CANDIDATE].costs)
        index = read_index(Path(ModelArtifact(models[CANDIDATE].uri).index))
        groups |= alike_groups(index, groups)
        config = eval_config(thresholds, new_skus, products, costs, groups)
        shared_models = [
            tfma.default_eval_shared_model(
                path_utils.serving_model_path(model.uri), model_name=name, eval_config=config
            )
            for name, model in models.items()
        ]
        photos = tf_example_record.TFExampleRecord(
            split_pattern(examples, SPLIT),
            schema=truth_schema(),
            raw_record_column_name=tfma.ARROW_INPUT_COLUMN,
        )
        with self._make_beam_pipeline() as pipeline:
            (
                pipeline
                | photos.BeamSource(settings.batch_size)
                | tfma.ExtractEvaluateAndWriteResults(
                    eval_shared_model=shared_models,
                    eval_config=config,
                    extractors=shelf_extractors(
                        config, shared_models, total, settings.progress_every
                    ),
                    evaluators=[
                        *tfma.default_evaluators(
                            eval_config=config, eval_shared_model=shared_models
                        ),
                        _predictions_evaluator(thresholds[CANDIDATE]),
                    ],
                    writers=[
                        *_result_writers(evaluation, config, shared_models),
                        _predictions_writer(evaluation),
                    ],
                )
            )
        summaries = _model_summaries(evaluation, list(models))
        summary = Summary(
            **dict(summaries[CANDIDATE]),
            baseline=summaries.get(BASELINE),
            products=products,
            judged_on=_judged_on(are_composed(examples), summaries[CANDIDATE]),
        )
        io_utils.write_string_file(
            posixpath.join(evaluation, SUMMARY_FILE), summary.model_dump_json(indent=1)
        )


def _judged_on(composed: bool, summary: ModelSummary) -> JudgedOn:
    if not composed:
        return "photos"
    return COUNTING_ON_PHOTOS if summary.counting else COMPOSED_SHELVES


def eval_config(
    thresholds: dict[str, float],
    new_skus: list[str],
    products: dict[str, Product],
    costs: Costs,
    groups: dict[str, str],
) -> tfma.EvalConfig:
    """Return what TFMA is to evaluate.

    Args:
        thresholds: Operating threshold of each model, by name: `candidate` and perhaps `baseline`.
        new_skus: SKUs held out of training.
        products: The catalogue, by SKU.
        costs: Costs of errors.
        groups: Group by SKU, of those that have one.
    """
    parameters = {
        "thresholds": thresholds,
        "new_skus": new_skus,
        "categories": {sku: product.category for sku, product in products.items()},
        "costs": costs._asdict(),
        "groups": groups,
    }
    return tfma.EvalConfig(
        model_specs=[
            tfma.ModelSpec(
                name=name,
                # Signatures, not Keras objects: the photo's bytes go in as they are stored.
                model_type="tf_generic",
                signature_name=SIGNATURE,
                is_baseline=name == BASELINE,
            )
            for name in thresholds
        ],
        metrics_specs=[
            tfma.MetricsSpec(
                metrics=[
                    tfma.MetricConfig(
                        class_name=TfmaDetectionMetrics.__name__,
                        module=TfmaDetectionMetrics.__module__,
                        config=json.dumps(parameters),
                    )
                ],
                model_names=list(thresholds) if len(thresholds) > 1 else [],
            )
        ],
        slicing_specs=[tfma.SlicingSpec()],
        options=tfma.Options(
            include_default_metrics=wrappers_pb2.BoolValue(value=False),
            # They would evaluate twenty times over.
            compute_confidence_intervals=wrappers_pb2.BoolValue(value=False),
        ),
    )


def _read_catalog(catalog: Artifact) -> tuple[dict[str, Product], list[str], dict[str, str]]:
    """Return what the catalogue says of each SKU, the SKUs held out of training, and groups."""
    products, new_skus, groups = {}, set(), {}
    for packshot in read_packshots(record_files(catalog, CATALOG_SPLIT)):
        products[packshot.sku] = Product(name=packshot.name, category=packshot.category)
        if packshot.held_out:
            new_skus.add(packshot.sku)
        if packshot.view == 0 and packshot.group:
            groups[packshot.sku] = packshot.group
    return products, sorted(new_skus), groups


def _settings(model: Artifact) -> ModelSettings:
    with fileio.open(ModelArtifact(model.uri).settings) as file:
        return ModelSettings.model_validate_json(file.read())


def _predictions_evaluator(threshold: float) -> tfma_evaluator.Evaluator:
    return tfma_evaluator.Evaluator(
        "PredictionLines", PHOTO_RECORDS_STAGE, _PredictionLines(threshold)
    )


class _PredictionLines(beam.PTransform):
    def __init__(self, threshold: float):
        super().__init__()
        self._threshold = threshold

    def expand(self, extracts: beam.PCollection) -> dict[str, beam.PCollection]:
        records = extracts | beam.Map(lambda each: each[PHOTO_RECORDS_KEY][CANDIDATE])
        return {
            _PREDICTIONS_KEY: records
            | (beam.Map(judge_photo, self._threshold) | beam.Map(JudgedPhoto.to_json_line))
        }


def _result_writers(
    evaluation: str, config: tfma.EvalConfig, shared_models: list[tfma.EvalSharedModel]
) -> list[tfma_writer.Writer]:
    """Return TFMA's default writers but for plots, attributions and validations.

    There are none, and three empty files cost a second and a half.
    """
    metrics = {tfma.METRICS_KEY: posixpath.join(evaluation, tfma.METRICS_KEY)}
    locations = {model.model_name: model.model_path for model in shared_models}
    return [
        tfma.writers.EvalConfigWriter(evaluation, config, model_locations=locations),
        tfma.writers.MetricsPlotsAndValidationsWriter(metrics, config),
    ]


def _predictions_writer(evaluation: str) -> tfma_writer.Writer:
    return tfma_writer.Writer(
        "WritePredictions",
        tfma_writer.Write(
            key=_PREDICTIONS_KEY,
            ptransform=beam.io.WriteToText(
                posixpath.join(evaluation, PREDICTIONS_FILES), file_name_suffix=".jsonl"
            ),
        ),
    )


def _model_summaries(evaluation: str, models: list[str]) -> dict[str, ModelSummary]:
    """Return the summary of each model over all photos, from TFMA's results."""
    summaries = {}
    for sliced in tfma.load_metrics(evaluation):
        if sliced.slice_key.single_slice_keys:
            continue
        for metric in sliced.metric_keys_and_values:
            if metric.key.name == SUMMARY_KEY and not metric.key.is_diff:
                # TFMA leaves the name away where there is one model only.
                name = metric.key.model_name or models[0]
                summaries[name] = ModelSummary.model_validate_json(metric.value.bytes_value)
    return summaries
