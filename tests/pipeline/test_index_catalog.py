"""What `oneshelf index` says."""

import io
from contextlib import contextmanager

from components.predict.build_index import BuiltIndex, IndexStamp
from pipeline.commands import index_catalog as use


def test_a_new_index_tells_serving_versions_that_keep_the_old_one(monkeypatch, tmp_path):
    terminal = io.StringIO()

    @contextmanager
    def seen():
        yield terminal

    stamp = IndexStamp("c0ffee", release=1, skus=3, views=4, sha256="")
    built = BuiltIndex(tmp_path / "today", stamp, None, older=(2, 3))
    monkeypatch.setattr(use, "without_noise", seen)
    monkeypatch.setattr(use, "build_index", lambda *_: built)
    use.write_index("releases", tmp_path / "products.csv", tmp_path / "today", serving=False)
    assert terminal.getvalue().splitlines()[1] == (
        f"{tmp_path}/today/serving/2, 3: still with the index of then; --serving writes a version "
        "with this one"
    )
