"""Source code without what it says to people: comments, docstrings, messages.

Two sources that differ in words alone do the same, so an edited message must not train anew. Words
are

- docstrings, and the `__str__` methods of classes that are printed only,
- texts given to what is raised, to a `Problem` (a fault of the input, and its remedy), to a report
  of progress, to a log, to the description of a setting or of a stage's inputs and outputs,
- texts assigned to names that are used nowhere but in these.

A text counts as words only where it is given as it stands, or put together of texts that are. What
is inside a call, a comparison, a subscript may be data (`raise Missing(values.pop("key"))`), and
stays.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache

_SPEAKERS = {
    "components.runtime.progress": {"report", "say"},
    "components.synthesis.augment_progress": {"report"},
    "components.records.problems": {"Problem"},
}
"""Functions and classes, by module, whose arguments are for people."""
_DESCRIBING = {
    "pydantic": {"Field"},
    "components.runtime.stage": {"Input", "Output", "Property"},
}
"""Likewise, of which only the description is."""
_REPORT = "Report"
"""The annotation of parameters that take faults: what is wrong, and its remedy."""
_FAULT = {"what", "remedy"}

_LOGS = frozenset({"log", "_log"})
_LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})

_PRINTED = frozenset({"Balance", "Counts", "InputError", "InputReport", "Problem", "Progress"})
"""Classes whose `__str__` is for people. That of a path, say, is data."""

_Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


@cache
def without_words(source: str) -> str:
    """Return what is left of a module's source, in a form to be compared or hashed.

    Raises:
        SyntaxError: The source is not Python.
    """
    tree = ast.parse(source)
    speakers = _speakers(tree)
    said = list(_said(tree, speakers))
    for text in said:
        _silence(text)
    for scope in ast.walk(tree):
        if isinstance(scope, _Scope):
            for value in _only_for_words(scope, said):
                _silence(value)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [each for each in body if not _is_string(each)]  # type: ignore[attr-defined]
    return ast.dump(tree)


class _Speakers:
    """What a module calls the functions whose arguments are for people."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.modules: dict[str, set[str]] = {}
        self.describing: set[str] = set()

    def speaks(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Name):
            return function.id in self.names
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            owner, name = function.value.id, function.attr
            return name in self.modules.get(owner, ()) or (owner in _LOGS and name in _LEVELS)
        return False

    def describes(self, function: ast.expr) -> bool:
        return isinstance(function, ast.Name) and function.id in self.describing


def _speakers(tree: ast.AST) -> _Speakers:
    found = _Speakers()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name, known = alias.asname or alias.name, node.module or ""
                if alias.name in _SPEAKERS.get(known, ()):
                    found.names.add(name)
                if alias.name in _DESCRIBING.get(known, ()):
                    found.describing.add(name)
                if (module := f"{known}.{alias.name}") in _SPEAKERS:
                    found.modules[name] = _SPEAKERS[module]
        elif isinstance(node, ast.arg):
            if isinstance(node.annotation, ast.Name) and node.annotation.id == _REPORT:
                found.names.add(node.arg)
        elif isinstance(node, ast.FunctionDef) and _takes_faults(node):
            found.names.add(node.name)
    return found


def _takes_faults(function: ast.FunctionDef) -> bool:
    return {argument.arg for argument in function.args.args} >= _FAULT


def _said(tree: ast.AST, speakers: _Speakers) -> Iterator[ast.expr]:
    """Yield the expressions of a tree that are for people."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield from _arguments(node.exc)
        elif isinstance(node, ast.Call) and speakers.speaks(node.func):
            yield from _arguments(node)
        elif isinstance(node, ast.Call) and speakers.describes(node.func):
            yield from node.args[:1] if _is_text(*node.args[:1]) else ()
            yield from (each.value for each in node.keywords if each.arg == "description")
        elif isinstance(node, ast.ClassDef) and node.name in _PRINTED:
            yield from _printed(node)


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)


def _printed(of: ast.ClassDef) -> Iterator[ast.expr]:
    """Yield what the `__str__` of a class puts together."""
    for method in of.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__str__":
            yield from (node for node in ast.walk(method) if isinstance(node, ast.expr))


def _only_for_words(scope: _Scope, said: Iterable[ast.expr]) -> list[ast.expr]:
    """Return what is assigned to names that nothing uses but what is said.

    In a module only private names count: others may be imported elsewhere.
    """
    if any(isinstance(node, ast.Nonlocal | ast.Global) for node in ast.walk(scope)):
        return []
    texts = {id(part) for expression in said for part in _texts(expression)}
    read: dict[str, bool] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read[node.id] = read.get(node.id, True) and id(node) in texts
    if "locals" in read or "vars" in read:
        return []
    values = []
    for node in ast.iter_child_nodes(scope) if isinstance(scope, ast.Module) else ast.walk(scope):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) or value is None:
            continue
        names = [each.id for each in targets if isinstance(each, ast.Name)]
        private = not isinstance(scope, ast.Module) or all(name.startswith("_") for name in names)
        if names and len(names) == len(targets) and private and all(map(read.get, names)):
            values.append(value)
    return values


def _texts(expression: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that a text is put together of as it stands, names among them."""
    yield expression
    parts: Iterable[ast.AST | None]
    if isinstance(expression, ast.JoinedStr):
        parts = expression.values
    elif isinstance(expression, ast.FormattedValue):
        parts = [expression.value]
    elif isinstance(expression, ast.BinOp):
        parts = [expression.left, expression.right]
    elif isinstance(expression, ast.IfExp):
        parts = [expression.body, expression.orelse]
    elif isinstance(expression, ast.List | ast.Tuple):
        parts = expression.elts
    elif isinstance(expression, ast.Starred):
        parts = [expression.value]
    else:
        parts = []
    for part in parts:
        if part is not None:
            yield from _texts(part)


def _silence(expression: ast.AST) -> None:
    """Empty the texts of an expression, in place."""
    for part in _texts(expression):
        if _is_text(part):
            part.value = ""  # type: ignore[attr-defined]


def _is_text(*nodes: ast.AST) -> bool:
    return bool(nodes) and all(
        isinstance(node, ast.Constant) and isinstance(node.value, str) for node in nodes
    )


def _is_string(statement: ast.AST) -> bool:
    return isinstance(statement, ast.Expr) and _is_text(statement.value)
