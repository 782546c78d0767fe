import logging

import pytest

from pipeline.config import PipelineConfig, _keys, load
from pipeline.renamed_settings import GONE, RENAMED, with_new_names


def test_the_tables_lead_from_names_that_are_gone_to_names_there_are():
    names = set(_keys(PipelineConfig))
    assert not names & {*RENAMED, *GONE}
    assert names >= set(RENAMED.values())


def test_an_old_name_is_taken_with_a_warning_that_names_the_new(tmp_path, caplog):
    file = tmp_path / "mine.yaml"
    file.write_text("serving_photos: phones\n")
    with caplog.at_level(logging.WARNING):
        config = load(file=file)
    assert config.production_photos == "phones"
    assert caplog.messages == ["serving_photos: now called production_photos; rename it"]


def test_so_it_is_on_the_command_line(caplog):
    config = load(assignments=["serving_photos=phones"])
    assert config.production_photos == "phones"
    assert "now called production_photos" in caplog.text


def test_where_both_are_given_the_new_name_wins():
    values, warnings = with_new_names({"serving_photos": "old", "production_photos": "new"})
    assert values == {"production_photos": "new"}
    assert len(warnings) == 1


@pytest.mark.parametrize(("trainable", "trainer"), [(False, {"backbone_factor": 0}), (True, None)])
def test_a_backbone_that_was_not_trainable_is_frozen(trainable, trainer):
    values, _ = with_new_names({"backbone": {"trainable": trainable}})
    assert values.get("trainer") == trainer
    assert values["backbone"] == {}


def test_what_a_user_froze_is_not_trained_because_a_profile_says_so():
    assert load("full").trainer.backbone_factor > 0
    frozen = load("full", assignments=["backbone.trainable=false"])
    assert frozen.trainer.backbone_factor == 0


def test_a_setting_that_is_gone_is_left_out_with_a_warning_that_says_why():
    values, warnings = with_new_names({"embedded_data": {"held_out_share": 0.2, "seed": 3}})
    assert values == {"embedded_data": {"seed": 3}}
    assert warnings == [
        "embedded_data.held_out_share: no longer a setting, data.held_out_share decides it; "
        "remove it"
    ]


def test_nothing_is_said_of_names_of_today(caplog):
    load(assignments=["trainer.steps=3"])
    assert caplog.messages == []


def test_what_is_given_stays_as_it_was():
    given = {"serving_photos": "phones", "trainer": {"steps": 3}}
    with_new_names(given)
    assert given == {"serving_photos": "phones", "trainer": {"steps": 3}}


def test_an_old_name_on_the_command_line_overrides_the_new_one_in_a_file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("recogniser: {roi_grid: 9}\n")
    config = load(file=file, assignments=["recogniser.lattice=5"])
    assert config.recogniser.roi_grid == 5


def test_of_several_old_values_the_last_counts(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("backbone: {trainable: false}\n")
    assert load("full", file=file).trainer.backbone_factor == 0
    again = load("full", file=file, assignments=["backbone.trainable=true"])
    assert again.trainer.backbone_factor == load("full").trainer.backbone_factor
