"""From a catalogue's packshots to its index, without training."""

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import numpy as np
import tensorflow as tf

from components.recogniser.index import CatalogIndex
from components.recogniser.load_saved_model import load_saved_model

BATCH = 16

Embed = Callable[[tf.Tensor], dict[str, tf.Tensor]]
"""Embeds encoded packshots, string `[V]`, as `embed_catalog.embed_catalog` does."""


def saved_embedding(saved_model: Path) -> Embed:
    """Return how the SavedModel in a folder embeds, by its signature `embed_catalog`."""
    signature = load_saved_model(saved_model).signatures["embed_catalog"]
    return lambda packshots: signature(packshots=packshots)


def embed_packshots(
    embed: Embed,
    rows: Iterable[tuple[str, bytes]],
    on_progress: Callable[[int], None] = lambda done: None,
) -> CatalogIndex:
    """Collect the embeddings of packshots into an index, rows sorted by SKU.

    Args:
        embed: Of a model.
        rows: (SKU, encoded upright packshot), read lazily.
        on_progress: Called with the number of packshots done.

    Raises:
        ValueError: There are no rows.
    """
    skus: list[str] = []
    parts: list[dict[str, np.ndarray]] = []
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        skus.extend(sku for sku, _ in batch)
        answer = embed(tf.constant([encoded for _, encoded in batch]))
        parts.append({name: value.numpy() for name, value in answer.items()})
        on_progress(len(skus))
    if not skus:
        raise ValueError("a catalogue index needs at least one packshot")
    order = sorted(range(len(skus)), key=lambda row: skus[row])
    joined = {name: np.concatenate([part[name] for part in parts])[order] for name in parts[0]}
    return CatalogIndex(
        embeddings=joined["screen"],
        templates=joined["templates"],
        descriptors=joined.get("descriptors"),
        hubness=joined["hubness"],
        skus=tuple(skus[row] for row in order),
    )
