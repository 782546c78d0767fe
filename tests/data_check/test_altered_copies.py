"""Mirrored and cropped copies are found; other photos, real ones among them, are not."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from components.data_check.altered_copies import crop_difference, earlier_originals
from components.data_check.settings import CheckSettings
from components.imaging.decoding import ALREADY_CHECKED, decode_photo, encode_jpeg
from components.imaging.fingerprint import fingerprint_of
from components.imaging.near_duplicates import earlier_twins
from components.synthesis.products.packshots import make_catalog

SETTINGS = CheckSettings()
LIMITS = (SETTINGS.hash_bits, SETTINGS.colour_difference)
REAL_PHOTOS = os.environ.get("ONESHELF_REAL_PHOTOS")


@pytest.fixture(scope="module")
def shelves():
    """Six walls of packs, uint8 [480, 640, 3]."""
    packs = [cv2.resize(packshot.image, (80, 120)) for packshot in make_catalog(7, 10, 3)]
    rng = np.random.default_rng(0)
    return [
        np.vstack([np.hstack([packs[rng.integers(30)] for _ in range(8)]) for _ in range(4)])
        for _ in range(6)
    ]


def recompressed(pixels):
    return decode_photo(encode_jpeg(np.ascontiguousarray(pixels), 80), ALREADY_CHECKED)


def mirrored(pixels):
    return recompressed(pixels[:, ::-1])


def cropped(left, top, right, bottom):
    def crop(pixels):
        height, width = pixels.shape[:2]
        rows = slice(int(height * top), height - int(height * bottom))
        return recompressed(pixels[rows, int(width * left) : width - int(width * right)])

    return crop


def kinds(one, other):
    """How the second photo was made from the first, or the first from the second."""
    fingerprints = [fingerprint_of(one), fingerprint_of(other)]
    found = earlier_originals(fingerprints, ["a", "a"], *LIMITS, SETTINGS.crop_bits)
    return {name for name, twins in found._asdict().items() if twins.same[1] == 0}


def test_mirrored_copy_is_found_and_no_twin(shelves):
    for shelf in shelves:
        copy = mirrored(shelf)
        assert kinds(shelf, copy) == {"mirrored"}
        twins = earlier_twins([fingerprint_of(shelf), fingerprint_of(copy)], ["a", "a"], *LIMITS)
        assert twins.same[1] == -1


@pytest.mark.parametrize(
    "crop",
    [
        cropped(0.05, 0, 0, 0),
        cropped(0, 0.05, 0.05, 0),
        cropped(0.05, 0.05, 0.05, 0.05),
        cropped(0.02, 0.04, 0.01, 0.05),
    ],
)
def test_crop_is_found_whichever_comes_first(shelves, crop):
    for shelf in shelves:
        assert "cropped" in kinds(shelf, crop(shelf))
        assert "cropped" in kinds(crop(shelf), shelf)


def test_a_part_of_another_photo_is_no_crop(shelves):
    for shelf in shelves[1:]:
        assert kinds(shelves[0], cropped(0.05, 0.05, 0.05, 0.05)(shelf)) == set()


def test_a_turned_photo_is_no_crop(shelves):
    turn = cv2.getRotationMatrix2D((320, 240), 5, 1)
    turned = cv2.warpAffine(shelves[0], turn, (640, 480), borderMode=cv2.BORDER_REFLECT)
    assert crop_difference(fingerprint_of(shelves[0]), fingerprint_of(turned)) == 255


def test_a_flat_photo_is_no_crop(shelves):
    flat = fingerprint_of(np.full((48, 64, 3), 90, np.uint8))
    assert crop_difference(fingerprint_of(shelves[0]), flat) == 255


def test_copies_in_another_split_are_told_apart(shelves):
    fingerprints = [fingerprint_of(shelves[0]), fingerprint_of(mirrored(shelves[0]))]
    found = earlier_originals(fingerprints, ["train", "test"], *LIMITS, SETTINGS.crop_bits)
    assert found.mirrored.other.tolist() == [-1, 0]
    assert found.mirrored.same.tolist() == [-1, -1]


def test_crops_are_not_looked_for_when_off(shelves):
    fingerprints = [
        fingerprint_of(shelves[0]),
        fingerprint_of(cropped(0.05, 0.05, 0, 0)(shelves[0])),
    ]
    found = earlier_originals(fingerprints, ["a", "a"], *LIMITS, crop_bits=0)
    assert found.cropped.same.tolist() == [-1, -1]


@pytest.mark.skipif(not REAL_PHOTOS, reason="ONESHELF_REAL_PHOTOS names no folder of photos")
def test_no_two_real_photos_are_taken_for_copies():
    files = sorted(Path(REAL_PHOTOS).rglob("*.jpg"))
    assert files
    fingerprints = [
        fingerprint_of(decode_photo(file.read_bytes(), ALREADY_CHECKED)) for file in files
    ]
    groups = ["a"] * len(fingerprints)
    found = earlier_originals(fingerprints, groups, *LIMITS, SETTINGS.crop_bits)
    for twins in (*found, earlier_twins(fingerprints, groups, *LIMITS)):
        assert twins.same.max() == -1
