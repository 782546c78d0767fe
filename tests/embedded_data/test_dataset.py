import hashlib
import json
from pathlib import Path

import pytest

from components.datasets.catalog import read_catalog
from components.datasets.shelves import read_shelves
from components.embedded_data.dataset import write_dataset
from components.embedded_data.settings import EmbeddedDataSettings
from components.imaging.decoding import ImageLimits
from components.records.problems import InputError
from components.records.splits import held_out_skus
from components.synthesis.scenes.settings import SceneSettings

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


def _bytes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("data") / "embedded", SMALL)


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
    held_out = held_out_skus(known, SMALL.held_out_share, SMALL.held_out_seed)
    split = {i["id"]: i["attributes"]["split"] for i in document["images"]}
    shown = {(split[a["image_id"]], skus[a["category_id"]]) for a in document["annotations"]}
    assert held_out, "the test needs a held-out SKU"
    assert not any(name == "train" and sku in held_out for name, sku in shown)
    assert any(name == "test" and sku in held_out for name, sku in shown)


def test_a_share_of_each_split_is_negative(document: dict) -> None:
    split = {i["id"]: i["attributes"]["split"] for i in document["images"]}
    annotated = {a["image_id"] for a in document["annotations"]}
    for name, count in (("train", 2), ("eval", 1), ("test", 2)):
        negatives = [key for key, value in split.items() if value == name and key not in annotated]
        assert len(negatives) >= count


def test_boxes_lie_in_their_photos_and_say_what_hides_them(document: dict) -> None:
    assert len(document["annotations"]) > 20
    for annotation in document["annotations"]:
        x, y, width, height = annotation["bbox"]
        assert x >= 0 and y >= 0 and width > 0 and height > 0
        assert x + width <= 192.01 and y + height <= 144.01
        assert 0 <= annotation["attributes"]["occlusion"] <= 1
        assert annotation["attributes"]["difficult"] in (0, 1)


def test_visits_never_span_two_splits(document: dict) -> None:
    seen: dict[str, str] = {}
    for image in document["images"]:
        attributes = image["attributes"]
        assert seen.setdefault(attributes["visit"], attributes["split"]) == attributes["split"]


def test_workers_change_nothing(written: Path, tmp_path: Path) -> None:
    parallel = SMALL.model_copy(update={"workers": 2})
    assert _bytes(write_dataset(tmp_path / "two", parallel)) == _bytes(written)


def test_the_same_settings_write_once(written: Path) -> None:
    before = (written / "products.csv").stat().st_mtime_ns
    calls: list[tuple[int, int]] = []
    write_dataset(written, SMALL, lambda done, total: calls.append((done, total)))
    assert not calls
    assert (written / "products.csv").stat().st_mtime_ns == before


def test_other_settings_replace_the_data(tmp_path: Path) -> None:
    tiny = SMALL.model_copy(update={"train_photos": 1, "eval_photos": 1, "test_photos": 1})
    folder = write_dataset(tmp_path / "data", tiny)
    before = _bytes(folder)
    calls: list[tuple[int, int]] = []
    other = tiny.model_copy(update={"seed": 1})
    write_dataset(folder, other, lambda done, total: calls.append((done, total)))
    assert calls[0] == (0, 3) and calls[-1] == (3, 3)
    assert _bytes(folder).keys() != before.keys()
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_files_of_a_user_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="choose an empty folder"):
        write_dataset(tmp_path, SMALL)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_dataset(tmp_path / "data", SMALL, stop)
    assert not list(tmp_path.iterdir())
