"""Finds the files that a table names, also where table and disk spell a name differently."""

from __future__ import annotations

import difflib
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

from components.datasets.inside_folder import OutsideFolder, inside
from components.records.problems import Problem
from components.records.skus import tidy_sku
from components.records.words import counted

_MOST_FILES = 100_000  # that are looked through for a near name
_MOST_HINTS = 20  # of one table: each looks through all names of a folder


class NoFile(Exception):
    """A file that is not there, or cannot be told from others. The message is a clause.

    Attributes:
        hint: A near name, as the beginning of a remedy; may be empty.
    """

    def __init__(self, what: str = "does not exist", hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint


_SPELLINGS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("backslashes", lambda name: name.replace("\\", "/")),
    ("percent signs", unquote),
    ("Unicode's form, NFC or NFD", lambda name: unicodedata.normalize("NFC", name)),
    ("capital letters", str.casefold),
)


def spelt_alike(name: str) -> str:
    """Return a key of a relative path that does not depend on how it is spelt.

    Capital letters, Unicode's form (NFD on a Mac), characters that show nothing, backslashes and
    percent signs of addresses (``%C3%A9``) do not matter.
    """
    parts = unquote(name.replace("\\", "/")).split("/")
    return "/".join(tidy_sku(part).casefold() for part in parts if part != ".")


class NamedFiles:
    """The files below one folder, by name.

    Attributes:
        root: The folder.
        respelt: Names that were taken for a file of another spelling or folder, with its name.
    """

    def __init__(self, root: Path) -> None:
        """Nothing is read before it is needed."""
        self.root = root
        self._below: dict[str, list[str]] | None = None
        self._by_name: dict[str, list[str]] | None = None
        self._hints = _MOST_HINTS
        self.respelt: dict[str, str] = {}

    def find(self, name: str) -> Path:
        """Return the file that `name` means.

        Args:
            name: A relative path as a table writes it.

        Raises:
            OutsideFolder: It lies outside the folder.
            NoFile: There is none, or several differ in no more than their spelling.
        """
        path = inside(self.root, name)
        if is_file(path):
            return path
        alike = self._files().get(spelt_alike(name), [])
        if len(alike) != 1:
            raise NoFile(hint=self.hint(name))
        self.respelt[name] = alike[0]
        return inside(self.root, alike[0])

    def find_elsewhere(self, name: str) -> Path | None:
        """Return the one file of the same name in another folder; None where not just one is.

        Args:
            name: A path as a table writes it that was made for another folder.
        """
        alike = self._of_name().get(_last(spelt_alike(name)), [])
        if len(alike) != 1:
            return None
        try:
            file = inside(self.root, alike[0])
        except OutsideFolder:  # a link out of it
            return None
        self.respelt[name] = alike[0]
        return file

    def hint(self, name: str) -> str:
        """Return a near name, as the beginning of a remedy; "" where none is near."""
        if self._hints == 0:
            return ""
        self._hints -= 1
        wanted = spelt_alike(_path_in(name))
        elsewhere = [spelt_alike(file) for file in self._of_name().get(_last(wanted), [])]
        # Of files with numbers, that of another number is another file.
        others = [key for key in self._files() if _numberless(key) != _numberless(wanted)]
        near = elsewhere[:1] or difflib.get_close_matches(wanted, others, n=1, cutoff=0.8)
        file = self._files()[near[0]][0] if near else name
        return "" if file == name else f"did you mean '{file}'? "  # a link out of it is there

    def remark(self, table: Path) -> Problem | None:
        """Return what to say of names that were taken for files of another spelling or folder."""
        if not self.respelt:
            return None
        name, file = next(iter(self.respelt.items()))
        others = len(self.respelt) - 1
        more = f" (and {counted(others, 'more name')})" if others else ""
        what = f"'{name}' is taken for the file '{file}'{more}; it differs in {_how(name, file)}"
        return Problem(str(table), None, what, "write names as the files have them")

    def _of_name(self) -> dict[str, list[str]]:
        """Return all files by the last part of their key."""
        if self._by_name is None:
            self._by_name = {}
            for key, files in self._files().items():
                self._by_name.setdefault(_last(key), []).extend(files)
        return self._by_name

    def _files(self) -> dict[str, list[str]]:
        if self._below is None:
            self._below = defaultdict(list)
            for number, name in enumerate(files_below(self.root)):
                if number == _MOST_FILES:
                    break
                self._below[spelt_alike(name)].append(name)
            self._below = dict(self._below)
        return self._below


def _how(name: str, file: str) -> str:
    """Return in what the spelling of a name differs from that of its file."""
    found = []
    if not f"/{spelt_alike(file)}".endswith(f"/{spelt_alike(name)}"):
        found.append("its folder")
        name, file = _last(name.replace("\\", "/")), _last(file)
    for what, plain in _SPELLINGS:
        if f"/{file}".endswith(f"/{name}"):
            break
        if (plain(name), plain(file)) != (name, file):
            found.append(what)
        name, file = plain(name), plain(file)
    return " and ".join(found) or "characters that show nothing"


def _path_in(name: str) -> str:
    """Return the path in a web address, without what follows it (``x.jpg?sig=…``).

    Annotation tools have addresses such as ``/data/local-files/?d=shop/x.jpg``, too.
    """
    path, _, query = name.partition("?")
    if "/" not in path:
        return name
    return query.rpartition("=")[2] if path.endswith("/") else path


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _numberless(key: str) -> str:
    return re.sub(r"\d+", "", key)


def files_below(root: Path) -> Iterator[str]:
    """Yield the paths of all files below a folder, relative to it, sorted.

    Hidden files and folders are passed over, and links to folders are not followed.
    """
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        base = Path(folder).relative_to(root)
        for name in sorted(files):
            if not name.startswith("."):
                yield (base / name).as_posix()


def is_file(path: Path) -> bool:
    """Return whether there is such a file; a name too long for the file system has none."""
    try:
        return path.is_file()
    except OSError:
        return False
