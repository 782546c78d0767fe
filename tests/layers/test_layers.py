"""Folders form layers: each imports only what stands below it, and no stage imports another."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PROJECT = Path(__file__).resolve().parents[2]

LIBRARIES = (
    "components/runtime",
    "components/imaging",
    "components/records",
    "components/capture",
    "components/artifacts",
    "components/datasets",
    "components/drawing",
    "components/planograms",
    "components/shelf",
    "components/joining",
    "components/recogniser",
    "components/metrics",
    "components/anomalies",
    "components/synthesis/products",
    "components/synthesis/effects",
    "components/synthesis/scenes",
    "components/synthesis/variants",
    "components/synthesis",
    "components/embedded_data",
    "components/training",
    "components/releases",
    "components/serving_kit",
    "components/predict",
)
"""From the ground up. A folder in a folder is a room of its own where it is named here."""

STAGES = (
    "components/example_gen",
    "components/curated_schema",
    "components/validation",
    "components/data_check",
    "components/distribution",
    "components/augment",
    "components/transform",
    "components/tuner",
    "components/ambiguous_photos",
    "components/trainer",
    "components/baseline",
    "components/evaluator",
    "components/edge_export",
    "components/serving_check",
    "components/release_gate",
    "components/pusher",
    "components/publish",
)
"""One folder per stage of the pipeline; they stand side by side and know nothing of each other."""

ABOVE = (
    "components/importers",
    "components/feedback",
    "components/calibration",
    "pipeline",
    "kubeflow",
    "pipeline/local",
    "pipeline/commands",
)

LAYERS = {
    "schemas": -1,
    **{room: height for height, room in enumerate(LIBRARIES)},
    **dict.fromkeys(STAGES, len(LIBRARIES)),
    **{room: height for height, room in enumerate(ABOVE, start=len(LIBRARIES) + 1)},
}


class Import(NamedTuple):
    """One import of this project's code: where it stands, and the rooms it joins."""

    place: str
    importer: str
    imported: str


def room_of(path: str) -> str | None:
    """The room a file or module lies in, the innermost that is named; None outside of all."""
    named = [room for room in LAYERS if path == room or path.startswith(f"{room}/")]
    return max(named, key=len, default=None)


def imports_of(root: Path, file: Path) -> Iterator[Import]:
    """Every import of one file that leads into a room, anywhere in the file."""
    own = room_of(file.relative_to(root).as_posix())
    assert own is not None, f"{file} lies in no room that tests/layers/test_layers.py names"
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        for module in _imported(node, file):
            path = module.replace(".", "/")
            other = room_of(path)
            if other is None and _is_ours(root, path.partition("/")[0]):
                other = path
            if other is not None and other != own:
                yield Import(f"{file.relative_to(root)}:{node.lineno}", own, other)


def _imported(node: ast.AST, file: Path) -> list[str]:
    """The modules, or names in modules, that a node of a file's tree imports."""
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{file}:{node.lineno}: write imports in full"
        return [f"{node.module}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        name = (
            node.func.attr
            if isinstance(node.func, ast.Attribute)
            else getattr(node.func, "id", None)
        )
        if name in ("import_module", "__import__"):
            return [str(node.args[0].value)]
    return []


def _is_ours(root: Path, top: str) -> bool:
    """Whether a module's first name is one of this project's own."""
    return (root / top).is_dir() or (root / f"{top}.py").is_file()


def all_imports(root: Path) -> Iterator[Import]:
    """Every import from one room into another."""
    for top in ("components", "pipeline", "kubeflow"):
        for file in sorted((root / top).rglob("*.py")):
            if file != root / "components" / "__init__.py":
                yield from imports_of(root, file)


def broken_rules(root: Path) -> list[str]:
    """A sentence for every import that goes upwards, or from one stage to another."""
    sentences = []
    for found in all_imports(root):
        if found.imported not in LAYERS:
            sentences.append(
                f"{found.place}: {found.importer} imports {found.imported}, which is in no layer; "
                "name the module that is meant"
            )
        elif found.importer in STAGES and found.imported in STAGES:
            sentences.append(
                f"{found.place}: stage {found.importer} imports stage {found.imported}; "
                "what both need belongs into a folder below"
            )
        elif LAYERS[found.imported] >= LAYERS[found.importer]:
            sentences.append(
                f"{found.place}: {found.importer} imports {found.imported}, which stands above it"
            )
    return sentences


def cycles(edges: dict[str, set[str]]) -> list[set[str]]:
    """Groups of rooms that reach each other, directly or round about."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for other in edges.get(waiting.pop(), set()) - seen:
                seen.add(other)
                waiting.append(other)
        return seen

    everything = {room: reached(room) for room in edges}
    knots = []
    for room, others in everything.items():
        knot = {other for other in others if room in everything.get(other, set())}
        if knot and knot not in knots:
            knots.append(knot)
    return knots


def test_every_import_leads_downwards():
    assert broken_rules(PROJECT) == []


def test_no_folder_is_part_of_a_cycle():
    """Without the table of layers: folders as they lie on the disk, whatever they are called."""
    edges: dict[str, set[str]] = {}
    for found in all_imports(PROJECT):
        edges.setdefault(found.importer, set()).add(found.imported)
    assert edges, "nothing was read"
    assert cycles(edges) == []


def test_every_folder_has_its_layer():
    folders = {path.parent for path in (PROJECT / "components").glob("*/*.py")}
    assert {folder.relative_to(PROJECT).as_posix() for folder in folders} <= LAYERS.keys()
    assert all((PROJECT / room).is_dir() for room in LAYERS)


def test_nothing_lies_loose_among_the_folders():
    loose = {path.name for path in (PROJECT / "components").glob("*.py")}
    assert loose <= {"__init__.py"}


FACING_TFX = re.compile(r"^(component|executor|tfx_\w+)\.py$")
"""Files of a stage that may import TFX: pure logic runs in milliseconds."""
TFX_LIBRARIES = {
    "components/anomalies/read_anomalies.py",
    "components/artifacts/types.py",
    "components/records/example_files.py",
    "components/runtime/beam_result_file.py",
    "components/runtime/stage.py",
    "components/training/checkpoint_key.py",
}
"""Files of libraries that declare stages, or read and write files where TFX keeps them."""


def tfx_in_logic(root: Path) -> list[str]:
    """File and line of every import of TFX by a file that does not face it."""
    found = []
    for file in sorted((root / "components").rglob("*.py")):
        path = file.relative_to(root).as_posix()
        if path in TFX_LIBRARIES or (room_of(path) in STAGES and FACING_TFX.match(file.name)):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if any(module.partition(".")[0] == "tfx" for module in _imported(node, file)):
                found.append(f"{path}:{node.lineno}")  # type: ignore[attr-defined]
    return found


def test_only_the_files_of_a_stage_that_face_tfx_import_it():
    assert tfx_in_logic(PROJECT) == []


def test_code_lies_in_folders_that_have_a_layer():
    tops = {path.parent.name for path in PROJECT.glob("[a-z]*/*.py")}
    assert tops - {"docs"} <= {"components", "pipeline", "kubeflow", "schemas", "tests"}
    assert {path.name for path in PROJECT.glob("*.py")} == {"local_runner.py"}


@pytest.fixture
def house(tmp_path):
    """Writes a project of a few files; returns a function that adds one."""

    def add(path: str, text: str) -> None:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    return tmp_path, add


def test_an_upward_import_is_named_with_file_and_line(house):
    root, add = house
    add("components/recogniser/model.py", "import math\n\nfrom pipeline.config import load\n")
    (sentence,) = broken_rules(root)
    assert sentence.startswith("components/recogniser/model.py:3: components/recogniser imports")


@pytest.mark.parametrize(
    "text",
    [
        "from components import publish",
        "from components import *",
        "import components",
        "import components.publish as p",
        "import importlib\nimportlib.import_module('components.publish.component')",
        "__import__('components.publish')",
        "from tests.bench import variants",
        "import local_runner",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pipeline.config",
    ],
)
def test_no_form_of_an_upward_import_gets_through(house, text):
    root, add = house
    add("tests/bench/variants.py", "")
    add("local_runner.py", "")
    add("components/records/a.py", f"{text}\n")
    (sentence,) = broken_rules(root)
    assert sentence.startswith("components/records/a.py:")


@pytest.mark.parametrize(
    "text",
    ["import tfx", "import os, tfx", "if True:  from tfx.types import Artifact", "import tfx.v1"],
)
def test_no_form_of_an_import_of_tfx_gets_through(house, text):
    root, add = house
    add("components/trainer/tensorboard.py", f"import os\n{text}\n")
    add("components/trainer/executor.py", f"{text}\n")
    add("components/records/boxes.py", f"{text}\n")
    assert tfx_in_logic(root) == [
        "components/records/boxes.py:1",
        "components/trainer/tensorboard.py:2",
    ]


def test_an_import_inside_a_function_counts(house):
    root, add = house
    add("components/records/a.py", "def f():\n    from components.publish import render\n")
    (sentence,) = broken_rules(root)
    assert sentence.startswith("components/records/a.py:2:")


def test_a_stage_that_imports_a_stage_is_named(house):
    root, add = house
    add("components/trainer/executor.py", "from components.tuner.search import search\n")
    (sentence,) = broken_rules(root)
    assert "stage components/trainer imports stage components/tuner" in sentence


def test_a_downward_import_is_fine(house):
    root, add = house
    add("components/trainer/executor.py", "from components.records.problems import Problem\n")
    assert broken_rules(root) == []


def test_a_cycle_round_about_is_found():
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [{"a", "b", "c"}]
    assert cycles({"a": {"b", "c"}, "b": {"c"}}) == []


def test_a_class_has_its_name_for_itself():
    """Public classes; each stage calls the one that TFX runs `Executor`, as TFX does."""
    where: dict[str, list[str]] = {}
    for top in ("components", "pipeline", "kubeflow"):
        for file in sorted((PROJECT / top).rglob("*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    where.setdefault(node.name, []).append(str(file.relative_to(PROJECT)))
    twice = {name: files for name, files in where.items() if len(files) > 1}
    assert twice.keys() == {"Executor"}, twice
