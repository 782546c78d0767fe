import json

import pytest
from foreign import HEIGHT, WIDTH, picture
from hypothesis import assume, given
from hypothesis import strategies as st

from components.datasets.box_size import SMALLEST_SIDE, size_fault
from components.datasets.coco_annotations import read_annotations
from components.datasets.finite_numbers import as_number
from components.imaging.decoding import ImageHeader, ImageLimits
from components.importers.annotation_writer import AnnotationWriter
from components.importers.boxed_photo_reader import BoxedPhotoReader
from components.importers.clip_box import clip
from components.importers.collected_faults import Faults
from components.importers.source_contents import BoxedPhoto, RawBox

side = st.integers(16, 20_000)
fraction = st.floats(0, 1)
anything = st.floats(allow_nan=False, allow_infinity=False)


@given(width=side, height=side, x=st.tuples(fraction, fraction), y=st.tuples(fraction, fraction))
def test_fractions_survive_as_pixels_within_half_a_pixel(width, height, x, y):
    (left, right), (top, bottom) = sorted(x), sorted(y)
    box = (left, top, right, bottom)
    raw = RawBox(1, "tea", box)
    photo = BoxedPhoto("a.jpg", "a.jpg", "t.csv", 1, [raw], annotated=1, fractions=True)
    faults = Faults()
    reader = BoxedPhotoReader(None, faults)
    read = reader.read(photo, ImageHeader("JPEG", "RGB", width, height, 1, False))
    assert reader.clipped == 0
    if read is None:
        assert min((right - left) * width, (bottom - top) * height) < SMALLEST_SIDE
        assert len(faults.problems) == 2
        return
    for pixels, part, size in zip(read.objects[0].box, box, (width, height) * 2, strict=True):
        assert 0 <= pixels <= size
        assert abs(pixels / size - part) * size <= 0.5


beyond = st.floats(0, 1e6)
"""Pixels by which a side may leave the photo."""


@given(
    inside=st.tuples(fraction, fraction, fraction, fraction),
    outside=st.tuples(beyond, beyond, beyond, beyond),
    width=side,
    height=side,
)
def test_clipped_box_is_its_part_of_the_photo(inside, outside, width, height):
    (left, right), (top, bottom) = sorted(inside[:2]), sorted(inside[2:])
    part = (left * width, top * height, right * width, bottom * height)
    assume(part[2] - part[0] > 0.02 and part[3] - part[1] > 0.02)
    # A side leaves the photo only where the part of the photo reaches its edge.
    edges = (left == 0, top == 0, right == 1, bottom == 1)
    signs = (-1, -1, 1, 1)
    corners = tuple(
        side + sign * by * edge
        for side, sign, by, edge in zip(part, signs, outside, edges, strict=True)
    )
    assert clip(corners, width, height) == pytest.approx(part, abs=0.005 + 1e-6)


@given(
    corners=st.tuples(anything, anything, anything, anything),
    width=side,
    height=side,
)
def test_clipping_gives_no_box_without_area_and_none_outside(corners, width, height):
    left, top, right, bottom = corners
    box = clip(corners, width, height)
    if right <= 0 or bottom <= 0 or left >= width or top >= height or left >= right:
        assert box is None
    assert box is None or (0 <= box[0] < box[2] <= width and 0 <= box[1] < box[3] <= height)


@pytest.fixture(scope="module")
def photo_file(tmp_path_factory):
    return picture(tmp_path_factory.mktemp("photo") / "a.jpg")


@given(
    boxes=st.lists(
        st.tuples(*[st.floats(-5, 70)] * 4).map(
            lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3]))
        ),
        max_size=3,
    )
)
def test_whatever_is_written_reads_back(photo_file, tmp_path_factory, boxes):
    assume(not boxes or max(max(box) for box in boxes) > 3)  # else they look like fractions
    out = tmp_path_factory.mktemp("out")
    header = ImageHeader("JPEG", "RGB", WIDTH, HEIGHT, 1, False)
    raw = [RawBox(number, "tea", box) for number, box in enumerate(boxes)]
    photo = BoxedPhoto(photo_file, "a.jpg", photo_file, 1, raw, annotated=len(raw))
    read = BoxedPhotoReader(None, Faults()).read(photo, header)
    if read is None:
        inside = [box for each in boxes if (box := clip(each, WIDTH, HEIGHT))]
        large = [b for b in inside if size_fault(b[2] - b[0], b[3] - b[1]) is None]
        assert 2 * len(large) < len(boxes)
        return
    writer = AnnotationWriter(out, [], link=False)
    writer.add(read, header)
    writer.finish()
    path = out / "shelves/span-1/annotations.json"
    scan = read_annotations(path, 1, None, ImageLimits())
    assert scan.problems == []
    (again,) = scan.photos
    assert len(json.loads(path.read_text())["annotations"]) == len(again.objects)
    for before, after in zip(read.objects, again.objects, strict=True):
        assert after.box == pytest.approx(before.box, abs=0.001)


@pytest.mark.parametrize("value", ["nan", "inf", "-Infinity", "1e999", "x", "", None, True, [1]])
def test_what_is_no_number(value):
    assert as_number(value) is None


def test_what_is_a_number():
    assert [as_number(value) for value in (3, "3.5", " -1e2 ")] == [3.0, 3.5, -100.0]
