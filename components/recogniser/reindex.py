"""Builds catalogue indexes through a SavedModel's own `embed_catalog`, without training."""

import shutil
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import numpy as np
import tensorflow as tf

from components.recogniser.index import INDEX_FILE, CatalogIndex, write_index

BATCH = 16


def embed_packshots(
    saved_model_dir: Path,
    rows: Iterable[tuple[str, bytes]],
    progress: Callable[[int], None] = lambda done: None,
) -> CatalogIndex:
    """Embeds packshots.

    Args:
      saved_model_dir: a SavedModel with the signature `embed_catalog`.
      rows: (SKU, encoded upright packshot), read lazily.
      progress: called with the number of packshots done.

    Raises:
      ValueError: if there are no rows.
    """
    embed = tf.saved_model.load(str(saved_model_dir)).signatures["embed_catalog"]
    return index_of(lambda encoded: embed(packshots=tf.constant(encoded)), rows, progress)


def index_of(
    embed: Callable[[list[bytes]], dict[str, tf.Tensor]],
    rows: Iterable[tuple[str, bytes]],
    progress: Callable[[int], None] = lambda done: None,
) -> CatalogIndex:
    """Collects what `embed` says of batches of packshots into an index, rows sorted by SKU."""
    skus: list[str] = []
    parts: list[dict[str, np.ndarray]] = []
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        skus.extend(sku for sku, _ in batch)
        answer = embed([encoded for _, encoded in batch])
        parts.append({name: value.numpy() for name, value in answer.items()})
        progress(len(skus))
    if not skus:
        raise ValueError("a catalogue index needs at least one packshot")
    order = sorted(range(len(skus)), key=lambda row: skus[row])
    joined = {name: np.concatenate([part[name] for part in parts])[order] for name in parts[0]}
    return CatalogIndex(
        screen=joined["screen"],
        templates=joined["templates"],
        hubness=joined["hubness"],
        skus=tuple(skus[row] for row in order),
    )


def swap_index(saved_model_dir: Path, index: CatalogIndex, out_dir: Path) -> None:
    """Copies a SavedModel with another catalogue index; `out_dir` must not exist."""
    shutil.copytree(saved_model_dir, out_dir)
    write_index(out_dir / "assets" / INDEX_FILE, index)


def reindex(
    saved_model_dir: Path, rows: Iterable[tuple[str, bytes]], out_dir: Path
) -> CatalogIndex:
    """Copies a SavedModel with an index of other packshots; see `embed_packshots`."""
    index = embed_packshots(saved_model_dir, rows)
    swap_index(saved_model_dir, index, out_dir)
    return index
