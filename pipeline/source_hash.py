"""A hash of the code behind a stage, so that edited code misses the cache.

TFX keys its cache by inputs and execution properties and does not see the source of a custom
component. The hash covers the stage's module, every module of this project that it imports,
directly or not, and the data files that lie beside them (templates, weights). An edit elsewhere
leaves it as it was.
"""

import ast
import hashlib
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent.parent
_PACKAGES = ("components", "pipeline", "schemas")


def source_hash(module: str) -> str:
    """The hash of `module` and of all it needs from this project.

    Args:
        module: dotted name, for example "components.augment.component".

    Returns:
        16 hexadecimal digits.

    Raises:
        ModuleNotFoundError: the project has no such module.
    """
    digest = hashlib.sha256()
    for file in sorted(source_files(module)):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(_PROJECT).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def source_files(module: str) -> set[Path]:
    """All files of this project that `module` is made of: sources, and data files beside them."""
    if _file_of(module) is None:
        raise ModuleNotFoundError(f"no module named {module!r} in this project", name=module)
    modules: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        file = _file_of(name)
        if name in modules or file is None:
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


@cache
def _file_of(module: str) -> Path | None:
    """The source file of a module of this project; None for anything else."""
    if module.split(".")[0] not in _PACKAGES:
        return None
    path = _PROJECT.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


def _imports(module: str, file: Path) -> Iterator[str]:
    """Names that a source file imports, anywhere in it; some may be attributes, not modules."""
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_bytes(), filename=str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = importlib.util.resolve_name("." * node.level + base, package)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
