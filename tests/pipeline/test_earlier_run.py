import pytest

from pipeline.config import load
from pipeline.errors import WrongInput
from pipeline.inputs import Inputs
from pipeline.local import earlier_run as subject
from pipeline.stages import STAGES

INPUTS = Inputs(catalog_hash="c", shelves_hash="s", production_hash="p")


@pytest.fixture
def earlier(tmp_path):
    """The folder of a run that has finished."""
    folder = tmp_path / "out" / "runs" / "20260102-1"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(load("test").to_yaml())
    subject.record_inputs(folder, INPUTS)
    return folder


def refused(earlier, from_stage, *assignments, inputs=INPUTS):
    config = load("test", assignments=assignments)
    try:
        subject.check_results_are_of(earlier, config, inputs, from_stage)
    except WrongInput as error:
        return list(error.problems)
    return []


def test_the_same_settings_and_data_go_on_from_anywhere(earlier):
    assert not any(refused(earlier, stage) for stage in STAGES)


def test_a_setting_of_a_stage_that_is_skipped_is_refused(earlier):
    (problem,) = refused(earlier, "ReleaseGate", "trainer.steps=99")
    assert problem == (
        f"trainer.steps: 99, but 4 in run {earlier.name}, whose results are gone on from; leave "
        "out --from-stage, or start at Tuner"
    )


def test_a_setting_of_a_stage_that_runs_is_taken(earlier):
    assert refused(earlier, "Tuner", "trainer.steps=99") == []
    gate = "release_gate.metrics=[{metric: map50_seen, min: 0.99}]"
    assert refused(earlier, "Evaluator", gate) == []
    assert refused(earlier, "ReleaseGate", gate) == []
    assert len(refused(earlier, "PusherServing", gate)) == 1


def test_other_data_are_refused(earlier):
    other = Inputs(catalog_hash="c", shelves_hash="more", production_hash="others")
    shelves, production = refused(earlier, "Evaluator", inputs=other)
    assert shelves.startswith("the shelf photos: not those of run ")
    assert production.endswith("start at DistributionValidator")
    assert len(refused(earlier, "DistributionValidator", inputs=other)) == 1


CODES = dict.fromkeys(STAGES, "0")


def said_of_code(earlier, from_stage, **edited):
    codes = {**CODES, **edited}
    return subject.changed_code(earlier, codes, subject.code_of_results(earlier, codes, from_stage))


def test_other_code_of_stages_that_are_skipped_is_told(earlier):
    subject.record_code(earlier, CODES)
    assert said_of_code(earlier, "Evaluator") is None
    assert said_of_code(earlier, "Transform", Trainer="1", Publish="1") is None
    assert said_of_code(earlier, "Evaluator", Trainer="1", Tuner="1", Publish="1") == (
        f"warning: the code of Tuner, Trainer has changed since run {earlier.name}, whose results "
        "are gone on from; they are taken as they are: leave out --from-stage, or start at Tuner, "
        "for what today's code makes"
    )


def test_results_that_were_taken_stay_of_the_code_that_made_them(earlier):
    subject.record_code(earlier, CODES)
    made_by = subject.code_of_results(earlier, {**CODES, "Trainer": "1"}, "Evaluator")
    assert made_by == CODES


def test_a_run_that_recorded_no_code_says_nothing(earlier):
    assert said_of_code(earlier, "Evaluator", Trainer="1") is None


def test_every_group_of_settings_that_decides_something_has_its_stage():
    groups = {name for name, value in load("test") if hasattr(value, "model_dump")}
    assert groups - {"cloud"} == set(subject._FIRST_READ_BY)
    assert set(subject._FIRST_READ_BY.values()) <= set(STAGES)
