"""Source code without what it says to people: comments, docstrings, messages.

Two sources that differ in words alone do the same, so an edited message must not train anew. Words
are strings in

- docstrings, and `__str__` methods,
- what is raised, and `Problem`s (a fault of the input, and its remedy),
- reports of progress and logs,
- names that are used nowhere but in these.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache

_SAYING = frozenset({"Problem", "say", "report"})
"""Functions and classes whose arguments are for people."""

_LOGS = frozenset({"log", "_log", "logger", "_logger", "logging"})


@cache
def without_words(source: str) -> str:
    """Return what is left of a module's source, in a form to be compared or hashed.

    Raises:
        SyntaxError: The source is not Python.
    """
    tree = ast.parse(source)
    for said in _said(tree):
        _silence(said)
    for scope in ast.walk(tree):
        if isinstance(scope, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
            for value in _only_for_words(scope):
                _silence(value)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [each for each in body if not _is_string(each)]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _said(tree: ast.AST) -> Iterable[ast.AST]:
    """Yield the parts of a tree that make something for people."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Raise)
            or (isinstance(node, ast.FunctionDef) and node.name == "__str__")
            or (isinstance(node, ast.Call) and _is_saying(node.func))
        ):
            yield node


def _is_saying(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in _SAYING
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        owner = function.value.id
        return owner in _LOGS or (owner == "progress" and function.attr in _SAYING)
    return False


def _only_for_words(scope: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """Return what is assigned to names that nothing uses but what is said.

    In a module only private names count: others may be imported elsewhere.
    """
    said = {id(part) for node in _said(scope) for part in ast.walk(node)}
    read: dict[str, bool] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read[node.id] = read.get(node.id, True) and id(node) in said
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


def _silence(node: ast.AST) -> None:
    """Empty all strings below a node, in place."""
    for part in ast.walk(node):
        if _is_text(part):
            part.value = ""  # type: ignore[attr-defined]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_string(statement: ast.AST) -> bool:
    return isinstance(statement, ast.Expr) and _is_text(statement.value)
