"""Photos from outside: an upright picture, or one line that says why there is none."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from components.imaging.decoding import (
    BadImage,
    ImageLimits,
    decode_photo,
    read_header,
    stored_form,
)
from components.imaging.regular_file import NoRegularFile, regular_size


@dataclass(frozen=True)
class OpenedPhoto:
    """A photo as a viewer displays it.

    Attributes:
        pixels: uint8 `[h, w, 3]` RGB; of large photos fewer than the photo has.
        width: Of the photo itself, pixels.
        height: Of the photo itself, pixels.
    """

    pixels: np.ndarray
    width: int
    height: int


@dataclass(frozen=True)
class PhotoToSend:
    """A photo as a server reads it rightly.

    Attributes:
        encoded: Upright and in sRGB.
        scale: Pixels of the photo itself per pixel that is sent; above 1 for large photos only.
    """

    encoded: bytes
    scale: float


def open_photo(path: Path, limits: ImageLimits | None = None) -> OpenedPhoto:
    """Return the photo at `path`.

    Raises:
        BadImage: It cannot be read; the message is one line for the user.
    """
    limits = limits or ImageLimits()
    data = _read(path, limits)
    header = read_header(data, limits)
    return OpenedPhoto(decode_photo(data, limits), header.width, header.height)


def photo_to_send(path: Path) -> PhotoToSend:
    """Return the photo at `path` for a server, which looks at neither EXIF nor colour profiles.

    Raises:
        BadImage: As `open_photo`.
    """
    limits = ImageLimits()
    data = _read(path, limits)
    encoded, _, pixels = stored_form(data, limits)
    return PhotoToSend(encoded, read_header(data, limits).width / pixels.shape[1])


def _read(path: Path, limits: ImageLimits) -> bytes:
    try:
        size = regular_size(path)
        if size > limits.max_bytes:
            raise BadImage(f"{size:,} bytes, more than the {limits.max_bytes:,} allowed")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadImage("no such file") from error
    except IsADirectoryError as error:
        raise BadImage("a folder, not a photo") from error
    except NoRegularFile as error:
        raise BadImage("a pipe or a device, not a photo") from error
    except OSError as error:
        raise BadImage(f"cannot be read: {error.strerror or error}") from error
