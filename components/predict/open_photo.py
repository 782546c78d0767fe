"""Photos from outside: an upright picture, or one line that says why there is none."""

import stat
from pathlib import Path

import numpy as np

from components.imaging.decoding import BadImage, ImageLimits, decode_photo

# Phones take photos of up to 200 megapixels; at three bytes a pixel this bound keeps a decoded
# photo under 0.7 GB.
PHOTO_LIMITS = ImageLimits(max_bytes=100_000_000, max_pixels=220_000_000)


def open_photo(path: Path, limits: ImageLimits = PHOTO_LIMITS) -> np.ndarray:
    """Return the photo at `path` as uint8 `[H, W, 3]` RGB, as a viewer displays it.

    Raises:
        BadImage: It cannot be read; the message is one line for the user.
    """
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
    return decode_photo(data, limits)
