"""Every setting is described, read by the code, and on the page of settings."""

import re
from pathlib import Path

import pytest

from pipeline.settings_table import all_settings, settings_table

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = [(path, field) for _, path, field, _ in all_settings()]


def test_the_page_of_settings_is_what_the_settings_say():
    """If this fails: python -m pipeline.settings_table > docs/SETTINGS.md."""
    assert (PROJECT / "docs" / "SETTINGS.md").read_text(encoding="utf-8") == settings_table()


@pytest.mark.parametrize(("path", "field"), SETTINGS, ids=[path for path, _ in SETTINGS])
def test_every_setting_says_in_a_sentence_what_it_is(path, field):
    assert field.description
    assert field.description[0].isupper() or field.description[0] == "`"
    assert field.description.endswith(".")


CODE = "\n".join(
    file.read_text(encoding="utf-8")
    for folder in ("components", "pipeline", "kubeflow")
    for file in (PROJECT / folder).rglob("*.py")
)


@pytest.mark.parametrize("path", [path for path, _ in SETTINGS])
def test_every_setting_is_read_somewhere(path):
    name = path.rpartition(".")[2]
    assert re.search(rf'\.{name}\b|"{name}"', CODE), f"nothing reads {path}"
