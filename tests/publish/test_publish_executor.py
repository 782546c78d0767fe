import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from shelf_pictures import packshot_of, pixels_of

from components.edge_export.folder import LABELS_FILE, write_labels
from components.example_gen.images import encode_jpeg
from components.publish.outcome import Outcome
from components.releases.errors import ReleaseError
from components.releases.record import ReleaseRecord
from components.releases.registry import Registry

pytestmark = pytest.mark.tfx

SPLITS = {"catalog": "catalog", "shelf": "test"}
CONFIGURATION = {"profile": "test", "trainer": {"steps": 7}}


class Run:
    """Everything that the stages before Publish leave, on disk; `publish` runs it."""

    def __init__(self, folder, lines, summary):
        self.folder = folder
        self.registry = Registry(folder / "releases")
        self.run_folder = folder / "runs" / "run-1"
        self._text("evaluation", "summary.json", summary.model_dump_json())
        jsonl = "".join(json.dumps(line) + "\n" for line in lines)
        self._text("evaluation", "predictions-00000-of-00001.jsonl", jsonl)
        settings = {"weights_source": "start", "operating_threshold": 0.5}
        self._text("model", "settings.json", json.dumps(settings))
        edge = {"parity": 0.99, "size_bytes": 1_000_000, "latency_ms": 20.0}
        self._text("edge_check", "check.json", json.dumps(edge))
        serving = {"ok": True, "reasons": [], "latency_ms": 9.0}
        self._text("serving_check", "check.json", json.dumps(serving))
        for name in ("catalog_schema", "shelf_schema"):
            self._text(name, "schema.pbtxt", f"# {name}")
        for data_set, split in SPLITS.items():
            self._statistics(data_set, split)
            self._anomalies(data_set, split)
        self._photos(lines)
        self._packshots(summary.products)

    def _text(self, name, file, text):
        (self.folder / name).mkdir(exist_ok=True)
        (self.folder / name / file).write_text(text)

    def _statistics(self, data_set, split):
        from tensorflow_metadata.proto.v0 import statistics_pb2

        statistics = statistics_pb2.DatasetFeatureStatisticsList()
        statistics.datasets.add(num_examples=12)
        self._proto(f"{data_set}_statistics", split, "FeatureStats.pb", statistics)

    def _anomalies(self, data_set, split, *features):
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

    def _photos(self, lines):
        self._examples(
            "examples",
            "test",
            (
                {
                    "image/source_id": [line["source_id"].encode()],
                    "image/encoded": [encode_jpeg(pixels_of(number))],
                }
                for number, line in enumerate(lines)
            ),
        )

    def _packshots(self, skus):
        self._examples(
            "catalog",
            "catalog",
            (
                {
                    "product/sku": [sku.encode()],
                    "image/encoded": [encode_jpeg(packshot_of(sku))],
                }
                for sku in skus
            ),
        )

    def _examples(self, name, split, examples):
        import tensorflow as tf

        from components.example_gen.records import serialize

        folder = self.folder / name / f"Split-{split}"
        folder.mkdir(parents=True)
        options = tf.io.TFRecordOptions(compression_type="GZIP")
        with tf.io.TFRecordWriter(str(folder / "data-00000-of-00001.gz"), options) as writer:
            for features in examples:
                writer.write(serialize(features))

    def release(self, version, skus):
        """Puts an earlier release there, which knows `skus`."""
        staging = self.registry.stage(version, "earlier")
        staging.edge.mkdir(parents=True)
        write_labels(staging.edge / LABELS_FILE, skus, {})
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
        for folder, name in ((staging.serving, "saved_model.pb"), (staging.edge, "model.tflite")):
            folder.mkdir(parents=True)
            (folder / name).write_bytes(b"model")
        return staging

    def publish(self, verdict):
        from tfx.types import standard_artifacts as standard

        from components import artifacts
        from components.publish.executor import Executor

        self._text("verdict", "verdict.json", verdict.to_json())
        kinds = {
            "verdict": artifacts.Verdict,
            "evaluation": standard.ModelEvaluation,
            "model": standard.Model,
            "pushed_serving": standard.PushedModel,
            "pushed_edge": standard.PushedModel,
            "edge_check": artifacts.EdgeCheck,
            "serving_check": artifacts.ServingCheckResult,
            "examples": standard.Examples,
            "catalog": standard.Examples,
            "catalog_statistics": standard.ExampleStatistics,
            "shelf_statistics": standard.ExampleStatistics,
            "catalog_anomalies": standard.ExampleAnomalies,
            "shelf_anomalies": standard.ExampleAnomalies,
            "catalog_schema": standard.Schema,
            "shelf_schema": standard.Schema,
        }
        inputs = {}
        for key, kind in kinds.items():
            made = kind()
            made.uri = str(self.folder / key)
            inputs[key] = [made]
        inputs["examples"][0].split_names = '["test"]'
        inputs["catalog"][0].split_names = '["catalog"]'
        for data_set, split in SPLITS.items():
            for kind in ("statistics", "anomalies"):
                inputs[f"{data_set}_{kind}"][0].split_names = json.dumps([split])
        if verdict.version is not None:
            staging = self.registry.stage(verdict.version, verdict.content_hash)
            for key, folder in (("pushed_serving", staging.serving), ("pushed_edge", staging.edge)):
                inputs[key][0].set_string_custom_property("pushed_destination", str(folder))
        record = artifacts.ReleaseRecord()
        record.uri = str(self.folder / "record")
        Executor().Do(
            inputs,
            {"record": [record]},
            {
                "releases": str(self.registry.root),
                "run_folder": str(self.run_folder),
                "run_id": "run-1",
                "configuration": json.dumps(CONFIGURATION),
                "inputs_hash": "inputs",
                "code_revision": "abc123",
                "code_hash": "",
            },
        )
        text = (self.run_folder / "outcome.json").read_text()
        assert text == (self.folder / "record" / "outcome.json").read_text()
        return Outcome.model_validate_json(text)


@pytest.fixture
def run(tmp_path, lines, make_summary):
    return Run(tmp_path, lines, make_summary(compared=True))


def test_a_blessed_version_becomes_the_current_release(run, make_verdict):
    verdict = make_verdict("released")
    run.push(verdict)
    outcome = run.publish(verdict)

    release = run.registry.current().verify()
    assert (outcome.status, outcome.version, outcome.current) == ("released", 4, 4)
    assert outcome.release == str(release.path)
    assert outcome.report == str(release.path / "report.html")
    assert set(release.record.files) == {
        "serving/4/saved_model.pb",
        "edge/model.tflite",
        "report.html",
        "model_card.md",
    }
    record = release.record
    assert (record.parent, record.inputs_hash, record.code_revision) == (3, "inputs", "abc123")
    assert record.content_hash == verdict.content_hash
    assert record.gates == verdict.gates
    assert record.metrics == outcome.metrics
    assert record.baseline_metrics == outcome.baseline_metrics
    assert record.slices["ambiguity.clear"]["n"] > 0
    assert record.slices["missed.new"]["n"] > 0
    assert record.slices["category.milk"]["map50"] > 0
    assert record.configuration == CONFIGURATION
    assert set(record.data_schema) == {"catalog", "shelves"}
    assert record.data["shelf photos"]["test"]["photos"] == 12


def test_the_report_shows_photos_of_the_test_split_and_confused_pairs(run, make_verdict):
    verdict = make_verdict("released")
    run.push(verdict)
    report = Path(run.publish(verdict).report).read_text()
    assert report.count('alt="Photo with boxes') == 8
    pairs = report.count('<article class="pair">')
    assert pairs > 1
    assert report.count('alt="Packshot of') == 2 * pairs
    assert report.count("on a photo, called") > pairs


def test_a_photo_that_cannot_be_decoded_is_left_out_of_the_report(run, make_verdict, lines):
    path = run.folder / "examples" / "Split-test" / "data-00000-of-00001.gz"
    path.unlink()
    path.parent.rmdir()
    broken = (
        {"image/source_id": [x["source_id"].encode()], "image/encoded": [b"x"]} for x in lines
    )
    run._examples("examples", "test", broken)
    report = Path(run.publish(make_verdict("refused")).report).read_text()
    assert 'alt="Photo with boxes' not in report
    assert 'alt="Packshot of' in report


def test_the_report_names_what_is_other_than_in_the_current_release(run, make_verdict):
    run.release(3, ["milk-1l-full", "tea"])
    report = run.publish(make_verdict("refused")).report
    text = " ".join(Path(report).read_text().split())
    assert "Release 3 was made on 2 January 2024" in text
    assert "New in the catalogue: juice-orange, juice-peach" in text
    assert "No longer in it: tea." in text
    assert 'trainer.steps</th><td class="name">5</td><td class="name">7</td>' in text


def test_anomalies_reach_the_report(run, make_verdict):
    report = Path(run.publish(make_verdict("refused")).report)
    assert "The validators found nothing" in report.read_text()
    run._anomalies("shelf", "test", "image/brightness")
    run.publish(make_verdict("refused"))
    text = report.read_text()
    assert "The validators found nothing" not in text
    assert "feature &#39;image/brightness&#39;: out of range" in text


@pytest.mark.parametrize(
    ("status", "word"), [("refused", "Not released"), ("unchanged", "Nothing")]
)
def test_without_a_version_there_is_a_report_and_no_release(run, make_verdict, status, word):
    outcome = run.publish(make_verdict(status))
    assert outcome.status == status
    assert outcome.version is None
    assert outcome.release is None
    assert outcome.headline.startswith(word)
    assert outcome.report == str(run.run_folder / "report.html")
    assert word in (run.run_folder / "report.html").read_text().partition("<main")[0]
    assert not run.registry.root.exists()


@pytest.mark.parametrize("missing", ["serving", "edge"])
def test_a_push_that_did_not_arrive_releases_nothing(run, make_verdict, missing):
    verdict = make_verdict("released")
    staging = run.push(verdict)
    getattr(staging, missing).rename(run.folder / "gone")
    with pytest.raises(ReleaseError, match="nothing was pushed there"):
        run.publish(verdict)
    assert run.registry.list() == ()
    assert run.registry.current() is None
