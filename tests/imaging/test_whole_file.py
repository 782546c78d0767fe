"""What one decoder would fill in and another refuse: refused by all."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components.imaging.decoding import (
    BadImage,
    ImageLimits,
    decode_photo,
    encode_jpeg,
    inspect_file,
    stored_form,
)
from components.imaging.whole_file import fault_of

LIMITS = ImageLimits()
PIXELS = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)
KINDS = {
    "a JPEG": ("JPEG", {}),
    "a JPEG that comes in passes": ("JPEG", {"progressive": True}),
    "a JPEG with restarts": ("JPEG", {"restart_marker_blocks": 4}),
    "a PNG": ("PNG", {}),
    "a WebP": ("WEBP", {}),
    "a lossless WebP": ("WEBP", {"lossless": True}),
}


def encoded(kind):
    file_format, options = KINDS[kind]
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, file_format, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_half_uploaded_photo_is_refused(kind, share, tmp_path):
    whole = encoded(kind)
    there = int(len(whole) * share)
    data = whole[:there] + bytes(len(whole) - there)
    path = tmp_path / "photo"
    path.write_bytes(data)

    for read in (lambda: decode_photo(data, LIMITS), lambda: inspect_file(path, LIMITS)):
        with pytest.raises(BadImage, match=rf"(truncated|corrupt) .* {len(data):,} bytes"):
            read()


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_photo_is_whole(kind):
    assert fault_of(encoded(kind), KINDS[kind][0]) is None


@pytest.mark.parametrize("kind", ["a JPEG", "a JPEG that comes in passes", "a PNG"])
@pytest.mark.parametrize("tail", [b"\0" * 500 + b"SEFT", b"\xff\xd8\xff\xe1\0\x10", b"\n"])
def test_what_phones_append_is_no_fault(kind, tail):
    assert decode_photo(encoded(kind) + tail, LIMITS).shape == (60, 90, 3)


def test_a_picture_within_the_picture_is_not_its_end():
    whole = encode_jpeg(PIXELS)
    thumbnail = encode_jpeg(PIXELS[:20, :20])
    segment = b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail
    data = whole[:2] + segment + whole[2:]
    assert decode_photo(data, LIMITS).shape == (60, 90, 3)
    with pytest.raises(BadImage, match="truncated JPEG"):
        decode_photo(data[:-500] + bytes(500), LIMITS)


@pytest.mark.parametrize("name", [b"IDAT", b"IEND"])
def test_a_png_with_a_wrong_checksum_is_refused(name):
    data = bytearray(encoded("a PNG"))
    end = (
        data.index(name) + 4 + int.from_bytes(data[data.index(name) - 4 : data.index(name)], "big")
    )
    data[end] ^= 1
    with pytest.raises(BadImage, match="corrupt PNG"):
        decode_photo(bytes(data), LIMITS)


@given(data=st.binary(max_size=200), file_format=st.sampled_from(["JPEG", "PNG", "WEBP", "HEIF"]))
def test_any_bytes_are_looked_through(data, file_format):
    said = fault_of(data, file_format)
    assert said is None or "\n" not in said


@pytest.mark.tfx
@settings(max_examples=150)
@given(data=st.data())
def test_what_is_stored_tensorflow_decodes(data):
    import tensorflow as tf

    spoilt = bytearray(encoded(data.draw(st.sampled_from([*KINDS]))))
    begin = data.draw(st.integers(0, len(spoilt)))
    kind = data.draw(st.sampled_from(["zeros to the end", "some zeros", "cut", "other bytes"]))
    if kind == "zeros to the end":
        spoilt[begin:] = bytes(len(spoilt) - begin)
    elif kind == "some zeros":
        spoilt[begin : begin + 50] = bytes(50)
    elif kind == "cut":
        del spoilt[begin : begin + 50]
    else:
        spoilt[begin : begin + 6] = data.draw(st.binary(min_size=6, max_size=6))
    try:
        stored, _, pixels = stored_form(bytes(spoilt), LIMITS)
    except BadImage:
        return
    decoded = tf.io.decode_image(stored, channels=3, expand_animations=False)
    assert decoded.shape == pixels.shape
