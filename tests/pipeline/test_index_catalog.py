"""What `oneshelf index` says."""

import io
from contextlib import contextmanager

import pytest

from components.predict.build_index import BuiltIndex, IndexStamp
from components.records.problems import Problem
from pipeline.commands import index_catalog as use


@pytest.fixture
def terminal(monkeypatch):
    text = io.StringIO()

    @contextmanager
    def seen():
        yield text

    monkeypatch.setattr(use, "without_noise", seen)
    return text


def test_what_is_taken_otherwise_than_written_is_told_before_the_index(
    monkeypatch, tmp_path, terminal
):
    stamp = IndexStamp("c0ffee", release=1, skus=3, views=4, sha256="")
    remark = Problem("products.csv", 3, "the SKU '4711' is odd", "it is taken as '4711'")
    built = BuiltIndex(tmp_path / "today", stamp, None, remarks=(remark,))
    monkeypatch.setattr(use, "build_index", lambda *_: built)
    use.write_index("releases", tmp_path / "products.csv", tmp_path / "today", serving=False)
    first, second = terminal.getvalue().splitlines()
    assert first == f"warning: {remark}"
    assert "3 products, 4 packshots" in second


def test_a_new_index_tells_serving_versions_that_keep_the_old_one(monkeypatch, tmp_path, terminal):
    stamp = IndexStamp("c0ffee", release=1, skus=3, views=4, sha256="")
    built = BuiltIndex(tmp_path / "today", stamp, None, older=(2, 3))
    monkeypatch.setattr(use, "build_index", lambda *_: built)
    use.write_index("releases", tmp_path / "products.csv", tmp_path / "today", serving=False)
    assert terminal.getvalue().splitlines()[1] == (
        f"{tmp_path}/today/serving/2, 3: written before, with an older index; --serving writes "
        "a version with this one"
    )
