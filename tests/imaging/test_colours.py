import io

import icc
import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms

from components.imaging.decoding import ImageLimits, decode_photo, stored_form

LIMITS = ImageLimits()


def colours() -> Image.Image:
    """A picture of many colours and some white, such as a packshot."""
    levels = np.arange(0, 256, 51, dtype=np.uint8)
    grid = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(12, 18, 3)
    return Image.fromarray(np.kron(grid, np.ones((4, 4, 1), np.uint8)))


def in_space(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the same colours as a camera with that profile would write them."""
    srgb, theirs = ImageCms.createProfile("sRGB"), ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return ImageCms.profileToProfile(image, srgb, theirs)


def encoded(image: Image.Image, file_format: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def farthest(pixels: np.ndarray, image: Image.Image) -> int:
    return int(np.abs(pixels.astype(int) - np.asarray(image.convert("RGB")).astype(int)).max())


@pytest.mark.parametrize(
    "profile", [icc.ADOBE_RGB, icc.DISPLAY_P3], ids=["Adobe RGB", "Display P3"]
)
@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("WEBP", {"lossless": True})])
def test_colours_of_other_spaces_come_out_as_srgb(profile, kind, options):
    theirs = in_space(colours(), profile)
    assert farthest(np.asarray(theirs), colours()) > 30

    data = encoded(theirs, kind, icc_profile=profile, **options)

    assert farthest(decode_photo(data, LIMITS), colours()) <= 12  # dark ones are few numbers there
    stored, _, _ = stored_form(data, LIMITS)
    with Image.open(io.BytesIO(stored)) as image:
        assert "icc_profile" not in image.info
        assert farthest(np.asarray(image), colours()) <= 30


def adobe_exif(*, interoperability=None, colour_space=0xFFFF):
    """An EXIF block as cameras set to Adobe RGB write it."""
    exif = Image.Exif()
    block = exif.get_ifd(ExifTags.IFD.Exif)
    block[0xA001] = colour_space
    if interoperability:
        block[ExifTags.IFD.Interop] = {1: interoperability, 2: b"0100"}
    return exif


@pytest.mark.parametrize(
    "exif",
    [adobe_exif(interoperability="R03"), adobe_exif(colour_space=2)],
    ids=["mark", "colour space"],
)
def test_adobe_rgb_that_only_exif_names_comes_out_as_srgb(exif):
    theirs = in_space(colours(), icc.ADOBE_RGB)
    data = encoded(theirs, "JPEG", quality=100, subsampling=0, exif=exif)

    assert farthest(decode_photo(data, LIMITS), colours()) <= 20
    stored, _, _ = stored_form(data, LIMITS)
    with Image.open(io.BytesIO(stored)) as image:
        assert farthest(np.asarray(image), colours()) <= 30


@pytest.mark.parametrize(
    "exif",
    [adobe_exif(interoperability="R98", colour_space=1), adobe_exif(), b"Exif\0\0II*\0\xff"],
    ids=["sRGB", "uncalibrated", "broken"],
)
def test_other_exif_leaves_colours_alone(exif):
    data = encoded(colours(), "JPEG", quality=100, subsampling=0, exif=exif)
    assert stored_form(data, LIMITS)[0] == data


def test_an_embedded_profile_counts_more_than_exif():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = adobe_exif(interoperability="R03")
    data = encoded(colours(), "JPEG", quality=100, subsampling=0, exif=exif, icc_profile=srgb)
    assert stored_form(data, LIMITS)[0] == data


def test_a_photo_that_names_srgb_stays_as_it_came():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(colours(), "PNG", icc_profile=srgb)

    assert stored_form(data, LIMITS)[0] == data
    np.testing.assert_array_equal(decode_photo(data, LIMITS), np.asarray(colours()))


def test_grey_is_converted_too():
    ramp = Image.fromarray(np.tile(np.arange(256, dtype=np.uint8), (20, 1)))
    data = encoded(ramp, "PNG", icc_profile=icc.grey(1.0))

    pixels = decode_photo(data, LIMITS)

    assert pixels[0, 55].tolist() == pytest.approx([128] * 3, abs=2)  # 0.216 of the light
    assert (pixels[0, 0] == 0).all() and (pixels[0, 255] == 255).all()


@pytest.mark.parametrize(
    "profile",
    [b"no profile", icc.ADOBE_RGB[:200], icc.grey(1.0), bytes(3000)],
    ids=["text", "cut off", "of grey pictures", "zeros"],
)
def test_a_broken_profile_leaves_good_pixels_alone(profile):
    data = encoded(colours(), "PNG", icc_profile=profile)
    np.testing.assert_array_equal(decode_photo(data, LIMITS), np.asarray(colours()))


def test_white_stays_white_behind_what_is_see_through():
    clear = Image.new("RGBA", (30, 20), (200, 30, 30, 0))
    data = encoded(clear, "PNG", icc_profile=icc.DISPLAY_P3)
    assert (decode_photo(data, LIMITS) == 255).all()


def test_every_mode_with_a_profile_is_read():
    for mode in ("1", "P", "LA", "RGBA", "L"):
        data = encoded(colours().convert(mode), "PNG", icc_profile=icc.ADOBE_RGB)
        assert decode_photo(data, LIMITS).shape == (48, 72, 3)
