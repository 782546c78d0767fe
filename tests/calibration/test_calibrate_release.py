"""A real, tiny release, calibrated on photos whose truth is what it finds in them."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import typer

from components.imaging.decoding import encode_jpeg
from components.records.problems import InputError
from components.records.splits import UNKNOWN_PRODUCT
from components.releases.errors import NoRelease, ReleaseError
from components.releases.registry import Registry

pytestmark = pytest.mark.tfx

PHOTOS, SIDE = 14, 128
# This share of what the release finds, what it is surest of, is there: less than it tells, so that
# there is something to learn.
SUREST = 0.2


def write_shelves(folder: Path, answers: Sequence) -> Path:
    """Photos with boxes: what a model found in each, (SKU, box) pairs."""
    span = folder / "span-1"
    span.mkdir(parents=True)
    skus = [f"sku-{number}" for number in range(4)]
    images, annotations = [], []
    for number, (encoded, objects) in enumerate(answers):
        (span / f"{number}.jpg").write_bytes(encoded)
        images.append({"id": number, "file_name": f"{number}.jpg", "width": SIDE, "height": SIDE})
        for sku, (left, top, right, bottom) in objects:
            annotations.append(
                {
                    "id": len(annotations),
                    "image_id": number,
                    "category_id": skus.index(sku),
                    "bbox": [left, top, right - left, bottom - top],
                }
            )
    categories = [{"id": number, "name": sku} for number, sku in enumerate(skus)]
    document = {"images": images, "annotations": annotations, "categories": categories}
    (span / "annotations.json").write_text(json.dumps(document))
    return folder


REFUSED_AT_ONCE = """
import sys
sys.argv[0] = "oneshelf"
from pipeline.commands.main import app
code = app(standalone_mode=False)
sys.exit("imported" if "tensorflow" in sys.modules else code)
"""


def test_photos_that_are_too_few_are_told_before_anything_is_loaded(release_dir, tmp_path):
    span = tmp_path / "shelves" / "span-1"
    span.mkdir(parents=True)
    (span / "a.jpg").write_bytes(encode_jpeg(np.full((SIDE, SIDE, 3), 90, np.uint8)))
    (span / "counts.csv").write_text("photo,sku,count\na.jpg,sku-0,2\n")
    arguments = ["calibrate", "--release", release_dir, "--shelves", tmp_path / "shelves"]
    done = subprocess.run(
        [sys.executable, "-c", REFUSED_AT_ONCE, *map(str, arguments)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "0 boxes in photos of 0 visits are too few to calibrate on" in done.stderr
    assert "1 photo with counts and no boxes" in done.stderr


@pytest.fixture(scope="module")
def pictures() -> list[bytes]:
    """Pictures of the very size of the model's input: server and phone see the same pixels."""
    rng = np.random.default_rng(23)
    blocks = rng.integers(0, 255, (PHOTOS, 16, 16, 3), np.uint8)
    return [encode_jpeg(np.kron(each, np.ones((8, 8, 1), np.uint8))) for each in blocks]


@pytest.fixture(scope="module")
def shelves(release_dir, pictures, tmp_path_factory) -> Path:
    """The surest of what the release finds are there, and nothing else."""
    from components.imaging.decoding import ImageLimits, decode_photo
    from components.predict.load_predictor import load_predictor

    predictor = load_predictor(release_dir, "serving")
    found = [predictor.detect(decode_photo(each, ImageLimits())).detections for each in pictures]
    named = [[each for each in photo if each.sku != UNKNOWN_PRODUCT] for photo in found]
    least = np.quantile([each.score for photo in named for each in photo], 1 - SUREST)
    answers = [
        (encoded, [(each.sku, each.box) for each in photo if each.score >= least])
        for encoded, photo in zip(pictures, named, strict=True)
    ]
    return write_shelves(tmp_path_factory.mktemp("shelves"), answers)


@pytest.fixture(scope="module")
def boxes(shelves) -> int:
    return len(json.loads((shelves / "span-1/annotations.json").read_text())["annotations"])


@pytest.fixture(scope="module")
def releases(release_dir, tmp_path_factory) -> Path:
    """A releases folder of its own."""
    return shutil.copytree(release_dir, tmp_path_factory.mktemp("calibrated") / "releases")


@pytest.fixture(scope="module")
def done(releases, shelves):
    from components.calibration.calibrate_release import calibrate_release

    said: list[str] = []
    return calibrate_release(releases, shelves, "c0ffee", say=said.append), said


def found_by(release: Path, target: str, picture: bytes) -> list[tuple[str, float]]:
    from components.imaging.decoding import ImageLimits, decode_photo
    from components.predict.load_predictor import load_predictor

    predictor = load_predictor(release, target)
    found = predictor.detect(decode_photo(picture, ImageLimits()))
    return [(each.sku, each.score) for each in found.detections]


def test_a_calibrated_release_follows_the_one_it_is_of(done, releases, boxes):
    calibrated, said = done
    registry = Registry(releases)
    refused = [gate for gate in calibrated.record.gates if gate.verdict == "refuse"]
    assert calibrated.current, refused
    assert registry.current().version == calibrated.release.version == 2
    release = registry.get(2).verify()
    assert release.record.parent == 1
    assert release.record.code_revision == "c0ffee"
    calibration = release.record.calibration
    assert (calibration.release, calibration.photos, calibration.boxes) == (1, PHOTOS, boxes)
    assert calibration.trained_content == registry.get(1).record.content_hash
    assert calibration.after["ece"] < calibration.before["ece"]
    assert release.record.baseline_metrics["ece"] == calibration.before["ece"]
    assert release.record.metrics["ece"] == calibration.after["ece"]
    assert {gate.name for gate in release.record.gates} >= {
        "calibration.ece",
        "edge.parity",
        "serving",
        "withdrawn",
    }
    assert any("14 of 14 photos" in line for line in said)


@pytest.mark.parametrize("target", ["serving", "edge"])
def test_both_targets_answer_with_the_new_scores(done, releases, pictures, target):
    before = found_by(releases / "1", target, pictures[0])
    after = found_by(releases / "2", target, pictures[0])
    record = Registry(releases).get(2).record
    assert record.operating_threshold != Registry(releases).get(1).record.operating_threshold
    assert [score for _, score in before] != [score for _, score in after]
    threshold = record.operating_threshold
    assert sum(score >= threshold for _, score in after) > 0


def test_phone_and_server_still_agree(done, releases, pictures):
    for (sku, score), (other, also) in zip(
        found_by(releases / "2", "serving", pictures[1])[:3],
        found_by(releases / "2", "edge", pictures[1])[:3],
        strict=True,
    ):
        assert (sku, score) == (other, pytest.approx(also, abs=0.02))


def test_an_index_of_the_old_release_goes_on_to_fit(done, releases):
    from components.predict.index_stamp import model_hash_of

    registry = Registry(releases)
    assert model_hash_of(registry.get(1)) == model_hash_of(registry.get(2))
    indexes = [registry.get(number).edge / "catalog.index" for number in (1, 2)]
    assert indexes[0].read_bytes() == indexes[1].read_bytes()


def test_the_trained_model_is_known_for_what_was_calibrated(done, releases):
    first, second = Registry(releases).list()
    assert first.record.content_hash in second.record.contents
    assert second.record.content_hash not in first.record.contents


@pytest.fixture
def oneshelf(capfd):
    """Runs a command; returns the exit code and the lines that it said."""
    from pipeline.commands import main as cli

    def command(*arguments):
        code = typer.main.get_command(cli.app).main(
            [str(argument) for argument in arguments], standalone_mode=False
        )
        said = capfd.readouterr()
        return code or 0, (said.out + said.err).splitlines()

    return command


def test_list_show_and_diff_tell_of_it(done, releases, boxes, oneshelf):
    code, lines = oneshelf("releases", "list", "--releases", releases)
    assert code == 0
    assert any("release 1 with scores fitted on 14 boxed photos" in line for line in lines)
    _, lines = oneshelf("releases", "show", "2", "--releases", releases)
    assert any(line.startswith("calibrated\trelease 1 with scores") for line in lines)
    _, lines = oneshelf("releases", "diff", "1", "2", "--releases", releases)
    assert "fitted on\tvalidation photos\t14 photos after release 1" in lines
    assert any(line.startswith("operating threshold\t0.500\t") for line in lines)
    assert f"boxed photos, calibration\t-\t14 photos, {boxes} boxes" in lines


def test_report_and_card_say_what_was_measured_anew(done, releases):
    page = (releases / "2/report.html").read_text()
    assert "scores fitted on real photos" in page
    assert "calibration error" in page
    assert "Release 1 with probabilities" in (releases / "2/model_card.md").read_text()


@pytest.fixture
def unchecked(monkeypatch):
    """Phones get the old model, and neither target is asked anything: that takes its time."""
    from components.calibration import fit_release as module

    def checked(release, model, edge, photos, say):
        shutil.copytree(release.edge, edge)
        return ()

    monkeypatch.setattr(module, "check_targets", checked)


def test_a_release_that_is_not_current_gets_no_current_child(
    done, releases, shelves, oneshelf, unchecked
):
    """Calibrated once more, from release 1: the same scores, beside the current ones."""
    copy = releases.parent / "beside"
    shutil.copytree(releases, copy)
    code, lines = oneshelf("calibrate", "--release", copy / "1", "--shelves", shelves)
    assert code == 0, lines
    registry = Registry(copy)
    assert registry.current().version == 2
    assert registry.get(3).record.parent == 1
    assert registry.get(3).record.content_hash == registry.get(2).record.content_hash
    assert any("oneshelf releases rollback --to 3" in line for line in lines)


def test_it_can_be_rolled_back_and_is_refused_then(done, releases, shelves, oneshelf, unchecked):
    copy = releases.parent / "rolled-back"
    shutil.copytree(releases, copy)
    code, _ = oneshelf("releases", "rollback", "--releases", copy, "--why", "too bold")
    assert (code, Registry(copy).current().version) == (0, 1)
    code, lines = oneshelf("calibrate", "--release", copy, "--shelves", shelves)
    assert code == 1
    assert any(line.startswith("never rolled back: This model was withdrawn") for line in lines)
    assert [release.version for release in Registry(copy).list()] == [1, 2]


def test_boxes_where_the_release_sees_nothing_are_refused(release_dir, pictures, tmp_path):
    from components.calibration.calibrate_release import calibrate_release

    nowhere = [("sku-0", (0, 0, 2, 2)), ("sku-1", (3, 0, 5, 2)), ("sku-2", (6, 0, 8, 2))]
    folder = write_shelves(tmp_path / "shelves", [(each, nowhere) for each in pictures])
    with pytest.raises(InputError, match="nothing that the release finds lies in a box"):
        calibrate_release(release_dir, folder, "")


def test_packshots_are_no_shelf_photos(release_dir, pictures, shelves, tmp_path):
    import cv2
    from tiny import draw_packshot

    from components.calibration.calibrate_release import calibrate_release

    folder = tmp_path / "shelves"
    shutil.copytree(shelves, folder)
    packshot = cv2.imencode(".png", draw_packshot(2)[..., ::-1])[1].tobytes()
    document = json.loads((folder / "span-1/annotations.json").read_text())
    (folder / "span-1/pack.png").write_bytes(packshot)
    document["images"].append({"id": 99, "file_name": "pack.png", "width": 72, "height": 96})
    document["annotations"].append(
        {"id": 999, "image_id": 99, "category_id": 2, "bbox": [12, 8, 48, 80]}
    )
    (folder / "span-1/annotations.json").write_text(json.dumps(document))
    with pytest.raises(InputError) as refused:
        calibrate_release(release_dir, folder, "")
    (problem,) = map(str, refused.value.problems)
    assert "pack.png: is a packshot of the index, not a photo of a shelf" in problem


def test_a_release_of_other_code_is_refused(release_dir, shelves, tmp_path):
    from components.calibration.calibrate_release import calibrate_release

    copy = tmp_path / "releases"
    shutil.copytree(release_dir, copy)
    record = json.loads((copy / "1/release.json").read_text())
    record["model"]["recogniser"]["dims"] = 24
    (copy / "1/release.json").write_text(json.dumps(record))
    with pytest.raises(ReleaseError, match="made by another version of OneShelf"):
        calibrate_release(copy, shelves, "")


def test_a_release_that_lies_in_no_releases_folder_is_refused(release_dir, shelves, tmp_path):
    from components.calibration.calibrate_release import calibrate_release

    shutil.copytree(release_dir / "1", tmp_path / "mine")
    with pytest.raises(NoRelease, match="lies in no releases folder"):
        calibrate_release(tmp_path / "mine", shelves, "")
