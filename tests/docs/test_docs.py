"""README and docs/ name only what there is: commands, settings, files, headings, make targets."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from pipeline.commands.main import app
from pipeline.config import PipelineConfig, load

PROJECT = Path(__file__).resolve().parents[2]
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?<=\n\n)(?: {4}.*\n)+")
FOLDERS = ("components/", "pipeline/", "docs/", "tests/", "schemas/", "kubeflow/")


@pytest.fixture(params=PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def page(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(autouse=True)
def no_setting_has_an_old_name(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Old names are taken for a release, with a warning; pages name settings as they are now."""
    yield
    assert [each.getMessage() for each in caplog.get_records("call")] == []


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced code blocks of a language."""
    return [body for name, body in FENCED.findall(text) if name == language]


def command_lines(text: str) -> Iterator[str]:
    """Give each line of the shell blocks, which are fenced as `sh` or indented."""
    prose = FENCED.sub("", text)
    for block in (*blocks(text, "sh"), *INDENTED.findall(prose)):
        yield from (line.strip() for line in block.replace("\\\n", " ").splitlines())


def quoted(text: str) -> list[str]:
    """Return what stands in backticks in the prose, line breaks as spaces."""
    prose = INDENTED.sub("", FENCED.sub("", text))
    return [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", prose)]


def parsed(line: str) -> typer.Context:
    """Parse a command as the command line does, and run nothing.

    Raises:
        KeyError: There is no such command.
        TyperException: An option is unknown or missing, or its value is wrong.
    """
    name, *words = shlex.split(line.replace("<version>", "1"), comments=True)
    words = [word for word in words if word != "…"]
    command = typer.main.get_command(app)
    while isinstance(command, TyperGroup) and words:
        name, *words = words
        command = command.commands[name]
    context: typer.Context = command.make_context(name, words)
    return context


def every_command(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and object of each command that does something, groups left out."""
    if not isinstance(command, TyperGroup):
        yield name, command
        return
    for word, below in command.commands.items():
        yield from every_command(f"{name} {word}", below)


def read_settings(command: typer.Context) -> PipelineConfig:
    """Load the configuration that a command would run with, its `--config` left out."""
    given: dict[str, Any] = command.params
    data = {name: given[name] for name in ("catalog", "shelves") if command.info_name == "run"}
    return load(given.get("profile"), None, given.get("assignments") or (), data)


def anchor(heading: str) -> str:
    """Return the name that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_commands_parse_and_their_settings_exist(page):
    for line in command_lines(page.read_text()):
        if line.startswith("oneshelf "):
            read_settings(parsed(line))


def test_every_command_has_examples_that_parse_and_keep_their_lines():
    for name, command in every_command("oneshelf", typer.main.get_command(app)):
        heading, *lines = (command.epilog or "").split("\n\n")
        assert heading == "Examples:", name
        assert any(line.startswith(f"{name} ") or line == name for line in lines)
        for line in lines:
            assert len(line) <= 78, line
            read_settings(parsed(line))


def test_commands_named_in_sentences_exist(page):
    """These may be cut short: what is missing is left to the reader."""
    for code in quoted(page.read_text()):
        if not code.startswith("oneshelf "):
            continue
        try:
            read_settings(parsed(code))
        except typer.Exit:
            continue  # it printed its help
        except TyperException as error:
            assert type(error).__name__ == "MissingParameter", f"{page}: {code}: {error}"


def test_settings_named_in_sentences_exist(page):
    names = set(settings_of(PipelineConfig))
    groups = {name.partition(".")[0] for name in names if "." in name}
    for code in quoted(page.read_text()):
        if code.startswith("--set ") and code != "--set key.path=value":
            load(assignments=shlex.split(code)[1::2])
        dotted = re.match(r"([a-z_]+)\.[a-z_.]+", code)
        if dotted and dotted[1] in groups:
            assert dotted[0] in names, f"{page}: {code}"


def test_the_table_of_settings_names_settings():
    text = (PROJECT / "docs" / "guides" / "running.md").read_text()
    table = text.partition("| key | what |")[2].partition("\n\n")[0]
    keys = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)))
    assert keys
    assert set(keys) <= PipelineConfig.model_fields.keys()


def test_blocks_of_settings_load(page, tmp_path):
    for block in blocks(page.read_text(), "yaml"):
        (tmp_path / "settings.yaml").write_text(block)
        load(file=tmp_path / "settings.yaml")


def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", FENCED.sub("", page.read_text())):
        if "://" in target:
            continue
        path, _, section = " ".join(target.split()).partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), f"{page}: {target}"
        if section:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(), re.MULTILINE)
            assert section in map(anchor, headings), f"{page}: {target}"


def test_files_named_exist(page):
    for code in quoted(page.read_text()):
        if code.startswith(FOLDERS) and " " not in code:
            assert list(PROJECT.glob(code.rstrip("/"))), f"{page}: {code}"


def test_make_targets_exist(page):
    targets = re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    text = page.read_text()
    for code in (*command_lines(text), *quoted(text)):
        if code.startswith("make "):
            assert code.split()[1] in targets, f"{page}: {code}"


def test_every_page_is_in_the_table_of_contents():
    listed = (PROJECT / "docs" / "README.md").read_text()
    for page in PAGES[1:]:
        path = page.relative_to(PROJECT / "docs").as_posix()
        assert path == "README.md" or f"]({path})" in listed, path


def test_every_folder_is_in_the_table_of_layers():
    text = (PROJECT / "docs" / "ARCHITECTURE.md").read_text()
    table = text.partition("\n## Layers\n")[2].partition("\n## ")[0]
    named = {
        name
        for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
        for name in re.findall(r"`([\w/]+)`", row)
    }
    folders = [path for path in (PROJECT / "components").iterdir() if list(path.glob("*.py"))]
    libraries = {path.name for path in folders if not (path / "component.py").exists()}
    assert {name for name in named if not name.endswith("/")} == libraries
    assert all((PROJECT / name).is_dir() for name in named if name.endswith("/"))


@pytest.mark.parametrize(
    "line",
    [
        "oneshelf predit --release DIR PHOTO.jpg",
        "oneshelf predict --releases DIR PHOTO.jpg",
        "oneshelf predict PHOTO.jpg",
        "oneshelf predict --release DIR --target phone PHOTO.jpg",
    ],
)
def test_a_wrong_command_is_noticed(line):
    with pytest.raises((KeyError, TyperException)):
        parsed(line)


def settings_of(model: Any, prefix: str = "") -> Iterator[str]:
    """Give the dotted names of all settings, groups included."""
    for name, field in model.model_fields.items():
        yield prefix + name
        if hasattr(field.annotation, "model_fields"):
            yield from settings_of(field.annotation, f"{prefix}{name}.")
