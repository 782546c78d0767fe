"""What predict.py of an edge folder takes from its start to the first answer, and its memory.

As a user starts it: a new process each time, in an environment with numpy, Pillow and LiteRT only.
The photo is 640 x 480 pixels, the catalogue has 200 SKUs, and weights are random: they decide what
is found and not how long it takes. Files were read before, so the disk is not measured. Memory goes
with the square of the model's input, so two are measured: one as large as the photo, and what the
profile has.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
from phone import phone_python
from speed import random_index
from tables import Figure

from components.artifacts.model import ModelArtifact
from components.edge_export.make_edge_folder import export_edge
from components.edge_export.settings import EdgeExportSettings
from components.imaging.decoding import encode_jpeg
from components.metrics.costs import Costs
from components.recogniser.backbones import build_backbone
from components.recogniser.model import Recogniser
from components.recogniser.settings import RecogniserSettings
from components.training.export import export_model

ROUNDS = 5
SKUS = 200
PHOTO_SIDE = 640
BACKBONE = "mobilenetv2"

# Prints the most memory that the process has had, in KB, once predict.py is done. Not from
# getrusage: that counts what the parent had when it started this process.
_WITH_PEAK = """
import atexit, runpy, sys

def peak():
    lines = open("/proc/self/status").read().splitlines()
    print(next(line for line in lines if line.startswith("VmHWM:")).split()[1], file=sys.stderr)

atexit.register(peak)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def measure(settings: RecogniserSettings) -> list[Figure]:
    """Time MobileNetV2 with int8 weights."""
    sides = sorted({PHOTO_SIDE, settings.photo_side})
    return [
        figure
        for side in sides
        for figure in _with_input(settings.model_copy(update={"photo_side": side}))
    ]


def _with_input(settings: RecogniserSettings) -> list[Figure]:
    keras.utils.set_random_seed(1)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        export_model(
            Recogniser(build_backbone(BACKBONE, None), settings),
            random_index(SKUS, settings),
            folder / "model",
            operating_threshold=0.5,
            costs=Costs(),
            weights_source="random",
            backbone=BACKBONE,
        )
        edge = folder / "edge"
        export_edge(
            ModelArtifact(folder / "model"), {}, EdgeExportSettings(quantization="dynamic"), edge
        )
        photo = folder / "photo.jpg"
        pixels = np.random.default_rng(2).integers(0, 255, (60, 80, 3), np.uint8)
        photo.write_bytes(encode_jpeg(np.kron(pixels, np.ones((8, 8, 1), np.uint8))))
        python = phone_python(folder)
        runs = [_run(python, edge / "predict.py", photo) for _ in range(ROUNDS + 1)][1:]
    seconds, megabytes = (statistics.median(values) for values in zip(*runs, strict=True))
    what = f"{BACKBONE}, int8 weights, 640 x 480, {SKUS} SKUs, input {settings.photo_side}"
    note = f"median of {ROUNDS}"
    return [
        Figure(f"start to first answer, {what}", seconds, "<= 2", "<= 0.7", "s", note),
        Figure(f"peak memory, {what}", megabytes, "<= 400", "<= 200", "MB", note),
    ]


def _run(python: Path, script: Path, photo: Path) -> tuple[float, float]:
    """Return seconds to the first line of output, and the peak memory in MB."""
    command = [str(python), "-I", "-c", _WITH_PEAK, str(script), str(photo)]
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        seconds = time.perf_counter() - began
        said = process.stderr.read()
    if process.returncode or '"detections"' not in line:
        raise RuntimeError(f"predict.py failed: {line}{said}")
    return seconds, int(said.split()[-1]) * 1024 / 1e6
