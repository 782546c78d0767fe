import json
import subprocess

import pytest
from PIL import Image

from components.curated_schema import files as schema_files
from components.records.problems import InputError
from pipeline import inputs as subject
from pipeline.config import load


@pytest.fixture
def shop(tmp_path):
    """A catalogue of two products and one annotated photo of each split."""
    (tmp_path / "shelves" / "span-1").mkdir(parents=True)
    for number, sku in enumerate(("a", "b")):
        Image.new("RGB", (40, 60), (90 * number, 20, 20)).save(tmp_path / f"{sku}.png")
    (tmp_path / "products.csv").write_text("sku,name,category,image\na,A,x,a.png\nb,B,x,b.png\n")
    images, annotations = [], []
    for number, split in enumerate(("train", "eval", "test")):
        name = f"{split}.png"
        Image.new("RGB", (80, 60), (number, 9, 9)).save(tmp_path / "shelves" / "span-1" / name)
        images.append(
            {
                "id": number,
                "file_name": name,
                "width": 80,
                "height": 60,
                "attributes": {"visit": split, "split": split},
            }
        )
        annotations.append(
            {"id": number, "image_id": number, "category_id": 1, "bbox": [5, 5, 20, 30]}
        )
    (tmp_path / "shelves" / "span-1" / "annotations.json").write_text(
        json.dumps(
            {
                "images": images,
                "annotations": annotations,
                "categories": [{"id": 1, "name": "a"}],
            }
        )
    )
    return tmp_path


def config_of(shop, *assignments):
    return load(
        assignments=assignments,
        overrides={
            "catalog": str(shop / "products.csv"),
            "shelves": str(shop / "shelves"),
            "root": str(shop / "out"),
        },
    )


def identify(shop, *assignments):
    config = config_of(shop, *assignments)
    return subject.identify(config, subject.check(config))


def test_the_same_inputs_are_the_same(shop):
    assert identify(shop) == identify(shop)


def test_production_photos_count_by_content_and_must_be_there(shop):
    with pytest.raises(InputError, match="phones: the folder does not exist"):
        identify(shop, f"production_photos={shop / 'phones'}")

    for folder in ("phones", "elsewhere"):
        (shop / folder).mkdir()
        Image.new("RGB", (80, 60), (9, 9, 9)).save(shop / folder / "a.png")
    before = identify(shop, f"production_photos={shop / 'phones'}")
    assert identify(shop).production_hash == ""
    assert identify(shop, f"production_photos={shop / 'elsewhere'}") == before

    Image.new("RGB", (80, 60), (90, 9, 9)).save(shop / "phones" / "a.png")
    after = identify(shop, f"production_photos={shop / 'phones'}")
    assert after.production_hash != before.production_hash
    assert after.inputs_hash != before.inputs_hash


def settled(shop, *assignments):
    """What `run` makes of the settings, what it says of the data, and what of the photos."""
    config = config_of(shop, *assignments)
    report = subject.check(config)
    return *subject.without_unlabelled(config, report), str(report)


def test_a_catalogue_is_enough(shop):
    config = config_of(shop).model_copy(update={"shelves": None})
    report = subject.check(config)
    assert report.composed
    assert str(report).endswith(
        "shelves: no photos; those to train on and to judge on are composed of the packshots"
    )
    assert subject.without_unlabelled(config, report) == (config, "")
    inputs = subject.identify(config, report)
    assert not (shop / "out").exists()
    assert inputs.catalog_hash and inputs.inputs_hash != identify(shop).inputs_hash


def test_photos_without_labels_serve_as_production_photos(shop):
    (shop / "shelves" / "span-1" / "annotations.json").unlink()
    config, told, said = settled(shop)
    assert "3 photos without any label, no negatives; those to train on" in said
    assert config.shelves is None
    assert config.production_photos == str(shop / "shelves")
    assert told == f"{shop}/shelves: its photos serve as production photos"
    assert subject.identify(config, subject.check(config)).production_hash

    config, told, _ = settled(shop, f"production_photos={shop}")
    assert (config.shelves, config.production_photos) == (None, str(shop))
    assert told == f"{shop}/shelves: not used, since production_photos names others"


def test_photos_with_counts_stay_shelf_photos_and_shelves_are_composed(shop):
    assert identify(shop).composed is False
    span = shop / "shelves" / "span-1"
    (span / "annotations.json").unlink()
    (span / "counts.csv").write_text("photo,sku,count\ntest.png,a,2\n")
    config, told, said = settled(shop, f"root={shop / 'other'}")
    assert (config.shelves, told) == (str(shop / "shelves"), "")
    assert "1 with counts and no boxes" in said
    before = subject.identify(config, subject.check(config))
    assert before.composed
    (span / "counts.csv").write_text("photo,sku,count\ntest.png,a,3\n")
    after = subject.identify(config, subject.check(config))
    assert after.shelves_hash != before.shelves_hash
    assert after.span_hashes != before.span_hashes


def test_photos_with_labels_stay_shelf_photos(shop):
    config, told, _ = settled(shop)
    assert config == config_of(shop) and not told


def test_a_replaced_photo_is_noticed(shop):
    before = identify(shop)
    photo = shop / "shelves" / "span-1" / "test.png"
    Image.new("RGB", (80, 60), (200, 9, 9)).save(photo)
    after = identify(shop)

    assert after.shelves_hash != before.shelves_hash
    assert after.inputs_hash != before.inputs_hash
    assert after.catalog_hash == before.catalog_hash


def test_a_replaced_packshot_is_noticed(shop):
    before = identify(shop)
    Image.new("RGB", (40, 60), (0, 200, 20)).save(shop / "a.png")
    assert identify(shop).catalog_hash != before.catalog_hash


def test_an_edited_schema_is_noticed(shop, tmp_path, monkeypatch):
    before = identify(shop)
    folder = tmp_path / "schemas"
    folder.mkdir()
    (folder / "catalog.pbtxt").write_text("# edited\n")
    monkeypatch.setattr(schema_files, "FOLDER", folder)
    assert identify(shop).inputs_hash != before.inputs_hash


def test_changed_code_is_noticed(shop, monkeypatch):
    before = identify(shop)
    monkeypatch.setattr(subject, "source_hash", lambda module: "other")
    assert identify(shop).inputs_hash != before.inputs_hash


def test_a_setting_is_noticed_and_where_things_go_is_not(shop):
    before = identify(shop).inputs_hash
    assert identify(shop, "trainer.steps=5").inputs_hash != before
    assert identify(shop, "cloud.image=other").inputs_hash == before


def test_without_a_release_there_is_nothing_to_compare_with(shop):
    assert identify(shop).compared_release is None


class _Current:
    """Stands in for the registry: release 4 is current, with parent 3 and reference release 2."""

    inputs_hash = training_hash = "of something else"

    def __init__(self, folder):
        pass

    def current(self):
        class Release:
            version = 4

            class record:
                inputs_hash = _Current.inputs_hash
                training_hash = _Current.training_hash
                parent = 3
                reference_release = 2

        return Release

    def entries(self):
        return dict.fromkeys(_Current.kept)

    kept = (2, 3, 4)


def test_a_candidate_is_compared_with_the_current_release(shop, monkeypatch):
    monkeypatch.setattr(subject, "Registry", _Current)
    assert identify(shop).compared_release == 4


def test_the_same_run_again_is_compared_with_what_it_was_compared_with(shop, monkeypatch):
    monkeypatch.setattr(_Current, "inputs_hash", identify(shop).inputs_hash)
    monkeypatch.setattr(subject, "Registry", _Current)
    assert identify(shop).compared_release == 3


def test_training_learns_from_the_current_release(shop, monkeypatch):
    assert identify(shop).reference_release == 0
    monkeypatch.setattr(subject, "Registry", _Current)
    assert identify(shop).reference_release == 4


def test_a_changed_gate_trains_nothing_anew(shop, monkeypatch):
    monkeypatch.setattr(_Current, "training_hash", identify(shop).training_hash)
    monkeypatch.setattr(subject, "Registry", _Current)
    with_another_gate = identify(shop, "release_gate.edge.max_size_mb=7")
    assert (with_another_gate.compared_release, with_another_gate.reference_release) == (4, 2)
    assert identify(shop, "trainer.steps=5").reference_release == 4


def test_a_reference_release_that_was_removed_is_followed_by_the_current_release(shop, monkeypatch):
    monkeypatch.setattr(_Current, "training_hash", identify(shop).training_hash)
    monkeypatch.setattr(_Current, "kept", (3, 4))
    monkeypatch.setattr(subject, "Registry", _Current)
    assert identify(shop).reference_release == 4


def test_the_code_revision_ignores_commits_that_leave_the_code_alone(tmp_path, monkeypatch):
    def git(*arguments):
        identity = ["-c", "user.name=t", "-c", "user.email=t@t"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True)

    git("init", "-q")
    for folder in ("pipeline", "components", "schemas"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.py").write_text("1\n")
    git("add", ".")
    git("commit", "-qm", "code")
    monkeypatch.setattr(subject, "_PROJECT", tmp_path)
    revision = subject.code_revision()
    assert len(revision) >= 7

    (tmp_path / "README.md").write_text("words\n")
    git("add", ".")
    git("commit", "-qm", "words")
    assert subject.code_revision() == revision

    (tmp_path / "pipeline" / "x.py").write_text("2\n")
    assert subject.code_revision() == revision + "+edits"


def test_without_git_there_is_no_revision(tmp_path, monkeypatch):
    monkeypatch.setattr(subject, "_PROJECT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert subject.code_revision() == ""
