"""Colours as sRGB, whatever the numbers in a file stand for.

Phones embed the profile Display P3, cameras Adobe RGB. The network knows sRGB, and a decoder hands
over numbers: without conversion the same pack has other colours on every device.
"""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

from components.imaging.adobe_rgb import adobe_rgb_profile, says_adobe_rgb

_MODES = ("L", "RGB", "CMYK")
_ROUNDING = 2  # of 255: profiles that call themselves sRGB differ by as much


def profile_of(image: Image.Image) -> bytes | None:
    """Return the ICC profile of a photo's colours; None where the file names no other than sRGB."""
    profile: bytes | None = image.info.get("icc_profile")
    if profile is None and image.mode == "RGB" and says_adobe_rgb(image.info.get("exif", b"")):
        return adobe_rgb_profile()
    return profile


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture as RGB in sRGB.

    Args:
        image: Of mode L, RGB or CMYK.
        profile: The ICC profile of its colours; without one they are taken for sRGB.
    """
    transform = _transform(profile, image.mode) if profile else None
    if transform is None:
        return image.convert("RGB")
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None  # it is where the image is converted in its place
    return converted


def is_srgb(profile: bytes | None, mode: str) -> bool:
    """Return whether the numbers of a picture are sRGB as they stand."""
    return not profile or mode not in _MODES or _transform(profile, mode) is None


@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return what converts colours to sRGB; None where they are that already.

    A broken profile, or one of another kind of picture, is no reason to refuse good pixels; every
    program that shows the photo passes over it, too.
    """
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            # White stays white: packshots stand on it.
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    if mode == "CMYK":
        return transform
    levels = np.arange(0, 256, 15, dtype=np.uint8)
    grid = levels[None]
    if mode == "RGB":
        grid = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, -1, 3)
    colours = Image.fromarray(np.ascontiguousarray(grid))
    same = np.asarray(colours.convert("RGB")).astype(int)
    converted = np.asarray(ImageCms.applyTransform(colours, transform)).astype(int)
    return transform if np.abs(converted - same).max() > _ROUNDING else None
