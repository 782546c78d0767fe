"""Finds pictures below a source's folder, and never outside it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from components.datasets.inside_folder import OutsideFolder, inside
from components.datasets.named_files import NamedFiles, NoFile, files_below, is_file, spelt_alike
from components.imaging.picture_names import PICTURE_SUFFIXES, is_picture


def picture_called(folder: Path, stem: str) -> str:
    """Return the file name of the picture `stem` in a folder; ``stem.jpg`` where there is none."""
    names = [stem + suffix for suffix in PICTURE_SUFFIXES]
    return next((name for name in names if _exists(folder, name)), names[0])


class PhotoFinder(NamedFiles):
    """Finds photos that annotations name relative to an unknown folder."""

    def __init__(self, root: Path) -> None:
        """Nothing is read before it is needed."""
        super().__init__(root.resolve())
        self._endings: dict[str, list[str]] | None = None

    def find_near(self, name: str, near: Path) -> Path:
        """Return the photo `name`.

        It is looked for beside the annotations, in ``images`` beside them, in the source's folder
        and its ``images``, and at last anywhere below, where only one path ends with `name`.

        Args:
            name: As the annotations write it.
            near: The folder of the annotations.

        Raises:
            OutsideFolder: The name leaves the source's folder.
            NoFile: There is none, or there are several.
        """
        if Path(name).is_absolute():
            raise OutsideFolder(name)
        beside = near.resolve().relative_to(self.root).as_posix()
        paths = [
            inside(self.root, f"{base}/{name}")
            for base in (beside, f"{beside}/images", ".", "images")
            if base == beside or ".." not in PurePosixPath(name).parts
        ]
        found = next((path for path in paths if is_file(path)), None)
        return found or self._anywhere(name)

    def _anywhere(self, name: str) -> Path:
        alike = [
            path
            for path in self._pictures().get(spelt_alike(name).rpartition("/")[2], [])
            if f"/{spelt_alike(path)}".endswith(f"/{spelt_alike(name)}")
        ]
        exact = [path for path in alike if f"/{path}".endswith(f"/{name}")]
        found = exact or alike
        if len(found) > 1:
            raise NoFile(f"is there {len(found)} times ({found[0]}, {found[1]})")
        if not found:
            raise NoFile(hint=self.hint(name))
        if not exact:
            self.respelt[name] = found[0]
        return self.find(found[0])

    def _pictures(self) -> dict[str, list[str]]:
        """Return the pictures below, by the spelling of their last name."""
        if self._endings is None:
            self._endings = {}
            for path in files_below(self.root):
                if is_picture(path):
                    key = spelt_alike(PurePosixPath(path).name)
                    self._endings.setdefault(key, []).append(path)
        return self._endings


def _exists(folder: Path, name: str) -> bool:
    try:
        return is_file(inside(folder, name))
    except OutsideFolder:
        return False
