"""The releases folder.

    releases/
      current         a small text file that names a version
      history.jsonl   what was withdrawn, pinned, removed and allotted; see history.py
      <version>/      a release; see release_record.py
      .staging-…/     a release being put together; no reader looks here
      .removed-…/     a release being removed

A release appears by one rename, when every byte of it (release.json last) is on the disk, and
becomes current by one replacement of the file `current`. So a process killed at any moment leaves
earlier releases and `current` as they were, and at most a staging folder, which the next run
clears away. `current` is a file rather than a symbolic link because a file survives `cp -r`,
`rsync` without flags, archives, Windows and object storage, and is replaced just as atomically.

In an object store, which renames nothing, a release is copied into its place and appears with
release.json, its last object. A process killed before that leaves a folder that is not a release.
"""

from __future__ import annotations

import re
from pathlib import Path

from components.releases.errors import DamagedRelease, NoRelease, ReleaseError
from components.releases.folder import Folder
from components.releases.history import HISTORY_FILE, Event, History, now
from components.releases.layout import RECORD
from components.releases.release import Release
from components.releases.release_record import FileEntry, ReleaseRecord
from components.releases.staging import Staging
from components.releases.storage import folder_at

_CURRENT = "current"
_STAGING = re.compile(r"\.staging-([0-9]+)-.+")
_VERSION = re.compile(r"[1-9][0-9]*")


class Registry:
    """Reads and writes one releases folder. Any number of readers; one writer at a time."""

    def __init__(self, where: Folder | Path | str):
        """Take a path, or an address such as gs://bucket/releases; it need not exist."""
        self.folder = where if isinstance(where, Folder) else folder_at(where)

    @property
    def root(self) -> Path:
        """Where it is on this machine; raises ReleaseError for one in an object store."""
        return self.folder.path

    def list(self) -> tuple[Release, ...]:
        """Return all releases, oldest first. What is not a valid release is left out."""
        return tuple(each for each in self.entries().values() if isinstance(each, Release))

    def entries(self) -> dict[int, Release | NoRelease]:
        """Return every folder named like a version, oldest first: a release, or why it is none."""
        return {number: self._entry(number) for number in self._numbers()}

    def get(self, version: int) -> Release:
        """Return the release `version`; raise NoRelease where there is none."""
        if (there := self._numbers()) and version not in there:
            known = ", ".join(map(str, there))
            raise NoRelease(f"{self.folder}: there is no release {version}; give one of {known}")
        release = Release.load(self.folder.sub(str(version)))
        if release.version != version:
            raise NoRelease(f"{release}: its {RECORD} is of version {release.version}")
        return release

    def current(self) -> Release | None:
        """Return the release that `current` names; None before the first one.

        Raises:
            ReleaseError: `current` names something that is not a release.
        """
        try:
            text = self.folder.read(_CURRENT).strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not _VERSION.fullmatch(text):
            what = f"{text[:40]!r} is not a version" if text else "the file is empty"
            remedy = "name a release with `oneshelf releases rollback --to VERSION`"
            raise ReleaseError(f"{self.folder}/{_CURRENT}: {what}; {remedy}")
        try:
            return self.get(int(text))
        except NoRelease as error:
            raise ReleaseError(
                f"{self.folder}/{_CURRENT} names version {text}, but {error}"
            ) from None

    def history(self) -> History:
        """Return what was done with releases; raise ReleaseError where the file is damaged."""
        try:
            return History.parse(self.folder.read(HISTORY_FILE), f"{self.folder}/{HISTORY_FILE}")
        except (FileNotFoundError, NotADirectoryError):
            return History()
        except (OSError, UnicodeDecodeError) as error:
            raise ReleaseError(f"{self.folder}/{HISTORY_FILE}: cannot be read ({error})") from error

    def allot(self) -> int:
        """Return the number for the next release: one more than any there is or ever was."""
        return max((*self._numbers(), *self.history().numbers), default=0) + 1

    def reserve(self, why: str) -> int:
        """Take a number that no release will get, nor one that is being put together now.

        Servers load versions of releases and of indexes from one folder, so their numbers come
        from one place.
        """
        staged = (_STAGING.fullmatch(name) for name in self.folder.folders())
        number = max([self.allot(), *(int(found[1]) + 1 for found in staged if found)])
        self.record(Event(deed="allotted", version=number, when=now(), why=why))
        return number

    def stage(self, version: int, token: str) -> Staging:
        """Return the staging folder of `version` for the run `token`.

        Staging folders of other runs are removed: a run that died left them. Whoever knows version
        and token gets the same folder, so that several steps can fill it one after the other.
        """
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,128}", token):
            raise ReleaseError(f"{token!r} cannot be part of a folder name")
        name = f".staging-{version}-{token}"
        for other in self.folder.folders():
            if other != name and _STAGING.fullmatch(other):
                self.folder.sub(other).remove(RECORD)
        staging = Staging(version, self.folder.sub(name))
        staging.folder.make()
        return staging

    def publish(
        self, staging: Staging, record: ReleaseRecord, make_current: bool = True
    ) -> Release:
        """Turn a staging folder into a release.

        Args:
            staging: The folder, holding every file but release.json.
            record: The record; its `files` are filled in here.
            make_current: Whether it becomes the release that is current.

        Raises:
            ReleaseError: The version exists already, or the folder is not as it must be.
        """
        if record.version != staging.version:
            raise ReleaseError(f"version {record.version} cannot be published as {staging.version}")
        target = self.folder.sub(str(staging.version))
        if target.exists() or staging.version in self.history().numbers:
            raise ReleaseError(
                f"{target}: exists already (its number was taken meanwhile); run again"
            )
        files = {}
        for name, size in sorted(staging.folder.files().items()):
            if size is None:
                raise DamagedRelease(f"{staging.folder}: {name} is not a plain file")
            if name != RECORD:
                files[name] = FileEntry(sha256=staging.folder.checksum(name), size=size)
        complete = record.model_copy(update={"files": files})
        staging.folder.put(RECORD, complete.to_json())
        try:
            staging.folder.become(target, last=RECORD)
        except OSError as error:
            raise ReleaseError(f"{target}: cannot be published ({error})") from error
        if make_current:
            self.move_current(staging.version)
        return self.get(staging.version)

    def current_if_sound(self) -> Release | None:
        """Return the current release; None where there is none or `current` names none."""
        try:
            return self.current()
        except ReleaseError:
            return None

    def record(self, *events: Event) -> None:
        """Add to the history."""
        if events:
            self.folder.write(HISTORY_FILE, self.history().followed_by(*events).to_text())

    def move_current(self, version: int) -> None:
        """Make a version current, whole or not: see `upkeep.rollback`."""
        self.folder.write(_CURRENT, f"{version}\n")

    def _numbers(self) -> tuple[int, ...]:
        names = filter(_VERSION.fullmatch, self.folder.folders())
        return tuple(sorted(map(int, names)))

    def _entry(self, version: int) -> Release | NoRelease:
        try:
            return self.get(version)
        except NoRelease as error:
            return error


def registry_of(release: Release) -> Registry:
    """Return the releases folder of a release; raise NoRelease for one that was copied out."""
    registry = Registry(release.folder.parent())
    if release.folder.name != str(release.version) or registry.current_if_sound() is None:
        raise NoRelease(
            f"{release}: lies in no releases folder, which gives out version numbers; "
            "name the release where it was published"
        )
    return registry


def resolve(where: Path | str) -> Release:
    """Return the release at `where`: a version folder, or a releases folder (then the current one).

    Raises:
        ReleaseError: With a sentence that says what is there instead.
    """
    folder = folder_at(where)
    if not folder.exists():
        raise NoRelease(f"{where}: no such folder; give a version folder or the releases folder")
    if folder.has(RECORD):
        return Release.load(folder)
    registry = Registry(folder)
    if release := registry.current():
        return release
    if versions := [release.version for release in registry.list()]:
        raise NoRelease(f"{where}: no release is current; give one of its versions: {versions}")
    below = folder.sub("releases")
    remedy = f"give {below}" if Registry(below).list() else "give the folder `releases` of a run"
    raise NoRelease(
        f"{where}: neither a release (no {RECORD}) nor a releases folder with one; {remedy}"
    )
