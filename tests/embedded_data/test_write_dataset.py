import hashlib
import json
from pathlib import Path

import pytest

from components.datasets.read_catalog import read_catalog
from components.datasets.read_shelves import read_shelves
from components.embedded_data import write_dataset as subject
from components.embedded_data.settings import EmbeddedDataSettings
from components.embedded_data.write_dataset import write_dataset
from components.imaging.decoding import ImageLimits
from components.records.problems import InputError
from components.records.splits import held_out_skus
from components.synthesis.scenes.settings import SceneSettings
from pipeline.source_hash import source_files

SMALL = EmbeddedDataSettings(
    families=3,
    variants=2,
    distractor_families=2,
    train_photos=6,
    eval_photos=3,
    test_photos=6,
    negative_share=0.34,
    workers=1,
    scene=SceneSettings(photo_width=192, photo_height=144, min_facing=40, max_facing=80),
)

SHARE, SEED = 1 / 3, 0
"""Of held-out SKUs."""


def _bytes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("data") / "embedded", SMALL, SHARE, SEED)


@pytest.fixture(scope="module")
def document(written: Path) -> dict:
    return json.loads((written / "shelves/span-1/annotations.json").read_text())


def test_reads_back_as_catalogue_and_shelves(written: Path) -> None:
    rows = read_catalog(written / "products.csv", ImageLimits())
    shelves = read_shelves(written / "shelves", {row.sku for row in rows})
    assert len(rows) == 6
    assert len(shelves.photos) == 15
    assert {photo.split for photo in shelves.photos} == {"train", "eval", "test"}


def test_held_out_skus_are_in_no_training_photo(document: dict) -> None:
    skus = {c["id"]: c["name"] for c in document["categories"]}
    known = [sku for sku in skus.values() if sku != "unknown_product"]
    held_out = held_out_skus(known, SHARE, SEED)
    split = {i["id"]: i["attributes"]["split"] for i in document["images"]}
    shown = {(split[a["image_id"]], skus[a["category_id"]]) for a in document["annotations"]}
    assert held_out, "the test needs a held-out SKU"
    assert any(name == "train" for name, _ in shown), "the test needs training photos"
    assert not any(name == "train" and sku in held_out for name, sku in shown)
    assert any(name == "test" and sku in held_out for name, sku in shown)


def test_a_share_of_each_split_is_negative(document: dict) -> None:
    split = {i["id"]: i["attributes"]["split"] for i in document["images"]}
    annotated = {a["image_id"] for a in document["annotations"]}
    for name, count in (("train", 2), ("eval", 1), ("test", 2)):
        negatives = [key for key, value in split.items() if value == name and key not in annotated]
        assert len(negatives) >= count, name


def test_boxes_lie_in_their_photos_and_say_what_hides_them(document: dict) -> None:
    assert len(document["annotations"]) > 20
    for annotation in document["annotations"]:
        x, y, width, height = annotation["bbox"]
        assert x >= 0 and y >= 0 and width > 0 and height > 0
        assert x + width <= 192.01 and y + height <= 144.01
        assert 0 <= annotation["attributes"]["occlusion"] <= 1
        assert annotation["attributes"]["difficult"] in (0, 1)


def test_visits_never_span_two_splits(document: dict) -> None:
    seen: dict[str, set[str]] = {}
    for image in document["images"]:
        attributes = image["attributes"]
        seen.setdefault(attributes["visit"], set()).add(attributes["split"])
    assert [len(splits) for splits in seen.values()] == [1] * 5


def test_workers_change_nothing(written: Path, tmp_path: Path) -> None:
    parallel = SMALL.model_copy(update={"workers": 2})
    assert _bytes(write_dataset(tmp_path / "two", parallel, SHARE, SEED)) == _bytes(written)


def test_the_same_settings_write_once(written: Path) -> None:
    before = (written / "products.csv").stat().st_mtime_ns
    calls: list[tuple[int, int]] = []
    write_dataset(written, SMALL, SHARE, SEED, lambda done, total: calls.append((done, total)))
    assert not calls
    assert (written / "products.csv").stat().st_mtime_ns == before


def test_the_data_are_drawn_anew_when_any_code_changes_that_decides_them() -> None:
    needed = source_files(subject.__name__, for_people=False)
    # How files are hashed and how faults are told is in no file of the data set.
    decides_nothing = {"__init__.py", "digests.py", "problems.py", "texts.py"}
    decisive = {file for file in needed if file.name not in decides_nothing}
    assert len(decisive) > 20
    assert decisive <= set(subject._drawn_by())


TINY = SMALL.model_copy(update={"train_photos": 2, "eval_photos": 1, "test_photos": 1})
CHANGES = {
    "seed": 1,
    "families": 4,
    "variants": 3,
    "distractor_families": 5,
    "train_photos": 3,
    "eval_photos": 2,
    "test_photos": 2,
    "negative_share": 0.6,
    "scene": SMALL.scene.model_copy(update={"tilt": 20.0}),
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return _bytes(write_dataset(tmp_path_factory.mktemp("tiny") / "data", TINY, SHARE, SEED))


@pytest.mark.parametrize("setting", CHANGES)
def test_each_setting_decides_what_is_drawn(setting: str, tiny: dict, tmp_path: Path) -> None:
    other = TINY.model_copy(update={setting: CHANGES[setting]})
    drawn = _bytes(write_dataset(tmp_path / "data", other, SHARE, SEED))
    stamp = "stamp.json"
    assert drawn.pop(stamp) != tiny[stamp]
    assert drawn != {name: digest for name, digest in tiny.items() if name != stamp}


def test_no_setting_is_left_out_above() -> None:
    assert CHANGES.keys() | {"workers"} == EmbeddedDataSettings.model_fields.keys()


@pytest.mark.parametrize(("share", "seed"), [(0.9, SEED), (SHARE, 2)])
def test_other_held_out_skus_are_drawn_anew(
    share: float, seed: int, tiny: dict, tmp_path: Path
) -> None:
    drawn = _bytes(write_dataset(tmp_path / "data", TINY, share, seed))
    changed = {name for name in drawn if drawn[name] != tiny[name]}
    assert {"stamp.json", "shelves/span-1/photo-0000.jpg"} <= changed
    assert not any(name.startswith("packshots/") for name in changed)


def test_other_settings_replace_the_data(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data", TINY, SHARE, SEED)
    before = _bytes(folder)
    calls: list[tuple[int, int]] = []
    other = TINY.model_copy(update={"seed": 1})
    write_dataset(folder, other, SHARE, SEED, lambda done, total: calls.append((done, total)))
    assert calls[0] == (0, 4) and calls[-1] == (4, 4)
    assert _bytes(folder).keys() != before.keys()
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_files_of_a_user_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="choose an empty folder"):
        write_dataset(tmp_path, SMALL, SHARE, SEED)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_dataset(tmp_path / "data", SMALL, SHARE, SEED, stop)
    assert not list(tmp_path.iterdir())
