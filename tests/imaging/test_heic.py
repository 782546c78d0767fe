import io
import sys
import types

import numpy as np
import pytest
from PIL import Image

from components.imaging import decoding
from components.imaging.decoding import (
    BadImage,
    ImageLimits,
    decode_photo,
    inspect_file,
    read_header,
    stored_form,
)

LIMITS = ImageLimits()
HEIC = b"\0\0\0\x18ftypheic" + bytes(99)


@pytest.fixture(autouse=True)
def looked_up_anew():
    decoding._reads_heic.cache_clear()
    yield
    decoding._reads_heic.cache_clear()


def test_without_the_package_a_sentence_names_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    path = tmp_path / "IMG_0001.heic"
    path.write_bytes(HEIC)

    for read in (lambda: decode_photo(HEIC, LIMITS), lambda: inspect_file(path, LIMITS)):
        with pytest.raises(BadImage, match=r"a HEIC photo: pip install pillow-heif .* as JPEG"):
            read()


def test_avif_is_not_read():
    with pytest.raises(BadImage, match="an AVIF photo, which is not read: save it as JPEG"):
        decode_photo(b"\0\0\0\x18ftypavif" + bytes(99), LIMITS)


def test_a_jpeg_by_that_name_needs_no_package(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    path = tmp_path / "photo.HEIC"
    Image.new("RGB", (30, 20)).save(path, "JPEG")
    assert inspect_file(path, LIMITS).format == "JPEG"


def test_damage_is_told_where_the_package_is_there(monkeypatch):
    opener = types.SimpleNamespace(register_heif_opener=lambda: None)
    monkeypatch.setitem(sys.modules, "pillow_heif", opener)
    with pytest.raises(BadImage, match="damaged or cut off in its header"):
        decode_photo(HEIC, LIMITS)


def test_a_heic_photo_is_read_upright_in_srgb_and_stored_as_jpeg():
    pytest.importorskip("pillow_heif").register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    Image.fromarray(np.full((64, 96, 3), (200, 40, 40), np.uint8)).save(
        buffer, "HEIF", exif=exif.tobytes(), quality=95
    )
    data = buffer.getvalue()

    header = read_header(data, LIMITS)
    assert (header.format, header.width, header.height) == ("HEIF", 64, 96)
    pixels = decode_photo(data, LIMITS)
    assert pixels.shape == (96, 64, 3)
    assert pixels.mean(axis=(0, 1)).tolist() == pytest.approx([200, 40, 40], abs=5)
    assert stored_form(data, LIMITS)[1] == "jpeg"
    with pytest.raises(BadImage):
        decode_photo(data[: len(data) // 2], LIMITS)
