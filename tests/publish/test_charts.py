import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from components.artifacts.balance import Balance, SkuShare
from components.artifacts.evaluation_summary import (
    AmbiguityBin,
    PrecisionRecallCurve,
)
from components.artifacts.operating_curve import OperatingCurve, OperatingPoint
from components.metrics.precision_recall import MOST_POINTS
from components.publish.report.charts.augmentation_level_chart import draw_levels
from components.publish.report.charts.evaluation_charts import (
    draw_ambiguity,
    draw_operating,
    draw_precision_recall,
    draw_reliability,
    draw_review,
)
from components.publish.report.charts.facings_chart import draw_facings
from components.synthesis.variants.levels import LEVELS
from components.training.trials import Candidate, Trial


def words(svg: str) -> str:
    """The letters of a chart, which stay text: they can be searched and are read aloud."""
    return " ".join(ElementTree.fromstring(svg).itertext())


def curve(count: int, subset: str = "seen") -> PrecisionRecallCurve:
    along = np.linspace(0, 1, count)
    return PrecisionRecallCurve(
        subset=subset,
        recall=tuple(along.tolist()),
        precision=tuple((1 - along**2).tolist()),
        at_threshold=(0.8, 0.36),
    )


def test_the_longest_curves_are_a_small_picture():
    assert len(draw_precision_recall([curve(MOST_POINTS), curve(MOST_POINTS, "new")])) < 60_000


def test_seen_and_new_products_differ_in_line_and_mark():
    svg = draw_precision_recall([curve(50), curve(50, "new")])
    assert "products trained on" in words(svg)
    assert "new products" in words(svg)
    assert "stroke-dasharray" in svg


def test_an_empty_curve_can_be_drawn():
    nothing = PrecisionRecallCurve(subset="seen", recall=(), precision=(), at_threshold=None)
    assert "recall" in words(draw_precision_recall([nothing]))


@pytest.mark.parametrize("threshold", [0.0, 0.42, 1.0])
def test_the_chosen_threshold_is_marked(threshold):
    def point(at: float, precision: float | None = 0.5) -> OperatingPoint:
        return OperatingPoint(
            threshold=at, cost=2.0, precision=precision, recall=0.5, false_alarms_per_photo=1
        )

    points = (point(0.0), point(0.5), point(1.0, None))
    found = OperatingCurve(cost_false_alarm=1, cost_miss=1, points=points, chosen=point(threshold))
    assert f"chosen: {threshold:.2f}" in words(draw_operating(found))


def test_bins_without_detections_say_so():
    bins = tuple(
        AmbiguityBin(low=b / 10, high=(b + 1) / 10, n=b, error_rate=0.5 if b else None)
        for b in range(10)
    )
    said = words(draw_ambiguity(bins))
    assert said.count("none") == 1
    assert "coin flip" in said


def test_the_review_curve_and_reliability_of_an_evaluation(make_summary):
    summary = make_summary(False)
    said = words(draw_review(summary.review, "score", "ambiguity"))
    assert said.index("lowest score first") < said.index("most ambiguous first")
    said = words(draw_review(summary.review, "ambiguity", "score"))
    assert said.index("most ambiguous first") < said.index("lowest score first")
    assert "share that is right" in words(draw_reliability(summary.reliability))


def _balance(count: int) -> Balance:
    skus = {f"sku-{n:04}": SkuShare(n + 1, n + 1, 1.0) for n in range(count)}
    return Balance(5000, 0.0, ("sku-0000",), skus)


def test_facings_of_few_products_are_all_drawn_the_most_frequent_first():
    said = words(draw_facings(_balance(16)))
    assert said.index("sku-0015") < said.index("sku-0008") < said.index("sku-0000")
    assert "more between" not in said


def test_of_many_products_the_most_frequent_and_the_rarest_are_drawn():
    svg = draw_facings(_balance(5000))
    said = words(svg)
    assert "4,984 more between" in said
    assert "sku-4999" in said
    assert "sku-0000" in said
    assert "sku-2000" not in said
    assert len(svg) < 60_000


def test_a_product_with_a_long_name_leaves_room_for_its_bar():
    name = "a very long name of a product & <its> size"
    said = words(draw_facings(Balance(9, 0.0, (), {name: SkuShare(4, 3, 1.0)})))
    assert "a very long name of a…" in said


def test_the_same_numbers_give_the_same_file():
    assert draw_precision_recall([curve(50)]) == draw_precision_recall([curve(50)])
    assert not re.search(r"<script|href=\"http", draw_precision_recall([curve(50)]))


def trial(level: str, loss: float = 1.0, rate: float = 0.001, **metrics: float) -> Trial:
    tried = Candidate(level=level, learning_rate=rate, backbone="efficientnet_lite0")
    return Trial(tried=tried, metrics={"loss": loss, **metrics})


def test_chart_shows_each_level_once_and_both_kinds_of_products():
    trials = [
        trial(level, loss=0.2 + number, map50=0.5, map50_seen=0.6, map50_new=0.5 - 0.05 * number)
        for number, level in enumerate(LEVELS)
    ]
    chart = draw_levels([*trials, trial("strong", rate=0.1, map50=0.1, map50_new=0.01)])
    for level in LEVELS:
        assert chart.count(f">{level}</text>") == 1
    assert "new products" in chart and "products trained on" in chart


def test_chart_is_of_the_levels_that_were_tried():
    chart = draw_levels([trial("medium", map50=0.4, map50_seen=0.4)])
    assert ">medium</text>" in chart
    assert ">none</text>" not in chart and "new products" not in chart
