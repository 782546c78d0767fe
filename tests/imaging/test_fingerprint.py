import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_data import draw_shelf

from components.imaging.decoding import ALREADY_CHECKED, decode_photo, encode_jpeg
from components.imaging.fingerprint import Fingerprint, fingerprint_of
from components.imaging.near_duplicates import colour_differences, earlier_twins
from components.imaging.plain_margin import without_margin
from components.synthesis.products.packshots import make_catalog

BITS, DIFFERENCE = 8, 45


def picture(seed):
    """Blobs of colour, uint8 [240, 320, 3]."""
    coarse = np.random.default_rng(seed).integers(20, 200, (6, 8, 3), dtype=np.uint8)
    return cv2.resize(coarse, (320, 240), interpolation=cv2.INTER_CUBIC)


def recompressed(pixels):
    return decode_photo(encode_jpeg(pixels, 35), ALREADY_CHECKED)


def resized(pixels):
    return cv2.resize(pixels, (97, 71), interpolation=cv2.INTER_AREA)


def brightened(pixels):
    return np.clip(pixels * 1.2 + 8, 0, 255).astype(np.uint8)


def twin(one, other):
    twins = earlier_twins(
        [fingerprint_of(one), fingerprint_of(other)], ["a", "a"], BITS, DIFFERENCE
    )
    return twins.same.tolist() == [-1, 0]


@pytest.mark.parametrize("edit", [recompressed, resized, brightened])
@pytest.mark.parametrize("seed", range(4))
def test_edited_photo_is_found(edit, seed):
    assert twin(picture(seed), edit(picture(seed)))
    shelf = draw_shelf(seed, [seed, seed + 1])
    assert twin(shelf, edit(shelf))


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_different_photo_is_not(one, other):
    assert twin(picture(one), picture(other)) == (one == other)


def test_variants_of_one_product_are_told_apart():
    ginger, grapefruit = (packshot.image for packshot in make_catalog(33, 1, 2))
    assert not twin(ginger, grapefruit)
    assert twin(ginger, recompressed(ginger))


def test_one_layout_in_other_colours_is_another_picture():
    assert not twin(picture(1), picture(1)[..., ::-1])


def fingerprints(count, seed, repeated):
    """Fingerprints of which some repeat an earlier one, with few bits and grey values changed."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        if made and rng.random() < repeated:
            hashed, thumbnail, *_ = made[rng.integers(len(made))]
            bits = np.unpackbits(hashed)
            bits[rng.choice(64, int(rng.integers(0, 14)), replace=False)] ^= 1
            near = np.clip(thumbnail + rng.integers(-30, 30), 0, 255).astype(np.uint8)
            made.append(Fingerprint(np.packbits(bits), near, 0.2))
        else:
            small = rng.integers(0, 255, (16, 16, 3), dtype=np.uint8)
            thumbnail = small.repeat(2, axis=0).repeat(2, axis=1)
            made.append(Fingerprint(rng.integers(0, 255, 8, dtype=np.uint8), thumbnail, 0.2))
    return made


@given(count=st.integers(0, 40), seed=st.integers(0, 99), repeated=st.floats(0, 1))
def test_blocks_find_what_comparing_each_with_each_finds(count, seed, repeated):
    made = fingerprints(count, seed, repeated)
    groups = [str(number) for number in np.random.default_rng(seed).integers(0, 3, count)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("components.imaging.near_duplicates._BLOCK", 7)
        patch.setattr("components.imaging.near_duplicates._PAIRS_AT_ONCE", 5)
        twins = earlier_twins(made, groups, BITS, DIFFERENCE)
    for later in range(count):
        for found, foreign in ((twins.same, False), (twins.other, True)):
            apart = {
                earlier: float(
                    colour_differences(made[later].small[None], fingerprint.small[None])[0]
                )
                for earlier, fingerprint in enumerate(made[:later])
                if (groups[earlier] != groups[later]) is foreign
                and np.unpackbits(fingerprint.hash ^ made[later].hash).sum() <= BITS
            }
            near = {earlier: d for earlier, d in apart.items() if d <= DIFFERENCE}
            if not near:
                assert found[later] == -1
            else:
                assert near[int(found[later])] == pytest.approx(min(near.values()), abs=1e-3)


@given(seed=st.integers(0, 999), gain=st.floats(0.3, 1.0), offset=st.integers(0, 60))
def test_brightness_and_contrast_are_no_difference(seed, gain, offset):
    one = np.random.default_rng(seed).integers(0, 190, (1, 16, 16, 3), dtype=np.uint8)
    other = np.round(one * gain + offset).astype(np.uint8)
    there, back = colour_differences(one, other), colour_differences(other, one)
    assert there[0] < 3 and there[0] == pytest.approx(back[0], abs=1e-2)


def test_flat_picture_differs_from_a_lively_one():
    flat = np.full((1, 16, 16, 3), 99, np.uint8)
    assert colour_differences(flat, fingerprint_of(picture(0)).small[None])[0] > DIFFERENCE


def test_contrast_ignores_noise():
    noise = np.random.default_rng(0).integers(0, 40, (480, 640, 3), dtype=np.uint8)
    assert fingerprint_of(noise).contrast < 0.02 < fingerprint_of(picture(0)).contrast


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (200, 30, 40)])
@pytest.mark.parametrize("page", [(40, 0), (0, 90), (60, 60)])
def test_a_margin_of_one_colour_can_be_left_out_of_account(page, colour):
    pack = picture(3)
    tall, wide = page
    paper = np.full((240 + tall, 320 + wide, 3), colour, np.uint8)
    paper[tall // 3 : tall // 3 + 240, wide // 4 : wide // 4 + 320] = pack
    framed = fingerprint_of(recompressed(paper))
    assert (
        colour_differences(framed.without_margin.small[None], fingerprint_of(pack).small[None])[0]
        < 30
    )
    again = Fingerprint.from_bytes(framed.to_bytes())
    assert (again.without_margin.hash == framed.without_margin.hash).all()
    assert fingerprint_of(pack).trimmed is None


def test_a_margin_within_a_frame_is_left_out_too():
    pack = picture(3)
    white = cv2.copyMakeBorder(pack, 30, 30, 30, 30, cv2.BORDER_CONSTANT, value=(255,) * 3)
    framed = cv2.copyMakeBorder(white, 0, 0, 60, 60, cv2.BORDER_CONSTANT, value=(0,) * 3)
    small = fingerprint_of(framed).without_margin.small
    assert colour_differences(small[None], fingerprint_of(pack).small[None])[0] < 30


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_a_picture_of_one_colour_has_no_margin(colour):
    assert without_margin(np.full((40, 30, 3), colour, np.uint8)) is None


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 99))
def test_what_lies_within_margins_is_never_less_than_a_pixel(height, width, seed):
    noise = np.random.default_rng(seed).integers(0, 2, (height, width, 3), dtype=np.uint8) * 255
    shown = without_margin(noise)
    assert shown is None or min(shown.shape[:2]) >= 1
