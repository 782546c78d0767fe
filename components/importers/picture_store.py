"""Copies or links pictures into a folder, under names of their own."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from components.imaging.decoding import ImageHeader
from components.imaging.picture_names import SUFFIX_OF_FORMAT, is_picture
from components.importers.collected_faults import refusal

_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP)


class PictureStore:
    """Puts pictures into a folder under names that none of them shares with another."""

    def __init__(self, folder: Path, link: bool) -> None:
        """Start with nothing.

        Args:
            folder: Where pictures go; made with the first.
            link: Whether to link instead of copying. Links are hard ones: OneShelf refuses symbolic
                links that leave the data folder.
        """
        self._folder = folder
        self._link = link
        self._taken: set[str] = set()

    def put(self, file: Path, stem: str, header: ImageHeader) -> str:
        """Copy or link a picture as it is.

        Args:
            file: The picture.
            stem: Its relative path here, without suffix; a number follows where it is taken.
            header: Tells the suffix where the picture's name has none that is read.

        Returns:
            The picture's path relative to the folder.

        Raises:
            InputError: The file system cannot link it.
        """
        suffix = file.suffix if is_picture(file.name) else SUFFIX_OF_FORMAT[header.format]
        name, number = stem + suffix, 2
        while name.casefold() in self._taken:  # some file systems do not tell A from a
            name, number = f"{stem}_{number}{suffix}", number + 1
        self._taken.add(name.casefold())
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not self._link:
            shutil.copyfile(file, target)
            return name
        try:
            os.link(file, target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            what = "cannot be linked: the file system does not allow it, or it is another one"
            raise refusal(file, what, "import without linking") from error
        return name
