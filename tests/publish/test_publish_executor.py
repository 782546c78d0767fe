import json
from pathlib import Path

import pytest
from shelf_pictures import pixels_of

from components.example_gen.images import encode_jpeg
from components.publish.outcome import Outcome
from components.releases.errors import ReleaseError
from components.releases.registry import Registry

pytestmark = pytest.mark.tfx

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
        self._statistics("catalog_statistics", "catalog")
        self._statistics("shelf_statistics", "test")
        self._examples(lines)

    def _text(self, name, file, text):
        (self.folder / name).mkdir(exist_ok=True)
        (self.folder / name / file).write_text(text)

    def _statistics(self, name, split):
        from tensorflow_metadata.proto.v0 import statistics_pb2

        statistics = statistics_pb2.DatasetFeatureStatisticsList()
        statistics.datasets.add(num_examples=12)
        target = self.folder / name / f"Split-{split}"
        target.mkdir(parents=True)
        (target / "FeatureStats.pb").write_bytes(statistics.SerializeToString())

    def _examples(self, lines):
        import tensorflow as tf

        def feature(value):
            return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))

        split = self.folder / "examples" / "Split-test"
        split.mkdir(parents=True)
        options = tf.io.TFRecordOptions(compression_type="GZIP")
        with tf.io.TFRecordWriter(str(split / "data-00000-of-00001.gz"), options) as writer:
            for number, line in enumerate(lines):
                features = {
                    "image/source_id": feature(line["source_id"].encode()),
                    "image/encoded": feature(encode_jpeg(pixels_of(number))),
                }
                example = tf.train.Example(features=tf.train.Features(feature=features))
                writer.write(example.SerializeToString())

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
            "catalog_statistics": standard.ExampleStatistics,
            "shelf_statistics": standard.ExampleStatistics,
            "catalog_schema": standard.Schema,
            "shelf_schema": standard.Schema,
        }
        inputs = {}
        for key, kind in kinds.items():
            made = kind()
            made.uri = str(self.folder / key)
            inputs[key] = [made]
        inputs["examples"][0].split_names = '["test"]'
        inputs["catalog_statistics"][0].split_names = '["catalog"]'
        inputs["shelf_statistics"][0].split_names = '["test"]'
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
        "statistics/shelves/Split-test/FeatureStats.pb",
    }
    record = release.record
    assert (record.parent, record.inputs_hash, record.code_revision) == (3, "inputs", "abc123")
    assert record.content_hash == verdict.content_hash
    assert record.gates == verdict.gates
    assert record.metrics == outcome.metrics
    assert record.baseline_metrics == outcome.baseline_metrics
    assert record.slices["ambiguity.clear"]["n"] > 0
    assert record.slices["missed.new"]["n"] > 0
    assert record.configuration == CONFIGURATION
    assert set(record.data_schema) == {"catalog", "shelves"}
    assert record.data["shelf photos"]["test"]["photos"] == 12


def test_the_report_shows_photos_of_the_test_split(run, make_verdict):
    verdict = make_verdict("released")
    run.push(verdict)
    report = Path(run.publish(verdict).report).read_text()
    assert report.count("data:image/jpeg") == 8


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
    assert outcome.headline.split(",")[0] in (run.run_folder / "report.html").read_text()
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
