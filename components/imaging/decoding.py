"""Decodes untrusted photos.

Every photo, packshot or shelf, enters through this module: its size is bounded before a pixel is
decoded, it comes out upright and as RGB, and every failure is a `BadImage` with a sentence.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

# The bound below is stricter than Pillow's, and refuses where Pillow only warns.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

FORMATS = ("JPEG", "PNG", "WEBP")
"""What is read. Other decoders of Pillow stay closed to untrusted bytes."""

_SIGNATURE_BYTES = 12
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")
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
        max_pixels: Largest width times height; a decoded photo takes three bytes per pixel.
        min_side: Smallest width and height, pixels.
    """

    max_bytes: int = 30_000_000
    max_pixels: int = 50_000_000
    min_side: int = 16


ALREADY_CHECKED = ImageLimits(max_bytes=sys.maxsize, max_pixels=sys.maxsize, min_side=1)
"""For photos out of examples: the ExampleGen that wrote them held them to the user's limits."""


@dataclass(frozen=True)
class ImageHeader:
    """What the first bytes of a photo say.

    Attributes:
        format: ``"JPEG"``, ``"PNG"`` or ``"WEBP"``.
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

    Reads the header and the last bytes. A photo that does not end as its format demands is decoded
    to know for certain. Damage in the middle is found when the photo is decoded for use.

    Raises:
        BadImage: The file cannot be read, is no photo, breaks a limit, or is cut off.
    """
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            header = _header(_opened(stream, size, limits))
            stream.seek(-min(size, _SIGNATURE_BYTES), os.SEEK_END)
            if not _ends_well(header.format, stream.read()):
                stream.seek(0)
                decode_photo(stream.read(), limits)
            return header
    except OSError as error:
        raise BadImage(f"cannot be read ({error.strerror or 'input/output error'})") from error


def decode_photo(data: bytes, limits: ImageLimits) -> np.ndarray:
    """Decode an encoded photo, upright.

    Transparency is laid on white, the background of packshots.

    Args:
        data: Encoded JPEG, PNG or WebP.
        limits: Bounds checked before decoding.

    Returns:
        uint8 `[H, W, 3]`, RGB, EXIF orientation applied.

    Raises:
        BadImage: The bytes are no photo, it breaks a limit, or it is truncated or corrupt.
    """
    image = _opened(io.BytesIO(data), len(data), limits)
    header = _header(image)
    try:
        image.load()
        if header.orientation != _UPRIGHT:
            image = image.transpose(_TRANSPOSE[header.orientation])
        return _to_rgb(image)
    except Exception as error:  # decoders raise nearly anything on hostile bytes
        raise BadImage(_why(error, header.format, len(data))) from error


def encode_jpeg(array: np.ndarray, quality: int = 92) -> bytes:
    """Encode uint8 `[H, W, 3]` RGB as JPEG; the same pixels always give the same bytes."""
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def stored_form(data: bytes, limits: ImageLimits) -> tuple[bytes, str, np.ndarray]:
    """Return a photo as examples store it: upright, and readable by TensorFlow.

    The bytes stay as they came unless the photo is turned, or in a mode or format that TensorFlow
    decodes differently; then it is encoded once more as JPEG.

    Returns:
        Encoded bytes, their format (``"jpeg"`` or ``"png"``), and the pixels uint8 `[H, W, 3]`.

    Raises:
        BadImage: As `decode_photo`.
    """
    header = read_header(data, limits)
    pixels = decode_photo(data, limits)
    as_it_came = (
        header.orientation == _UPRIGHT
        and header.mode in ("RGB", "L")
        and not header.transparent
        and header.format in ("JPEG", "PNG")
    )
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
    try:
        image = Image.open(stream, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise BadImage(
            f"decompression bomb: more pixels than the {limits.max_pixels:,} allowed"
        ) from error
    except Exception as error:  # decoders raise nearly anything on hostile bytes
        if head.startswith((b"\xff\xd8", b"\x89PNG", b"RIFF")):
            raise BadImage(f"damaged or cut off in its header ({size:,} bytes)") from error
        if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
            raise BadImage("a HEIC or AVIF photo, which is not read: save it as JPEG") from error
        raise BadImage("not a JPEG, PNG or WebP image") from error
    width, height = image.size
    if width * height > limits.max_pixels:
        raise BadImage(
            f"decompression bomb: {width:,} x {height:,} pixels, "
            f"more than the {limits.max_pixels:,} allowed"
        )
    if min(width, height) < limits.min_side:
        raise BadImage(f"{width} x {height} pixels, smaller than {limits.min_side} on a side")
    return image


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


def _to_rgb(image: Image.Image) -> np.ndarray:
    if image.mode.startswith("I"):
        # 16-bit grey. Pillow's own conversion clips at 255 instead of scaling.
        wide = np.asarray(image).astype(np.int64)
        grey = np.clip(wide // 257, 0, 255).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        white = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, layered)
    return np.array(image.convert("RGB"), dtype=np.uint8)


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
    return True  # a WebP's length was compared with its header


def _why(error: Exception, file_format: str, size: int) -> str:
    if "truncated" in str(error).lower() or isinstance(error, EOFError):
        return f"truncated {file_format}: the file ends after {size:,} bytes, inside the picture"
    return f"corrupt {file_format}: its {size:,} bytes do not decode"
