from itertools import pairwise

import numpy as np

from components.synthesis.scenes.cutout import Cutout, cut_out
from components.synthesis.scenes.planogram import Stock, fill_row, plan_rows, relative_height
from components.synthesis.scenes.settings import SceneSettings


def _product(sku: str, grey: int, height: int = 120) -> Cutout:
    image = np.full((160, 120, 3), 255, np.uint8)
    image[10 : 10 + height, 30:90] = grey
    return cut_out(image, sku)


SHELF = SceneSettings(empty_share=0, distractor_share=0, sibling_share=1.0)


def test_rows_cover_the_canvas_without_overlap() -> None:
    for seed in range(20):
        rows = plan_rows(np.random.default_rng(seed), 480, 90)
        assert rows[0].board > 400 and rows[-1].top < 90
        assert len(rows) > 2
        for lower, upper in pairwise(rows):
            assert upper.board + upper.rail <= lower.top + 1e-6
            assert lower.board - lower.top > 90


def test_siblings_stand_side_by_side() -> None:
    greys = {"a1": 20, "a2": 30, "a3": 40, "b1": 180, "b2": 190, "b3": 200}
    stock = Stock([_product(sku, grey) for sku, grey in greys.items()], [], SHELF)
    rng = np.random.default_rng(3)
    order = [stock.next(rng).sku for _ in range(6)]  # type: ignore[union-attr]
    assert sorted(order) == sorted(greys)
    assert len({sku[0] for sku in order[:3]}) == 1


def test_stock_of_nothing_has_nothing() -> None:
    assert Stock([], [], SHELF).next(np.random.default_rng(0)) is None


def test_products_stand_between_boards_and_fill_the_row() -> None:
    rng = np.random.default_rng(1)
    row = plan_rows(rng, 480, 100)[1]
    stock = Stock([_product("a", 40), _product("b", 190)], [], SHELF)
    placed = fill_row(rng, row, 640, 100, stock, SHELF)
    front = [item for item in placed if not item.behind]
    assert len(front) >= 6
    assert max(item.x for item in front) > 500
    for item in placed:
        assert row.board - 2 * row.depth <= item.foot <= row.board
        assert item.foot - item.height > row.top - row.depth
    lines = [item.behind for item in placed]
    assert lines == sorted(lines, reverse=True), "what stands behind is painted first"


def test_squat_packs_are_lower() -> None:
    assert relative_height(_product("low", 40, 50)) < relative_height(_product("tall", 40, 130))
