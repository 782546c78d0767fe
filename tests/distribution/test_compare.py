"""Every limit refuses what lies beyond it, and passes what chance alone makes differ."""

import pytest
from measured_photos import CATEGORIES, SKUS, measured_photos, statistics_of
from tiny_artifacts import artifact

from components.distribution.settings import DriftLimits, SkewLimits
from components.releases.local_folder import LocalFolder

pytestmark = pytest.mark.tfx

OFF = dict.fromkeys(DriftLimits.model_fields, 1.0)
MOSTLY_MILK = (0.85, 0.05, 0.05, 0.05)
MOSTLY_BREAD = (0.1, 0.1, 0.1, 0.7)


def splits(photos, split="train"):
    from components.distribution.category_mix import with_categories
    from components.releases.photo_statistics import read_dataset

    return {split: with_categories(read_dataset(statistics_of(photos)), CATEGORIES)}


@pytest.fixture(scope="module")
def before():
    return splits(measured_photos(seed=1))


@pytest.fixture
def compare(tmp_path, before):
    from components.distribution.reference_photos import Reference
    from components.distribution.tfx_comparison import compare as subject

    def run(now, limits=None, reference=None, min_photos=50):
        anomalies = artifact("ExampleAnomalies", tmp_path / "anomalies")
        if reference is None:
            reference = Reference("release 3", before)
        return subject(now, reference, limits or DriftLimits(), min_photos, anomalies)

    return run


def test_another_draw_of_the_same_photos_passes(compare):
    found = compare(splits(measured_photos(seed=2)))
    assert not found.exceeded
    assert found.split == "train"
    assert len(found.features) == 8  # sizes in pixels are off
    assert str(found).startswith("compared with release 3: farthest is ")


@pytest.mark.parametrize(
    ("name", "limit", "changed"),
    [
        ("brightness", 0.3, {"brightness": -3}),
        ("contrast", 0.3, {"contrast": 3}),
        ("sharpness", 0.3, {"sharpness": -3}),
        ("width", 0.3, {"width": 3}),
        ("height", 0.3, {"height": -3}),
        ("products", 0.3, {"products": 3}),
        ("facing_height", 0.3, {"facing_height": 3}),
        ("sku", 0.2, {"shares": MOSTLY_MILK}),
        ("category", 0.3, {"shares": MOSTLY_BREAD}),
        ("label", 0.3, {"shares": MOSTLY_MILK}),
    ],
)
def test_each_limit_refuses(compare, name, limit, changed):
    now = splits(measured_photos(seed=2, **changed))
    (found,) = compare(now, DriftLimits(**{**OFF, name: limit})).exceeded
    assert found.name == name
    assert found.distance > limit
    assert compare(now, DriftLimits(**OFF)).features == ()


def test_what_differs_is_said_with_what_to_do(compare):
    from components.distribution.distance_problems import problems_of

    dark = compare(splits(measured_photos(seed=2, brightness=-6)), DriftLimits())
    (problem,) = problems_of("drift", dark, {"image/brightness": ["span-1/007.jpg (0.1)"]})
    said = str(problem)
    assert said.startswith("split 'train', feature 'image/brightness': differs from release 3: 0.1")
    assert ", was 0.4" in said
    assert "; Jensen-Shannon divergence " in said
    assert ", allowed 0.3; for example span-1/007.jpg (0.1); look at these photos; " in said
    assert said.endswith("if the change is meant, raise distribution.drift.brightness")


def test_shares_are_said_by_name(compare):
    from components.distribution.distance_problems import problems_of

    limits = DriftLimits(**{**OFF, "sku": 0.2})
    mixed = compare(splits(measured_photos(seed=2, shares=MOSTLY_MILK)), limits)
    (problem,) = problems_of("drift", mixed, {})
    assert "differs from release 3: 'milk' 8" in problem.what
    assert "largest change of a share 0.5" in problem.what


def test_few_photos_tell_nothing(compare):
    found = compare(splits(measured_photos(count=49, brightness=9)))
    assert found.skipped == "49 photos are too few (distribution.min_photos is 50)"
    assert compare(splits(measured_photos(count=49, brightness=9)), min_photos=40).exceeded


def test_test_photos_stand_in_where_nothing_trains_on_photos(compare):
    from components.distribution.reference_photos import Reference

    labelled = splits(measured_photos(seed=3, brightness=5), "test")
    reference = Reference("release 3", splits(measured_photos(seed=4), "test"))
    assert {each.name for each in compare(labelled, reference=reference).exceeded} == {"brightness"}
    assert compare(labelled).skipped == "they have no split in common"


def test_photos_without_labels_are_compared_by_what_photos_have(compare):
    from components.distribution.reference_photos import Reference

    phones = [
        {name: photo[name] for name in photo if not name.startswith(("photo/", "image/object"))}
        for photo in measured_photos(seed=5, sharpness=-4)
    ]
    reference = Reference("production photos", splits(phones))
    found = compare(splits(measured_photos(seed=2)), SkewLimits(), reference)
    assert [each.name for each in found.features] == ["brightness", "contrast", "sharpness"]
    assert [each.name for each in found.exceeded] == ["sharpness"]


def test_boxes_that_one_side_lacks_are_not_compared(compare):
    def unboxed(photo):
        return {
            **photo,
            "image/object/class/text": [],
            "image/object/height": photo["image/object/height"][:0],
        }

    found = compare(splits(map(unboxed, measured_photos(seed=2))))
    assert not {"sku", "category", "facing_height"} & {each.name for each in found.features}


def test_a_release_keeps_little_and_gives_it_back(tmp_path, before):
    from components.distribution.category_mix import with_categories
    from components.releases.photo_statistics import FOLDER, keep_statistics, kept_statistics

    release = LocalFolder(tmp_path)
    keep_statistics([("train", statistics_of(measured_photos(seed=1)))], release)
    kept = kept_statistics(release)
    assert {split: with_categories(each, CATEGORIES) for split, each in kept.items()} == before
    (file,) = (path for path in (tmp_path / FOLDER).rglob("*") if path.is_file())
    assert file.stat().st_size < 20_000
    assert b"001.jpg" not in file.read_bytes()
    assert kept_statistics(release.sub("older release")) == {}
    assert set(SKUS) == set(CATEGORIES)
