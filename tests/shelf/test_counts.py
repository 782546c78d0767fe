"""Counts with the range in which the truth is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_shelf import shelf_record

from components.records.prediction import Detection, PredictionRecord, RunnerUp
from components.shelf.chances import Chance, Kind, chances_of
from components.shelf.count_odds import CountModel, count_odds
from components.shelf.counts import counts_of, likely_range
from components.shelf.facings import shelf_of

HONEST = CountModel((0, 0, 0), (1, 1, 1), (0, 0, 0), 0.0, 0.0, 0.0, 0.9)
"""Probabilities taken as they are, each facing by itself, and nothing is missed."""


def row(*scores: float, shown: bool = True, runner_up: float | None = None) -> PredictionRecord:
    """Return a photo of facings of A, with how sure each is."""
    other = None if runner_up is None else RunnerUp("B", runner_up)
    detections = tuple(
        Detection("A", (60.0 + 80 * at, 100.0, 130.0 + 80 * at, 250.0), score, other, shown=shown)
        for at, score in enumerate(scores)
    )
    return PredictionRecord("bay.jpg", 1200, 900, detections)


def odds(*scores: float, model: CountModel = HONEST) -> np.ndarray:
    return count_odds({"A": [Chance(Kind.SHOWN, score, False) for score in scores]}, model)["A"]


def test_facings_that_have_nothing_in_common_follow_the_poisson_binomial_law():
    assert odds(0.9, 0.8)[:3] == pytest.approx([0.02, 0.26, 0.72])
    assert odds(0.9, 0.8)[3:] == pytest.approx(np.zeros(6))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9), st.floats(0, 5), st.floats(0, 2))
def test_odds_are_probabilities(scores, spread, missed):
    model = CountModel((0, 0, 0), (2, 1, 1), (1, 0, 0), spread, missed, missed, 0.9)
    found = odds(*scores, model=model)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()


def test_what_facings_of_a_product_have_in_common_makes_ranges_wider():
    apart, together = (
        odds(*[0.85] * 6, model=CountModel((0, 0, 0), (1, 1, 1), (0, 0, 0), spread, 0, 0, 0.9))
        for spread in (0.0, 3.0)
    )
    width = [np.subtract(*likely_range(each, 0.9)[::-1]) for each in (apart, together)]
    assert width[0] < width[1]


def test_products_in_any_company_have_the_same_odds():
    chances = {
        "A": [Chance(Kind.SHOWN, 0.9, False)] * 2,
        "B": [Chance(Kind.FAINT, 0.2, True)] * 2,
        "C": [Chance(Kind.INSTEAD, 0.3, False)],
    }
    together = count_odds(chances)
    for sku, each in chances.items():
        assert together[sku] == pytest.approx(count_odds({sku: each})[sku])


@pytest.mark.parametrize(
    ("odds", "range_"),
    [((0.1, 0.85, 0.05), (1, 1)), ((0.4, 0.55, 0.05), (0, 1)), ((0.0, 0.3, 0.4, 0.3), (1, 3))],
)
def test_a_range_is_the_shortest_that_is_likely_enough(odds, range_):
    assert likely_range(np.array(odds), 0.8) == range_


def test_what_is_sure_is_counted_and_what_is_unsure_gives_a_range():
    sure, unsure = (counts_of([shelf_of(row(*scores))]) for scores in ([0.99] * 3, [0.6] * 3))
    assert (sure[0].shown, sure[0].range) == (3, "3")
    assert unsure[0].shown == 3
    assert unsure[0].low < 3
    assert unsure[0].expected < sure[0].expected


def test_another_product_that_a_facing_may_be_is_counted_by_its_probability():
    chances = chances_of(shelf_of(row(0.5, runner_up=0.45)))
    assert [(sku, each.kind) for sku, [each] in chances.items()] == [
        ("A", Kind.SHOWN),
        ("B", Kind.INSTEAD),
    ]
    counts = {each.sku: each for each in counts_of([shelf_of(row(*[0.5] * 3, runner_up=0.45))])}
    assert counts["B"].shown == 0
    assert counts["B"].high > 0


def test_probabilities_of_what_a_place_may_be_are_one_at_most():
    chances = chances_of(shelf_of(row(0.7, runner_up=0.6)))
    assert sum(each.score for every in chances.values() for each in every) == pytest.approx(1)


def test_what_is_too_unsure_to_be_shown_counts_beside_what_is_shown():
    shown = row(0.97, 0.97)
    faint = Detection("A", (220.0, 100.0, 290.0, 250.0), 0.4, shown=False)
    record = PredictionRecord("bay.jpg", 1200, 900, (*shown.detections, faint))
    alone, beside = (counts_of([shelf_of(each)])[0] for each in (shown, record))
    assert beside.shown == alone.shown == 2
    assert beside.expected > alone.expected
    assert [each.kind for each in chances_of(shelf_of(record))["A"]] == [0, 0, Kind.FAINT]


def test_a_facing_at_the_edge_of_the_photo_is_less_sure():
    inside, cut = row(0.9), row(0.9)
    box = (0.0, 100.0, 70.0, 250.0)
    cut = PredictionRecord("bay.jpg", 1200, 900, (Detection("A", box, 0.9, shown=True),))
    expected = [counts_of([shelf_of(each)])[0].expected for each in (inside, cut)]
    assert expected[1] < expected[0]


def test_photos_are_added_up_and_unknown_products_are_not_counted():
    shelves = [shelf_of(shelf_record("AA?")), shelf_of(shelf_record("AB"))]
    counts = {each.sku: each for each in counts_of(shelves)}
    assert set(counts) == {"A", "B"}
    assert (counts["A"].shown, counts["A"].low, counts["A"].high) == (3, 1, 3)
    assert counts_of([]) == ()
