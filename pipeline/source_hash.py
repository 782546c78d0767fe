"""A hash of the code behind a stage, so that edited code misses the cache.

TFX keys its cache by inputs and execution properties and does not see the source of a custom
component. The hash covers the stage's module, every module of this project that it imports,
directly or not, and the data files that lie beside them (templates, weights). An edit elsewhere
leaves it as it was, and so does an edit of words or drawings where nobody reads what the stage
writes.
"""

import ast
import hashlib
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pipeline.without_words import without_words

_PROJECT = Path(__file__).resolve().parent.parent
_PACKAGES = ("components", "pipeline", "schemas")
_SHOWING = (
    "components.drawing",
    "components.runtime.isolated",
    "components.runtime.progress",
    "components.runtime.stage",
)
"""What shows what happens, or carries it out: nothing in it decides what a stage writes."""


def source_hash(module: str, for_people: bool = True) -> str:
    """Return the hash of `module` and of all it needs from this project.

    Args:
        module: Dotted name, for example "components.augment.component".
        for_people: Whether people read what the code writes. Where they do not, words and drawings
            decide nothing: `without_words` of each file counts, and what shows things does not.

    Returns:
        16 hexadecimal digits.

    Raises:
        ModuleNotFoundError: The project has no such module.
    """
    digest = hashlib.sha256()
    for file in sorted(source_files(module, for_people)):
        content = file.read_bytes()
        if not for_people and file.suffix == ".py":
            content = without_words(content.decode()).encode()
        digest.update(f"{file.relative_to(_PROJECT).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def source_files(module: str, for_people: bool = True) -> set[Path]:
    """Return the files that `module` is made of: sources, and data files beside them."""
    if _file_of(module) is None:
        raise ModuleNotFoundError(f"no module named {module!r} in this project", name=module)
    modules: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        file = _file_of(name)
        if name in modules or file is None or (not for_people and _shows(name)):
            continue
        modules[name] = file
        waiting.extend(_imports(name, file))
        waiting.extend(name.rsplit(".", depth)[0] for depth in range(1, name.count(".") + 1))
    folders = {file.parent for file in modules.values()} - {_PROJECT / top for top in _PACKAGES}
    data = {
        file
        for folder in folders
        for file in folder.iterdir()
        if file.is_file() and file.suffix not in (".py", ".pyc")
    }
    return set(modules.values()) | data


def _shows(module: str) -> bool:
    return any(module == shown or module.startswith(f"{shown}.") for shown in _SHOWING)


@cache
def _file_of(module: str) -> Path | None:
    """Return the source file of a module of this project; None for anything else."""
    if module.split(".")[0] not in _PACKAGES:
        return None
    path = _PROJECT.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


def _imports(module: str, file: Path) -> Iterator[str]:
    """Yield names that a file imports, anywhere in it; some may be attributes, not modules."""
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in _import_statements(file.read_bytes()):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            base = node.module or ""
            if node.level:
                base = importlib.util.resolve_name("." * node.level + base, package)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


@cache
def _import_statements(source: bytes) -> tuple[ast.Import | ast.ImportFrom, ...]:
    nodes = ast.walk(ast.parse(source))
    return tuple(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
