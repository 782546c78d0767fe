"""What makes a photo ambiguous, and which photos are the most so."""

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.testing.util import assert_that, equal_to

from components.ambiguous_photos.ranking import MostAmbiguous, photo_ambiguity


@pytest.mark.parametrize(
    ("scores", "ambiguity", "expected"),
    [
        ([0.9, 0.8], [0.2, 0.6], 0.4),
        ([0.9, 0.1], [0.2, 1.0], 0.2),  # the tail says nothing
        ([0.1], [1.0], 0.0),
        ([], [], 0.0),
    ],
)
def test_a_photo_is_as_ambiguous_as_what_is_found_in_it(scores, ambiguity, expected):
    assert photo_ambiguity(np.array(scores), np.array(ambiguity), 0.5) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("most", "expected"), [(1, ["c"]), (2, ["b", "c"]), (9, ["a", "b", "c"]), (0, [])]
)
def test_the_most_ambiguous_photos_are_named_and_clear_ones_never(most, expected):
    photos = [("a", 0.5), ("clear", 0.0), ("c", 0.9), ("b", 0.5)]
    with beam.Pipeline() as pipeline:
        assert_that(pipeline | beam.Create(photos) | MostAmbiguous(most), equal_to([expected]))
