"""The stage as a whole: releases, production photos, and what a run is told."""

import json
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest
from measured_photos import CATEGORIES, measured_photos, statistics_of
from PIL import Image
from tiny_artifacts import artifact, beam_context, examples, packshot, schema

from components.datasets.settings import DataSettings
from components.records.problems import InputError
from components.releases.registry import Registry
from components.releases.release_record import ReleaseRecord

pytestmark = pytest.mark.tfx


class Stage:
    """The stage on photos whose measures are drawn."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.releases = folder / "releases"
        self.production = folder / "production"

    def release(self, photos, judged_on="photos"):
        """Publish a release that was trained on these; None publishes one of before the check."""
        from components.releases.photo_statistics import keep_statistics

        registry = Registry(self.releases)
        staging = registry.stage(registry.allot(), "token")
        staging.folder.put("report.html", "report")
        if photos is not None:
            keep_statistics([("train", statistics_of(photos))], staging.folder)
        record = ReleaseRecord(
            version=staging.version,
            parent=None,
            created=datetime(2024, 5, 1, tzinfo=timezone.utc),
            content_hash="c0ffee",
            operating_threshold=0.5,
            model={},
            metrics={},
            gates=(),
            judged_on=judged_on,
        )
        registry.publish(staging, record)

    def phone_photo(self, name, brightness):
        """Put down a production photo of noise; its brightness is 0 to 1."""
        noise = np.random.default_rng(len(name)).normal(brightness * 255, 50, (60, 80, 3))
        self.production.mkdir(exist_ok=True)
        Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8)).save(self.production / name)

    def run(self, photos, composed=False, **settings):
        """What comparison.json says."""
        from components.artifacts.types import PhotoComparisonArtifact
        from components.distribution.executor import DistributionExecutor
        from components.distribution.settings import DistributionSettings
        from components.records.example_files import mark_as_composed

        photos = list(photos)
        here = self.folder / f"run-{len(list(self.folder.glob('run-*')))}"
        statistics = artifact("ExampleStatistics", here / "statistics")
        statistics.split_names = '["train"]'
        file = here / "statistics" / "Split-train" / "FeatureStats.pb"
        file.parent.mkdir(parents=True)
        file.write_bytes(statistics_of(photos))
        catalog = [packshot(sku, category=category) for sku, category in CATEGORIES.items()]
        comparison = PhotoComparisonArtifact()
        comparison.uri = str(here / "comparison")
        outputs = {"comparison": [comparison]}
        outputs |= {key: [artifact("ExampleAnomalies", here / key)] for key in ("drift", "skew")}
        outputs["serving_statistics"] = [artifact("ExampleStatistics", here / "serving")]
        for (made,) in outputs.values():
            Path(made.uri).mkdir()
        shelves = examples(here / "examples", {"train": photos})
        if composed:
            mark_as_composed(shelves)
        DistributionExecutor(beam_context(here / "tmp")).Do(
            {
                "catalog": [examples(here / "catalog", {"catalog": catalog})],
                "examples": [shelves],
                "statistics": [statistics],
                "schema": [schema(here / "schema", "shelves")],
            },
            outputs,
            {
                "releases": str(self.releases),
                "current": "",
                "production_photos": str(self.production) if self.production.exists() else "",
                "production_hash": "",
                "data_settings": DataSettings().model_dump_json(),
                "settings": DistributionSettings(**settings).model_dump_json(),
                "code_hash": "",
            },
        )
        return json.loads((here / "comparison" / "comparison.json").read_text())


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


def said(caplog):
    return [record.getMessage() for record in caplog.records if hasattr(record, "said")]


def test_before_the_first_release_there_is_nothing_to_compare_with_and_it_is_said(stage, caplog):
    with caplog.at_level("INFO"):
        found = stage.run(measured_photos())
    assert found["drift"]["skipped"] == "nothing is released yet"
    assert found["skew"]["skipped"] == "production_photos is not set"
    assert said(caplog) == ["drift: not compared with an earlier release: nothing is released yet"]


def test_a_release_without_statistics_is_passed_over(stage):
    stage.release(None)
    assert stage.run(measured_photos())["drift"]["skipped"] == (
        "it keeps no statistics of its photos"
    )


def test_shelves_that_were_composed_are_compared_with_nothing(stage):
    stage.phone_photo("a.png", 0.5)
    stage.release(measured_photos(seed=1))
    composed = stage.run(measured_photos(seed=2, brightness=-6), composed=True)
    for kind in ("drift", "skew"):
        assert composed[kind]["skipped"] == "the shelves of this run are composed"
    stage.release(measured_photos(seed=1), judged_on="composed shelves")
    photos = stage.run(measured_photos(seed=2, brightness=-6), skew={"brightness": 1})
    assert photos["drift"]["skipped"] == "its shelves were composed"


def test_photos_like_those_before_pass_and_the_farthest_is_said(stage, caplog):
    stage.release(measured_photos(seed=1))
    with caplog.at_level("INFO"):
        found = stage.run(measured_photos(seed=2))["drift"]
    assert found["against"] == "release 1"
    assert {each["name"] for each in found["features"]} >= {"brightness", "sku", "category"}
    assert not any(each["exceeded"] for each in found["features"])
    (line,) = said(caplog)
    assert line.startswith("drift: compared with release 1: farthest is ")


def test_drift_stops_the_run_and_names_photos(stage):
    stage.release(measured_photos(seed=1))
    dark = [*measured_photos(seed=2, count=40), *measured_photos(seed=3, count=40, brightness=-6)]
    dark[60]["image/brightness"] = np.array([0.02], np.float32)
    with pytest.raises(InputError) as caught:
        stage.run(dark)
    (line,) = str(caught.value).splitlines()
    assert line.startswith("split 'train', feature 'image/brightness': differs from release 1: ")
    assert "; for example span-1/020.jpg (0.02), span-1/0" in line
    assert stage.run(dark, drift={"brightness": 1})["drift"]["features"]


def test_skew_to_production_photos_stops_the_run(stage):
    limits = {"contrast": 1, "sharpness": 1, "brightness": 0.4}
    for number in range(60):
        stage.phone_photo(f"{number}.png", 0.5 + 0.05 * np.sin(number * 1.7))
    assert stage.run(measured_photos(), skew=limits)["skew"]["features"][0]["name"] == "brightness"
    for number in range(60):
        stage.phone_photo(f"{number}.png", 0.25)
    with pytest.raises(InputError) as caught:
        stage.run(measured_photos(), skew=limits)
    (line,) = str(caught.value).splitlines()
    assert "differs from production photos: 0.5" in line
    assert line.endswith("or raise distribution.skew.brightness")


def test_production_photo_that_shows_nothing_is_named(stage):
    for number in range(4):
        stage.phone_photo(f"{number}.png", 0.5)
    Image.new("RGB", (80, 60)).save(stage.production / "pocket.png")
    with pytest.raises(InputError) as caught:
        stage.run(measured_photos())
    assert "production photos, feature 'image/brightness': out-of-range values" in str(caught.value)
    assert "; for example pocket.png (0); " in str(caught.value)


def test_production_photo_that_cannot_be_read_is_named(stage):
    stage.phone_photo("good.png", 0.5)
    (stage.production / "cut.png").write_bytes((stage.production / "good.png").read_bytes()[:200])
    with pytest.raises(InputError) as caught:
        stage.run(measured_photos())
    assert str(caught.value).startswith(f"{stage.production}/cut.png: ")
    assert str(caught.value).endswith("; replace or remove the photo")
