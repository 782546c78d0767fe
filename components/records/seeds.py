"""Seeds that are the same in every process and on every machine."""

from __future__ import annotations

import hashlib


def seed_for(seed: int, key: str) -> int:
    """Return a seed, 0 to 2^32 - 1, that depends on nothing but its arguments."""
    digest = hashlib.sha256(f"{seed}\0{key}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
