import os

import pytest
import yaml

from pipeline import config as subject
from pipeline.errors import WrongInput


def test_what_a_user_must_replace_is_named():
    assert subject.load("vertex").placeholders == ("BUCKET", "PROJECT", "REGION", "REPOSITORY")
    assert subject.load("demo").placeholders == ()


def problems(*assignments, **arguments):
    with pytest.raises(WrongInput) as caught:
        subject.load(assignments=assignments, **arguments)
    return list(caught.value.problems)


def test_later_sources_win(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("trainer: {steps: 7, seed: 5}\nroot: from-file\n")

    config = subject.load(
        "test", file, ["trainer.steps=9"], {"root": "from-option", "catalog": None}
    )

    assert config.trainer.steps == 9
    assert config.trainer.seed == 5
    assert config.root == "from-option"
    assert config.embedded_data.families == 2  # the profile's
    assert config.profile == "test"


def test_values_are_yaml():
    config = subject.load(
        assignments=["augment.composed_train=null", "cache=false", "beam_args=[--a, --b]"]
    )
    assert config.augment.composed_train is None
    assert config.cache is False
    assert config.beam_args == ("--a", "--b")


def test_a_bare_off_is_off(tmp_path):
    """YAML has it that it is false."""
    file = tmp_path / "settings.yaml"
    file.write_text("data_check: {leakage: off}")
    checks = subject.load(file=file, assignments=["data_check.blank_photo=off"]).data_check
    assert (checks.leakage, checks.blank_photo) == ("off", "off")


@pytest.mark.parametrize("profile", subject.profile_names())
def test_a_recorded_configuration_loads_to_itself(profile, tmp_path):
    config = subject.load(profile)
    recorded = tmp_path / "config.yaml"
    recorded.write_text(config.to_yaml())
    assert subject.load(file=recorded) == config


def test_the_profile_is_demo_where_none_is_named():
    assert {"demo", "full", "quick", "test", "vertex"} <= set(subject.profile_names())
    assert subject.load() == subject.load("demo")


def test_of_ones_own_data_nearly_all_is_trained_on(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("catalog: products.csv\n")
    own = subject.load(overrides={"catalog": "products.csv"})
    assert own == subject.load(file=file) == subject.load(assignments=["catalog=products.csv"])
    assert own.profile == "quick"
    for profile in ("quick", "full", "vertex"):
        assert subject.load(profile).data.held_out_share == 0.1
    chosen = subject.load("demo", overrides={"catalog": "products.csv", "shelves": None})
    assert chosen.profile == "demo"


def test_a_profile_is_taken_whichever_way_it_is_named(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("profile: test\n")
    named = subject.load("test")
    assert subject.load(file=file) == named
    assert subject.load(assignments=["profile=test"]) == named
    assert subject.load("test", assignments=["profile=full"]) == named


@pytest.mark.parametrize("profile", subject.profile_names())
def test_each_profile_says_how_it_is_run(profile):
    head = (subject.PROFILES / f"{profile}.yaml").read_text().splitlines()
    comment = [line for line in head if line.startswith("#")]
    assert any("oneshelf " in line or "make run" in line for line in comment)


def test_a_configuration_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        subject.load().root = "elsewhere"


@pytest.mark.parametrize(
    ("assignment", "hint"),
    [
        ("trainer.step=3", "trainer.step: no such setting; did you mean trainer.steps?"),
        ("trianer.steps=3", "trianer: no such setting; did you mean trainer?"),
        ("learning_rate=3", "learning_rate: no such setting; did you mean trainer.learning_rate?"),
        (
            "augment.scene.glair=0.1",
            "augment.scene.glair: no such setting; did you mean augment.scene.glare?",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_name(assignment, hint):
    assert problems(assignment) == [hint]


def test_a_wrong_value_names_key_and_value():
    (problem,) = problems("trainer.steps=many")
    assert problem.startswith("trainer.steps: ")
    assert "not 'many'" in problem


def test_values_that_contradict_each_other_are_a_short_line():
    (problem,) = problems("augment.scene.min_facing=200", "augment.scene.max_facing=100")
    assert problem == "augment.scene: min_facing is larger than max_facing"


def test_more_wrong_skus_than_a_batch_has_templates_are_refused():
    (problem,) = problems("trainer.hard_negatives=24", "trainer.templates=24")
    assert problem.startswith("trainer.hard_negatives: 24 wrong SKUs cannot be drawn of")
    assert subject.load(assignments=["trainer.hard_negatives=23", "trainer.templates=24"])


def test_all_problems_are_reported():
    assert len(problems("trainer.steps=-1", "augment.level=wild", "nonsense=1")) == 3


def test_a_catalogue_is_enough_and_photos_need_one():
    assert subject.load(assignments=["catalog=a.csv"]).shelves is None
    assert problems("shelves=photos")[0].startswith("catalog: missing, while shelves is given")


def test_a_gate_on_a_metric_that_does_not_exist_is_refused():
    (problem,) = problems("release_gate.metrics=[{metric: map50_sen, min: 0.5}]")
    assert "map50_sen" in problem
    assert "map50_seen" in problem


def test_a_gate_on_a_slice_that_cannot_be_is_refused():
    (problem,) = problems("release_gate.slices=[{slice: ocluson.heavy, metric: map50, min: 0.5}]")
    assert problem.startswith("release_gate.slices.0.slice: expected the name of a slice, perhaps")
    assert "'occlusion.heavy'" in problem


def test_an_unknown_profile_names_those_there_are():
    (problem,) = problems(profile="big")
    assert problem.startswith("profile: there is no 'big'; there are demo, full, ")


@pytest.mark.parametrize("text", ["a: [", "- just\n- a list\n", "\x00"])
def test_a_file_that_is_no_configuration(tmp_path, text):
    file = tmp_path / "broken.yaml"
    file.write_text(text)
    (problem,) = problems(file=file)
    assert problem.startswith(str(file))
    assert "\n" not in problem


def test_a_missing_file(tmp_path):
    (problem,) = problems(file=tmp_path / "none.yaml")
    assert "No such file" in problem


@pytest.mark.parametrize("text", ["steps", "=3", "trainer..steps=3", "a={"])
def test_an_assignment_that_is_none(text):
    (problem,) = problems(text)
    assert problem.startswith(f"--set {text}")


def test_every_setting_says_what_it_is():
    def undescribed(model, prefix=""):
        for name, field in model.model_fields.items():
            inner = field.annotation
            if isinstance(inner, type) and issubclass(inner, subject.BaseModel):
                yield from undescribed(inner, f"{prefix}{name}.")
            elif not field.description:
                yield prefix + name

    assert list(undescribed(subject.PipelineConfig)) == []


def test_yaml_has_every_key():
    assert set(yaml.safe_load(subject.load().to_yaml())) == set(subject.PipelineConfig.model_fields)


def test_paths_seen_from_the_root_are_the_same_from_every_folder(tmp_path, monkeypatch):
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path)
    here = subject.load(overrides={"root": "out", "catalog": "a.csv", "shelves": "gs://b/s"})
    seen = here.seen_from_root()
    assert (seen.root, seen.catalog) == (".", str(tmp_path / "a.csv"))
    assert (seen.shelves, seen.production_photos) == ("gs://b/s", None)
    monkeypatch.chdir(tmp_path / "below")
    below = subject.load(overrides={"root": "../out", "catalog": "../a.csv", "shelves": "gs://b/s"})
    assert below.seen_from_root() == seen


@pytest.mark.parametrize(
    "given, seen", [("w.h5", "{}/w.h5"), ("out/w.h5", "w.h5"), ("start", "start")]
)
def test_a_file_of_weights_is_seen_from_the_root_too(tmp_path, monkeypatch, given, seen):
    monkeypatch.chdir(tmp_path)
    config = subject.load(assignments=[f"backbone.weights={given}"], overrides={"root": "out"})
    assert config.seen_from_root().backbone.weights == seen.format(tmp_path)


def test_what_lies_in_the_root_is_seen_from_there_wherever_the_root_lies(tmp_path):
    def seen(root):
        places = {"root": root, "catalog": root / "data" / "a.csv", "releases": root / "shipped"}
        return subject.load(
            overrides={name: str(path) for name, path in places.items()}
        ).seen_from_root()

    assert seen(tmp_path / "one") == seen(tmp_path / "two")
    assert seen(tmp_path).catalog == "data/a.csv"
    assert seen(tmp_path).releases_folder == "shipped"
    implied = subject.load(overrides={"root": str(tmp_path)}).seen_from_root()
    assert implied.releases_folder == "releases"
    assert (implied.store, implied.span_records) == ("store", "spans")


def test_what_is_not_yaml_is_told_with_its_row(tmp_path):
    assert problems("release_gate.metrics=[{metric: map50}") == [
        "--set release_gate.metrics=[{metric: map50}: not YAML (expected ',' or ']', but got "
        "'<stream end>'); close brackets and quotes"
    ]
    file = tmp_path / "mine.yaml"
    file.write_text("trainer:\n  steps: 3\n  facing_pixels: [1, 2\n")
    (problem,) = problems(file=file)
    assert problem.startswith(f"{file}, row 4: not YAML (")


@pytest.mark.parametrize(
    "assignment",
    [
        "trainer.learning_rate=.inf",
        "trainer.cost_miss=1.0e+400",
        "release_gate.metrics=[{metric: map50, min: .nan}]",
        "release_gate.metrics=[{metric: map50, min: 1, max: 0}]",
        "root=''",
        "name=../x",
        "name=",
    ],
)
def test_values_that_no_run_could_work_with_are_refused(assignment):
    (problem,) = problems(assignment)
    assert problem.startswith(assignment.partition("=")[0])


@pytest.mark.parametrize(
    "text", ["2020-13-99", "9" * 5000, "[" * 2000, "&t {steps: *t}"], ids=lambda text: text[:10]
)
def test_values_that_yaml_chokes_on_are_a_sentence(text, tmp_path):
    (problem,) = problems(f"trainer={text}")
    assert "YAML" in problem
    file = tmp_path / "mine.yaml"
    file.write_text(f"trainer: {text}\n")
    (problem,) = problems(file=file)
    assert problem.startswith(str(file)) and "YAML" in problem


def test_a_pipe_is_not_waited_for(tmp_path):
    pipe = tmp_path / "mine.yaml"
    os.mkfifo(pipe)
    assert problems(file=pipe) == [f"{pipe}: a pipe or a device, not a file; give an existing file"]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("trainer.steps=many", "trainer.steps: expected a whole number, not 'many'"),
        ("trainer.steps=1.5", "trainer.steps: expected a whole number, not 1.5"),
        ("data.held_out_share=half", "data.held_out_share: expected a number, not 'half'"),
        ("cache=perhaps", "cache: expected true or false, not 'perhaps'"),
    ],
)
def test_values_of_the_wrong_kind_are_said_in_plain_words(setting, expected):
    with pytest.raises(WrongInput) as told:
        subject.load(assignments=[setting])
    assert told.value.problems == (expected,)
