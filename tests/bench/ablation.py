"""What each part brings: the same small training with one part switched off.

    python tests/bench/ablation.py --root FOLDER --mobilenetv2 FILE.h5 [--resnet50v2 FILE.h5]

Runs the pipeline up to the Evaluator on the embedded data, once per row, and prints a table of
mAP@0.5 on its test split. All start from ImageNet weights and train equally many steps; what comes
before the Trainer is taken from the cache where the row does not change it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY))

from components.artifacts.evaluation_summary import SUMMARY_FILE, Summary  # noqa: E402

RUNNER = ("local_runner.py",)
ROWS = {
    "everything": (RUNNER, ()),
    "TransformNet off": (("tests/bench/variants.py", "without_transform_net"), ()),
    "shortlist off": (("tests/bench/variants.py", "without_shortlist"), ()),
    "mining off": (RUNNER, ("trainer.mine_every=0",)),
    "augmentation off": (RUNNER, ("augment.level=none", "augment.variants=1")),
    "a tenth of the templates left out": (RUNNER, ("trainer.absent_share=0.1",)),
    "backbone frozen": (RUNNER, ("trainer.backbone_factor=0",)),
}


def main() -> None:
    """Run all rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", required=True, help="folder for the runs")
    parser.add_argument("--mobilenetv2", required=True, help="ImageNet weights without top")
    parser.add_argument("--resnet50v2", help="the same of ResNet50V2, for a row of its own")
    parser.add_argument("--steps", type=int, default=200)
    given = parser.parse_args()
    rows = {name: ("mobilenetv2", given.mobilenetv2, *row) for name, row in ROWS.items()}
    if given.resnet50v2:
        rows["ResNet50V2"] = ("resnet50v2", given.resnet50v2, RUNNER, ())
    table = Table("row", "mAP@0.5 seen", "mAP@0.5 new", "minutes")
    for name, (backbone, weights, runner, changes) in rows.items():
        settings = (
            f"backbone.name={backbone}",
            f"backbone.weights={weights}",
            f"trainer.steps={given.steps}",
            "trainer.learning_rate=0.001",
            "trainer.backbone_factor=0.1",
            *changes,
        )
        began = time.monotonic()
        evaluated(given.root, runner, settings)
        metrics = newest_summary(Path(given.root)).metrics
        minutes = (time.monotonic() - began) / 60
        cells = [f"{metrics[key]:.3f}" for key in ("map50_seen", "map50_new")]
        table.add_row(name, *cells, f"{minutes:.1f}")
        Console().print(name, *cells)
    Console().print(table)


def evaluated(root: str, runner: tuple[str, ...], settings: tuple[str, ...]) -> None:
    """Run the pipeline up to the Evaluator."""
    chosen = [word for setting in settings for word in ("--set", setting)]
    command = [*runner, "--root", root, "--to-stage", "Evaluator", *chosen]
    subprocess.run([sys.executable, *command], cwd=REPOSITORY, check=True, capture_output=True)


def newest_summary(root: Path) -> Summary:
    """Return what the last Evaluator said."""
    folders = (root / "pipeline" / "Evaluator" / "evaluation").iterdir()
    newest = max(folders, key=lambda path: int(path.name))
    return Summary.model_validate_json((newest / SUMMARY_FILE).read_text())


if __name__ == "__main__":
    main()
