import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components.drawing.contact_sheet import Tile, lay_out, write_picture
from components.records.problems import InputError

RED = (200, 30, 30)


def red(height, width):
    return np.full((height, width, 3), RED, np.uint8)


@settings(max_examples=30)
@given(
    sizes=st.lists(st.tuples(st.integers(1, 400), st.integers(1, 400)), min_size=1, max_size=3),
    text=st.text(max_size=80),
    tiles=st.integers(0, 5),
)
def test_anything_fits_on_a_page(sizes, text, tiles):
    pictures = tuple(red(*size) for size in sizes)
    tile = Tile(pictures, tuple(text for _ in sizes), text, text)
    page = lay_out("Page", [text], [tile] * tiles, 2, (300, 200))
    assert page.dtype == np.uint8 and page.shape[1] == (664 if tiles > 1 else 640)
    # The margin stays white whatever is said.
    assert (page[:, -20:] == 255).all()


def test_pictures_stand_side_by_side_and_keep_their_shape():
    page = lay_out("Page", [], [Tile((red(100, 50), red(50, 100)))], 1, (420, 200))
    columns = np.flatnonzero(np.all(page == RED, axis=-1).any(axis=0))
    gaps = np.flatnonzero(np.diff(columns) > 1)
    left, right = columns[: gaps[0] + 1], columns[gaps[0] + 1 :]
    assert (len(gaps), len(left), len(right)) == (1, 100, 192)


def page_with(label):
    return lay_out("Page", [], [Tile((red(50, 50),), (label,))], 1, (120, 50))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("b-name-that-is-far-too-long-for-a-tile-1.jpg", False),
        ("a-name-that-is-far-too-long-for-a-tile-2.jpg", False),
        ("a-name-that-is-far-too-wide-for-a-tile-1.jpg", True),
    ],
)
def test_names_keep_both_ends_and_lose_the_middle(other, same):
    name = "a-name-that-is-far-too-long-for-a-tile-1.jpg"
    assert np.array_equal(page_with(name), page_with(other)) is same


@pytest.mark.parametrize("name", ["a.png", "a.JPG", "new/a.jpeg"])
def test_ending_decides_the_format(tmp_path, name):
    write_picture(tmp_path / name, red(20, 30))
    with Image.open(tmp_path / name) as picture:
        assert picture.size == (30, 20)
        assert picture.format == ("PNG" if name.endswith("png") else "JPEG")


def test_other_endings_are_refused(tmp_path):
    with pytest.raises(InputError, match="has no ending"):
        write_picture(tmp_path / "page", red(2, 2))
