"""Prepares photos for a server as `oneshelf predict` does; its text is put into each client.

A server takes the pixels as they lie in the file: it looks at neither EXIF nor colour profiles. So
clients send photos upright and in sRGB. Needs Pillow, and nothing of OneShelf.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, NamedTuple

LONGEST_SIDE = 4096
MAX_PIXELS = 220_000_000


class BadPhoto(Exception):
    """A photo that cannot be sent. The message says why in one line."""


class PreparedPhoto(NamedTuple):
    """What to send of a photo.

    Attributes:
        encoded: JPEG or PNG: upright, in sRGB, no side beyond `LONGEST_SIDE`.
        scale: Pixels of the photo as displayed per pixel sent.
    """

    encoded: bytes
    scale: float


def prepared(path: Path) -> PreparedPhoto:
    """Return a photo as the server wants it; the bytes of the file where they will do.

    Raises:
        BadPhoto: The file cannot be read, or is no photo.
    """
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise SystemExit("Pillow is not installed: pip install pillow") from None
    try:
        from pillow_heif import register_heif_opener

        register_heif_opener()
    except ImportError:
        pass
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadPhoto(f"cannot be read ({error.strerror})") from None
    Image.MAX_IMAGE_PIXELS = None  # bounded below, before a pixel is decoded
    try:
        picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "HEIF"))
    except Exception:
        raise BadPhoto("not a JPEG, PNG or WebP image") from None
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise BadPhoto(f"{width:,} x {height:,} pixels, more than the {MAX_PIXELS:,} allowed")
    try:
        plain = picture.format in ("JPEG", "PNG") and picture.mode in ("RGB", "L", "I;16", "I")
        turned = picture.getexif().get(0x0112, 1) in range(2, 9)
        profile, longest = picture.info.get("icc_profile"), max(picture.size)
        changed = turned or profile or picture.has_transparency_data or longest > LONGEST_SIDE
        picture.load()
        if plain and not changed:
            return PreparedPhoto(data, 1.0)
        upright = _in_srgb(ImageOps.exif_transpose(picture), profile)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        sent = io.BytesIO()
        upright.save(sent, "JPEG", quality=95, subsampling=0)
        return PreparedPhoto(sent.getvalue(), longest / max(upright.size))
    except Exception:  # decoders raise nearly anything on damaged bytes
        raise BadPhoto(f"damaged or cut off ({len(data):,} bytes)") from None


def in_own_pixels(answer: dict[str, Any], scale: float) -> dict[str, Any]:
    """Return an answer with its boxes in pixels of the photo as displayed."""
    for each in answer.get("detections", ()):
        each["box"] = [side * scale for side in each["box"]]
    return answer


def _in_srgb(picture: Any, profile: bytes | None) -> Any:
    """Return a Pillow picture in sRGB, transparency laid on white."""
    from PIL import Image, ImageCms

    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        white = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(white, layered).convert("RGB")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
            return converted or picture
        except ImageCms.PyCMSError:  # a broken profile is no reason to refuse good pixels
            pass
    return picture.convert("RGB")
