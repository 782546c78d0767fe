"""The formats that can be imported. A new one is a module beside this, and an entry here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from components.imaging.decoding import ImageLimits
from components.importers import coco, grocery_store, os2d, packshots, sku110k
from components.importers.collected_faults import Faults
from components.importers.source_contents import Contents

Reader = Callable[[Path, ImageLimits, Faults], Contents]
"""Reads a source: its path, the bounds of pictures, and what takes faults.

It raises `InputError` where the source is not of the format, and looks into no picture: that is
done the same way for all formats.
"""

FORMATS: dict[str, Reader] = {
    "coco": coco.read,
    "os2d": os2d.read,
    "sku110k": sku110k.read,
    "grocery-store": grocery_store.read,
    "packshots": packshots.read,
}
