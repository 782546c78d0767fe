"""Clients send what `oneshelf predict` sees."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from components.imaging.decoding import BadImage, ImageLimits, decode_photo
from components.imaging.open_photo import photo_to_send

SMOOTH = np.dstack(
    [
        np.tile(np.linspace(20, 230, 80), (60, 1)),
        np.tile(np.linspace(200, 30, 60), (80, 1)).T,
        np.full((60, 80), 90),
    ]
).astype(np.uint8)


def turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return Image.fromarray(SMOOTH), "JPEG", {"exif": exif, "quality": 95}


def cmyk():
    return Image.fromarray(SMOOTH).convert("CMYK"), "JPEG", {"quality": 95}


def transparent():
    picture = Image.fromarray(SMOOTH).convert("RGBA")
    picture.putalpha(128)
    return picture, "PNG", {}


def profiled():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return Image.fromarray(SMOOTH), "PNG", {"icc_profile": profile}


def webp():
    return Image.fromarray(SMOOTH), "WEBP", {"lossless": True}


@pytest.mark.parametrize("make", [turned, cmyk, transparent, profiled, webp])
def test_a_photo_is_sent_as_predict_sees_it(tmp_path, make):
    picture, kind, options = make()
    file = tmp_path / "photo"
    picture.save(file, kind, **options)

    sent = photo_to_send(file)

    seen = decode_photo(file.read_bytes(), ImageLimits())
    pixels = np.asarray(Image.open(io.BytesIO(sent.encoded)).convert("RGB"))
    assert pixels.shape == seen.shape
    assert np.abs(pixels.astype(int) - seen).mean() < 3
    assert sent.scale == 1


def test_a_plain_photo_is_sent_as_it_is(tmp_path):
    Image.fromarray(SMOOTH).save(tmp_path / "a.jpg", quality=80)
    assert photo_to_send(tmp_path / "a.jpg").encoded == (tmp_path / "a.jpg").read_bytes()


def test_a_large_photo_is_sent_smaller(tmp_path):
    Image.new("L", (8192, 64)).save(tmp_path / "wide.png")
    assert photo_to_send(tmp_path / "wide.png").scale == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "empty"), (b"<html>", "not a JPEG"), (None, "no such file")],
)
def test_what_is_no_photo_is_said(tmp_path, data, words):
    if data is not None:
        (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(BadImage, match=words):
        photo_to_send(tmp_path / "a.jpg")


def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path):
    Image.new("1", (20_000, 12_000)).save(tmp_path / "a.png")
    with pytest.raises(BadImage, match="more than the 220,000,000 allowed"):
        photo_to_send(tmp_path / "a.png")


def test_half_a_photo_is_said(tmp_path):
    Image.fromarray(SMOOTH).save(tmp_path / "a.jpg")
    data = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(BadImage, match="truncated JPEG"):
        photo_to_send(tmp_path / "a.jpg")
