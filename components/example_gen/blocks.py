"""Shelf photos in blocks: what is encoded, kept and used again together."""

from __future__ import annotations

import pickle
import zlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from components.imaging.decoding import ImageLimits
from components.records.shard_store import key_of
from components.records.shelf_photo import ShelfPhoto
from components.records.splits import SPLITS, Split

PHOTOS = 64
"""Photos that a span lists in a row and that make a block, less those of other splits."""


@dataclass(frozen=True)
class Block:
    """Photos of one span and one split.

    Attributes:
        split: Where they go.
        name: Of the block's file, without suffix; unique in its split.
        photos: As listed.
        digests: SHA-256 of each photo's file.
    """

    split: Split
    name: str
    photos: tuple[ShelfPhoto, ...]
    digests: tuple[str, ...]

    def key(self, held_out: Collection[str], limits: ImageLimits, code_hash: str) -> str:
        """Return the key of all that decides the block's examples.

        Of the catalogue that is what it holds out of training among the SKUs shown, so a product
        that enters the catalogue leaves the key as it is.
        """
        shown = {thing.sku for photo in self.photos for thing in photo.objects}
        facts = [_facts(photo) for photo in self.photos]
        new = sorted(shown & {*held_out})
        return key_of(code_hash, astuple(limits), self.split, new, self.digests, facts)


def blocks_of(
    photos: Sequence[ShelfPhoto], digests: Mapping[Path, str], seed: int
) -> dict[Split, list[Block]]:
    """Divide photos into blocks.

    A block goes by the position at which its span lists a photo. So a photo that another span
    supersedes changes its own block and no other.

    Args:
        photos: In order of span, then as listed.
        digests: SHA-256 of their files.
        seed: Chooses where visits go.

    Returns:
        Blocks of the splits that have photos; and of ``test`` at least an empty one.
    """
    members: defaultdict[tuple[Split, str], list[ShelfPhoto]] = defaultdict(list)
    for photo in photos:
        name = f"span-{photo.span:05d}-{photo.position // PHOTOS:05d}"
        members[photo.split_for(seed), name].append(photo)
    if not any(split == "test" for split, _ in members):
        members["test", "none"] = []
    blocks: dict[Split, list[Block]] = {}
    for split in SPLITS:
        found = [
            Block(split, name, tuple(listed), tuple(digests[photo.path] for photo in listed))
            for (where, name), listed in members.items()
            if where == split
        ]
        if found:
            blocks[split] = found
    return blocks


def _facts(photo: ShelfPhoto) -> dict[str, Any]:
    """Return all that is told of a photo and goes into its example."""
    # The split is the block's. Who said it, and where it lies, is in no example.
    left_out = ("path", "position", "review", "hard_negative", "negative", "split")
    facts = {name: value for name, value in vars(photo).items() if name not in left_out}
    # Not `asdict`: it copies every number, and there may be millions of boxes.
    return {**facts, "hard": photo.hard, "objects": [vars(thing) for thing in photo.objects]}


def packed(block: Block) -> bytes:
    """Return a block as bytes for Beam, which would compress it with bzip2 again and again.

    That took longer than finding a block in the store.
    """
    return zlib.compress(pickle.dumps(block), level=1)


def unpacked(data: bytes) -> Block:
    """Return the block that `packed` packed, in this very run."""
    return pickle.loads(zlib.decompress(data))
