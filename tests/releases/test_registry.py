import json

import pytest

from components.releases.errors import DamagedRelease, NoRelease, ReleaseError
from components.releases.registry import Registry, resolve
from components.releases.release_record import ReleaseRecord
from components.releases.upkeep import pin, remove, rollback


def test_a_published_release_is_current_and_whole(tmp_path, publish):
    registry = Registry(tmp_path / "releases")
    assert registry.current() is None
    assert registry.list() == ()

    release = publish(registry)

    assert registry.current() == release
    assert release.version == 1
    assert (release.serving / "saved_model.pb").is_file()
    assert (release.edge / "model.tflite").is_file()
    assert set(release.verify().record.files) == {
        "serving/1/saved_model.pb",
        "serving/1/variables/variables.index",
        "edge/model.tflite",
        "edge/labels.txt",
    }
    assert sorted(path.name for path in registry.root.iterdir()) == ["1", "current"]


def test_versions_count_up_and_never_reuse_a_folder(tmp_path, publish):
    registry = Registry(tmp_path)
    publish(registry)
    publish(registry)
    (tmp_path / "7").mkdir()
    assert registry.allot() == 8
    assert [release.version for release in registry.list()] == [1, 2]


@pytest.mark.parametrize("record", [None, "", "{", '{"format": 2}', "\xff"])
def test_a_folder_without_a_valid_record_is_ignored(tmp_path, publish, record):
    registry = Registry(tmp_path)
    publish(registry)
    (tmp_path / "2").mkdir()
    if record is not None:
        (tmp_path / "2" / "release.json").write_bytes(record.encode("latin-1"))
    assert [release.version for release in registry.list()] == [1]
    with pytest.raises(NoRelease, match="2"):
        registry.get(2)


def test_a_record_of_another_version_is_no_release(tmp_path, publish):
    registry = Registry(tmp_path)
    publish(registry).path.rename(tmp_path / "5")
    with pytest.raises(NoRelease, match="of version 1"):
        registry.get(5)
    with pytest.raises(ReleaseError, match="current names version 1"):
        registry.current()


def test_a_record_cannot_point_outside_its_folder(tmp_path, publish):
    release = publish(Registry(tmp_path))
    text = (release.path / "release.json").read_text()
    (release.path / "release.json").write_text(text.replace("edge/model", "../../model"))
    with pytest.raises(NoRelease, match="not a path inside"):
        Registry(tmp_path).get(1)


def test_verify_names_every_difference(tmp_path, publish):
    release = publish(Registry(tmp_path))
    (release.serving / "saved_model.pb").write_bytes(b"\x01" * 99 + b"\x02")
    (release.edge / "model.tflite").unlink()
    (release.edge / "extra.txt").write_text("?")
    with pytest.raises(DamagedRelease) as error:
        release.verify()
    message = str(error.value)
    assert "serving/1/saved_model.pb has changed" in message
    assert "edge/model.tflite is missing" in message
    assert "edge/extra.txt is not listed" in message
    assert "\n" not in message


def test_a_file_that_cannot_be_read_is_no_valid_one(tmp_path, publish, monkeypatch):
    release = publish(Registry(tmp_path))

    def refuse(*_):
        raise PermissionError("not yours")

    monkeypatch.setattr("components.releases.local_folder.LocalFolder.open", refuse)
    with pytest.raises(DamagedRelease, match=r"model\.tflite cannot be read \(not yours\)"):
        release.verify()


@pytest.mark.parametrize("target", ["/etc/hostname", "/etc"])
def test_links_are_neither_published_nor_accepted(tmp_path, publish, make_record, target):
    registry = Registry(tmp_path)
    release = publish(registry)
    staging = registry.stage(2, "run")
    (staging.path / "link").symlink_to(target)
    with pytest.raises(DamagedRelease, match="link is not a plain file"):
        registry.publish(staging, make_record(2))
    (release.path / "link").symlink_to(target)
    with pytest.raises(DamagedRelease, match="link is not a plain file"):
        release.verify()


def test_a_version_is_published_once(tmp_path, publish, make_record):
    registry = Registry(tmp_path)
    late = registry.stage(1, "run")
    (tmp_path / "1").mkdir()
    with pytest.raises(ReleaseError, match="exists already"):
        registry.publish(late, make_record(1))


def test_a_record_is_published_under_its_own_version(tmp_path, make_record):
    registry = Registry(tmp_path)
    with pytest.raises(ReleaseError, match="cannot be published as 1"):
        registry.publish(registry.stage(1, "run"), make_record(2))


def test_staging_is_shared_within_a_run_and_cleared_by_the_next(tmp_path):
    registry = Registry(tmp_path)
    first = registry.stage(1, "run-a")
    (first.path / "file").write_text("a")
    assert (registry.stage(1, "run-a").path / "file").read_text() == "a"
    second = registry.stage(1, "run-b")
    assert not first.path.exists()
    assert list(second.path.iterdir()) == []


@pytest.mark.parametrize("token", ["", "../x", "a/b", "x" * 200])
def test_a_token_must_be_a_file_name(tmp_path, token):
    with pytest.raises(ReleaseError, match="folder name"):
        Registry(tmp_path).stage(1, token)


def test_rollback_goes_to_the_parent_or_to_a_version(tmp_path, publish):
    registry = Registry(tmp_path)
    with pytest.raises(NoRelease, match="no release is current"):
        rollback(registry)
    for _ in range(3):
        publish(registry)
    assert rollback(registry).version == 2
    assert registry.current().version == 2
    assert rollback(registry, to=3).version == 3
    assert rollback(registry, to=1).version == 1
    with pytest.raises(NoRelease, match="first release"):
        rollback(registry)
    with pytest.raises(NoRelease, match="9"):
        rollback(registry, to=9)
    assert registry.current().version == 1


def test_rollback_refuses_a_damaged_release(tmp_path, publish):
    registry = Registry(tmp_path)
    first = publish(registry)
    publish(registry)
    (first.edge / "model.tflite").unlink()
    with pytest.raises(DamagedRelease, match=r"model\.tflite is missing"):
        rollback(registry)
    assert registry.current().version == 2


def test_going_back_withdraws_and_coming_back_restores(tmp_path, publish):
    registry = Registry(tmp_path)
    first, second = publish(registry), publish(registry)
    rollback(registry, why="miscounts milk")
    withdrawal = registry.history().withdrawal(second.record.content_hash)
    assert (withdrawal.version, withdrawal.why) == (2, "miscounts milk")
    assert registry.history().withdrawal(first.record.content_hash) is None

    rollback(registry, to=2)
    for release in (first, second):
        assert registry.history().withdrawal(release.record.content_hash) is None


@pytest.mark.parametrize("why", ["see chat\u2028below", "a\x85b", "first\r\nsecond", "\x1c"])
def test_a_reason_with_line_ends_of_any_kind_is_kept(tmp_path, publish, why):
    registry = Registry(tmp_path)
    publish(registry), publish(registry)
    rollback(registry, why=why)
    (event,) = Registry(tmp_path).history().events
    assert event.why == why


def test_a_rollback_that_is_refused_withdraws_nothing(tmp_path, publish):
    registry = Registry(tmp_path)
    first = publish(registry)
    publish(registry)
    (first.edge / "model.tflite").unlink()
    with pytest.raises(DamagedRelease):
        rollback(registry)
    assert registry.history().events == ()


def test_rollback_mends_a_current_that_names_nothing(tmp_path, publish):
    registry = Registry(tmp_path)
    publish(registry)
    (tmp_path / "current").write_text("?")
    with pytest.raises(ReleaseError, match="is not a version"):
        rollback(registry)
    assert rollback(registry, to=1) == registry.current()


def test_what_is_current_next_to_it_or_pinned_cannot_be_removed(tmp_path, publish):
    registry = Registry(tmp_path)
    for _ in range(4):
        publish(registry)
    pin(registry, 1)
    for version, word in ((4, "current"), (3, "current"), (1, "pinned")):
        with pytest.raises(ReleaseError, match=word):
            remove(registry, version)
    remove(registry, 2)
    pin(registry, 1, pinned=False)
    remove(registry, 1)
    assert [release.version for release in registry.list()] == [3, 4]
    assert not list(tmp_path.glob(".*"))


def test_the_number_of_a_removed_release_is_not_used_again(tmp_path, publish):
    registry = Registry(tmp_path)
    for _ in range(4):
        publish(registry)
    rollback(registry, to=1)
    remove(registry, 4)
    remove(registry, 3)
    assert publish(registry).version == 5


def test_a_reserved_number_is_no_release_and_never_becomes_one(tmp_path, publish, make_record):
    registry = Registry(tmp_path)
    publish(registry)
    being_made = registry.stage(registry.allot(), "run")
    assert registry.reserve("an index") == 3
    assert registry.reserve("an index") == 4
    assert registry.publish(being_made, make_record(2)).version == 2
    assert publish(registry).version == 5


def test_a_number_that_was_reserved_meanwhile_is_not_published(tmp_path, make_record):
    registry = Registry(tmp_path)
    number = registry.allot()
    assert registry.reserve("an index") == number
    with pytest.raises(ReleaseError, match="taken meanwhile"):
        registry.publish(registry.stage(number, "run"), make_record(number))


def test_pinning_takes_a_release(tmp_path, publish):
    registry = Registry(tmp_path)
    publish(registry)
    with pytest.raises(NoRelease):
        pin(registry, 2)
    assert registry.history().events == ()


@pytest.mark.parametrize("text", ["deed", '{"deed": "sold", "version": 1}', "\xff"])
def test_a_damaged_history_stops_what_relies_on_it(tmp_path, publish, text):
    registry = Registry(tmp_path)
    publish(registry)
    (tmp_path / "history.jsonl").write_bytes(text.encode("latin-1"))
    for act in (registry.allot, lambda: pin(registry, 1)):
        with pytest.raises(ReleaseError, match=r"history\.jsonl"):
            act()


@pytest.mark.parametrize("text", ["", "latest", "0", "../1", "-1"])
def test_a_broken_current_is_an_error_not_a_first_run(tmp_path, publish, text):
    registry = Registry(tmp_path)
    publish(registry)
    (tmp_path / "current").write_text(text)
    said = "is not a version; name a release with" if text else "current: the file is empty; name"
    with pytest.raises(ReleaseError, match=said):
        registry.current()


class TestResolve:
    def test_takes_a_version_folder_or_the_releases_folder(self, tmp_path, publish):
        registry = Registry(tmp_path)
        first, second = publish(registry), publish(registry)
        assert resolve(tmp_path) == second
        assert resolve(str(first.path)) == first

    def test_says_what_is_wrong(self, tmp_path, publish):
        with pytest.raises(NoRelease, match="no such folder"):
            resolve(tmp_path / "nowhere")
        with pytest.raises(NoRelease, match="neither a release"):
            resolve(tmp_path)
        below = tmp_path / "a_run"
        publish(Registry(below / "releases"))
        with pytest.raises(NoRelease, match=f"neither a release.*; give {below}/releases"):
            resolve(below)
        publish(Registry(tmp_path))
        (tmp_path / "current").unlink()
        with pytest.raises(NoRelease, match=r"no release is current.*\[1\]"):
            resolve(tmp_path)
        (tmp_path / "1" / "release.json").write_text("{}")
        with pytest.raises(NoRelease, match="not a valid record"):
            resolve(tmp_path / "1")


def test_the_record_keeps_the_names_that_its_file_had_from_the_first(tmp_path, publish):
    """Earlier releases are read, and earlier code reads the releases of today."""
    record = publish(Registry(tmp_path)).record.model_copy(update={"reference_release": 3})
    written = json.loads(record.to_json())
    assert written["teacher"] == 3
    assert "reference_release" not in written
    assert ReleaseRecord.model_validate(written) == record
