import dataclasses

from components.publish.report.render_report import render_report
from components.publish.report.sentences.review_order import best_first, where_to_look


def _caught(by_ambiguity, by_score):
    return {"errors_caught_at_10": by_ambiguity, "errors_caught_at_10_by_score": by_score}


def test_the_order_that_finds_more_errors_comes_first_and_the_other_is_named():
    metrics = _caught(0.15, 0.5)
    assert best_first(metrics) == ("score", "ambiguity")
    assert where_to_look(metrics) == (
        "People should look first at the detections with the lowest scores: the lowest-scored "
        "tenth holds 50 % of the errors shown, the most ambiguous tenth 15 %, one taken at random "
        "10 %. Ambiguity then says which two products to choose between."
    )
    metrics = _caught(0.6, 0.2)
    assert best_first(metrics) == ("ambiguity", "score")
    assert "with the highest ambiguity: the most ambiguous tenth holds 60 %" in where_to_look(
        metrics
    )
    assert "the lowest-scored tenth 20 %" in where_to_look(metrics)


def test_equal_orders_are_said_to_be():
    said = where_to_look(_caught(0.3, 0.302))
    assert said.startswith("It is all the same")
    assert "either holds 30 % of the errors" in said


def test_without_an_error_there_is_nothing_to_look_for():
    assert best_first({"map50": 1.0}) is None
    assert where_to_look({"map50": 1.0}) == ""


def test_the_report_says_so_at_the_top_and_beside_the_curve(make_content):
    content = make_content()
    for by_ambiguity, by_score, first in (
        (0.6, 0.2, "highest ambiguity"),
        (0.2, 0.6, "lowest scores"),
    ):
        metrics = {**content.summary.metrics, **_caught(by_ambiguity, by_score)}
        summary = content.summary.model_copy(update={"metrics": metrics})
        report = render_report(dataclasses.replace(content, summary=summary))
        top, _, rest = report.partition("Contents")
        assert f"look first at the detections with the {first}" in top
        assert (
            f"<b>Where to look.</b> People should look first at the detections with the {first}"
            in rest
        )
