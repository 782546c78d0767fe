"""How right counts are where three photos that overlap become one shelf.

    python tests/bench/joined_photos.py FOLDER
    oneshelf predict FOLDER --release DIR --json found.jsonl
    python tests/bench/joined_photos.py FOLDER found.jsonl

The first writes photos of generated bays: of each, three that overlap and one that shows all that
those show, from further away. A count is wrong by the facings of each SKU that are too many or too
few; facings that nobody could name, being hidden or tiny, are not on these bays' lists.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cv2

sys.path.insert(0, str(Path(__file__).parents[1] / "shelf"))
sys.path.insert(0, str(Path(__file__).parents[2]))

from bay_views import compose_bay
from composed_rows import embedded_products
from tables import Figure, show

from components.embedded_data.settings import EmbeddedDataSettings
from components.imaging.decoding import encode_jpeg
from components.imaging.open_photo import open_photo
from components.joining.join_photos import join_photos
from components.predict.read_answers import read_answers
from components.records.prediction import PredictionRecord
from components.records.splits import UNKNOWN_PRODUCT

_BAYS = 24
_QUALITY = 92


def main(folder: Path, found: Path | None) -> None:
    """Write photos, or measure and print."""
    products, distractors = embedded_products(EmbeddedDataSettings())
    bays = [compose_bay(number, products, distractors) for number in range(_BAYS)]
    if found is None:
        folder.mkdir(parents=True, exist_ok=True)
        for number, bay in enumerate(bays):
            for path, view in zip(_paths(folder, number), (*bay.parts, bay.all_of_it), strict=True):
                path.write_bytes(encode_jpeg(view.image, quality=_QUALITY))
        print(f"wrote {_BAYS * 4} photos to {folder}")
        return
    answers = {Path(record.photo).name: record for record in read_answers(found)}
    figures = []
    for label in ("true boxes", "detections"):
        wrong, of_one, apart, facings, spent = 0, 0, 0, 0, 0.0
        for number, bay in enumerate(bays):
            paths = _paths(folder, number)
            views = (*bay.parts, bay.all_of_it)
            if label == "true boxes":
                records = [
                    bay.record(view, str(path)) for path, view in zip(paths, views, strict=True)
                ]
            else:
                records = [answers[path.name] for path in paths]
            began = time.perf_counter()
            joined = join_photos(records[:3], lambda photo: open_photo(Path(photo)).pixels)
            spent += time.perf_counter() - began
            truth = bay.shown(bay.parts)
            wrong += _wrong(joined.records, truth)
            apart += _wrong(records[:3], truth)
            of_one += _wrong(records[3:], bay.shown([bay.all_of_it]))
            facings += truth.total() - truth[UNKNOWN_PRODUCT]
        figures += [
            Figure(f"facings miscounted, three photos joined, from {label}", wrong / facings,
                   "", "", note=f"{wrong} of {facings}"),
            Figure(f"the same of one photo that shows all, from {label}", of_one / facings, "", ""),
            Figure(f"the same of three photos not joined, from {label}", apart / facings, "", ""),
        ]  # fmt: skip
        if of_one:
            figures.append(
                Figure("joined ÷ one photo, from detections", wrong / of_one, "<= 1.1", "<= 1")
            )
        figures.append(Figure(f"seconds to join three, from {label}", spent / _BAYS, "", ""))
    show("Joined photos", figures)


def _paths(folder: Path, number: int) -> list[Path]:
    names = ("left", "middle", "right", "whole")
    return [folder / f"bay-{number:02}-{name}.jpg" for name in names]


def _wrong(records: Sequence[PredictionRecord], truth: Counter[str]) -> int:
    """Return how many facings of known products are counted too many or too few."""
    counts = Counter(each.sku for record in records for each in record.detections if each.shown)
    return sum(abs(counts[sku] - truth[sku]) for sku in {*counts, *truth} - {UNKNOWN_PRODUCT})


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
