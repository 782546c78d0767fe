"""The registry in object stores: the same code, other means of doing a thing in one step."""

import shutil
from uuid import uuid4

import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from components.releases.errors import DamagedRelease, NoRelease, ReleaseError
from components.releases.local_folder import LocalFolder
from components.releases.registry import Registry, registry_of, resolve
from components.releases.storage import folder_at
from components.releases.store_folder import StoreFolder
from components.releases.upkeep import finish_removals, pin, remove, rollback


class Stopped(Exception):
    pass


@pytest.fixture(autouse=True)
def _forget():
    yield
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    """A folder that is treated as a mounted bucket: its files are not renamed."""
    monkeypatch.setattr("components.releases.storage._MOUNTED_BUCKETS", f"{tmp_path}/gcs/")
    return tmp_path / "gcs" / "bucket"


@pytest.fixture(params=["memory", "mounted bucket", "disk"])
def registry(request, tmp_path, bucket):
    """An empty registry in each kind of place."""
    places = {
        "memory": f"memory://{uuid4().hex}/releases",
        "mounted bucket": f"{bucket}/releases",
        "disk": f"file://{tmp_path}/releases",
    }
    return Registry(places[request.param])


def test_releases_are_published_read_and_rolled_back(registry, publish):
    assert (registry.current(), registry.list(), registry.allot()) == (None, (), 1)
    first, second, third = publish(registry), publish(registry), publish(registry)
    assert registry.list() == (first, second, third)
    assert registry.current() == third.verify()
    assert third.products() == {"milk": "milk"}
    assert sorted(registry.folder.folders()) == ["1", "2", "3"]

    assert rollback(registry) == second
    assert registry.history().withdrawal(third.record.content_hash)
    assert resolve(str(registry.folder)) == second
    assert resolve(str(registry.folder.sub("3"))) == third
    assert registry_of(first).reserve("an index") == 4
    assert publish(registry).version == 5


def test_releases_are_pinned_and_removed(registry, publish):
    for _ in range(4):
        publish(registry)
    pin(registry, 1)
    with pytest.raises(ReleaseError, match="pinned"):
        remove(registry, 1)
    remove(registry, 2)
    assert sorted(registry.folder.folders()) == ["1", "3", "4"]
    with pytest.raises(NoRelease):
        registry.get(2)


def test_what_a_dead_run_staged_is_cleared_away(registry):
    registry.stage(1, "run-a").folder.put("edge/file", "a")
    assert registry.stage(1, "run-a").folder.read("edge/file") == "a"
    second = registry.stage(1, "run-b")
    assert registry.folder.sub(".staging-1-run-a").files() == {}
    assert second.folder.files() == {}


def test_a_folder_is_filled_anew(registry, tmp_path):
    (tmp_path / "source" / "sub").mkdir(parents=True)
    (tmp_path / "source" / "sub" / "file").write_bytes(b"\x00\xff")
    folder = registry.stage(1, "run").folder.sub("edge")
    folder.put("left over", "?")
    folder.fill(tmp_path / "source")
    assert folder.files() == {"sub/file": 2}
    with folder.open("sub/file") as file:
        assert file.read() == b"\x00\xff"


def test_every_difference_is_found(registry, publish):
    release = publish(registry)
    release.folder.put("serving/1/saved_model.pb", "model 2" * 10)
    release.folder.put("edge/extra", "?")
    assert release.problems() == [
        "edge/extra is not listed",
        "serving/1/saved_model.pb has changed",
    ]
    assert release.problems(checksums=False) == ["edge/extra is not listed"]


def test_a_checked_release_lies_on_this_machine(registry, publish):
    with publish(registry).checked() as release:
        assert (release.edge / "model.tflite").read_bytes() == b"tflite"
        assert (release.serving / "saved_model.pb").is_file()
        kept = release.path
    assert kept.exists() == isinstance(registry.folder, LocalFolder)


@pytest.mark.parametrize(
    ("name", "text"),
    [("edge/model.tflite", "tflitE"), ("edge/extra", "?"), ("edge/labels.txt", "")],
)
def test_a_damaged_release_is_not_handed_out(registry, publish, name, text):
    release = publish(registry)
    release.folder.put(name, text)
    with pytest.raises(DamagedRelease, match=name), release.checked():
        pytest.fail("it was handed out")


class _Stopping:
    """Makes the `step`-th call that changes a store raise instead."""

    CALLS = ("cp_file", "pipe_file", "rm", "rm_file")

    def __init__(self, monkeypatch, kind: type, step: int):
        self.done: list[str] = []
        self._within = False
        for name in self.CALLS:
            monkeypatch.setattr(kind, name, self._breaking(getattr(kind, name), name, step))

    def _breaking(self, real, name, step):
        def call(*args, **kwargs):
            if self._within:  # one removes by calling another
                return real(*args, **kwargs)
            self.done.append(name)
            if len(self.done) == step:
                raise Stopped(name)
            self._within = True
            try:
                return real(*args, **kwargs)
            finally:
                self._within = False

        return call


@pytest.fixture(params=[MemoryFileSystem, LocalFileSystem])
def store(request, bucket):
    """Makes empty registries in one kind of store."""

    def make(name: str) -> Registry:
        return Registry(
            f"memory://{name}" if request.param is MemoryFileSystem else f"{bucket}/{name}"
        )

    make.kind = request.param
    return make


def test_a_publication_that_fails_at_any_step_breaks_nothing(store, publish):
    step, stops = 0, set()
    while True:
        step += 1
        registry = store(str(step))
        first = publish(registry)
        with pytest.MonkeyPatch.context() as monkeypatch:
            stopping = _Stopping(monkeypatch, store.kind, step)
            try:
                publish(registry)
            except Stopped as stopped:
                stops.add(str(stopped))
            else:
                break
        assert len(stopping.done) == step
        releases = registry.list()
        assert releases[0] == first
        assert len(releases) <= 2
        for release in releases:
            release.verify()
        assert registry.current() in releases

        assert registry.current() != publish(registry).verify() == registry.current()
    assert stops >= {"cp_file", "pipe_file"}


def test_a_removal_that_fails_at_any_step_is_finished_by_the_next(store, publish):
    step = 0
    while True:
        step += 1
        registry = store(f"removal-{step}")
        for _ in range(3):
            publish(registry)
        with pytest.MonkeyPatch.context() as monkeypatch:
            _Stopping(monkeypatch, store.kind, step)
            try:
                remove(registry, 1)
            except Stopped:
                pass
            else:
                break
        for release in registry.list():
            release.verify()
        finish_removals(registry)
        assert [*registry.entries()] == [release.version for release in registry.list()]
    assert step > 3


def test_the_record_comes_last_and_current_after_it(store, publish, monkeypatch):
    written = []

    def spy_on(name, at):
        real = getattr(store.kind, name)

        def spy(self, *args, **kwargs):
            written.append(args[at])
            return real(self, *args, **kwargs)

        monkeypatch.setattr(store.kind, name, spy)

    spy_on("cp_file", at=1)
    spy_on("pipe_file", at=0)
    registry = store("order")
    release = publish(registry)
    made = [str(name) for name in written if f"{registry.folder.key}/.staging-" not in str(name)]
    assert made[-2:] == [f"{registry.folder.key}/1/release.json", f"{registry.folder.key}/current"]
    assert len(made) == len(release.record.files) + 2


def test_a_store_that_nothing_here_reads_is_said_in_a_line():
    with pytest.raises(ReleaseError, match=r"s3://bucket/releases: .*s3fs"):
        folder_at("s3://bucket/releases")
    with pytest.raises(ReleaseError, match="nosuch"):
        folder_at("nosuch://bucket/releases")


def test_a_store_that_does_not_answer_is_no_empty_folder(store, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError("who are you?")

    registry = store("closed")
    monkeypatch.setattr(store.kind, "info", refuse)
    with pytest.raises(ReleaseError, match=r"cannot be reached \(who are you\?\)"):
        resolve(str(registry.folder))


def test_a_bucket_that_is_mounted_is_no_disk():
    assert isinstance(folder_at("/gcs/bucket/releases"), StoreFolder)
    assert isinstance(folder_at("file:///srv/releases"), LocalFolder)
    assert isinstance(folder_at("releases"), LocalFolder)


def test_a_copy_of_a_bucket_is_a_registry(bucket, publish, tmp_path):
    release = publish(Registry(bucket))
    shutil.copytree(bucket, tmp_path / "copy")
    assert Registry(tmp_path / "copy").current().verify().record == release.record
