"""Prints the tables of speed, size and accuracy, and writes them to a file.

make bench                                          speed, size, killed pushes; no model needed
make bench ARGS="--root FOLDER --profile full"      also accuracy of that run's model
make bench ARGS="--root FOLDER --judged-on OTHER"   on the catalogue and photos of another run
make bench ARGS="--root FOLDER --weights FILE.h5"   also of matching without any training
make bench ARGS="--check-photos 10000"              the data check on so many photos
make bench ARGS="--span-photos 200"                 also what a span more costs before training
make bench ARGS="--evaluator-photos 1000"           the Evaluator on so many photos
make bench ARGS="--augment-photos 200"              also what Beam adds to augmentation
make bench ARGS="--memory-photos 200"               also peak memory before training, at ten times
                                                    as many photos against at so many
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

import accuracy
import added_span
import augmentation
import cold_start
import data_check
import evaluator
import interruption
import memory
import sliding_window
import speed
from tables import Figure, show, write

from components.training.settings import TrainingPlan
from pipeline.config import load


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", default="full", help="whose recogniser is timed")
    parser.add_argument("--root", type=Path, help="output folder of a run of that profile")
    parser.add_argument("--judged-on", type=Path, help="output folder of another run")
    parser.add_argument("--weights", type=Path, help="MobileNetV2 weights (.h5) without top")
    parser.add_argument("--photos", type=int, default=24, help="test photos for accuracy")
    parser.add_argument("--span-photos", type=int, help="photos in each of ten spans")
    parser.add_argument("--augment-photos", type=int, help="photos to augment")
    parser.add_argument("--memory-photos", type=int, help="photos of the smaller of two runs")
    parser.add_argument("--out", type=Path, default=Path("bench.md"), help="file to write")
    parser.add_argument("--check-photos", type=int, default=200, help="photos for the data check")
    parser.add_argument(
        "--evaluator-photos", type=int, default=200, help="photos for the Evaluator"
    )
    given = parser.parse_args()
    config = load(given.profile)
    tables: dict[str, list[Figure]] = {}

    def add(title: str, figures: list[Figure]) -> None:
        tables[title] = figures
        show(title, figures)
        write(given.out, tables)  # each time, so that an interruption loses one table

    add("Data check", data_check.measure(given.check_photos))
    own, *others = dict.fromkeys((config.backbone.name, "mobilenetv2", "resnet50v2"))
    add(f"Speed and size, {own}", speed.measure(own, config.recogniser))
    add("Cold start", cold_start.measure(config.recogniser))
    add(
        "Evaluator",
        evaluator.measure(given.evaluator_photos, config.backbone.name, config.recogniser),
    )
    add("Pushes killed at random moments", interruption.measure())
    if given.root:
        plan = TrainingPlan(backbone=config.backbone, recogniser=config.recogniser)
        judged_on = given.judged_on or given.root
        measured = accuracy.measure(given.root, judged_on, plan, given.photos)
        add(f"Accuracy, profile {given.profile}", [*measured, *released(given.root / "releases")])
    if given.root and given.weights:
        add(
            "Without training",
            sliding_window.measure(given.root / "data" / "embedded", given.weights),
        )
    if given.span_photos:
        add("One span more", added_span.measure(given.span_photos))
    if given.augment_photos:
        add("Augmentation", augmentation.measure(given.augment_photos))
    if given.memory_photos:
        add("Memory before the trainer", memory.measure(given.memory_photos))
    for backbone in others:
        add(f"Speed and size, {backbone}", speed.measure(backbone, config.recogniser))
    print(f"written to {given.out}")


def released(releases: Path) -> list[Figure]:
    """What the pipeline itself measured of the current release, where it has boxes or labels."""
    release = releases / (releases / "current").read_text().strip() / "release.json"
    metrics = json.loads(release.read_text())["metrics"]
    asked = (
        ("map50_seen", "mAP@0.5, test split, seen SKUs", ">= 0.85", ">= 0.97"),
        ("map50_new", "mAP@0.5, test split, new SKUs", ">= 0.8", ">= 0.95"),
        ("top1", "photos named right, top-1", ">= 0.65", ">= 0.87"),
        ("top5", "photos named right, top-5", ">= 0.85", ">= 0.97"),
        ("ece", "expected calibration error", "<= 0.08", "<= 0.03"),
    )
    return [
        Figure(what, metrics[name], must, aim) for name, what, must, aim in asked if name in metrics
    ]


if __name__ == "__main__":
    main()
