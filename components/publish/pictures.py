"""Looks up the photos and packshots that the report shows, and makes its pictures of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from tfx import types
from tfx.types import artifact_utils

from components.imaging.decoding import BadImage, ImageLimits, decode_photo
from components.metrics.predictions_file import read_predictions
from components.metrics.summary import Confusion, ConfusionExample, Summary
from components.publish.captions import caption, note
from components.publish.choice import Judged, Line
from components.publish.content import Photo
from components.publish.mistake_pictures import draw
from components.publish.mistakes import find_mistakes
from components.publish.pairs import Pair, crop, make_pair, most_confused, packshot
from components.records.catalog_examples import CATALOG_SPLIT
from components.records.example_files import read_records
from components.records.tf_example import parse

_PAIRS = 6
_CROPS = 4
_NOTES = 9
_TEST_SPLIT = "test"


class Pictures(NamedTuple):
    """What the report shows; a photo that cannot be decoded is left out."""

    worst: tuple[Photo, ...]
    best: tuple[Photo, ...]
    pairs: tuple[Pair, ...]


def look_up(
    examples: list[types.Artifact],
    catalog: list[types.Artifact],
    evaluation: str,
    summary: Summary,
    worst: list[Judged],
    best: list[Judged],
) -> Pictures:
    """Makes the pictures, in one pass over the test photos and one over the packshots.

    Args:
        examples: the shelf photos.
        catalog: the packshots.
        evaluation: folder of the finished evaluation.
        summary: of the evaluation.
        worst, best: the photos to draw.
    """
    names = {sku: product.name for sku, product in summary.products.items()}
    chosen = {each.source_id: each for each in (*worst, *best)}
    confused = most_confused(summary.confusions, _PAIRS)
    places: dict[str, list[ConfusionExample]] = {}
    for confusion in (each for pair in confused for each in pair):
        for example in confusion.examples:
            places.setdefault(example.source_id, []).append(example)
    lines = {
        line["source_id"]: line
        for line in read_predictions(evaluation)
        if line["source_id"] in chosen
    }
    photos: dict[str, Photo] = {}
    crops: dict[ConfusionExample, bytes] = {}
    for source_id, pixels in _photos(examples, chosen.keys() | places.keys()):
        if source_id in chosen:
            photos[source_id] = _photo(pixels, chosen[source_id], lines[source_id], names)
        for example in places.get(source_id, ()):
            if (jpeg := crop(pixels, example.box)) is not None:
                crops[example] = jpeg
    packshots = dict(_packshots(catalog, _skus(confused)))
    return Pictures(
        worst=tuple(photos[each.source_id] for each in worst if each.source_id in photos),
        best=tuple(photos[each.source_id] for each in best if each.source_id in photos),
        pairs=tuple(make_pair(pair, packshots, crops, _CROPS) for pair in confused),
    )


def _photo(pixels: np.ndarray, judged: Judged, line: Line, names: Mapping[str, str]) -> Photo:
    mistakes = [] if judged.label else find_mistakes(line)
    numbered = mistakes[:_NOTES]
    return Photo(
        jpeg=draw(pixels, line, numbered),
        name=judged.photo,
        caption=caption(judged, names),
        notes=tuple(note(mistake, names) for mistake in numbered),
        more=len(mistakes) - len(numbered),
    )


def _photos(
    examples: list[types.Artifact], wanted: Collection[str]
) -> Iterator[tuple[str, np.ndarray]]:
    """The photos of the test split whose source id is wanted, decoded."""
    missing = set(wanted)
    artifact = artifact_utils.get_single_instance(examples)
    records = read_records(artifact, _TEST_SPLIT)
    while missing and (record := next(records, None)) is not None:
        features = parse(record)
        source_id = features["image/source_id"][0].decode()
        if source_id in missing:
            missing.remove(source_id)
            try:
                yield source_id, decode_photo(features["image/encoded"][0], ImageLimits())
            except BadImage:
                continue


def _packshots(catalog: list[types.Artifact], skus: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The first packshot of each SKU, small."""
    missing = set(skus)
    artifact = artifact_utils.get_single_instance(catalog)
    records = read_records(artifact, CATALOG_SPLIT)
    while missing and (record := next(records, None)) is not None:
        features = parse(record)
        sku = features["product/sku"][0].decode()
        if sku in missing:
            missing.remove(sku)
            try:
                pixels = decode_photo(features["image/encoded"][0], ImageLimits())
            except BadImage:
                continue
            yield sku, packshot(pixels)


def _skus(confused: list[tuple[Confusion, ...]]) -> set[str]:
    return {sku for pair in confused for each in pair for sku in (each.true, each.predicted)}
