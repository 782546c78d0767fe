import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components.imaging.decoding import (
    BadImage,
    ImageLimits,
    decode_photo,
    encode_jpeg,
    inspect_file,
    read_header,
    stored_form,
)

LIMITS = ImageLimits(max_bytes=200_000, max_pixels=100_000, min_side=16)
EXIF_ORIENTATION = 0x0112


def photo(height=60, width=90):
    """A photo whose four corners differ, so that every turn of it shows."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (250, 0, 0)
    pixels[: height // 2, width // 2 :] = (0, 250, 0)
    pixels[height // 2 :, : width // 2] = (0, 0, 250)
    return pixels


def noise(height=60, width=90):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def encoded(image, file_format, **options):
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def png_claiming(width, height):
    data = bytearray(encoded(Image.fromarray(photo(20, 20)), "PNG"))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    return bytes(data)


@pytest.mark.parametrize(("file_format", "options"), [("PNG", {}), ("WEBP", {"lossless": True})])
def test_lossless_photo_decodes_to_its_pixels(file_format, options):
    data = encoded(Image.fromarray(noise()), file_format, **options)
    np.testing.assert_array_equal(decode_photo(data, LIMITS), noise())


def test_jpeg_survives_encoding_nearly_unchanged():
    decoded = decode_photo(encode_jpeg(photo()), LIMITS)
    assert np.abs(decoded.astype(int) - photo()).mean() < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_undone(orientation):
    turned_by_camera = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, 1),
        7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
        8: lambda a: np.rot90(a, -1),
    }[orientation](photo())
    image = Image.fromarray(np.ascontiguousarray(turned_by_camera))
    exif = image.getexif()
    exif[EXIF_ORIENTATION] = orientation
    data = encoded(image, "PNG", exif=exif)

    np.testing.assert_array_equal(decode_photo(data, LIMITS), photo())
    header = read_header(data, LIMITS)
    assert (header.width, header.height, header.orientation) == (90, 60, orientation)
    stored, _, pixels = stored_form(data, LIMITS)
    assert read_header(stored, LIMITS).orientation == 1
    assert pixels.shape == (60, 90, 3)
    assert (stored == data) == (orientation == 1)


@pytest.mark.parametrize("orientation", [0, 9, 40_000])
def test_impossible_orientation_counts_as_upright(orientation):
    image = Image.fromarray(photo())
    exif = image.getexif()
    exif[EXIF_ORIENTATION] = orientation
    assert read_header(encoded(image, "PNG", exif=exif), LIMITS).orientation == 1


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "LA", "RGBA"])
def test_every_mode_becomes_rgb(mode):
    grey = Image.new("L", (30, 20), 255).convert(mode)
    data = encoded(grey, "JPEG" if mode == "CMYK" else "PNG")
    decoded = decode_photo(data, LIMITS)
    assert decoded.shape == (20, 30, 3)
    assert decoded.dtype == np.uint8
    assert decoded.min() >= 250


def test_sixteen_bit_grey_is_scaled_not_clipped():
    deep = np.tile(np.linspace(0, 65535, 40).astype(np.uint16), (20, 1))
    decoded = decode_photo(encoded(Image.fromarray(deep), "PNG"), LIMITS)
    np.testing.assert_allclose(decoded[0, :, 0], np.linspace(0, 255, 40), atol=1)


def test_transparency_is_laid_on_white():
    clear = Image.new("RGBA", (30, 20), (0, 0, 0, 0))
    assert (decode_photo(encoded(clear, "PNG"), LIMITS) == 255).all()


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_plain_photo_is_stored_as_it_came(mode):
    data = encoded(Image.fromarray(photo()).convert(mode), "PNG")
    assert stored_form(data, LIMITS)[:2] == (data, "png")


@pytest.mark.parametrize(
    ("file_format", "mode"), [("WEBP", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P")]
)
def test_photo_tensorflow_reads_differently_is_stored_as_jpeg(file_format, mode):
    data = encoded(Image.fromarray(photo()).convert(mode), file_format)
    stored, name, _ = stored_form(data, LIMITS)
    header = read_header(stored, LIMITS)
    assert (name, header.format, header.mode) == ("jpeg", "JPEG", "RGB")


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_truncated_photo_says_how_much_there_is(file_format, share, tmp_path):
    whole = encoded(Image.fromarray(noise()), file_format)
    data = whole[: int(len(whole) * share)]
    path = tmp_path / "photo"
    path.write_bytes(data)
    for check in (lambda: decode_photo(data, LIMITS), lambda: inspect_file(path, LIMITS)):
        with pytest.raises(BadImage, match=f"truncated {file_format}: .*{len(data):,}"):
            check()


def test_truncated_webp_says_how_much_there_should_be():
    whole = encoded(Image.fromarray(noise()), "WEBP")
    with pytest.raises(BadImage, match=f"truncated WEBP: 1,000 of {len(whole):,} bytes"):
        decode_photo(whole[:1000], LIMITS)


def test_jpeg_with_bytes_after_its_end_is_whole(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(encode_jpeg(photo()) + b"appended by a phone")
    assert inspect_file(path, LIMITS).width == 90


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the file is empty"),
        (b"no image at all", "not a JPEG, PNG, WebP or HEIC image"),
        (b"GIF89a" + bytes(100), "not a JPEG, PNG, WebP or HEIC image"),
        (encode_jpeg(photo())[:100], r"damaged or cut off in its header \(100 bytes\)"),
        (bytes(200_001), "200,001 bytes, more than the 200,000 allowed"),
        (png_claiming(400, 300), "400 x 300 pixels, more than the 100,000 allowed"),
        (png_claiming(60_000, 60_000), "60,000 x 60,000 pixels, more than .*: save it smaller"),
        (encoded(Image.new("RGB", (15, 40)), "PNG"), "15 x 40 pixels, smaller than 16 on a side"),
    ],
)
def test_bad_photo_gets_a_sentence(data, sentence, tmp_path):
    path = tmp_path / "photo"
    path.write_bytes(data)
    for check in (decode_photo, read_header):
        with pytest.raises(BadImage, match=sentence):
            check(data, LIMITS)
    with pytest.raises(BadImage, match=sentence):
        inspect_file(path, LIMITS)


def test_png_that_does_not_decompress_is_corrupt():
    data = bytearray(encoded(Image.fromarray(photo()), "PNG"))
    data[data.index(b"IDAT") + 6] = 0xFF  # no such kind of compressed block
    with pytest.raises(BadImage, match=r"corrupt PNG: its [\d,]+ bytes do not decode"):
        decode_photo(bytes(data), LIMITS)


def test_broken_exif_leaves_good_pixels_alone():
    data = encoded(Image.fromarray(photo()), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    assert decode_photo(data, LIMITS).shape == (60, 90, 3)


def test_of_broken_exif_nothing_is_said(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(
        encoded(Image.fromarray(photo()), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    )
    code = (
        "from pathlib import Path; from components.imaging.decoding import *; "
        f"inspect_file(Path({str(path)!r}), ImageLimits()); "
        f"decode_photo(Path({str(path)!r}).read_bytes(), ImageLimits())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert run.stdout + run.stderr == ""


def test_missing_file_is_a_bad_image(tmp_path):
    with pytest.raises(BadImage, match="cannot be read"):
        inspect_file(tmp_path / "nothing.jpg", LIMITS)


@settings(max_examples=100)
@given(data=st.data())
def test_damaged_bytes_decode_or_are_refused(data):
    file_format = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))
    whole = bytearray(encoded(Image.fromarray(noise(20, 24)), file_format))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=8)):
        whole[place] = data.draw(st.integers(0, 255))
    try:
        pixels = decode_photo(bytes(whole), LIMITS)
    except BadImage as error:
        assert str(error)
    else:
        assert pixels.ndim == 3 and pixels.shape[2] == 3
