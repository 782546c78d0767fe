import pytest
from pydantic import ValidationError

from components.training.settings import TrainingPlan
from components.training.trials import (
    BEST_FILE,
    Candidate,
    Trial,
    best_of,
    read_trials,
    tuned_plan,
    write_trials,
)


def trial(level="light", loss=1.0, rate=0.001, **metrics):
    tried = Candidate(level=level, learning_rate=rate, backbone="efficientnet_lite0")
    return Trial(tried=tried, metrics={"loss": loss, **metrics})


def test_new_products_decide_where_photos_show_any():
    worse_of_new = trial(map50=0.9, map50_seen=0.95, map50_new=0.3)
    better_of_new = trial("strong", map50=0.7, map50_seen=0.8, map50_new=0.4)
    assert best_of([worse_of_new, better_of_new]) is better_of_new
    assert trial(map50=0.6).score == 0.6


def test_of_equal_trials_the_first_is_taken():
    first, second = trial("medium", map50=0.5), trial("none", map50=0.5)
    assert best_of([first, second]) is first


def test_nothing_is_chosen_where_no_trial_came_to_an_end():
    with pytest.raises(ValueError, match="no trial came to an end"):
        best_of([])


def test_trainer_takes_what_was_found_and_keeps_all_else(tmp_path):
    plan = TrainingPlan()
    assert tuned_plan(plan, tmp_path) == plan
    best = Candidate(level="strong", learning_rate=0.007, backbone="mobilenetv2")
    (tmp_path / BEST_FILE).write_text(best.model_dump_json())
    tuned = tuned_plan(plan, tmp_path)
    assert (tuned.trainer.learning_rate, tuned.backbone.name) == (0.007, "mobilenetv2")
    assert tuned.trainer.steps == plan.trainer.steps
    assert tuned.recogniser == plan.recogniser


def test_settings_of_another_kind_are_refused(tmp_path):
    (tmp_path / BEST_FILE).write_text('{"level": "extreme"}')
    with pytest.raises(ValidationError):
        tuned_plan(TrainingPlan(), tmp_path)


def test_trials_are_read_as_they_were_written(tmp_path):
    trials = [trial(map50=0.25), trial("none", map50=0.5, map50_new=0.1)]
    write_trials(tmp_path / "trials.json", trials)
    assert read_trials((tmp_path / "trials.json").read_bytes()) == trials
