"""A run up to Publish, on disk, for the tests of its executor."""

import json
from datetime import datetime, timezone

from shelf_pictures import packshot_of, pixels_of
from tiny_artifacts import packshot

from components.artifacts.balance import Balance, SkuShare
from components.artifacts.data_findings import CheckReport, Counts, Finding
from components.artifacts.edge_check import EdgeCheck
from components.artifacts.model_settings import ModelSettings
from components.artifacts.photo_comparison import Comparison, FeatureDistance, comparisons_to_dict
from components.artifacts.run_outcome import RunOutcome
from components.artifacts.serving_check import ServingVerdict
from components.imaging.decoding import encode_jpeg
from components.records.problems import Problem
from components.releases.edge_folder import LABELS_FILE
from components.releases.registry import Registry
from components.releases.release_record import ReleaseRecord

SPLITS = {"catalog": "catalog", "shelf": "test"}
FINDINGS = CheckReport(
    (
        Finding(
            "near_duplicate_photo",
            "warning",
            Problem("span-1/b.jpg", "photo 7", "nearly the same as 'a.jpg'", "remove one of them"),
        ),
    ),
    Counts(5, 5, 12, 110),
)
DISTANCES = {
    "drift": Comparison(
        "release 3",
        "train",
        features=(
            FeatureDistance(
                "brightness",
                "image/brightness",
                "jensen_shannon_divergence",
                0.25,
                0.3,
                False,
                "0.21 on average (0.05 to 0.4)",
                "0.33 on average (0.1 to 0.6)",
            ),
        ),
    ),
    "skew": Comparison("production photos", skipped="production_photos is not set"),
}
BALANCE = Balance(
    768, 0.01, ("tea-green",), {"tea-green": SkuShare(2, 1, 2.77), "milk": SkuShare(25, 9, 1.0)}
)
EDGE_CHECK = EdgeCheck(
    parity=0.99,
    compared=100,
    compared_from=0.5,
    mean_overlap=0.99,
    max_score_difference=0.01,
    count_difference=0.0,
    photos=24,
    photos_with_other_counts=0,
    size_bytes=1_000_000,
    latency_ms=20.0,
    memory_bytes=50_000_000,
    serving_latency_ms=9.0,
    serving_memory_bytes=300_000_000,
    threads=2,
    quantization="float16",
)
CONFIGURATION = {"profile": "test", "trainer": {"steps": 7}}


class Run:
    """Everything that the stages before Publish leave, on disk; `publish` runs it."""

    def __init__(self, folder, judged, summary, releases=None):
        self.folder = folder
        self.registry = Registry(releases or folder / "releases")
        self.run_folder = folder / "runs" / "run-1"
        self._text("evaluation", "summary.json", summary.model_dump_json())
        jsonl = "".join(photo.to_json_line() + "\n" for photo in judged)
        self._text("evaluation", "predictions-00000-of-00001.jsonl", jsonl)
        model = ModelSettings(weights_source="start", operating_threshold=0.5, model_hash="abc")
        self._text("model", "settings.json", model.to_json())
        self._text("edge_check", "check.json", EDGE_CHECK.to_json())
        serving = ServingVerdict(ok=True, latency_ms=9.0)
        self._text("serving_check", "check.json", serving.to_json())
        for name in ("catalog_schema", "shelf_schema"):
            self._text(name, "schema.pbtxt", f"# {name}")
        for data_set, split in SPLITS.items():
            self._statistics(data_set, split)
            self.anomalies(data_set, split)
        self._text("findings", "findings.json", json.dumps(FINDINGS.to_dict()))
        self._text("comparison", "comparison.json", json.dumps(comparisons_to_dict(DISTANCES)))
        self._text("transform_graph", "balance.json", json.dumps(BALANCE.to_dict()))
        self._photos(judged)
        self._packshots(summary.products)

    def tuned(self, trials):
        """What the Tuner leaves where it tried something."""
        self._text("tuner_results", "trials.json", json.dumps(trials))

    def _text(self, name, file, text):
        (self.folder / name).mkdir(exist_ok=True)
        (self.folder / name / file).write_text(text)

    def _statistics(self, data_set, split):
        from tensorflow_metadata.proto.v0 import statistics_pb2

        statistics = statistics_pb2.DatasetFeatureStatisticsList()
        statistics.datasets.add(num_examples=12)
        self._proto(f"{data_set}_statistics", split, "FeatureStats.pb", statistics)

    def anomalies(self, data_set, split, *features):
        """What the validator of a data set leaves: an anomaly for each of `features`."""
        from tensorflow_metadata.proto.v0 import anomalies_pb2

        found = anomalies_pb2.Anomalies()
        for feature in features:
            reason = found.anomaly_info[feature].reason.add()
            reason.short_description = reason.description = "Out of range"
        self._proto(f"{data_set}_anomalies", split, "SchemaDiff.pb", found)

    def _proto(self, name, split, file, message):
        target = self.folder / name / f"Split-{split}"
        target.mkdir(parents=True, exist_ok=True)
        (target / file).write_bytes(message.SerializeToString())

    def _photos(self, judged):
        self.examples(
            "examples",
            "test",
            (
                {
                    "image/source_id": [photo.source_id.encode()],
                    "image/encoded": [encode_jpeg(pixels_of(number))],
                }
                for number, photo in enumerate(judged)
            ),
        )

    def _packshots(self, skus):
        self.examples(
            "catalog",
            "catalog",
            (packshot(sku, encode_jpeg(packshot_of(sku))) for sku in skus),
        )

    def examples(self, name, split, examples):
        import tensorflow as tf

        from components.records.tf_example import serialize

        folder = self.folder / name / f"Split-{split}"
        folder.mkdir(parents=True)
        options = tf.io.TFRecordOptions(compression_type="GZIP")
        with tf.io.TFRecordWriter(str(folder / "data-00000-of-00001.gz"), options) as writer:
            for features in examples:
                writer.write(serialize(features))

    def release(self, version, skus):
        """Puts an earlier release there, which knows `skus`."""
        staging = self.registry.stage(version, "earlier")
        staging.folder.put(f"edge/{LABELS_FILE}", "".join(f"{sku}\n" for sku in skus))
        record = ReleaseRecord(
            version=version,
            parent=None,
            created=datetime(2024, 1, 2, tzinfo=timezone.utc),
            content_hash="earlier",
            operating_threshold=0.4,
            model={},
            metrics={},
            gates=(),
            configuration={"profile": "test", "trainer": {"steps": 5}},
        )
        self.registry.publish(staging, record)

    def push(self, verdict):
        """Puts there what the Pushers would."""
        staging = self.registry.stage(verdict.version, verdict.content_hash)
        staging.folder.put(f"serving/{staging.version}/saved_model.pb", "model")
        staging.folder.put("edge/model.tflite", "model")
        return staging

    def publish(self, verdict):
        from tfx.types import standard_artifacts as standard

        from components.artifacts import types as artifacts
        from components.publish.executor import Executor

        self._text("verdict", "verdict.json", verdict.to_json())
        kinds = {
            "verdict": artifacts.VerdictArtifact,
            "evaluation": standard.ModelEvaluation,
            "model": standard.Model,
            "baseline": standard.Model,
            "pushed_serving": standard.PushedModel,
            "pushed_edge": standard.PushedModel,
            "edge_check": artifacts.EdgeCheckArtifact,
            "serving_check": artifacts.ServingCheckArtifact,
            "examples": standard.Examples,
            "catalog": standard.Examples,
            "catalog_statistics": standard.ExampleStatistics,
            "shelf_statistics": standard.ExampleStatistics,
            "catalog_anomalies": standard.ExampleAnomalies,
            "shelf_anomalies": standard.ExampleAnomalies,
            "catalog_schema": standard.Schema,
            "shelf_schema": standard.Schema,
            "findings": artifacts.DataFindingsArtifact,
            "comparison": artifacts.PhotoComparisonArtifact,
            "transform_graph": standard.TransformGraph,
            "tuner_results": standard.TunerResults,
        }
        inputs = {}
        for key, kind in kinds.items():
            made = kind()
            made.uri = str(self.folder / key)
            inputs[key] = [made]
        inputs["baseline"][0].set_int_custom_property("release", 3)
        inputs["examples"][0].split_names = '["test"]'
        inputs["catalog"][0].split_names = '["catalog"]'
        for data_set, split in SPLITS.items():
            for kind in ("statistics", "anomalies"):
                inputs[f"{data_set}_{kind}"][0].split_names = json.dumps([split])
        if verdict.version is not None:
            staging = self.registry.stage(verdict.version, verdict.content_hash)
            for key, name in (
                ("pushed_serving", f"serving/{verdict.version}"),
                ("pushed_edge", "edge"),
            ):
                inputs[key][0].set_string_custom_property(
                    "pushed_destination", str(staging.folder.sub(name))
                )
        record = artifacts.ReleaseRecordArtifact()
        record.uri = str(self.folder / "record")
        Executor().Do(
            inputs,
            {"record": [record]},
            {
                "releases": str(self.registry.folder),
                "runs": str(self.run_folder.parent),
                "run_id": "run-1",
                "configuration": json.dumps(CONFIGURATION),
                "inputs_hash": "inputs",
                "training_hash": "training",
                "span_hashes": '{"1": "of span 1"}',
                "reference_release": "3",
                "code_revision": "abc123",
                "code_hash": "",
            },
        )
        text = (self.run_folder / "outcome.json").read_text()
        assert text == (self.folder / "record" / "outcome.json").read_text()
        return RunOutcome.model_validate_json(text)
