"""The edge folder on a machine that has numpy, Pillow and an interpreter, and nothing else."""

import json
import os
import shutil
import subprocess

import numpy as np
import pytest
from phone import NoPackageIndex, phone_python
from same_answers import same_detections

from components.imaging.decoding import encode_jpeg

pytestmark = pytest.mark.tfx

# Runs predict.py as `python predict.py` would, on a machine without any network.
OFFLINE = """
import runpy, sys

def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.")):
        raise RuntimeError(f"the network was used: {event} {arguments}")

sys.addaudithook(refuse)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    try:
        return phone_python(tmp_path_factory.mktemp("environment"))
    except NoPackageIndex as error:
        pytest.skip(f"no package index to install a phone's environment from: {error}")


@pytest.fixture(scope="module")
def edge(release_dir, tmp_path_factory):
    """A copy of the release's edge folder, far from the package."""
    folder = tmp_path_factory.mktemp("shop") / "edge"
    shutil.copytree(release_dir / "1" / "edge", folder)
    return folder


@pytest.fixture
def run(python, edge):
    """Return a function: run predict.py on photos, with no network and no project on the path."""

    def run(*photos):
        environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        command = [str(python), "-I", "-c", OFFLINE, str(edge / "predict.py"), *map(str, photos)]
        return subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=edge.parent
        )

    return run


def test_the_environment_has_none_of_the_project(python):
    look = "import importlib.util as u, sys; print([n for n in sys.argv[1:] if u.find_spec(n)])"
    names = ["tensorflow", "components", "safetensors", "keras", "tfx", "numpy", "PIL"]
    found = subprocess.run(
        [str(python), "-I", "-c", look, *names], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "['numpy', 'PIL']"


def test_it_says_what_the_server_says(run, release_dir, blocks, tmp_path):
    from components.predict.load_predictor import load_predictor
    from components.predict.predictor import predict_with
    from components.records.prediction import read_record

    photos = []
    for number, data in enumerate(blocks):
        photos.append(tmp_path / f"photo-{number}.jpg")
        photos[-1].write_bytes(data)
    server = load_predictor(release_dir, "serving")

    done = run(*photos)

    assert (done.returncode, done.stderr.replace(_XNNPACK, "")) == (0, "")
    for line, ours in zip(done.stdout.splitlines(), predict_with(server, photos), strict=True):
        theirs = read_record(line)
        assert theirs.photo == ours.photo
        assert (theirs.width, theirs.height) == (128, 128)
        assert theirs.counts == ours.counts
        assert ours.detections
        same_detections(theirs.detections, ours.detections)


def test_a_bad_photo_harms_no_other_and_ends_in_exit_code_2(run, tmp_path):
    good, bad = tmp_path / "good.jpg", tmp_path / "bad.jpg"
    noise = np.random.default_rng(6).integers(0, 255, (48, 64, 3), np.uint8)
    good.write_bytes(encode_jpeg(noise))
    bad.write_bytes(good.read_bytes()[:-1000])

    done = run(bad, good, tmp_path / "gone.jpg")

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2
    assert "truncated JPEG" in lines[0]["error"]
    assert (lines[1]["width"], lines[1]["height"]) == (64, 48)
    assert lines[2]["error"] == "no such file"


def test_an_incomplete_folder_is_one_line(python, edge, tmp_path):
    shutil.copyfile(edge / "predict.py", tmp_path / "predict.py")

    done = subprocess.run(
        [str(python), "-I", str(tmp_path / "predict.py"), "a.jpg"], capture_output=True, text=True
    )

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "settings.json: cannot be read" in done.stderr


def test_a_damaged_model_is_one_line(python, edge, tmp_path):
    folder = tmp_path / "edge"
    shutil.copytree(edge, folder)
    model = bytearray((folder / "model.tflite").read_bytes())
    model[len(model) // 2] ^= 1
    (folder / "model.tflite").write_bytes(model)

    done = subprocess.run(
        [str(python), "-I", str(folder / "predict.py"), "a.jpg"], capture_output=True, text=True
    )

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "model.tflite: has changed since it was released" in done.stderr


# The interpreter says so on its first photo.
_XNNPACK = "INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n"
