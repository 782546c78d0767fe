"""What the store hands out is what was put into it, or nothing."""

import logging
import os

import pytest

from components.records.shard_store import ShardStore, key_of, link_or_copy

KEY = key_of("anything")


@pytest.fixture
def store(tmp_path):
    return ShardStore(str(tmp_path / "store"), "Stage")


def writing(content: bytes, records: int = 3):
    def write(path):
        path.write_bytes(content)
        return records

    return write


def test_an_entry_is_found_again_with_the_number_of_its_records(store):
    assert store.get(KEY) is None
    put = store.put(KEY, writing(b"photos", 7))
    assert store.get(KEY) == put
    assert (put.path.read_bytes(), put.records) == (b"photos", 7)


def test_stages_do_not_share_entries(store, tmp_path):
    store.put(KEY, writing(b"photos"))
    assert ShardStore(str(tmp_path / "store"), "Other").get(KEY) is None


@pytest.mark.parametrize(
    ("spoil"),
    [
        lambda path, note: path.write_bytes(b"phutos"),
        lambda path, note: path.write_bytes(b"photos and more"),
        lambda path, note: path.unlink(),
        lambda path, note: note.write_text("{"),
        lambda path, note: note.write_text("[]"),
        lambda path, note: note.write_text('{"sha256": "0"}'),
    ],
)
def test_a_damaged_entry_is_told_of_and_made_again(store, spoil, caplog):
    path = store.put(KEY, writing(b"photos")).path
    spoil(path, path.with_suffix(".json"))
    with caplog.at_level(logging.WARNING):
        assert store.get(KEY) is None
    assert caplog.messages == [f"{path} is damaged; it is made again"]
    store.put(KEY, writing(b"photos"))
    assert store.get(KEY).path.read_bytes() == b"photos"


def test_an_entry_without_its_note_was_never_finished(store, caplog):
    path = store.put(KEY, writing(b"photos")).path
    path.with_suffix(".json").unlink()
    assert store.get(KEY) is None
    assert not caplog.messages


def test_what_fails_leaves_nothing(store):
    def fail(path):
        path.write_bytes(b"half")
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        store.put(KEY, fail)
    assert store.get(KEY) is None
    assert [path for path in store._folder.rglob("*") if path.is_file()] == []


def test_keys_change_with_every_fact_and_not_with_the_order_of_names():
    assert key_of("a", {"x": 1, "y": (2.5, None)}) == key_of("a", {"y": [2.5, None], "x": 1})
    keys = {key_of(*facts) for facts in (("a",), ("b",), ("a", "b"), ("ab",), (["a"],), ({},))}
    assert len(keys) == 6


def test_a_file_is_placed_as_a_link_and_over_an_earlier_attempt(tmp_path):
    source, target = tmp_path / "source", tmp_path / "folder" / "target"
    source.write_bytes(b"new")
    target.parent.mkdir()
    target.write_bytes(b"old")
    link_or_copy(source, target)
    assert target.read_bytes() == b"new"
    assert target.samefile(source)


def test_where_no_link_is_possible_a_file_is_copied(tmp_path, monkeypatch):
    def refuse(source, target):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "source").write_bytes(b"new")
    link_or_copy(tmp_path / "source", tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == b"new"
    assert not (tmp_path / "target").samefile(tmp_path / "source")
