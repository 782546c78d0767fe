"""The stamp of an index folder: which model the index belongs to."""

import json
from dataclasses import dataclass
from pathlib import Path

from components.artifacts.model import INDEX_FILE
from components.releases.edge_folder import hash_file
from components.releases.release import Release

STAMP_FILE = "index.json"


class IndexMismatch(Exception):
    """The index cannot be used with this release. The message says why and what to do."""


@dataclass(frozen=True)
class IndexStamp:
    """Which model an index belongs to, and what is in it.

    Attributes:
        model_hash: Identity of the weights that embedded the packshots.
        release: Version of the release they came from.
        skus: Number of SKUs.
        views: Number of packshots.
        sha256: Hex digest of `catalog.index`.
    """

    model_hash: str
    release: int
    skus: int
    views: int
    sha256: str


def check_index(index_dir: Path, release: Release) -> IndexStamp:
    """Return the stamp of an index that belongs to a release.

    Raises:
        IndexMismatch: It is unreadable, damaged, or made with another model's weights.
    """
    path = index_dir / STAMP_FILE
    try:
        stamp = IndexStamp(**json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise IndexMismatch(
            f"{path}: cannot be read ({error.strerror}); write one with `oneshelf index`"
        ) from error
    except (ValueError, TypeError) as error:
        raise IndexMismatch(f"{path}: not the stamp of an index ({error})") from error
    if stamp.model_hash != model_hash_of(release):
        # Another releases folder may hold a release of the same number.
        elsewhere = " of another folder" if stamp.release == release.version else ""
        raise IndexMismatch(
            f"{index_dir}: made with the weights of release {stamp.release}{elsewhere}, which are "
            f"not those of {release}; write a new one with `oneshelf index --release {release}`"
        )
    index = index_dir / INDEX_FILE
    if not index.is_file() or hash_file(index) != stamp.sha256:
        raise IndexMismatch(f"{index}: missing or changed since it was written; write a new one")
    return stamp


def model_hash_of(release: Release) -> str:
    """Return the identity of a release's weights."""
    return str(release.record.model["model_hash"])
