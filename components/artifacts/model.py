"""What the folder of a Model artifact holds, as the Trainer writes it and the later stages read it.

Format-Serving/       SavedModel for servers; its asset catalog.index is the catalogue index
Format-Edge/          SavedModel for phones, before its conversion
settings.json         `ModelSettings`
weights.safetensors   all weights, to train on from; the re-indexed baseline has none
"""

from __future__ import annotations

import os
import posixpath
import shutil
from dataclasses import dataclass
from pathlib import Path

INDEX_FILE = "catalog.index"
"""The catalogue index, in a SavedModel's assets, an edge folder and an index folder alike."""

INDEX_ASSET = f"assets/{INDEX_FILE}"
"""The catalogue index inside a SavedModel."""


@dataclass(frozen=True)
class ModelArtifact:
    """The parts of a Model artifact's folder.

    Attributes:
        uri: Path or address of the folder.
    """

    uri: str | os.PathLike[str]

    @property
    def serving(self) -> str:
        """SavedModel for servers, where TFX looks for it."""
        return self._part("Format-Serving")

    @property
    def edge(self) -> str:
        """SavedModel that the phone's model is converted from."""
        return self._part("Format-Edge")

    @property
    def index(self) -> str:
        """Catalogue index, inside `serving`."""
        return posixpath.join(self.serving, INDEX_ASSET)

    @property
    def settings(self) -> str:
        """Settings the model was made with, see `model_settings.ModelSettings`."""
        return self._part("settings.json")

    @property
    def weights(self) -> str:
        """All weights."""
        return self._part("weights.safetensors")

    def _part(self, name: str) -> str:
        return posixpath.join(os.fspath(self.uri), name)


def copy_with_index(saved_model: Path, index: Path, out_dir: Path, link: bool = False) -> None:
    """Copy a SavedModel with another catalogue index: the same weights, other products.

    Args:
        saved_model: Its folder.
        index: The index file.
        out_dir: Folder of the copy; must not exist.
        link: Make hard links of the other files where the file system has them. They cost nothing;
            what changes one file then changes both.
    """
    shutil.copytree(
        saved_model,
        out_dir,
        copy_function=_link if link else shutil.copy2,
        ignore=lambda folder, names: [INDEX_FILE] if Path(folder).name == "assets" else [],
    )
    shutil.copyfile(index, out_dir / INDEX_ASSET)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
