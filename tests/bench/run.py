"""Prints the tables of speed, size and accuracy, and writes them to a file.

make bench                                          speed, size, killed pushes; no model needed
make bench ARGS="--root FOLDER --profile full"      also accuracy of that run's model
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

from components.trainer.settings import TrainingPlan
from pipeline.config import load


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", default="full", help="whose recogniser is timed")
    parser.add_argument("--root", type=Path, help="output folder of a run of that profile")
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
    tables: dict[str, list[Figure]] = {"Data check": data_check.measure(given.check_photos)}
    show("Data check", tables["Data check"])
    for backbone in dict.fromkeys((config.backbone.name, "mobilenetv2", "resnet50v2")):
        title = f"Speed and size, {backbone}"
        tables[title] = speed.measure(backbone, config.recogniser)
        show(title, tables[title])
    tables["Cold start"] = cold_start.measure(config.recogniser)
    show("Cold start", tables["Cold start"])
    tables["Evaluator"] = evaluator.measure(
        given.evaluator_photos, config.backbone.name, config.recogniser
    )
    show("Evaluator", tables["Evaluator"])
    title = "Pushes killed at random moments"
    tables[title] = interruption.measure()
    show(title, tables[title])
    if given.root:
        plan = TrainingPlan(backbone=config.backbone, recogniser=config.recogniser)
        title = f"Accuracy, {given.root}"
        tables[title] = [*accuracy.measure(given.root, plan, given.photos)]
        tables[title] += released(given.root / "releases")
        show(title, tables[title])
    if given.root and given.weights:
        title = "Without training"
        tables[title] = sliding_window.measure(given.root / "data" / "embedded", given.weights)
        show(title, tables[title])
    if given.span_photos:
        title = "One span more"
        tables[title] = added_span.measure(given.span_photos)
        show(title, tables[title])
    if given.augment_photos:
        title = "Augmentation"
        tables[title] = augmentation.measure(given.augment_photos)
        show(title, tables[title])
    if given.memory_photos:
        title = "Memory before the trainer"
        tables[title] = memory.measure(given.memory_photos)
        show(title, tables[title])
    write(given.out, tables)
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
