"""What a calibration loses is said in words."""

from types import SimpleNamespace

from components.calibration.calibration_report import losses


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
