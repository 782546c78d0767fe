"""Makes one file of a module and of all that it imports of this project.

The text is taken from those modules, and only the definitions that the module's `main` needs. So
there is one source of truth, and what runs elsewhere is what was tested.
"""

import ast
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from components.records.lines import lines_of

_OWN = "components"


class CannotJoin(Exception):
    """The modules cannot become one file as they are. The message says what stands in the way."""


@dataclass(frozen=True)
class _Statement:
    """A statement at the top of a module, with the comment above and the docstring below it."""

    text: str
    binds: frozenset[str]
    uses: frozenset[str]


@dataclass
class _Module:
    """What a source file is made of.

    Attributes:
        own: Bound name to module and name, of what it imports from this project.
        library: Bound name to what it imports from elsewhere: "from x import" and "y", or "import"
            and "z".
        statements: Everything else.
        docstring: What the module says of itself.
    """

    own: dict[str, tuple[str, str]] = field(default_factory=dict)
    library: dict[str, tuple[str, str]] = field(default_factory=dict)
    statements: list[_Statement] = field(default_factory=list)
    docstring: str = ""


def joined_script(module: str, head: str = "", foot: str = "") -> str:
    """Return the text of a script: the `main` of a module, and what it needs.

    Args:
        module: Its name.
        head: Docstring of the script, as text; without, that of the module.
        foot: What follows the definitions.

    Raises:
        CannotJoin: Two modules mean different things by one name, or import in a way that one file
            cannot.
    """
    modules = dict(_with_imports(module, {}))
    kept = _needed(modules, module, "main")
    imported = {("import", "sys"), ("from pathlib import", "Path")}
    parts = []
    for name, source in modules.items():
        # What binds nothing does something, such as setting a filter: it stays with the rest.
        chosen = [
            each
            for each in source.statements
            if each.binds & kept[name] or (not each.binds and kept[name])
        ]
        if chosen:
            title = f"\n\n# {name.replace('.', '/')}.py"
            parts.append("\n".join([title, *(each.text for each in chosen)]))
        used = frozenset[str]().union(*(each.uses for each in chosen))
        imported |= {source.library[each] for each in used & source.library.keys()}
    top = f'"""{head or modules[module].docstring}"""\n\nfrom __future__ import annotations\n'
    return "\n".join([top, *_import_lines(imported), *parts, foot])


def _import_lines(imported: set[tuple[str, str]]) -> list[str]:
    plain = sorted(f"{how} {what}" for how, what in imported if how == "import")
    sources = sorted({how for how, _ in imported} - {"import"})
    return plain + [
        f"{source} {', '.join(sorted(what for how, what in imported if how == source))}"
        for source in sources
    ]


def _with_imports(name: str, seen: dict[str, _Module]) -> Iterator[tuple[str, _Module]]:
    """Yield a module after those that it imports."""
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.origin is not None
    module = seen[name] = _read(Path(spec.origin).read_text(encoding="utf-8"), name)
    for needed, _ in module.own.values():
        if needed not in seen:
            yield from _with_imports(needed, seen)
    yield name, module


def _read(source: str, name: str) -> _Module:
    lines, tree = lines_of(source), ast.parse(source)
    module = _Module(docstring=ast.get_docstring(tree, clean=False) or "")
    done = 0
    for at, node in enumerate(tree.body):
        begin, done = done, node.end_lineno or 0
        if isinstance(node, ast.Import | ast.ImportFrom):
            _read_import(node, module, name)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            if at:  # what is said of the constant above
                last = module.statements[-1]
                text = "\n".join([last.text, *lines[begin:done]])
                module.statements[-1] = _Statement(text, last.binds, last.uses)
        else:
            uses = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            statement = _Statement("\n".join(lines[begin:done]), _bound(node), frozenset(uses))
            module.statements.append(statement)
    return module


def _read_import(node: ast.Import | ast.ImportFrom, module: _Module, name: str) -> None:
    source = node.module if isinstance(node, ast.ImportFrom) else None
    for alias in node.names:
        renamed = f" as {alias.asname}" if alias.asname else ""
        bound = alias.asname or alias.name
        if source is None:
            module.library[bound.partition(".")[0]] = ("import", f"{alias.name}{renamed}")
        elif source.partition(".")[0] != _OWN:
            module.library[bound] = (f"from {source} import", f"{alias.name}{renamed}")
        elif renamed:
            raise CannotJoin(f"{name}: imports {alias.name} under another name")
        else:
            module.own[bound] = (source, alias.name)


def _bound(node: ast.stmt) -> frozenset[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return frozenset({node.name})
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    names = (each for target in targets for each in ast.walk(target))
    return frozenset(each.id for each in names if isinstance(each, ast.Name))


def _needed(modules: dict[str, _Module], start: str, entry: str) -> dict[str, set[str]]:
    """Return the names that are needed of each module, directly or not."""
    kept: dict[str, set[str]] = {name: set() for name in modules}
    home: dict[str, str] = {}
    waiting = [(start, entry)]
    while waiting:
        name, wanted = waiting.pop()
        module = modules[name]
        if wanted in kept[name]:
            continue
        kept[name].add(wanted)
        if home.setdefault(wanted, name) != name:
            raise CannotJoin(f"{wanted} is one thing in {home[wanted]}, another in {name}")
        for statement in module.statements:
            if wanted not in statement.binds and statement.binds:
                continue
            defined = {each for other in module.statements for each in other.binds}
            waiting += [(name, each) for each in statement.uses & defined]
            waiting += [module.own[each] for each in statement.uses & module.own.keys()]
    return kept
