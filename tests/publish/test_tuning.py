"""What the report says of settings that were tried."""

import dataclasses

from components.publish.report.render_report import render_report
from components.publish.report.sentences.tuning import in_order, verdict
from components.training.trials import Candidate, Trial


def trial(level, new, rate=0.001, backbone="mobilenetv2"):
    tried = Candidate(level=level, learning_rate=rate, backbone=backbone)
    return Trial(tried=tried, metrics={"map50_new": new, "map50": 0.1, "loss": 1.0})


def test_the_best_is_named_beside_the_worst():
    assert verdict([trial("medium", 0.7), trial("none", 0.5), trial("light", 0.8)]) == (
        "It trained with level 'light', the best of 3 trials: mAP@0.5 0.800 on validation photos, "
        "beside 0.500 with level 'none', the worst."
    )


def test_a_difference_that_may_be_chance_is_called_so():
    assert "as much by chance" in verdict([trial("medium", 0.80), trial("none", 0.79)])
    assert "chance" not in verdict([trial("medium", 0.80), trial("none", 0.77)])


def test_of_other_settings_those_that_differ_are_named():
    said = verdict([trial("light", 0.8), trial("light", 0.2, rate=0.01)])
    assert "level 'light', learning rate 0.001, the best" in said
    assert "level 'light', learning rate 0.01, the worst" in said
    assert "mobilenetv2" not in said


def test_one_trial_is_no_comparison():
    assert verdict([trial("light", 0.8)]) == (
        "It trained with level 'light': nothing else was tried."
    )


def test_levels_come_from_none_to_strong():
    levels = [each.tried.level for each in in_order([trial("strong", 1), trial("none", 0)])]
    assert levels == ["none", "strong"]


def test_the_report_draws_what_was_tried(make_content):
    content = make_content()
    assert "What was tried" not in render_report(content)
    trials = (trial("none", 0.5), trial("light", 0.8))
    page = render_report(dataclasses.replace(content, trials=trials))
    assert verdict(trials).replace("'", "&#39;") in page
    assert page.count("<img") == render_report(content).count("<img") + 1
