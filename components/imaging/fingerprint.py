"""What a picture looks like, in three kilobytes: enough to compare it with all others."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from components.imaging.plain_margin import without_margin

SIDE = 32
"""Side of the thumbnail."""

SMALL_SIDE = 16
"""Side at which colours are compared."""

_FREQUENCIES = 8
_HASH_BYTES = _FREQUENCIES**2 // 8
_BYTES = _HASH_BYTES + SIDE * SIDE * 3 + 4


class Fingerprint(NamedTuple):
    """What a picture looks like.

    Attributes:
        hash: Its 64-bit perceptual hash, uint8 `[8]`.
        thumbnail: The picture small, uint8 `[SIDE, SIDE, 3]` RGB.
        contrast: Standard deviation of brightness, 0 to 0.5, of a picture so small that noise is
            averaged out: a photo taken with the lens covered is noise and nothing else.
        trimmed: The same of the picture without the margins of one colour around what it shows;
            None where there are none.
    """

    hash: np.ndarray
    thumbnail: np.ndarray
    contrast: float
    trimmed: Fingerprint | None = None

    @property
    def small(self) -> np.ndarray:
        """The picture as its colours are compared, uint8 `[SMALL_SIDE, SMALL_SIDE, 3]`."""
        return cv2.resize(self.thumbnail, (SMALL_SIDE, SMALL_SIDE), interpolation=cv2.INTER_AREA)

    @property
    def mirrored(self) -> Fingerprint:
        """The fingerprint of the same picture, left and right exchanged."""
        return _fingerprint_of_thumbnail(np.ascontiguousarray(self.thumbnail[:, ::-1]))

    @property
    def without_margin(self) -> Fingerprint:
        """The fingerprint of the picture without the margins around what it shows."""
        return self.trimmed or self

    def to_bytes(self) -> bytes:
        """Return the fingerprint as bytes, the same number for all pictures without a margin."""
        mine = self.hash.tobytes() + self.thumbnail.tobytes() + np.float32(self.contrast).tobytes()
        return mine + (self.trimmed.to_bytes() if self.trimmed else b"")

    @classmethod
    def from_bytes(cls, fingerprint: bytes) -> Fingerprint:
        """Return the fingerprint that `to_bytes` wrote.

        Raises:
            ValueError: These bytes are no fingerprint.
        """
        if len(fingerprint) not in (_BYTES, 2 * _BYTES):
            raise ValueError(f"a fingerprint has {_BYTES} bytes, not {len(fingerprint)}")
        trimmed = fingerprint[_BYTES:]
        values = np.frombuffer(fingerprint, np.uint8, _BYTES - 4)
        return cls(
            values[:_HASH_BYTES],
            values[_HASH_BYTES:].reshape(SIDE, SIDE, 3),
            float(np.frombuffer(fingerprint, np.float32, 1, _BYTES - 4)[0]),
            cls.from_bytes(trimmed) if trimmed else None,
        )


def fingerprint_of(pixels: np.ndarray) -> Fingerprint:
    """Return the fingerprint of a picture, uint8 `[H, W, 3]` RGB."""
    found = _fingerprint_of_thumbnail(_thumbnail(pixels))
    shown = without_margin(pixels)
    if shown is None:
        return found
    return found._replace(trimmed=_fingerprint_of_thumbnail(_thumbnail(shown)))


def _thumbnail(pixels: np.ndarray) -> np.ndarray:
    return cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def _fingerprint_of_thumbnail(thumbnail: np.ndarray) -> Fingerprint:
    luma = cv2.cvtColor(thumbnail, cv2.COLOR_RGB2GRAY)
    return Fingerprint(perceptual_hash(luma), thumbnail, float(luma.std() / 255))


def perceptual_hash(luma: np.ndarray) -> np.ndarray:
    """Return 64 bits that stay when a picture is compressed, resized or made brighter.

    They say which of its lowest frequencies lie above their median. This is pHash: C. Zauner,
    "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, section 3.2.1; the
    variant that keeps the constant term's place is N. Krawetz's, "Looks Like It", 2011.

    Args:
        luma: Brightness of the thumbnail, uint8 `[SIDE, SIDE]`.

    Returns:
        uint8 `[8]`.
    """
    lowest = cv2.dct(luma.astype(np.float32))[:_FREQUENCIES, :_FREQUENCIES].ravel()
    # The constant term, the mean brightness, is far off the others and would move the median.
    return np.packbits(lowest > np.median(lowest[1:]))
