"""The container image's recipe, as far as it can be checked without building it."""

import re
from pathlib import Path

import tomli

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "kubeflow" / "Dockerfile").read_text()


def test_packages_come_from_the_lock_with_hashes_checked():
    assert "uv pip sync --system --require-hashes" in DOCKERFILE
    assert "pip install --no-deps --require-hashes -r uv.txt" in DOCKERFILE


def test_the_lock_pins_and_hashes_every_package():
    lock = (ROOT / "requirements.lock").read_text()
    packages = re.findall(r"^([a-z0-9][\w.-]*)(.*?)$", lock, re.MULTILINE)
    assert len(packages) > 200
    assert any(name == "uv" for name, _ in packages)
    for name, rest in packages:
        assert "==" in rest, name
    # A requirement and its hashes are one logical line, continued by backslashes.
    for requirement in re.findall(r"^[a-z0-9].*(?:(?<=\\)\n.*)*", lock, re.MULTILINE):
        assert "--hash=sha256:" in requirement, requirement


def test_the_lock_names_no_index_and_no_path():
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert not re.search(r"^\s*(-i|-f|-e|--index|--find-links|/)", lock, re.MULTILINE)


def test_everything_that_is_copied_exists_and_is_not_ignored():
    kept = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied = {
        source
        for line in re.findall(r"^COPY (.*)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    }
    assert copied == kept
    assert all((ROOT / name).exists() for name in copied)


def test_data_files_are_installed_with_the_packages():
    project = tomli.loads((ROOT / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]
    everywhere = {pattern.removeprefix("*") for pattern in patterns["*"]}
    for package in ("components", "pipeline", "schemas"):
        for file in (ROOT / package).rglob("*"):
            if file.is_dir() or file.suffix in (".py", ".pyc"):
                continue
            in_package = (file.parent / "__init__.py").exists()
            listed = file.relative_to(ROOT / package).match(patterns.get(package, ["-"])[0])
            assert listed or (in_package and file.suffix in everywhere), file
