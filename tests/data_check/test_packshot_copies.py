"""Copies of packshots are found however they were cut, framed or saved; real photos are not."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from components.data_check.packshot_copies import copied_packshots
from components.data_check.settings import CheckSettings
from components.datasets.read_catalog import read_catalog
from components.imaging.decoding import ALREADY_CHECKED, decode_photo, encode_jpeg
from components.imaging.fingerprint import fingerprint_of
from components.synthesis.products.packshots import make_catalog

LIKENESS = CheckSettings().packshot_likeness
REAL_PHOTOS = os.environ.get("ONESHELF_REAL_PHOTOS")
"""A folder of photos."""
REAL_CATALOG = os.environ.get("ONESHELF_REAL_CATALOG")
"""The products.csv of the products that they show."""


@pytest.fixture(scope="module")
def packs():
    """Packshots, three variants of each of six products, uint8 [h, w, 3]."""
    return [packshot.image for packshot in make_catalog(5, 6, 3)]


def cropped(left, top, right, bottom):
    def crop(pixels):
        height, width = pixels.shape[:2]
        rows = slice(int(height * top), height - int(height * bottom))
        return pixels[rows, int(width * left) : width - int(width * right)]

    return crop


def framed(share, colour):
    def frame(pixels):
        rows, columns = (int(side * share) for side in pixels.shape[:2])
        return cv2.copyMakeBorder(
            pixels, rows, rows, columns, columns, cv2.BORDER_CONSTANT, value=(colour,) * 3
        )

    return frame


def resized(factor):
    return lambda pixels: cv2.resize(
        pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA
    )


def saved(pixels):
    return decode_photo(encode_jpeg(np.ascontiguousarray(pixels), 75), ALREADY_CHECKED)


WAYS = {
    "saved again": [],
    "5% off each side": [cropped(0.05, 0.05, 0.05, 0.05)],
    "10% off each side": [cropped(0.1, 0.1, 0.1, 0.1)],
    "10% off the top": [cropped(0, 0.1, 0, 0)],
    "uneven": [cropped(0.02, 0.09, 0.07, 0)],
    "uneven and small": [cropped(0.08, 0.03, 0, 0.06), resized(0.5)],
    "cut and larger": [cropped(0.07, 0.07, 0.07, 0.07), resized(1.6)],
    "white around": [framed(0.2, 255)],
    "black around": [framed(0.1, 0)],
    "cut, grey around": [cropped(0.05, 0.05, 0.05, 0.05), framed(0.15, 128)],
}


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_is_found_and_told_from_its_variants(packs, way):
    copies = list(packs)
    for step in WAYS[way]:
        copies = [step(pack) for pack in copies]
    found = copied_packshots(
        [fingerprint_of(saved(copy)) for copy in copies],
        [fingerprint_of(pack) for pack in packs],
        LIKENESS,
    )
    assert (found == np.arange(len(packs))).all(), found.tolist()


def test_other_packshots_and_turned_ones_are_no_copies(packs):
    known = [fingerprint_of(pack) for pack in packs[:9]]
    others = [fingerprint_of(pack) for pack in packs[9:]]
    turned = [fingerprint_of(np.rot90(pack, 2).copy()) for pack in packs[:9]]
    for pictures in (others, turned):
        assert (copied_packshots(pictures, known, LIKENESS) == -1).all()


def test_a_flat_picture_is_no_copy(packs):
    flat = [fingerprint_of(np.full((48, 64, 3), 90, np.uint8))]
    assert copied_packshots(flat, [fingerprint_of(packs[0])], LIKENESS).tolist() == [-1]


def test_nothing_copies_nothing(packs):
    known = [fingerprint_of(packs[0])]
    assert copied_packshots([], known, LIKENESS).tolist() == []
    assert copied_packshots(known, [], LIKENESS).tolist() == [-1]


def test_any_number_of_pictures_is_compared(packs, monkeypatch):
    monkeypatch.setattr("components.data_check.packshot_copies._PHOTOS_AT_ONCE", 4)
    monkeypatch.setattr("components.data_check.packshot_copies._PACKSHOTS_AT_ONCE", 5)
    known = [fingerprint_of(pack) for pack in packs]
    assert copied_packshots(known, known, LIKENESS).tolist() == list(range(len(packs)))


@pytest.mark.skipif(not (REAL_PHOTOS and REAL_CATALOG), reason="no real photos are named")
def test_no_real_photo_is_taken_for_a_packshot():
    files = sorted(Path(REAL_PHOTOS).rglob("*.jpg"))
    images = [row.image for row in read_catalog(Path(REAL_CATALOG))]
    photos, packshots = (
        [fingerprint_of(decode_photo(file.read_bytes(), ALREADY_CHECKED)) for file in group]
        for group in (files, images)
    )
    assert photos and (copied_packshots(photos, packshots, LIKENESS) == -1).all()
