"""The whole pipeline, as a user runs it: killed, run again, run with nothing changed, and used."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from components.recogniser.index import read_index
from components.releases.registry import Registry
from pipeline.stages import STAGES

pytestmark = [pytest.mark.e2e, pytest.mark.tfx, pytest.mark.timeout(3000)]

_STAGE_LINE = re.compile(r"^ +(\d+)/\d+ (\w+) +(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Done:
    """A finished command."""

    code: int
    out: str

    @property
    def stages(self) -> dict[str, str]:
        """What the last line of each stage said: a time, "cached" or "failed"."""
        return {name: said for _, name, said in _STAGE_LINE.findall(self.out)}

    @property
    def cached(self) -> set[str]:
        return {name for name, said in self.stages.items() if said == "cached"}


def oneshelf(*arguments) -> list[str]:
    return [sys.executable, "-m", "pipeline.commands.main", *map(str, arguments)]


def finish(*arguments, folder: Path | None = None) -> Done:
    done = subprocess.run(
        oneshelf(*arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
    )
    return Done(done.returncode, done.stdout)


def kill_in_training(root: Path, *arguments) -> None:
    """Starts a run and kills it, with all it started, when the first checkpoint lies on disk."""
    with subprocess.Popen(
        oneshelf("run", *arguments),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while not list((root / "checkpoints").rglob("*.safetensors")):
            assert process.poll() is None, "the run ended before it could be killed"
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("shop") / "out"


@pytest.fixture(scope="module")
def settings(root):
    phones = root.parent / "phones"
    phones.mkdir()
    shutil.copy(Path(__file__).parents[2] / "docs" / "result.jpg", phones)
    # Enough steps that the run is still training when the first checkpoint is seen.
    chosen = ["--set", "trainer.steps=12", "--set", f"production_photos={phones}"]
    return ["--profile", "test", "--root", root, *chosen]


@pytest.fixture(scope="module")
def after_kill(root, settings) -> Done:
    """A run that goes on where one was killed in mid-training."""
    kill_in_training(root, *settings)
    assert Registry(root / "releases").list() == ()
    return finish("run", *settings)


@pytest.fixture(scope="module")
def again(after_kill, root, settings) -> Done:
    """One more run, with nothing changed but the folder that it starts from."""
    there = [root.name if each == root else each for each in settings]
    return finish("run", *there, folder=root.parent)


def test_it_goes_on_after_the_last_finished_stage(after_kill):
    assert after_kill.code == 0, after_kill.out
    assert list(after_kill.stages) == list(STAGES)
    assert after_kill.cached == set(STAGES[: STAGES.index("Trainer")])


def test_it_goes_on_from_the_last_checkpoint(after_kill, root):
    log = max((root / "logs").iterdir()).read_text(errors="replace")
    assert re.search(r"going on from the checkpoint at step [1-9]", log)


def test_it_ends_in_a_whole_release(after_kill, root):
    release = Registry(root / "releases").current()
    assert release is not None
    assert release.version == 1
    release.verify()
    assert (release.serving / "saved_model.pb").is_file()
    assert (release.serving / "assets" / "catalog.index").is_file()
    assert (release.edge / "model.tflite").is_file()
    assert (release.path / "report.html").is_file()
    assert release.record.configuration["trainer"]["steps"] == 12
    assert release.record.inputs_hash
    assert f"release  {release.path}" in after_kill.out


def test_production_photos_tell_hubs_from_other_packshots(after_kill, root):
    assert "proposals in production photos tell which packshots fit everywhere" in after_kill.out
    release = Registry(root / "releases").current()
    assert release is not None
    index = read_index(release.serving / "assets" / "catalog.index")
    assert index.hubness.min() < index.hubness.max()


def test_the_screen_shows_results_and_no_noise(after_kill):
    for words in (
        "mAP@0.5, products trained on",
        "new products",
        "clear",
        "counting error",
        "verdict",
    ):
        assert words in after_kill.out
    for noise in ("WARNING", "INFO", "Traceback", "tensorflow/", "deprecat", "I0000"):
        assert noise not in after_kill.out


def test_the_configuration_is_recorded_with_the_run(after_kill, root):
    recorded = (max((root / "runs").iterdir()) / "config.yaml").read_text()
    assert "profile: test" in recorded


def test_again_trains_nothing_and_publishes_nothing(again, root):
    assert again.code == 0, again.out
    judged_anew = {"ReleaseGate", "PusherServing", "PusherEdge", "Publish"}
    assert again.cached == set(STAGES) - judged_anew
    assert "Nothing changed: trained nothing, published nothing." in again.out
    assert [release.version for release in Registry(root / "releases").list()] == [1]


def test_a_failed_run_leaves_the_release_as_it_was(again, root, settings):
    failed = finish("run", *settings, "--set", "backbone.weights=no-such-file.h5")

    assert failed.code == 3, failed.out
    assert failed.stages["Trainer"] == "failed"
    assert "no-such-file.h5" in failed.out
    assert "the whole log: " in failed.out
    current = Registry(root / "releases").current()
    assert current is not None
    assert current.verify().version == 1


def test_a_gate_refuses_and_says_so(again, root, settings):
    strict = "release_gate.metrics=[{metric: map50, min: 1.0}]"
    refused = finish("run", *settings, "--set", strict, "--from-stage", "ReleaseGate")

    assert refused.code == 1, refused.out
    assert list(refused.stages) == list(STAGES[STAGES.index("ReleaseGate") :])
    assert re.search(r"mAP@0\.5 .*>= 1 +refuse", refused.out), refused.out
    assert [release.version for release in Registry(root / "releases").list()] == [1]


@pytest.mark.parametrize("target", ["serving", "edge"])
def test_predictions_are_lines_of_json_in_input_order(again, root, target, tmp_path):
    photos = sorted((root / "data" / "embedded" / "shelves" / "span-1").glob("*.jpg"))[:2]
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photos[0].read_bytes()[:900])
    lines = tmp_path / "lines.jsonl"
    asked = [photos[1], broken, photos[0]]

    done = finish(
        *("predict", "--release", root / "releases", "--target", target, "--json", lines),
        *("--draw", tmp_path / "drawn"),
        *asked,
    )

    assert done.code == 2, done.out
    assert "1 of 3 photos could not be read" in done.out
    records = [json.loads(line) for line in lines.read_text().splitlines()]
    assert [record["photo"] for record in records] == list(map(str, asked))
    answer = {"photo", "width", "height", "detections", "counts"}
    assert set(records[0]) == answer | {"release", "index", "threshold", "photo_check"}
    assert records[0]["release"] == 1
    assert "error" in records[1] and "detections" not in records[1]
    assert len(list((tmp_path / "drawn").iterdir())) == 2
