"""The Tuner on real artifacts, with trainings as small as they can be."""

from pathlib import Path

import pytest
from tiny import tiny_settings
from tiny_artifacts import (
    artifact,
    beam_context,
    examples,
    packshots,
    shelf_photos,
    transform_graph,
)
from tiny_data import SKUS, TinyData

from components.artifacts.ambiguous_photos import AMBIGUOUS_FILE
from components.datasets.span_ledger import Ledger, files_of
from components.recogniser.settings import BackboneSettings
from components.synthesis.augment_settings import AugmentSettings
from components.training.settings import TrainerSettings, TrainingPlan
from components.training.trials import BEST_FILE, TRIALS_FILE, Candidate, read_trials, tuned_plan
from components.tuner.settings import TunerSettings

pytestmark = pytest.mark.tfx

PLAN = TrainingPlan(
    backbone=BackboneSettings(weights="random"),
    recogniser=tiny_settings(),
    trainer=TrainerSettings(
        photos=2, crop=128, templates=4, proposals=4, warmup=1, calibration_photos=2
    ),
)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Artifacts as `Do` takes them; Augment's have one composed shelf."""
    folder = tmp_path_factory.mktemp("inputs")
    data = TinyData(folder / "data")
    photos = {"train": shelf_photos(data, [0, 1], "train"), "eval": shelf_photos(data, [3], "eval")}
    augmented = examples(folder / "augmented", photos)
    train = folder / "augmented" / "Split-train"
    (made,) = train.iterdir()
    (train / "composed-000000.gz").write_bytes(made.read_bytes())
    graph = artifact("TransformGraph", Path(transform_graph(folder / "graph", photos["train"])))
    return {
        "shelves": [examples(folder / "shelves", photos)],
        "examples": [augmented],
        "catalog": [examples(folder / "catalog", {"catalog": packshots(data, (SKUS[5],))})],
        "companions": [examples(folder / "companions", {"catalog": []})],
        "transform_graph": [graph],
    }


def tune(inputs, folder, **settings):
    from components.tuner.executor import TunerExecutor

    outputs = {
        "best_hyperparameters": artifact("HyperParameters", folder / "best"),
        "tuner_results": artifact("TunerResults", folder / "results"),
        "tuned_examples": artifact("Examples", folder / "tuned"),
    }
    TunerExecutor(beam_context(folder / "tmp")).Do(
        inputs,
        {name: [made] for name, made in outputs.items()},
        {
            "settings": TunerSettings(**settings).model_dump_json(),
            "plan": PLAN.model_dump_json(),
            "augment": AugmentSettings(level="light", variants=1).model_dump_json(),
            "code_hash": "code",
            "augment_code": "code",
            "store": str(folder / "store"),
            "checkpoint_root": str(folder / "checkpoints"),
        },
    )
    return outputs["tuned_examples"]


def test_without_trials_nothing_is_tried_or_handed_on(inputs, tmp_path):
    from components.records.example_files import split_names

    assert split_names(tune(inputs, tmp_path)) == []
    assert not list((tmp_path / "best").iterdir()) and not list((tmp_path / "results").iterdir())
    assert tuned_plan(PLAN, tmp_path / "best") == PLAN


def test_real_trials_are_written_and_drawn(inputs, tmp_path):
    tune(inputs, tmp_path, trials=2, steps=2, levels=("strong",))
    trials = read_trials((tmp_path / "results" / TRIALS_FILE).read_bytes())
    assert [trial.tried.level for trial in trials] == ["light", "strong"]
    assert all(0 <= trial.score <= 1 and trial.metrics["loss"] > 0 for trial in trials)
    best = Candidate.model_validate_json((tmp_path / "best" / BEST_FILE).read_text())
    assert best in [trial.tried for trial in trials]
    assert not list((tmp_path / "checkpoints").iterdir())


def test_photos_of_the_best_level_are_handed_on(inputs, tmp_path, monkeypatch):
    """Variants of that level, beside the shelves that Augment composed."""
    from components.records.example_files import read_records
    from components.records.tf_example import parse
    from components.synthesis.variants.augmentation import augmentation
    from components.synthesis.variants.photo_variant import make_variant
    from components.tuner import trial

    seen = []

    def measure(plan, files, steps, folder):
        seen.append(files.train.paths)
        return {"map50": 0.1 * len(seen), "loss": 1.0}

    monkeypatch.setattr(trial, "measure_plan", measure)
    tuned = tune(inputs, tmp_path, trials=2, levels=("strong",))
    names = [sorted(Path(path).name for path in paths) for paths in seen]
    assert names[0] == names[1] and "composed-000000.gz" in names[0]
    assert seen[0] != seen[1]
    made = {
        features["image/source_id"][0]: features["image/encoded"][0]
        for features in map(parse, read_records(tuned, "train"))
    }
    for record in read_records(inputs["shelves"][0], "train"):
        strong = make_variant(parse(record), 0, augmentation("strong").apply, 0, 1280).features
        assert made[strong["image/source_id"][0]] == strong["image/encoded"][0]


def test_levels_are_not_tried_where_they_change_nothing(inputs, tmp_path):
    from components.records.problems import InputError

    composed_only = {**inputs, "shelves": [examples(tmp_path / "none", {"test": []})]}
    with pytest.raises(InputError, match=r"tuner\.levels: every training photo is composed"):
        tune(composed_only, tmp_path, trials=2)


def test_trainer_takes_the_tuned_photos_settings_ambiguous_and_production_photos(
    inputs, tmp_path, monkeypatch
):
    from components.trainer import executor

    taken = {}
    monkeypatch.setattr(
        executor,
        "run_training",
        lambda plan, files, *others: taken.update(plan=plan, files=files),
    )
    tuned = examples(tmp_path / "tuned", {"train": []})
    (tmp_path / "best").mkdir()
    best = Candidate(level="none", learning_rate=0.5, backbone="efficientnet_lite0")
    (tmp_path / "best" / BEST_FILE).write_text(best.model_dump_json())
    (tmp_path / "ambiguous").mkdir()
    (tmp_path / "ambiguous" / AMBIGUOUS_FILE).write_text('["span-1/a.jpg"]')
    production = tmp_path / "phones" / "a.jpg"
    production.parent.mkdir()
    production.write_bytes(b"a photo")
    read = {name: made for name, made in inputs.items() if name != "shelves"}
    span = tmp_path / "shelves" / "span-1"
    span.mkdir(parents=True)
    (span / "a.jpg").write_bytes(b"a photo")
    ledger, noted = Ledger(tmp_path / "spans", span.parent), files_of([(1, span)])
    ledger.note(noted)
    executor.TrainerExecutor().Do(
        {
            **read,
            "tuned_examples": [tuned],
            "hyperparameters": [artifact("HyperParameters", tmp_path / "best")],
            "ambiguous_photos": [artifact("Model", tmp_path / "ambiguous")],
        },
        {
            "model": [artifact("Model", tmp_path / "model")],
            "model_run": [artifact("ModelRun", tmp_path / "run")],
        },
        {
            "settings": PLAN.model_dump_json(),
            "code_hash": "code",
            "checkpoint_root": str(tmp_path / "checkpoints"),
            "production_photos": str(production.parent),
            "production_hash": "photos",
            "shelves": str(tmp_path / "shelves"),
            "span_records": str(tmp_path / "spans"),
        },
    )
    assert ledger.problems(noted, [1], "all") == []
    (span / "a.jpg").write_bytes(b"another photo")
    assert ledger.problems(files_of([(1, span)]), [1], "all")
    assert taken["plan"].trainer.learning_rate == 0.5
    train = taken["files"].train
    assert [Path(path).parents[1].name for path in train.paths] == ["tuned"]
    assert train.ambiguous == ["span-1/a.jpg"]
    assert taken["files"].production == [str(production)]
