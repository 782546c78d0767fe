"""Looks up the photos and packshots that the report shows, and makes its pictures of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from components.artifacts.evaluation_summary import Confusion, ConfusionExample, Summary
from components.artifacts.judged_photos import JudgedPhoto
from components.imaging.decoding import BadImage, ImageLimits, decode_photo
from components.publish.report.photos.choose_photos import GradedPhoto
from components.publish.report.photos.confused_pairs import (
    Pair,
    crop,
    make_pair,
    most_confused,
    packshot,
)
from components.publish.report.photos.draw_mistakes import draw
from components.publish.report.photos.mistakes import find_mistakes
from components.publish.report.report_content import ReportPhoto
from components.publish.report.sentences.photo_captions import caption, note
from components.records.catalog_examples import Packshot
from components.records.shelf_examples import ShelfExample

_PAIRS = 6
_CROPS = 4
_NOTES = 9


class Pictures(NamedTuple):
    """What the report shows; a photo that cannot be decoded is left out."""

    worst: tuple[ReportPhoto, ...]
    best: tuple[ReportPhoto, ...]
    pairs: tuple[Pair, ...]


def make_pictures(
    photos: Iterable[ShelfExample],
    packshots: Iterable[Packshot],
    judged: Iterable[JudgedPhoto],
    summary: Summary,
    worst: list[GradedPhoto],
    best: list[GradedPhoto],
) -> Pictures:
    """Make the pictures, in one pass over the test photos and one over the packshots.

    Args:
        photos: Test photos.
        packshots: Packshots of the catalogue.
        judged: The photos with what the model said about them.
        summary: Summary of the evaluation.
        worst: Photos to draw, of those with most errors.
        best: Photos to draw, of the others.
    """
    names = {sku: product.name for sku, product in summary.products.items()}
    chosen = {each.source_id: each for each in (*worst, *best)}
    confused = most_confused(summary.confusions, _PAIRS)
    places: dict[str, list[ConfusionExample]] = {}
    for confusion in (each for pair in confused for each in pair):
        for example in confusion.examples:
            places.setdefault(example.source_id, []).append(example)
    judged_of = {each.source_id: each for each in judged if each.source_id in chosen}
    drawn: dict[str, ReportPhoto] = {}
    crops: dict[ConfusionExample, bytes] = {}
    for source_id, pixels in _decoded(photos, chosen.keys() | places.keys()):
        if source_id in chosen:
            drawn[source_id] = _photo(pixels, chosen[source_id], judged_of[source_id], names)
        for example in places.get(source_id, ()):
            if (jpeg := crop(pixels, example.box)) is not None:
                crops[example] = jpeg
    small = dict(_small_packshots(packshots, _skus(confused)))
    return Pictures(
        worst=tuple(drawn[each.source_id] for each in worst if each.source_id in drawn),
        best=tuple(drawn[each.source_id] for each in best if each.source_id in drawn),
        pairs=tuple(make_pair(pair, small, crops, _CROPS) for pair in confused),
    )


def _photo(
    pixels: np.ndarray, graded: GradedPhoto, judged: JudgedPhoto, names: Mapping[str, str]
) -> ReportPhoto:
    mistakes = [] if judged.label else find_mistakes(judged)
    numbered = mistakes[:_NOTES]
    return ReportPhoto(
        jpeg=draw(pixels, judged, numbered),
        name=judged.photo,
        caption=caption(graded, names),
        notes=tuple(note(mistake, names) for mistake in numbered),
        more=len(mistakes) - len(numbered),
    )


def _decoded(
    photos: Iterable[ShelfExample], wanted: Collection[str]
) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the photos whose source id is wanted, decoded."""
    missing = set(wanted)
    remaining = iter(photos)
    while missing and (photo := next(remaining, None)) is not None:
        source_id = photo.source_id
        if source_id in missing:
            missing.remove(source_id)
            try:
                yield source_id, decode_photo(photo.encoded, ImageLimits())
            except BadImage:
                continue


def _small_packshots(
    packshots: Iterable[Packshot], skus: Collection[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the first packshot of each SKU, small."""
    missing = set(skus)
    remaining = iter(packshots)
    while missing and (found := next(remaining, None)) is not None:
        if found.sku in missing:
            missing.remove(found.sku)
            try:
                pixels = decode_photo(found.encoded, ImageLimits())
            except BadImage:
                continue
            yield found.sku, packshot(pixels)


def _skus(confused: list[tuple[Confusion, ...]]) -> set[str]:
    return {sku for pair in confused for each in pair for sku in (each.true, each.predicted)}
