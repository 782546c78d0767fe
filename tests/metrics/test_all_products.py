"""Metrics of all products, whatever their SKU."""

from dataclasses import replace

import numpy as np
import pytest

from components.metrics.all_products import product_metrics, tally_products
from components.metrics.photo_record import Detections, Products, Truth

HERE, THERE, FAR = [0.0, 0, 10, 10], [50.0, 0, 60, 10], [0.0, 50, 10, 60]


def truth(*things: tuple[list[float], str], difficult=()) -> Truth:
    count = len(things)
    return Truth(
        boxes=np.array([box for box, _ in things], float).reshape(-1, 4),
        skus=np.array([sku for _, sku in things], object),
        difficult=np.array([number in difficult for number in range(count)], bool),
        crowd=np.zeros(count, bool),
        new=np.zeros(count, bool),
    )


def products(*found: tuple[list[float], float, float]) -> Products:
    boxes = np.array([box for box, _, _ in found], float).reshape(-1, 4)
    return Products(
        boxes, np.array([each[1] for each in found]), np.array([each[2] for each in found])
    )


def shown(*boxes: list[float]) -> Detections:
    count = len(boxes)
    return Detections(
        np.array(boxes, float).reshape(-1, 4),
        np.array(["milk"] * count, object),
        np.ones(count),
        np.array([""] * count, object),
        np.zeros(count),
        np.zeros(count),
    )


SHELF = truth((HERE, "milk"), (THERE, "unknown_product"))


NOTHING = shown()


def metrics(truth, products, shown=NOTHING):
    return product_metrics([tally_products(truth, products, shown, threshold=0.5)])


def test_products_count_whatever_they_are():
    told = metrics(SHELF, products((HERE, 0.9, 0.1), (THERE, 0.8, 0.8)))
    assert told["product_ap50"] == pytest.approx(1)
    assert told["product_recall"] == 1
    assert told["unknown_found"] == 1


def test_a_product_where_there_is_none_costs_recall_at_that_precision():
    told = metrics(SHELF, products((HERE, 0.9, 0), (FAR, 0.8, 0), (THERE, 0.7, 0)))
    assert told["product_recall"] == 0.5
    assert 0.5 < told["product_ap50"] < 1


def test_an_unknown_product_that_gets_a_name_is_told():
    assert metrics(SHELF, products(), shown(HERE, THERE))["unknown_misnamed"] == 1
    assert metrics(SHELF, products(), shown(HERE))["unknown_misnamed"] == 0


def test_an_unknown_product_below_the_threshold_is_not_seen():
    assert metrics(SHELF, products((THERE, 0.9, 0.4)))["unknown_found"] == 0


def test_difficult_products_are_neither_asked_for_nor_wrong():
    hidden = truth((HERE, "milk"), (THERE, "unknown_product"), difficult={1})
    told = metrics(hidden, products((THERE, 0.9, 0.9), (HERE, 0.8, 0)))
    assert told["product_recall"] == 1
    assert told["unknown_found"] is None


def test_a_model_that_tells_of_no_products_is_not_blamed_for_missing_them():
    told = metrics(SHELF, None, shown(THERE))
    assert told == {"unknown_misnamed": 1}


def test_an_answer_that_is_no_number_is_left_out():
    odd = products((HERE, np.nan, 0.1), (THERE, 0.8, 0.8))
    assert metrics(SHELF, odd)["product_recall"] == 0.5


def test_photos_add_up():
    one = tally_products(SHELF, products((HERE, 0.9, 0)), shown(), 0.5)
    told = product_metrics([one, replace(one, truths=6)])
    assert told["product_recall"] == 2 / 8
