from hypothesis import given
from hypothesis import strategies as st

from components.records.splits import SPLITS, held_out_skus, split_of

SKUS = [f"sku-{number}" for number in range(2000)]
NAMES = st.lists(st.text("ab1-ø", min_size=1, max_size=8), max_size=20)


@given(NAMES, NAMES, st.floats(0, 1), st.integers(0, 99))
def test_adding_skus_moves_no_other(known, added, share, seed):
    before = held_out_skus(known, share, seed)
    after = held_out_skus(known + added, share, seed)
    moved = before ^ (after & set(known))
    # But for the one that is spared where all would be held out.
    assert not moved or (len(moved) == 1 and moved == set(known) - before)


@given(NAMES, st.floats(0, 1), st.floats(0, 1))
def test_larger_share_keeps_what_a_smaller_held_out(skus, one, other):
    small, large = sorted((one, other))
    assert held_out_skus(skus, small, 0) <= held_out_skus(skus, large, 0)


def test_share_holds_on_average_and_seeds_differ():
    draws = [held_out_skus(SKUS, 1 / 3, seed) for seed in (0, 1)]
    for draw in draws:
        assert 0.3 < len(draw) / len(SKUS) < 0.37
    assert draws[0] != draws[1]


def test_nothing_can_be_held_out_and_everything_but_one():
    assert held_out_skus(SKUS, 0, 0) == frozenset()
    assert len(held_out_skus(SKUS, 1, 0)) == len(SKUS) - 1
    assert held_out_skus(["only"], 0.99, 0) == held_out_skus([], 0.99, 0) == frozenset()


def test_visits_fall_into_splits_by_their_shares():
    found = [split_of(f"visit-{number}", 0) for number in range(2000)]
    shares = {split: found.count(split) / len(found) for split in SPLITS}
    assert 0.66 < shares["train"] < 0.74
    assert 0.07 < shares["eval"] < 0.13
    assert 0.16 < shares["test"] < 0.24


def test_draws_are_the_same_in_every_process():
    assert split_of("store 7, 2026-05-01", 0) == "test"
    assert held_out_skus("abcdef", 0.5, 0) == {"c", "d", "e", "f"}
