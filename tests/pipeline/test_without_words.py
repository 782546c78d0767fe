import ast
import textwrap
from pathlib import Path

import pytest

from pipeline.without_words import _PRINTED, without_words

ROOT = Path(__file__).parents[2]

CODE = '''
"""A module."""

from components.records.problems import Problem
from components.runtime import progress
from components.runtime.stage import Property
from pydantic import Field

_REMEDY = "add the file"
LIMIT = "ten"


steps = Field(120, ge=0, description="Training steps.")
plan = Property("A plan as JSON.")


def check(path, log):
    """Check a file."""
    # A comment.
    what = f"{path} does not exist"
    if not path:
        raise ValueError(f"{path}: missing")
    if path == "x":
        return Problem(path, None, what, _REMEDY)
    progress.say("checked")
    log.info("seen " + "twice" if path else "once")
    return LIMIT


class Counts:
    """How many."""

    def __str__(self):
        return "a thing"
'''


def code(**edits):
    text = textwrap.dedent(CODE)
    for old, new in edits.values():
        assert old in text
        text = text.replace(old, new)
    return without_words(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""A module."""', '"""Another text."""'),
        ('    """Check a file."""\n', ""),
        ("# A comment.", "# Another."),
        ('"add the file"', '"put the file there"'),
        ("does not exist", "is missing"),
        (": missing", ": give a path"),
        ('"checked"', '"looked at"'),
        ('"a thing"', '"the thing"'),
        ('"seen "', '"found "'),
        ('"once"', '"never"'),
        ('"Training steps."', '"Steps."'),
        ('"A plan as JSON."', '"The plan."'),
    ],
)
def test_words_do_not_count(old, new):
    assert code(edit=(old, new)) == code()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('LIMIT = "ten"', 'LIMIT = "nine"'),
        ('path == "x"', 'path == "y"'),
        ("if not path:", "if path:"),
        ("ValueError", "KeyError"),
        ("return LIMIT", "return None"),
        ("Field(120", "Field(130"),
        ("class Counts", "class Count"),
    ],
)
def test_all_else_counts(old, new):
    assert code(edit=(old, new)) != code()


def test_a_text_that_is_said_and_used_counts():
    text = 'def f(p):\n    kind = "{}"\n    p.kind = kind\n    raise ValueError(kind)\n'
    assert without_words(text.format("a")) != without_words(text.format("b"))


def test_a_public_constant_counts_though_here_it_is_only_said():
    """Another module may use it for something else."""
    text = 'KIND = "{}"\n\ndef f():\n    raise ValueError(KIND)\n'
    assert without_words(text.format("a")) != without_words(text.format("b"))


PREAMBLE = """
from components.runtime import progress
from components.runtime.progress import report
"""


@pytest.mark.parametrize(
    "text",
    [
        'log.write("{}")',
        'log.update({{"{}": 1}})',
        'log.add_scalar("{}", 1)',
        'progress.say(save("{}"))',
        'report("T", 1, 2, f"{{save(folder / \'{}\')}}")',
        'raise ValueError(values.pop("{}"))',
        'raise ValueError(values["{}"])',
        'log.info(name := "{}")',
        'def f(v):\n    x = v.pop("{}")\n    raise ValueError(x)',
        'def f(v):\n    x = [save(each, "{}") for each in v]\n    raise ValueError(x)',
        'def f():\n    x = yield "{}"\n    raise ValueError(x)',
        'def f():\n    x = ""\n    def g():\n        nonlocal x\n        x = "{}"\n'
        "        raise ValueError(x)\n    g()\n    return x",
        'def f():\n    x = "{}"\n    save(locals())\n    raise ValueError(x)',
        'class Folder:\n    def __str__(self):\n        return "{}" + self.name',
        'def f(out):\n    def report(key, value):\n        out[key] = value\n    report("{}", 1)',
        'def say(x):\n    return x\n\nsay("{}")',
        'Field(pattern="{}")',
    ],
)
def test_what_may_be_data_counts(text):
    if "def " not in text:
        text = PREAMBLE + text
    assert without_words(text.format("a")) != without_words(text.format("b"))


def test_a_function_that_takes_faults_takes_words():
    text = (
        "def f(p):\n    def report(where, what, remedy):\n        p.append((where, what, remedy))\n"
        '    report(None, "{}", "mend it")\n'
    )
    assert without_words(text.format("a")) == without_words(text.format("b"))


def test_what_is_printed_only_exists():
    """A class that is renamed would lose its words' freedom without notice."""
    found = {
        node.name
        for file in (ROOT / "components").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(each, ast.FunctionDef) and each.name == "__str__" for each in node.body)
    }
    assert found >= _PRINTED


def test_no_module_takes_a_private_name_of_another():
    """A private name that only messages use is words: nobody else may use it."""
    taken = [
        f"{file.relative_to(ROOT)}:{node.lineno} {alias.name}"
        for top in ("components", "pipeline")
        for file in (ROOT / top).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_") and alias.name != "__version__"
    ]
    assert taken == []
