"""Gives a SavedModel another catalogue, without training."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from components.artifacts.model import INDEX_FILE, copy_with_index
from components.recogniser.embed_packshots import embed_packshots, saved_embedding
from components.recogniser.index import CatalogIndex, write_index


def reindex(saved_model: Path, rows: Iterable[tuple[str, bytes]], out_dir: Path) -> CatalogIndex:
    """Copy a SavedModel with an index of other packshots.

    Args:
        saved_model: Its folder; it has the signature `embed_catalog`.
        rows: (SKU, encoded upright packshot), read lazily.
        out_dir: Must not exist.

    Raises:
        ValueError: There are no rows.
    """
    index = embed_packshots(saved_embedding(saved_model), rows)
    with tempfile.TemporaryDirectory(prefix="oneshelf-") as scratch:
        file = Path(scratch) / INDEX_FILE
        write_index(file, index)
        copy_with_index(saved_model, file, out_dir)
    return index
