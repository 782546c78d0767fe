"""Where a release is put together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from components.releases.folder import Folder
from components.releases.layout import EDGE, serving_folder


@dataclass(frozen=True)
class Staging:
    """The hidden folder in which one run puts one version together."""

    version: int
    folder: Folder

    @property
    def path(self) -> Path:
        """Where it is on this machine; raises ReleaseError for one in an object store."""
        return self.folder.path

    @property
    def serving(self) -> Path:
        """Where the SavedModel goes; raises as `path` does."""
        return self.path / serving_folder(self.version)

    @property
    def edge(self) -> Path:
        """Where the files for phones go; raises as `path` does."""
        return self.path / EDGE
