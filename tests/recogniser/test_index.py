"""The catalogue index file: what is written is read, by numpy and by the graph alike."""

import json
import os
import stat
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from components.recogniser.index import CatalogIndex, encode_sku, read_index, write_index


def some_index(skus: tuple[str, ...], dims: int = 4) -> CatalogIndex:
    rng = np.random.default_rng(len(skus))
    return CatalogIndex(
        embeddings=rng.normal(size=(len(skus), dims)).astype(np.float32),
        templates=rng.integers(-127, 127, (len(skus), 2, 2, dims)).astype(np.int8),
        descriptors=rng.integers(-127, 127, (len(skus), 3, 3, 2)).astype(np.int8),
        hubness=rng.uniform(0.3, 3, len(skus)).astype(np.float32),
        skus=skus,
    )


@settings(max_examples=30)
@given(st.lists(st.text(min_size=1, max_size=30).filter(lambda text: "\0" not in text), min_size=1))
def test_any_sku_survives_the_file(tmp_path_factory, skus):
    path = tmp_path_factory.mktemp("index") / "catalog.index"
    write_index(path, some_index(tuple(skus)))
    assert read_index(path).skus == tuple(sorted(skus))


def test_others_may_read_the_file(tmp_path):
    """A phone's sync job or a web server is another user."""
    before = os.umask(0o022)
    try:
        write_index(tmp_path / "catalog.index", some_index(("a",)))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "catalog.index").stat().st_mode) == 0o644


def test_rows_are_sorted_and_views_share_a_number(tmp_path):
    index = some_index(("b", "a", "b"))
    write_index(tmp_path / "catalog.index", index)
    again = read_index(tmp_path / "catalog.index")
    assert again.labels == ("a", "b")
    np.testing.assert_array_equal(again.sku_of_view, [0, 1, 1])
    np.testing.assert_array_equal(again.embeddings, index.embeddings[[1, 0, 2]])
    np.testing.assert_array_equal(again.templates, index.templates[[1, 0, 2]])


def test_the_layout_is_the_documented_one(tmp_path):
    """A reader needs numpy only: length, JSON header, raw arrays in the order of the table."""
    index = some_index(("a", "b"))
    write_index(tmp_path / "catalog.index", index)
    data = (tmp_path / "catalog.index").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__")
    starts = {name: entry["data_offsets"][0] for name, entry in header.items()}
    order = ["hubness", "screen", "descriptors", "templates", "sku"]
    assert sorted(starts, key=starts.__getitem__) == order
    hubness = np.frombuffer(data[8 + length :], np.float32, count=2)
    np.testing.assert_array_equal(hubness, index.hubness)


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "catalog.index"
    path.write_bytes(b"not an index at all")
    with pytest.raises(ValueError, match="not a catalogue index"):
        read_index(path)
    save_file({"screen": np.zeros((1, 2), np.float32)}, str(path))
    with pytest.raises(ValueError, match="not a catalogue index"):
        read_index(path)


def test_equal_content_has_an_equal_hash():
    assert some_index(("a", "b")).content_hash() == some_index(("a", "b")).content_hash()
    assert some_index(("a", "b")).content_hash() != some_index(("a", "c")).content_hash()


@pytest.mark.parametrize("sku", ["", "x" * 129])
def test_skus_that_do_not_fit_are_refused(sku):
    with pytest.raises(ValueError, match="1 to 128"):
        encode_sku(sku)


@pytest.mark.parametrize("kept", [0, 7, 40, -1])
def test_a_file_that_is_cut_off_is_refused(tmp_path, kept):
    path = tmp_path / "catalog.index"
    write_index(path, some_index(("a", "b")))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError, match="not a catalogue index"):
        read_index(path)


@pytest.mark.parametrize(
    "change",
    [
        {"screen": {"dtype": "F32", "shape": [2, 4], "data_offsets": [0, 10**12]}},
        {"screen": {"dtype": "F32", "shape": [-2, -4], "data_offsets": [-32, 0]}},
        {"screen": {"dtype": "F64", "shape": [1, 4], "data_offsets": [0, 32]}},
        {"screen": {"dtype": "F32", "shape": "many", "data_offsets": [0, 32]}},
        {"screen": 5},
        {"__metadata__": []},
    ],
)
def test_a_header_that_lies_is_refused(tmp_path, change):
    path = tmp_path / "catalog.index"
    write_index(path, some_index(("a", "b")))
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.dumps({**json.loads(data[8 : 8 + length]), **change}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + data[8 + length :])
    with pytest.raises(ValueError, match="not a catalogue index"):
        read_index(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"catalog\.index cannot be read \(No such file"):
        read_index(tmp_path / "catalog.index")
