"""What `oneshelf index` says."""

import io
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from components.artifacts.data_findings import CheckReport, Counts
from components.data_check.findings import Findings
from components.data_check.settings import CheckSettings
from components.predict.build_index import BuiltIndex, IndexStamp
from components.records.problems import InputError, Problem
from pipeline.commands import index_catalog as use


@pytest.fixture
def terminal(monkeypatch):
    text = io.StringIO()

    @contextmanager
    def seen():
        yield text

    monkeypatch.setattr(use, "without_noise", seen)
    return text


def test_every_kind_of_warning_is_told_before_the_index(monkeypatch, tmp_path, terminal):
    stamp = IndexStamp("c0ffee", release=1, skus=3, views=4, sha256="")
    built = BuiltIndex(tmp_path / "today", stamp, None)
    alike = Problem("products.csv", 3, "image 'b.png' is nearly that of 'a'", "take another")
    odd = [Problem("products.csv", row, "the SKU is odd", "mend it") for row in range(2, 14)]
    findings = Findings(CheckSettings())
    findings.doubt(odd)
    findings.add("near_duplicate_packshot", alike)
    findings.add("fills_picture", Problem("products.csv", 9, "is filled", "leave it"))
    report = CheckReport(findings.sorted(), Counts())
    monkeypatch.setattr(use, "build_index", lambda *_: built)
    monkeypatch.setattr(use, "check_catalog", lambda *_: report)
    use.write_index("releases", Path("products.csv"), tmp_path / "today", serving=False)
    lists = "`oneshelf data check --catalog products.csv --all` lists them"
    *told, loading, built_line = terminal.getvalue().splitlines()
    assert "some ten seconds" in loading
    assert told == [
        f"warning: {alike}",
        *(f"warning: {each}" for each in odd[:3]),
        f"warning: 9 more of this kind (doubtful); {lists}",
        f"products.csv: 0 errors, 13 warnings, 1 remark; {lists}",
    ]
    assert "3 products, 4 packshots" in built_line


def test_a_new_index_tells_serving_versions_that_keep_the_old_one(monkeypatch, tmp_path, terminal):
    stamp = IndexStamp("c0ffee", release=1, skus=3, views=4, sha256="")
    built = BuiltIndex(tmp_path / "today", stamp, None, older=(2, 3))
    monkeypatch.setattr(use, "build_index", lambda *_: built)
    monkeypatch.setattr(use, "check_catalog", lambda *_: CheckReport((), Counts()))
    use.write_index("releases", tmp_path / "products.csv", tmp_path / "today", serving=False)
    assert terminal.getvalue().splitlines()[2] == (
        f"{tmp_path}/today/serving/2, 3: written before, with an older index; --serving writes "
        "a version with this one"
    )


@pytest.fixture
def catalog(tmp_path, monkeypatch):
    """A catalogue of two SKUs with one picture; and a release with some settings."""

    def of(**settings):
        record = SimpleNamespace(configuration={"data_check": settings})
        monkeypatch.setattr(use, "resolve", lambda _: SimpleNamespace(record=record))
        for name in ("a.png", "b.png"):
            picture = np.full((96, 72, 3), 255, np.uint8)
            picture[8:88, 12:60] = np.random.default_rng(5).integers(0, 200, (80, 48, 3))
            Image.fromarray(picture).save(tmp_path / name)
        table = tmp_path / "products.csv"
        table.write_text("sku,name,category,image\na,A,,a.png\nb,B,,b.png\n")
        return table

    return of


def test_one_picture_of_two_products_is_refused_as_data_check_does(catalog):
    with pytest.raises(InputError, match=r"row 3: image 'b.png' of 'b' is the very image of 'a'"):
        use.check_catalog("releases", catalog())


def test_what_a_release_was_made_with_is_allowed_for_its_index(catalog):
    report = use.check_catalog("releases", catalog(same_packshot="warning"))
    assert not report.failed
    assert report.by_severity["warning"] == 1


def test_settings_of_another_version_do_no_harm(catalog):
    with pytest.raises(InputError, match="the very image"):
        use.check_catalog("releases", catalog(same_packshot="warning", gone=3))
