"""What a calibration loses is said in words."""

from datetime import datetime, timezone
from types import SimpleNamespace

from components.calibration.calibration_report import losses, render_card, render_report
from components.releases.release_record import Calibration, ReleaseRecord


def calibration(before, after):
    return SimpleNamespace(before=before, after=after)


def test_a_lower_recall_is_named_though_errors_cost_less():
    before = {"recall": 0.471, "precision": 0.6, "count_error": 0.4, "cost": 9.0}
    after = {"recall": 0.227, "precision": 0.8, "count_error": 0.45, "cost": 7.0}
    assert losses(calibration(before, after)) == [
        "finds fewer of the products that are there: recall at the threshold 0.227, before 0.471",
        "counts are further off: counting error 0.450, before 0.400",
    ]


def test_what_reads_the_same_or_cannot_be_told_is_no_loss():
    before, after = {"recall": 0.5, "precision": 0.5}, {"recall": 0.495}
    assert losses(calibration(before, after)) == []


def test_report_and_card_name_the_loss():
    fitted = Calibration(
        release=1,
        trained_content="c0ffee",
        photos=9,
        boxes=50,
        folds=5,
        coefficients=(1.0,),
        coefficients_before=(1.0,),
        threshold_before=0.4,
        before={"recall": 0.471},
        after={"recall": 0.227},
        carried_over=(),
    )
    record = ReleaseRecord(
        version=2,
        parent=1,
        created=datetime(2026, 5, 31, tzinfo=timezone.utc),
        content_hash="c0ffee",
        operating_threshold=0.7,
        model={},
        metrics={},
        gates=(),
        calibration=fitted,
    )
    unjudged = SimpleNamespace(summary=SimpleNamespace(reliability=()))
    said = "finds fewer of the products that are there: recall at the threshold 0.227, before 0.471"
    assert said in render_report(record, SimpleNamespace(before=unjudged, after=unjudged))
    assert f"\n\nWorse than release 1: {said}.\n" in render_card(record)
