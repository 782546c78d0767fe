"""Photos of the generated world that are in no split: to fit on, or to measure on once more.

python tests/bench/further_photos.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from components.embedded_data.draw_photos import Artist, draw_all
from components.embedded_data.photo_plan import PlannedPhoto
from components.embedded_data.settings import EmbeddedDataSettings
from components.synthesis.products.packshots import make_catalog

_FIRST, _PHOTOS = 1000, 300
_NEGATIVE = 10
"""Of so many photos one shows no product of the catalogue, as in the data set."""


def further_photos() -> list[PlannedPhoto]:
    """Return the photos, before any is drawn."""
    numbers = range(_FIRST, _FIRST + _PHOTOS)
    return [PlannedPhoto(number, "eval", number % _NEGATIVE == 0, number) for number in numbers]


def main(folder: Path) -> None:
    """Draw them."""
    settings = EmbeddedDataSettings()
    catalog = make_catalog(settings.seed, settings.families, settings.variants)
    folder.mkdir(parents=True, exist_ok=True)
    for _ in draw_all(Artist(settings, folder, catalog, frozenset()), further_photos(), 0):
        pass


if __name__ == "__main__":
    main(Path(sys.argv[1]))
