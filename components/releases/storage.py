"""From an address to a folder."""

from __future__ import annotations

from pathlib import Path

from components.releases.errors import ReleaseError
from components.releases.folder import Folder
from components.releases.local_folder import LocalFolder
from components.releases.store_folder import StoreFolder

# Vertex AI mounts buckets here. They look like a disk, and rename no folder in one step.
_MOUNTED_BUCKETS = "/gcs/"


def folder_at(where: Path | str) -> Folder:
    """Return the folder at a path or an address such as gs://bucket/releases; it need not exist.

    Raises:
        ReleaseError: Nothing that is installed reads such addresses.
    """
    import fsspec
    from fsspec.implementations.local import LocalFileSystem

    text = str(where)
    if text.startswith(_MOUNTED_BUCKETS):
        return StoreFolder(LocalFileSystem(auto_mkdir=True), text.rstrip("/"), text.rstrip("/"))
    if "://" not in text:
        return LocalFolder(Path(text))
    try:
        fs, key = fsspec.url_to_fs(text, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise ReleaseError(f"{text}: cannot be read here ({error})") from error
    if isinstance(fs, LocalFileSystem):
        return LocalFolder(Path(key))
    return StoreFolder(fs, key.rstrip("/"), text.rstrip("/"))
