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
    (tmp_path / "config.yaml").write_text(load("test").to_yaml())
    subject.record_inputs(tmp_path, INPUTS)
    return tmp_path


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


def test_every_group_of_settings_that_decides_something_has_its_stage():
    groups = {name for name, value in load("test") if hasattr(value, "model_dump")}
    assert groups - {"cloud"} == set(subject._FIRST_READ_BY)
    assert set(subject._FIRST_READ_BY.values()) <= set(STAGES)
