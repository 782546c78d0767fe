import io

import numpy as np
import pytest
from PIL import Image

from components.imaging import decoding
from components.imaging.decoding import (
    LONGEST_SIDE,
    ImageLimits,
    decode_photo,
    read_header,
    stored_form,
)

LIMITS = ImageLimits()


def gradient(width: int, height: int) -> Image.Image:
    """A picture on which every place has another colour, so that each part must come out right."""
    across, down = np.linspace(0, 255, width), np.linspace(0, 255, height)
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = across, down[:, None], 100
    return Image.fromarray(pixels)


def encoded(image: Image.Image, file_format: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("mode", "file_format"),
    [
        ("RGB", "JPEG"),
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("RGB", "PNG"),
        ("RGBA", "PNG"),
        ("P", "PNG"),
    ],
)
@pytest.mark.parametrize("size", [(300, 200), (201, 477), (133, 60)])
def test_a_large_photo_comes_out_smaller_and_whole(monkeypatch, mode, file_format, size):
    monkeypatch.setattr(decoding, "LONGEST_SIDE", 64)
    monkeypatch.setattr(decoding, "_ROWS_AT_ONCE", 8)
    image = gradient(*size)
    data = encoded(image.convert(mode), file_format)

    pixels = decode_photo(data, LIMITS)

    small = [round(side * 64 / max(size)) for side in size]
    as_decoded = image.convert(mode).convert("RGB")
    expected = np.asarray(as_decoded.resize(small, Image.Resampling.BILINEAR))
    assert pixels.shape == expected.shape
    assert max(pixels.shape) == 64
    difference = np.abs(pixels.astype(int) - expected)
    assert difference.mean() < (8 if mode in ("P", "CMYK") else 3)
    stored, kind, again = stored_form(data, LIMITS)
    assert kind == "jpeg" and again.shape == pixels.shape
    header = read_header(stored, LIMITS)
    assert (header.height, header.width) == pixels.shape[:2]


def test_a_photo_of_200_megapixels_is_read_in_little_memory():
    data = encoded(Image.new("RGB", (16_320, 12_240), (90, 120, 30)), "JPEG", quality=30)

    assert (read_header(data, LIMITS).width, read_header(data, LIMITS).height) == (16_320, 12_240)
    pixels = decode_photo(data, LIMITS)

    assert pixels.shape == (LONGEST_SIDE * 3 // 4, LONGEST_SIDE, 3)


def test_a_turned_large_photo_keeps_its_own_size_upright(monkeypatch):
    monkeypatch.setattr(decoding, "LONGEST_SIDE", 64)
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(gradient(300, 200), "JPEG", exif=exif)

    header = read_header(data, LIMITS)
    assert (header.width, header.height) == (200, 300)
    assert decode_photo(data, LIMITS).shape == (64, 43, 3)
