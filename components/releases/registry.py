"""The releases folder.

    releases/
      current         a small text file that names a version
      history.jsonl   what was withdrawn, pinned and removed; see history.py
      <version>/      a release; see record.py
      .staging-…/     a release being put together; no reader looks here
      .removed-…/     a release being removed

A release appears by one rename, when every byte of it (release.json last) is on the disk, and
becomes current by one replacement of the file `current`. So a process killed at any moment leaves
earlier releases and `current` as they were, and at most a staging folder, which the next run
clears away. `current` is a file rather than a symbolic link because a file survives `cp -r`,
`rsync` without flags, archives, Windows and object storage, and is replaced just as atomically.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from uuid import uuid4

from components.releases import history as history_lib
from components.releases import record as record_lib
from components.releases.errors import DamagedRelease, NoRelease, ReleaseError
from components.releases.history import Deed, Event, History
from components.releases.record import ReleaseRecord
from components.releases.release import Release, fingerprint, is_plain, walk

_CURRENT = "current"
_STAGING = ".staging-"
_REMOVED = ".removed-"


@dataclass(frozen=True)
class Staging:
    """The hidden folder in which one run puts one version together."""

    version: int
    path: Path

    @property
    def serving(self) -> Path:
        """Where the SavedModel goes."""
        return self.path / "serving" / str(self.version)

    @property
    def edge(self) -> Path:
        """Where the files for phones go."""
        return self.path / "edge"


class Registry:
    """Reads and writes one releases folder. Any number of readers; one writer at a time."""

    def __init__(self, root: Path | str):
        self.root = Path(root)

    def list(self) -> tuple[Release, ...]:
        """All releases, oldest first. What is not a valid release is left out."""
        return tuple(each for each in self.entries().values() if isinstance(each, Release))

    def entries(self) -> dict[int, Release | NoRelease]:
        """Every folder named like a version, oldest first: a release, or why it is none."""
        return {number: self._entry(number) for number in self._numbers()}

    def get(self, version: int) -> Release:
        """The release `version`; raises NoRelease where there is none."""
        release = Release.load(self.root / str(version))
        if release.version != version:
            raise NoRelease(
                f"{release.path}: its {record_lib.FILE_NAME} is of version {release.version}"
            )
        return release

    def current(self) -> Release | None:
        """The release that `current` names; None before the first one.

        Raises:
            ReleaseError: `current` names something that is not a release.
        """
        try:
            text = (self.root / _CURRENT).read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not re.fullmatch(r"[1-9][0-9]*", text):
            raise ReleaseError(f"{self.root / _CURRENT}: {text[:40]!r} is not a version")
        try:
            return self.get(int(text))
        except NoRelease as error:
            raise ReleaseError(
                f"{self.root / _CURRENT} names version {text}, but {error}"
            ) from None

    def history(self) -> History:
        """What was done with releases; raises ReleaseError where the file is damaged."""
        path = self.root / history_lib.FILE_NAME
        try:
            return History.parse(path.read_text(encoding="utf-8"), str(path))
        except (FileNotFoundError, NotADirectoryError):
            return History()
        except (OSError, UnicodeDecodeError) as error:
            raise ReleaseError(f"{path}: cannot be read ({error})") from error

    def allot(self) -> int:
        """The number for the next release: one more than any there is or ever was."""
        return max((*self._numbers(), *self.history().numbers), default=0) + 1

    def reserve(self, why: str) -> int:
        """Takes a number that no release will get, nor one that is being put together now.

        Servers load versions of releases and of indexes from one folder, so their numbers come
        from one place.
        """
        staged = [
            int(found[1])
            for path in self.root.glob(f"{_STAGING}*")
            if (found := re.match(rf"{re.escape(_STAGING)}(\d+)-", path.name))
        ]
        number = max([self.allot(), *(each + 1 for each in staged)])
        self._record(Event(deed="allotted", version=number, when=_now(), why=why))
        return number

    def stage(self, version: int, token: str) -> Staging:
        """The staging folder of `version` for the run `token`, made where there is none yet.

        Staging folders of other runs are removed: a run that died left them. Whoever knows version
        and token gets the same folder, so that several steps can fill it one after the other.
        """
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,128}", token):
            raise ReleaseError(f"{token!r} cannot be part of a folder name")
        path = self.root / f"{_STAGING}{version}-{token}"
        self.root.mkdir(parents=True, exist_ok=True)
        for other in self.root.glob(f"{_STAGING}*"):
            if other != path:
                shutil.rmtree(other, ignore_errors=True)
        path.mkdir(exist_ok=True)
        return Staging(version, path)

    def publish(self, staging: Staging, record: ReleaseRecord) -> Release:
        """Turns a staging folder into the release that is current.

        Args:
            staging: the folder, holding every file but release.json.
            record: the record; its `files` are filled in here.

        Raises:
            ReleaseError: the version exists already, or the folder is not as it must be.
        """
        if record.version != staging.version:
            raise ReleaseError(f"version {record.version} cannot be published as {staging.version}")
        target = self.root / str(staging.version)
        if target.exists() or staging.version in self.history().numbers:
            raise ReleaseError(
                f"{target}: exists already (its number was taken meanwhile); run again"
            )
        record_file = staging.path / record_lib.FILE_NAME
        record_file.unlink(missing_ok=True)
        contents = dict(walk(staging.path))
        for name, path in contents.items():
            if not is_plain(path):
                raise DamagedRelease(f"{staging.path}: {name} is not a plain file")
        files = {name: fingerprint(path) for name, path in contents.items()}
        for path in contents.values():
            _to_disk(path)
        _write(record_file, record.model_copy(update={"files": files}).to_json())
        for folder, _, _ in os.walk(staging.path, topdown=False):
            _to_disk(Path(folder))
        try:
            staging.path.rename(target)
        except OSError as error:
            raise ReleaseError(f"{target}: cannot be published ({error})") from error
        _to_disk(self.root)
        self._move_current(staging.version)
        return self.get(staging.version)

    def rollback(self, to: int | None = None, why: str = "") -> Release:
        """Makes another release current again, by default the parent of the current one.

        Going back to an earlier version withdraws the content of the current one; whatever becomes
        current is in good standing again. The history is written first: a process killed in
        between leaves a withdrawn release current until the rollback is repeated.

        Args:
            to: a version.
            why: is recorded.

        Raises:
            ReleaseError: there is nothing to go back to, or its files are damaged.
        """
        current = self.current() if to is None else self._current_if_sound()
        if to is None:
            if current is None:
                raise NoRelease(f"{self.root}: no release is current, so none can be rolled back")
            to = current.record.parent
            if to is None:
                raise NoRelease(f"{current.path}: the first release; there is none to go back to")
        release = self.get(to).verify()
        history = self.history()
        events = []
        if current is not None and to < current.version:
            events.append(_event("withdrawn", current, why))
        if history.withdrawal(release.record.content_hash):
            events.append(_event("restored", release, why))
        if events:
            self._write(history_lib.FILE_NAME, history.followed_by(*events).to_text())
        self._move_current(to)
        return release

    def pin(self, version: int, pinned: bool = True, why: str = "") -> None:
        """Keeps a release from being removed, or no longer; raises NoRelease if there is none."""
        self._record(_event("pinned" if pinned else "unpinned", self.get(version), why))

    def remove(self, version: int) -> None:
        """Removes a release for good.

        Its number is never used again. It stops being a release by one rename; a process killed
        later leaves a hidden folder, which `clear_removed` clears away.

        Raises:
            ReleaseError: it is current, or the current one's parent, or pinned.
        """
        release, current = self.get(version), self.current()
        if current is None or version in (current.version, current.record.parent):
            raise ReleaseError(f"{release.path}: current or next to it; it cannot be removed")
        if version in self.history().pinned:
            raise ReleaseError(f"{release.path}: pinned; unpin it first")
        self._record(_event("removed", release))
        hidden = self.root / f"{_REMOVED}{version}-{uuid4().hex[:8]}"
        release.path.rename(hidden)
        _to_disk(self.root)
        shutil.rmtree(hidden)

    def clear_removed(self) -> None:
        """Finishes removals that were interrupted."""
        for hidden in self.root.glob(f"{_REMOVED}*"):
            shutil.rmtree(hidden)

    def _current_if_sound(self) -> Release | None:
        try:
            return self.current()
        except ReleaseError:
            return None

    def _record(self, event: Event) -> None:
        self._write(history_lib.FILE_NAME, self.history().followed_by(event).to_text())

    def _move_current(self, version: int) -> None:
        self._write(_CURRENT, f"{version}\n")

    def _write(self, name: str, text: str) -> None:
        """Puts a small file in place in one step."""
        following = self.root / f".{name}.next"
        try:
            _write(following, text)
            following.replace(self.root / name)
            _to_disk(self.root)
        except OSError as error:
            raise ReleaseError(
                f"{self.root / name}: cannot be written ({error.strerror})"
            ) from error

    def _numbers(self) -> tuple[int, ...]:
        if not self.root.is_dir():
            return ()
        names = (path.name for path in self.root.iterdir() if path.is_dir())
        return tuple(sorted(int(name) for name in names if re.fullmatch(r"[1-9][0-9]*", name)))

    def _entry(self, version: int) -> Release | NoRelease:
        try:
            return self.get(version)
        except NoRelease as error:
            return error


def _event(deed: Deed, release: Release, why: str = "") -> Event:
    return Event(
        deed=deed,
        version=release.version,
        when=_now(),
        content_hash=release.record.content_hash,
        why=why,
    )


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(microsecond=0)


def registry_of(release: Release) -> Registry:
    """The releases folder that a release lies in; raises NoRelease for one that was copied out."""
    path = release.path.resolve()
    registry = Registry(path.parent)
    if path.name != str(release.version) or registry._current_if_sound() is None:
        raise NoRelease(
            f"{release.path}: lies in no releases folder, which gives out version numbers; "
            "name the release where it was published"
        )
    return registry


def resolve(path: Path | str) -> Release:
    """The release at `path`: a version folder, or a releases folder (then its current release).

    Raises:
        NoRelease: with a sentence that says what is there instead.
    """
    path = Path(path)
    if not path.is_dir():
        raise NoRelease(f"{path}: no such folder; give a version folder or the releases folder")
    if (path / record_lib.FILE_NAME).exists():
        return Release.load(path)
    registry = Registry(path)
    if release := registry.current():
        return release
    if versions := [release.version for release in registry.list()]:
        raise NoRelease(f"{path}: no release is current; give one of its versions: {versions}")
    raise NoRelease(
        f"{path}: neither a release (no {record_lib.FILE_NAME}) nor a releases folder with one"
    )


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _to_disk(path: Path) -> None:
    """Waits until a file's bytes, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
