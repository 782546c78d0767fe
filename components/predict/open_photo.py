"""Photos from outside: an upright picture, or one line that says why there is none."""

import stat
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from components.imaging.decoding import BadImage, ImageLimits, decode_photo, read_header


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


def open_photo(path: Path, limits: ImageLimits | None = None) -> OpenedPhoto:
    """Return the photo at `path`.

    Raises:
        BadImage: It cannot be read; the message is one line for the user.
    """
    limits = limits or ImageLimits()
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise BadImage("a folder, not a photo")
        # Pipes and devices have no size to hold to the limit, and may never end.
        if not stat.S_ISREG(status.st_mode):
            raise BadImage("not a file")
        size = status.st_size
        if size > limits.max_bytes:
            raise BadImage(f"{size:,} bytes, more than the {limits.max_bytes:,} allowed")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise BadImage("no such file") from error
    except OSError as error:
        raise BadImage(f"cannot be read: {error.strerror or error}") from error
    header = read_header(data, limits)
    return OpenedPhoto(decode_photo(data, limits), header.width, header.height)
