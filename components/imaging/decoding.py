"""Decodes untrusted photos.

Every photo, packshot or shelf, enters through this module: its size is bounded before a pixel is
decoded, it comes out upright, in sRGB and no larger than is of use, and every failure is a
`BadImage` with a sentence.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
import threading
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from components.imaging.colours import is_srgb, profile_of, to_srgb
from components.imaging.regular_file import NoRegularFile, regular_size
from components.imaging.whole_file import CUT_OFF, DAMAGED, fault_of

# `ImageLimits` bounds pixels, and before one is decoded.
Image.MAX_IMAGE_PIXELS = None
# What Pillow thinks of broken EXIF would come between a program's own lines.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

FORMATS = ("JPEG", "PNG", "WEBP")
"""What is always read. Other decoders of Pillow stay closed to untrusted bytes."""

LONGEST_SIDE = 4096
"""Of decoded photos, in pixels: larger ones come out smaller. The network scales photos down to a
fraction of it anyway, and a phone's photo of 200 megapixels would take 2.4 GB as floats."""

_HEIF = "HEIF"  # read where `pillow-heif` is installed
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")
_SIGNATURE_BYTES = 12

_ROWS_AT_ONCE = 512
# Not two large photos at once, however many threads read: decoders take up to 16 bytes a pixel.
_LARGE = 30_000_000
_one_large = threading.Lock()
_EXIF_ORIENTATION = 0x0112
_UPRIGHT = 1
_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SWAPS_SIDES = frozenset({5, 6, 7, 8})


class BadImage(Exception):
    """A photo that cannot be used. The message says why, and nothing of the decoder's insides."""


@dataclass(frozen=True)
class ImageLimits:
    """Bounds that a photo must keep before it is decoded.

    Attributes:
        max_bytes: Largest encoded size, bytes.
        max_pixels: Largest width times height. Phones take photos of up to 200 megapixels.
        min_side: Smallest width and height, pixels.
    """

    max_bytes: int = 100_000_000
    max_pixels: int = 220_000_000
    min_side: int = 16


ALREADY_CHECKED = ImageLimits(max_bytes=sys.maxsize, max_pixels=sys.maxsize, min_side=1)
"""For photos out of examples: the ExampleGen that wrote them held them to the user's limits."""


@dataclass(frozen=True)
class ImageHeader:
    """What the first bytes of a photo say.

    Attributes:
        format: ``"JPEG"``, ``"PNG"``, ``"WEBP"`` or ``"HEIF"``.
        mode: Pillow's pixel mode, for example ``"RGB"`` or ``"CMYK"``.
        width: Width in pixels as displayed (after EXIF orientation).
        height: Height in pixels as displayed.
        orientation: EXIF orientation, 1 to 8; 1 is upright.
        transparent: Whether any pixel may be see-through.
    """

    format: str
    mode: str
    width: int
    height: int
    orientation: int
    transparent: bool


def read_header(data: bytes, limits: ImageLimits) -> ImageHeader:
    """Return what the header says, without decoding a pixel.

    Raises:
        BadImage: The bytes are no photo, or it breaks a limit.
    """
    return _header(_opened(io.BytesIO(data), len(data), limits))


def inspect_file(path: Path, limits: ImageLimits) -> ImageHeader:
    """Check a photo file without decoding it, where its end shows that it is whole.

    Reads the header and the last bytes, and all of a photo that does not end as its format demands.
    Damage in the middle is found when the photo is decoded for use.

    Raises:
        BadImage: The file cannot be read, is no photo, breaks a limit, or is cut off.
    """
    try:
        size = regular_size(path)
        with path.open("rb") as stream:
            header = _header(_opened(stream, size, limits))
            stream.seek(-min(size, _SIGNATURE_BYTES), os.SEEK_END)
            if not _ends_well(header.format, stream.read()):
                stream.seek(0)
                _check_whole(stream.read(), header.format)
            return header
    except NoRegularFile as error:
        raise BadImage("a pipe or a device, not a photo") from error
    except OSError as error:
        raise BadImage(f"cannot be read ({error.strerror or 'input/output error'})") from error


def decode_photo(data: bytes, limits: ImageLimits) -> np.ndarray:
    """Decode an encoded photo: upright, in sRGB, and with no side beyond `LONGEST_SIDE`.

    Transparency is laid on white, the background of packshots.

    Args:
        data: Encoded JPEG, PNG, WebP, or HEIC where `pillow-heif` is installed.
        limits: Bounds checked before decoding.

    Returns:
        uint8 `[H, W, 3]`, RGB. `read_header` tells the photo's own size.

    Raises:
        BadImage: The bytes are no photo, it breaks a limit, or it is truncated or corrupt.
    """
    return _decode(_opened(io.BytesIO(data), len(data), limits), data)


def encode_jpeg(array: np.ndarray, quality: int = 92) -> bytes:
    """Encode uint8 `[H, W, 3]` RGB as JPEG; the same pixels always give the same bytes."""
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def stored_form(data: bytes, limits: ImageLimits) -> tuple[bytes, str, np.ndarray]:
    """Return a photo as examples store it and servers are sent it: TensorFlow decodes it rightly.

    The bytes stay as they came unless the photo is turned, larger than `LONGEST_SIDE`, in colours
    other than sRGB, or in a mode or format that TensorFlow decodes differently or not at all; then
    it is encoded once more as JPEG.

    Returns:
        Encoded bytes, their format (``"jpeg"`` or ``"png"``), and the pixels uint8 `[H, W, 3]`.

    Raises:
        BadImage: As `decode_photo`.
    """
    image = _opened(io.BytesIO(data), len(data), limits)
    header = _header(image)
    as_it_came = (
        header.orientation == _UPRIGHT
        and max(header.width, header.height) <= LONGEST_SIDE
        and header.mode in ("RGB", "L")
        and not header.transparent
        and header.format in ("JPEG", "PNG")
        and is_srgb(profile_of(image), header.mode)
    )
    pixels = _decode(image, data)
    if as_it_came:
        return data, header.format.lower(), pixels
    return encode_jpeg(pixels, quality=95), "jpeg", pixels


def _opened(stream: BinaryIO, size: int, limits: ImageLimits) -> Image.Image:
    """Open a photo of `size` bytes at its header, and hold it to the limits."""
    if size == 0:
        raise BadImage("the file is empty")
    if size > limits.max_bytes:
        raise BadImage(f"{size:,} bytes, more than the {limits.max_bytes:,} allowed")
    head = stream.read(_SIGNATURE_BYTES)
    stream.seek(0)
    promised = _promised_size(head)
    if promised is not None and size < promised:
        raise BadImage(f"truncated WEBP: {size:,} of {promised:,} bytes")
    brand = head[8:12] if head[4:8] == b"ftyp" else b""
    if brand in _AVIF_BRANDS:
        raise BadImage("an AVIF photo, which is not read: save it as JPEG")
    is_heic = brand in _HEIC_BRANDS
    if is_heic and not _reads_heic():
        raise BadImage("a HEIC photo: pip install pillow-heif to read it, or save it as JPEG")
    try:
        image = Image.open(stream, formats=[_HEIF] if is_heic else FORMATS)
    except Exception as error:  # decoders raise nearly anything on hostile bytes
        if is_heic or head.startswith((b"\xff\xd8", b"\x89PNG", b"RIFF")):
            raise BadImage(f"damaged or cut off in its header ({size:,} bytes)") from error
        raise BadImage("not a JPEG, PNG, WebP or HEIC image") from error
    width, height = image.size
    if width * height > limits.max_pixels:
        raise BadImage(
            f"{width:,} x {height:,} pixels, more than the {limits.max_pixels:,} allowed: "
            "save it smaller"
        )
    if min(width, height) < limits.min_side:
        raise BadImage(f"{width} x {height} pixels, smaller than {limits.min_side} on a side")
    return image


@lru_cache(maxsize=1)
def _reads_heic() -> bool:
    """Return whether photos of iPhones can be read, and make Pillow read them."""
    try:
        importlib.import_module("pillow_heif").register_heif_opener()
    except ImportError:
        return False
    return True


def _header(image: Image.Image) -> ImageHeader:
    orientation = _orientation(image)
    width, height = image.size
    if orientation in _SWAPS_SIDES:
        width, height = height, width
    # Phones append a second picture to a JPEG; Pillow calls such a file MPO.
    file_format = "JPEG" if image.format == "MPO" else str(image.format)
    return ImageHeader(
        file_format, image.mode, width, height, orientation, image.has_transparency_data
    )


def _orientation(image: Image.Image) -> int:
    # Not `image.getexif()`: for a PNG it decodes the picture, and its failure would be mistaken
    # for broken EXIF.
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif", b""))
        orientation = int(exif.get(_EXIF_ORIENTATION, _UPRIGHT))
    except Exception:  # broken EXIF is no reason to refuse good pixels
        return _UPRIGHT
    return orientation if orientation in _TRANSPOSE else _UPRIGHT


def _decode(image: Image.Image, data: bytes) -> np.ndarray:
    """Return the pixels of an opened photo as `decode_photo` does."""
    header = _header(image)
    _check_whole(data, header.format)
    profile = profile_of(image)
    try:
        if header.width * header.height > _LARGE:
            with _one_large:
                image = _flat_and_small(image, header.format)
        else:
            image = _flat_and_small(image, header.format)
        if header.orientation != _UPRIGHT:
            image = image.transpose(_TRANSPOSE[header.orientation])
        return np.array(to_srgb(image, profile), dtype=np.uint8)
    except Exception as error:  # decoders raise nearly anything on hostile bytes
        raise BadImage(_why(error, header.format, len(data))) from error


def _flat_and_small(image: Image.Image, file_format: str) -> Image.Image:
    """Decode; return the picture without transparency, no side beyond `LONGEST_SIDE`."""
    longest = max(image.size)
    if longest <= LONGEST_SIDE:
        image.load()
        return _flat(image)
    width, height = (max(1, round(side * LONGEST_SIDE / longest)) for side in image.size)
    if file_format == "JPEG":
        image.draft(image.mode, (width, height))
    image.load()
    return _reduced(image, max(image.size) // LONGEST_SIDE).resize(
        (width, height), Image.Resampling.BILINEAR
    )


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Return a decoded picture without transparency, each side divided by `factor`.

    A strip at a time: the picture itself takes four bytes a pixel, and every copy as much again.
    """
    strips = []
    for top in range(0, image.height, _ROWS_AT_ONCE * factor):
        bottom = min(top + _ROWS_AT_ONCE * factor, image.height)
        strips.append(_flat(image.crop((0, top, image.width, bottom))).reduce(factor))
    whole = Image.new(strips[0].mode, (strips[0].width, sum(each.height for each in strips)))
    top = 0
    for each in strips:
        whole.paste(each, (0, top))
        top += each.height
    return whole


def _flat(image: Image.Image) -> Image.Image:
    """Return a picture of mode L, RGB or CMYK, transparency laid on white."""
    if image.mode.startswith("I"):
        # 16-bit grey. Pillow's own conversion clips at 255 instead of scaling.
        wide = np.asarray(image).astype(np.int64)
        return Image.fromarray(np.clip(wide // 257, 0, 255).astype(np.uint8))
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        white = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, layered).convert("RGB")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _check_whole(data: bytes, file_format: str) -> None:
    if fault := fault_of(data, file_format):
        raise BadImage(fault)


def _promised_size(head: bytes) -> int | None:
    """Return the file size a WebP header declares; JPEG and PNG declare none."""
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    return int.from_bytes(head[4:8], "little") + 8


def _ends_well(file_format: str, tail: bytes) -> bool:
    if file_format == "JPEG":
        return tail.endswith(b"\xff\xd9")
    if file_format == "PNG":
        return tail.endswith(b"IEND\xaeB`\x82")
    return any(tail)  # a WebP's length was compared with its header


def _why(error: Exception, file_format: str, size: int) -> str:
    cut_off = "truncated" in str(error).lower() or isinstance(error, EOFError)
    return (CUT_OFF if cut_off else DAMAGED).format(format=file_format, size=size)
