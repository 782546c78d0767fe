import textwrap

import pytest

from pipeline.without_words import without_words

CODE = '''
"""A module."""

_REMEDY = "add the file"
LIMIT = "ten"


def check(path, progress):
    """Check a file."""
    # A comment.
    what = f"{path} does not exist"
    if not path:
        raise ValueError(f"{path}: missing")
    if path == "x":
        return Problem(path, None, what, _REMEDY)
    progress.say("checked")
    return LIMIT


class Thing:
    """A thing."""

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
