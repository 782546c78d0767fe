import os
import subprocess
import sys

import pytest

from pipeline.memory import with_tunables


def test_the_tunables_are_added_to_the_environment(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    environment = with_tunables({"HOME": "/home/me"})
    assert environment is not None
    assert environment["HOME"] == "/home/me"
    assert "glibc.malloc.hugetlb=1" in environment["GLIBC_TUNABLES"].split(":")


def test_what_somebody_chose_stands(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    assert with_tunables({"GLIBC_TUNABLES": "glibc.malloc.check=1"}) is None


def test_other_systems_are_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert with_tunables({}) is None


def test_the_command_starts_once_more_with_its_arguments():
    script = (
        "import os, sys\n"
        "from pipeline.memory import keep_freed_memory\n"
        "keep_freed_memory()\n"
        "print(sys.argv[1:], 'hugetlb' in os.environ['GLIBC_TUNABLES'])\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "GLIBC_TUNABLES"}
    done = subprocess.run(
        [sys.executable, "-c", script, "run", "--root", "a b"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert done.stdout.strip() == "['run', '--root', 'a b'] True"


@pytest.mark.tfx
def test_photos_are_batched_by_their_size():
    script = (
        "from pipeline.memory import batch_by_size\n"
        "from tfx_bsl.coders.batch_util import GetBatchElementsKwargs\n"
        "print('element_size_fn' in GetBatchElementsKwargs(None))\n"
        "batch_by_size()\n"
        "print('element_size_fn' in GetBatchElementsKwargs(None))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]
