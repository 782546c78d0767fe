import json
import shutil
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from components.artifacts.edge_check import EdgeCheck
from components.artifacts.evaluation_summary import (
    AttributeSlice,
    ModelSummary,
    PhotoCounts,
    SkuRow,
    Summary,
)
from components.artifacts.serving_check import ServingVerdict
from components.artifacts.verdict import Verdict
from components.release_gate.settings import ChangeGate, GateSettings, MetricGate, SliceGate
from components.releases.registry import Registry
from components.releases.release_record import Calibration, ReleaseRecord
from components.releases.upkeep import rollback

pytestmark = pytest.mark.tfx

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
    serving_latency_ms=10.0,
    serving_memory_bytes=300_000_000,
    threads=2,
    quantization="float16",
)
SETTINGS = GateSettings(
    metrics=(MetricGate(metric="map50_seen", min=0.6), MetricGate(metric="top1", min=0.4)),
    changes=(ChangeGate(metric="map50_seen", max_drop=0.02),),
)


def _summary(map50_seen: float) -> ModelSummary:
    counts = {**dict.fromkeys(PhotoCounts.model_fields, 0), "photos": 9, "boxed": 9, "boxes": 20}
    row = SkuRow(
        sku="milk",
        new=False,
        truths=20,
        shown=20,
        ap50=map50_seen,
        ap=None,
        recall50=None,
        precision_at_threshold=None,
        recall_at_threshold=None,
    )
    return ModelSummary(
        operating_threshold=0.5,
        metrics={"map50_seen": map50_seen},
        slices=(),
        skus=(row,),
        confusions=(),
        reliability=(),
        ambiguity_bins=(),
        review=(),
        operating=None,
        attribute_slices=(
            AttributeSlice(
                name="store.north", n=20, skus=1, map50=map50_seen, recall_at_threshold=None
            ),
        ),
        counts=PhotoCounts(**counts),
    )


@pytest.fixture(scope="module")
def saved_model(tmp_path_factory):
    import tensorflow as tf

    class Doubler(tf.Module):
        def __init__(self):
            super().__init__()
            self.factor = tf.Variable(2.0)

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def serve(self, values):
            return {"values": values * self.factor}

    model = Doubler()
    folder = tmp_path_factory.mktemp("model")
    tf.saved_model.save(
        model, str(folder / "Format-Serving"), signatures={"serving_default": model.serve}
    )
    (folder / "Format-Serving" / "assets" / "catalog.index").write_bytes(b"templates")
    (folder / "settings.json").write_text(
        json.dumps({"weights_source": "start", "model_hash": "abc", "operating_threshold": 0.5})
    )
    return folder


class Stage:
    """A gate with inputs on disk; `run` gives its verdict and its blessings."""

    def __init__(self, folder, saved_model):
        self.folder, self.model = folder, saved_model
        self.registry = Registry(folder / "releases")
        self.write("edge_check", EDGE_CHECK)
        self.write("serving_check", ServingVerdict(ok=True, latency_ms=10.0))
        self.evaluate(0.8)

    def write(self, name, check):
        (self.folder / name).mkdir(exist_ok=True)
        (self.folder / name / "check.json").write_text(check.to_json())

    def evaluate(self, candidate, baseline=None, judged_on="photos"):
        (self.folder / "evaluation").mkdir(exist_ok=True)
        summary = Summary(
            **_summary(candidate).model_dump(),
            baseline=None if baseline is None else _summary(baseline),
            products={},
            judged_on=judged_on,
        )
        (self.folder / "evaluation" / "summary.json").write_text(summary.model_dump_json())

    def release(self, content_hash, judged_on="photos", calibrated_from=None):
        """Makes a release current whose content is `content_hash`."""
        version = self.registry.allot()
        calibration = calibrated_from and Calibration(
            release=1,
            trained_content=calibrated_from,
            photos=9,
            boxes=90,
            folds=5,
            coefficients=(),
            coefficients_before=(),
            threshold_before=0.5,
            before={},
            after={},
            carried_over=(),
        )
        return self.registry.publish(
            self.registry.stage(version, "run"),
            ReleaseRecord(
                version=version,
                parent=version - 1 or None,
                created=datetime(2024, 5, 1, tzinfo=timezone.utc),
                content_hash=content_hash,
                operating_threshold=0.5,
                model={},
                metrics={},
                gates=(),
                judged_on=judged_on,
                calibration=calibration,
            ),
        )

    def run(self, settings=SETTINGS):
        from tfx.types import standard_artifacts

        from components.artifacts import types as artifacts
        from components.release_gate.executor import Executor

        def artifact(kind, path):
            made = kind()
            made.uri = str(path)
            return [made]

        inputs = {
            "model": artifact(standard_artifacts.Model, self.model),
            "evaluation": artifact(standard_artifacts.ModelEvaluation, self.folder / "evaluation"),
            "baseline": artifact(standard_artifacts.Model, self.folder / "baseline"),
            "edge_check": artifact(artifacts.EdgeCheckArtifact, self.folder / "edge_check"),
            "serving_check": artifact(
                artifacts.ServingCheckArtifact, self.folder / "serving_check"
            ),
        }
        outputs = {
            "blessing": artifact(standard_artifacts.ModelBlessing, self.folder / "blessing"),
            "infra_blessing": artifact(standard_artifacts.InfraBlessing, self.folder / "infra"),
            "verdict": artifact(artifacts.VerdictArtifact, self.folder / "verdict"),
        }
        Executor().Do(
            inputs,
            outputs,
            {
                "releases": str(self.registry.root),
                "settings": settings.model_dump_json(),
                "run_id": "run",
                "code_hash": "",
            },
        )
        verdict = Verdict.model_validate_json(
            (self.folder / "verdict" / "verdict.json").read_text()
        )
        return verdict, outputs["blessing"][0], outputs["infra_blessing"][0]


@pytest.fixture
def stage(tmp_path, saved_model):
    return Stage(tmp_path, saved_model)


def _tfx_says(blessing, infra):
    """What TFX's own Pusher reads from the two blessings."""
    from tfx.components.util import model_utils

    return model_utils.is_model_blessed(blessing), model_utils.is_infra_validated(infra)


def test_a_good_first_candidate_is_blessed_as_version_1(stage):
    verdict, blessing, infra = stage.run()
    assert verdict.blessed
    assert (verdict.version, verdict.parent) == (1, None)
    assert _tfx_says(blessing, infra) == (True, True)
    assert infra.get_int_custom_property("version") == 1
    assert (stage.folder / "blessing" / "BLESSED").is_file()
    by_name = {gate.name: gate for gate in verdict.gates}
    assert by_name["metric.top1"].verdict == "skipped"
    assert by_name["change.map50_seen"].verdict == "skipped"


def test_composed_shelves_give_a_first_release_and_displace_none_that_photos_judged(stage):
    stage.evaluate(0.8, 0.8, judged_on="composed shelves")
    verdict, *_ = stage.run()
    assert verdict.blessed and verdict.judged_on == "composed shelves"
    stage.release("other", judged_on="composed shelves")
    assert stage.run()[0].blessed
    stage.release("another")
    assert [gate.name for gate in stage.run()[0].refusals] == ["judged_on"]


def test_the_current_release_is_not_refused_for_what_it_is_judged_on_today(stage):
    content = stage.run()[0].content_hash
    stage.release(content)
    stage.evaluate(0.8, judged_on="composed shelves")
    assert stage.run()[0].blessed


def test_a_bad_candidate_is_refused_and_gets_no_version(stage):
    stage.evaluate(0.5)
    verdict, blessing, infra = stage.run()
    assert not verdict.blessed
    assert verdict.version is None
    assert [gate.name for gate in verdict.refusals] == ["metric.map50_seen"]
    assert _tfx_says(blessing, infra) == (False, False)
    assert (stage.folder / "blessing" / "NOT_BLESSED").is_file()


@pytest.mark.parametrize(
    ("check", "content", "gate"),
    [
        (
            "serving_check",
            ServingVerdict(ok=False, reasons=("signature 'image' is missing",)),
            "serving",
        ),
        ("edge_check", replace(EDGE_CHECK, parity=0.5), "edge.parity"),
    ],
)
def test_either_check_stops_both_targets(stage, check, content, gate):
    stage.write(check, content)
    verdict, blessing, infra = stage.run()
    assert [refusal.name for refusal in verdict.refusals] == [gate]
    assert _tfx_says(blessing, infra) == (False, False)


def test_a_candidate_worse_than_the_release_is_refused(stage):
    stage.release("something else")
    stage.evaluate(0.75, baseline=0.8)
    verdict, _, _ = stage.run()
    assert [gate.name for gate in verdict.refusals] == ["change.map50_seen"]
    assert verdict.parent == 1


def test_a_release_that_was_not_evaluated_is_no_free_pass(stage):
    stage.release("something else")
    stage.evaluate(0.9)
    verdict, _, _ = stage.run()
    assert [gate.name for gate in verdict.refusals] == ["change.map50_seen"]


def test_a_candidate_that_is_the_current_release_is_blessed_but_not_pushed(stage):
    first, _, _ = stage.run()
    stage.release(first.content_hash)
    again, blessing, infra = stage.run()
    assert again.same_as_current
    assert again.blessed
    assert again.version is None
    assert _tfx_says(blessing, infra) == (True, False)


def test_what_was_rolled_back_is_not_released_again(stage):
    stage.release("something else")
    stage.evaluate(0.8, baseline=0.8)
    first, _, _ = stage.run()
    stage.release(first.content_hash)
    rollback(stage.registry, to=1, why="miscounts milk")

    again, blessing, infra = stage.run()
    assert [gate.name for gate in again.refusals] == ["withdrawn"]
    assert "withdrawn as release 2" in again.refusals[0].reason
    assert "(miscounts milk)" in again.refusals[0].reason
    assert again.version is None
    assert _tfx_says(blessing, infra) == (False, False)

    allowed, blessing, infra = stage.run(SETTINGS.model_copy(update={"allow_withdrawn": True}))
    assert allowed.version == 3
    assert _tfx_says(blessing, infra) == (True, True)


def test_the_model_that_the_current_release_was_calibrated_from_changes_nothing(stage):
    first, _, _ = stage.run()
    stage.release("calibrated", calibrated_from=first.content_hash)
    again, _, _ = stage.run()
    assert again.same_as_current
    assert again.version is None


def test_another_model_is_released_after_a_rollback(stage):
    stage.release("something else")
    stage.release("what was rolled back")
    rollback(stage.registry)
    stage.evaluate(0.8, baseline=0.8)
    verdict, _, _ = stage.run()
    assert (verdict.version, verdict.parent) == (3, 1)


def test_a_withdrawn_model_that_is_current_all_the_same_changes_nothing(stage, monkeypatch):
    first, _, _ = stage.run()
    stage.release("something else")
    stage.release(first.content_hash)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as stopping:
        stopping.setattr(Registry, "move_current", killed)
        with pytest.raises(KeyboardInterrupt):
            rollback(stage.registry, to=1)
    verdict, _, _ = stage.run()
    assert verdict.same_as_current
    assert verdict.refusals == ()


def test_a_random_backbone_is_refused(stage, saved_model, tmp_path):
    stage.model = tmp_path / "model"
    shutil.copytree(saved_model, stage.model)
    settings = json.loads((stage.model / "settings.json").read_text())
    settings["weights_source"] = "random"
    (stage.model / "settings.json").write_text(json.dumps(settings))
    verdict, _, _ = stage.run()
    assert [gate.name for gate in verdict.refusals] == ["backbone"]


def test_what_errors_cost_makes_no_other_release(stage, saved_model, tmp_path):
    """Costs move the threshold or nothing: where it stays, the candidate is the release."""
    hashes = {}
    for costs in ({"false_alarm": 1.0, "miss": 1.0}, {"false_alarm": 1.0, "miss": 1.1}):
        stage.model = tmp_path / f"model-{costs['miss']}"
        shutil.copytree(saved_model, stage.model)
        settings = json.loads((stage.model / "settings.json").read_text())
        (stage.model / "settings.json").write_text(json.dumps({**settings, "costs": costs}))
        hashes[costs["miss"]] = stage.run()[0].content_hash
    assert hashes[1.0] == hashes[1.1]


def test_a_demand_on_a_slice_reaches_the_gate(stage):
    slices = (SliceGate(slice="store.north", metric="map50", min=0.9, min_count=5),)
    verdict, _, _ = stage.run(SETTINGS.model_copy(update={"slices": slices}))
    (refusal,) = verdict.refusals
    assert refusal.name == "slice.store.north.map50"
    assert refusal.title == "mAP@0.5, store north"
    assert "0.800, and at least 0.9" in refusal.reason
