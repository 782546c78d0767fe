from pathlib import Path

import pytest
from publish_run import CONFIGURATION, Run

from components.releases.errors import ReleaseError

pytestmark = pytest.mark.tfx


@pytest.fixture
def run(tmp_path, judged, make_summary):
    return Run(tmp_path, judged, make_summary(compared=True))


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
        "deploy/models.config",
        "deploy/compose.yaml",
        "deploy/clients/rest_client.py",
        "deploy/clients/grpc_client.py",
        "statistics/shelves/Split-test/FeatureStats.pb",
    }
    record = release.record
    assert (record.parent, record.inputs_hash, record.code_revision) == (3, "inputs", "abc123")
    assert (record.training_hash, record.reference_release) == ("training", 3)
    assert record.span_hashes == {1: "of span 1"}
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


def test_a_release_goes_to_an_object_store(tmp_path, judged, make_summary, make_verdict):
    from fsspec.implementations.memory import MemoryFileSystem

    run = Run(tmp_path, judged, make_summary(compared=True), "memory://published")
    verdict = make_verdict("released")
    run.push(verdict)
    try:
        outcome = run.publish(verdict)
        release = run.registry.current().verify()
        assert outcome.release == str(release) == "memory://published/4"
        assert outcome.report == "memory://published/4/report.html"
        assert release.folder.has("report.html")
    finally:
        MemoryFileSystem.store.clear()


def test_the_report_shows_photos_of_the_test_split_and_confused_pairs(run, make_verdict):
    verdict = make_verdict("released")
    run.push(verdict)
    report = Path(run.publish(verdict).report).read_text()
    assert report.count('alt="Photo with boxes') == 8
    assert "release 3</th>" in report
    pairs = report.count('<article class="pair">')
    assert pairs > 1
    assert report.count('alt="Packshot of') == 2 * pairs
    assert report.count("on a photo, called") > pairs


def test_a_photo_that_cannot_be_decoded_is_left_out_of_the_report(run, make_verdict, judged):
    path = run.folder / "examples" / "Split-test" / "data-00000-of-00001.gz"
    path.unlink()
    path.parent.rmdir()
    broken = ({"image/source_id": [x.source_id.encode()], "image/encoded": [b"x"]} for x in judged)
    run.examples("examples", "test", broken)
    report = Path(run.publish(make_verdict("refused")).report).read_text()
    assert 'alt="Photo with boxes' not in report
    assert 'alt="Packshot of' in report


@pytest.mark.parametrize("same", [False, True])
def test_the_report_names_what_is_other_than_in_the_current_release(run, make_verdict, same):
    run.release(3, ["milk-1l-full", "tea"])
    verdict = make_verdict("refused").model_copy(update={"same_as_current": same})
    text = " ".join(Path(run.publish(verdict).report).read_text().split())
    assert ("The candidate is release 3 itself" in text) == same
    assert ("Changes are against release 3" in text) != same
    assert ("Against release 3" in text or "As good as release 3" in text) != same
    assert "Release 3 was made on 2 January 2024" in text
    assert "New in the catalogue: juice-orange, juice-peach" in text
    assert "No longer in it: tea." in text
    assert 'trainer.steps</th><td class="name">5</td><td class="name">7</td>' in text


def test_anomalies_reach_the_report(run, make_verdict):
    report = Path(run.publish(make_verdict("refused")).report)
    assert "The validators found nothing" in report.read_text()
    run.anomalies("shelf", "test", "image/brightness")
    run.publish(make_verdict("refused"))
    text = report.read_text()
    assert "The validators found nothing" not in text
    assert "feature &#39;image/brightness&#39;: out of range" in text


def test_what_the_tuner_tried_reaches_the_report(run, make_verdict):
    tried = {"level": "strong", "learning_rate": 0.01, "backbone": "mobilenetv2"}
    run.tuned([{"tried": tried, "metrics": {"map50": 0.5, "loss": 2.0}}])
    verdict = make_verdict("released")
    run.push(verdict)
    page = Path(run.publish(verdict).report).read_text()
    assert "What was tried before training" in page
    assert "level &#39;strong&#39;" in page


def test_what_the_data_stages_found_reaches_the_report(run, make_verdict):
    text = Path(run.publish(make_verdict("refused")).report).read_text()
    assert "span-1/b.jpg" in text
    assert "remove one of them" in text
    assert "Beside those of release 3, brightness comes nearest to its limit" in text
    assert "tea-green (on 1)" in text
    assert "Products on training photos" in text


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
