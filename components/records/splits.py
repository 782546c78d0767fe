"""Which photos and which SKUs a model may train on, decided by stable hashes.

A hash decides for each visit and each SKU on its own, so adding one never moves another, and
the same data gives the same split on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal, get_args

Split = Literal["train", "eval", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

TO_JUDGE_ON: Split = "test"

TRAIN_SHARE = 0.7
EVAL_SHARE = 0.1

UNKNOWN_PRODUCT = "unknown_product"
"""The reserved category of products outside the catalogue."""

COMPANION, DISTRACTOR = "companion:", "distractor:"
"""What SKUs of products begin with that stand on composed shelves only: those trained on beside the
catalogue's, and those of no catalogue."""

COMPOSED = "composed/"
"""What keys of shelves begin with that are composed of packshots; those of photos never do."""


def held_out_skus(skus: Iterable[str], share: float, seed: int) -> frozenset[str]:
    """Return the SKUs to keep out of training ("new" SKUs).

    Each SKU is drawn on its own, so ``share`` holds on average and not exactly. A larger share
    keeps every SKU that a smaller one held out. Never all of them are held out: where the draw
    takes all, as it may of one or two, the last one drawn is trained on.

    Args:
        skus: All SKUs of the catalogue.
        share: Expected share to hold out, 0 to 1.
        seed: Chooses another draw.
    """
    drawn = {sku: _uniform("sku", sku, seed) for sku in skus}
    held_out = frozenset(sku for sku, number in drawn.items() if number < share)
    if held_out and len(held_out) == len(drawn):
        return held_out - {max(drawn, key=lambda sku: (drawn[sku], sku))}
    return held_out


def split_of(visit: str, seed: int) -> Split:
    """Return the split that all photos of a visit belong to.

    Args:
        visit: Key of the visit; photos of one visit look alike and must stay together.
        seed: Chooses another draw.
    """
    number = _uniform("visit", visit, seed)
    if number < TRAIN_SHARE:
        return "train"
    return "eval" if number < TRAIN_SHARE + EVAL_SHARE else "test"


def _uniform(kind: str, key: str, seed: int) -> float:
    """Map a key to [0, 1), the same on every machine and in every process."""
    digest = hashlib.sha256(f"{kind}\0{seed}\0{key}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / float(1 << 56)
