"""Whatever a phone or a person hands over: an answer, or one line that says why there is none."""

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from components.imaging.decoding import LONGEST_SIDE, BadImage
from components.imaging.open_photo import open_photo

SIDE = 128
"""The input of the tiny release: photos of that size are not resized, and phone and server agree
to the last digit."""


def blocks() -> Image.Image:
    pixels = np.random.default_rng(11).integers(0, 255, (16, 16, 3), np.uint8)
    return Image.fromarray(np.kron(pixels, np.ones((8, 8, 1), np.uint8)))


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(blocks().crop((0, 0, 128, 96)), "JPEG", exif=exif.tobytes())


def sixteen_bit() -> bytes:
    grey = np.asarray(blocks().convert("L")).astype(np.uint16) * 257
    return encoded(Image.fromarray(grey), "PNG")


def see_through() -> bytes:
    image = blocks().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return encoded(image, "PNG")


def two_frames(kind: str) -> bytes:
    other = Image.new("RGB", (SIDE, SIDE), "red")
    return encoded(blocks(), kind, save_all=True, append_images=[other], lossless=True)


def bomb() -> bytes:
    """A PNG of a few bytes that says it has ten thousand million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


SQUARE = (SIDE, SIDE)
READ = [
    ("a JPEG as phones take them", lambda: encoded(blocks(), "JPEG"), SQUARE),
    ("a JPEG that comes in passes", lambda: encoded(blocks(), "JPEG", progressive=True), SQUARE),
    ("a PNG", lambda: encoded(blocks(), "PNG"), SQUARE),
    ("a WebP", lambda: encoded(blocks(), "WEBP"), SQUARE),
    ("held upright, stored lying", turned, (96, 128)),
    ("grey", lambda: encoded(blocks().convert("L"), "JPEG"), SQUARE),
    ("in printers' colours", lambda: encoded(blocks().convert("CMYK"), "JPEG"), SQUARE),
    ("grey with 16 bits", sixteen_bit, SQUARE),
    ("black and white", lambda: encoded(blocks().convert("1"), "PNG"), SQUARE),
    ("partly transparent", see_through, SQUARE),
    ("with a palette", lambda: encoded(blocks().convert("P"), "PNG"), SQUARE),
    (
        "with a palette and a transparent colour",
        lambda: encoded(blocks().convert("P"), "PNG", transparency=0),
        SQUARE,
    ),
    ("an animated PNG, its first picture", lambda: two_frames("PNG"), SQUARE),
    ("an animated WebP, its first picture", lambda: two_frames("WEBP"), SQUARE),
    ("huge", lambda: encoded(Image.new("RGB", (8000, 6000), "grey"), "JPEG"), (8000, 6000)),
    ("a panorama", lambda: encoded(Image.new("RGB", (6000, 60), "grey"), "JPEG"), (6000, 60)),
    ("tiny", lambda: encoded(blocks().resize((16, 16)), "PNG"), (16, 16)),
]
REFUSED = [
    ("empty", lambda: b"", "the file is empty"),
    ("a text", lambda: b"no picture at all", "not a JPEG, PNG, WebP or HEIC image"),
    ("a GIF", lambda: encoded(blocks(), "GIF"), "not a JPEG, PNG, WebP or HEIC image"),
    ("as iPhones store", lambda: b"\0\0\0\x18ftypheic" + bytes(99), "HEIC.* save it as JPEG"),
    ("a truncated JPEG", lambda: encoded(blocks(), "JPEG")[:-900], "truncated JPEG"),
    ("a truncated PNG", lambda: encoded(blocks(), "PNG")[:-100], "truncated PNG|corrupt PNG"),
    ("a truncated WebP", lambda: encoded(blocks(), "WEBP")[:-100], "truncated WEBP"),
    ("a decompression bomb", bomb, "100,000 x 100,000 pixels, more than the 220,000,000 allowed"),
    ("too small", lambda: encoded(blocks().resize((8, 8)), "PNG"), "8 x 8 pixels, smaller than 16"),
]


def shrunk(size):
    """Return height and width of what is decoded of a photo of this width and height."""
    scale = min(1, LONGEST_SIDE / max(size))
    return round(size[1] * scale), round(size[0] * scale)


def names(table):
    return [row[0] for row in table]


@pytest.mark.parametrize(("what", "make", "size"), READ, ids=names(READ))
def test_a_photo_is_read_upright_and_in_colour(tmp_path, what, make, size):
    path = tmp_path / "photo"
    path.write_bytes(make())

    photo = open_photo(path)
    pixels = photo.pixels

    assert (photo.width, photo.height, pixels.dtype) == (*size, np.uint8)
    assert pixels.shape == (*shrunk(size), 3)
    if size == SQUARE and what not in ("black and white", "partly transparent"):
        grey = np.asarray(blocks().convert("L")).astype(int)
        again = np.asarray(Image.fromarray(pixels).convert("L")).astype(int)
        assert np.abs(grey - again).mean() < 16


@pytest.mark.parametrize(("what", "make", "said"), REFUSED, ids=names(REFUSED))
def test_what_is_no_photo_is_refused_in_one_line(tmp_path, what, make, said):
    path = tmp_path / "photo"
    path.write_bytes(make())

    with pytest.raises(BadImage, match=said) as failure:
        open_photo(path)

    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("gone.jpg", "no such file"),
        (".", "a folder, not a photo"),
        ("pipe", "a pipe or a device, not a photo"),
        ("x" * 300, "cannot be read: File name too long"),
        ("shelf.jpg/photo.jpg", "cannot be read: Not a directory"),
    ],
)
def test_what_is_no_file_is_refused_in_one_line(tmp_path, path, said):
    (tmp_path / "shelf.jpg").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(BadImage, match=said):
        open_photo(tmp_path / path)


def test_a_file_that_may_not_be_read_is_refused_in_one_line(tmp_path, monkeypatch):
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(blocks(), "JPEG"))

    def forbidden(self):
        raise PermissionError(13, "Permission denied")

    # Not by chmod: whoever runs tests as root may read everything.
    monkeypatch.setattr(Path, "read_bytes", forbidden)

    with pytest.raises(BadImage, match="cannot be read: Permission denied"):
        open_photo(path)


@pytest.mark.tfx
def test_in_one_batch_none_harms_another_and_phone_and_server_agree(release_dir, tmp_path):
    from components.predict.load_predictor import load_predictor
    from components.predict.predictor import predict_with

    photos, sizes = [], []
    for number, (_, make, outcome) in enumerate([*REFUSED, *READ, *REFUSED]):
        photos.append(tmp_path / f"{number}.jpg")
        photos[-1].write_bytes(make())
        sizes.append(None if isinstance(outcome, str) else outcome)

    server = list(predict_with(load_predictor(release_dir, "serving"), photos))
    phone = list(predict_with(load_predictor(release_dir, "edge"), photos))

    for path, size, ours, theirs in zip(photos, sizes, server, phone, strict=True):
        assert ours.photo == theirs.photo == str(path)
        assert ours.error == theirs.error
        assert (ours.error is None) == (size is not None)
        assert (ours.width, ours.height) == (theirs.width, theirs.height) == (size or (0, 0))
        if size == SQUARE:
            assert ours.detections
            for one, other in zip(ours.detections, theirs.detections, strict=True):
                assert one.sku == other.sku
                assert one.score == pytest.approx(other.score, abs=1e-3)
                assert one.box == pytest.approx(other.box, abs=0.5)
