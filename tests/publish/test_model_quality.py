import pytest

from components.artifacts.verdict import GateResult
from components.publish.report.number_formats import demand, markdown, measured, number, signed
from components.publish.report.report_content import ComparedMetric
from components.publish.report.sentences.data_sets import (
    boxes_that_count,
    describe,
    unlike_training,
)
from components.publish.report.sentences.decision import consequence, headline, look_at
from components.publish.report.sentences.model_quality import (
    against,
    headline_change,
    headline_number,
    headline_reads,
    how_good,
)
from components.publish.report.tables.split_statistics import SplitStatistics, Spread


def _good(make_summary, **metrics):
    return " ".join(how_good(_many_of_all(make_summary(False), metrics)))


def _many_of_all(summary, metrics, n=500):
    """A summary of these metrics, of `n` new products, as many others, detections and labels."""
    counts = summary.counts.model_copy(update={"boxes": 2 * n, "labelled": n})
    row = summary.skus[0].model_copy(update={"new": True, "truths": n})
    bins = (summary.ambiguity_bins[0].model_copy(update={"n": n}),)
    facts = {"metrics": metrics, "counts": counts, "skus": (row,), "ambiguity_bins": bins}
    return summary.model_copy(update=facts)


def test_figures_are_told_of_a_hundred(make_summary):
    said = _good(make_summary, recall_at_threshold=0.806, precision_at_threshold=0.9)
    assert said == "Of 100 products on a shelf it finds 81; of 100 that it shows, 90 are right."


def test_products_that_no_photo_showed_are_told_to_stand_on_composed_shelves(make_summary):
    metrics = {"recall_at_threshold": 0.806, "precision_at_threshold": 0.9}
    summary = _many_of_all(make_summary(False), metrics)
    said = " ".join(how_good(summary.model_copy(update={"judged_on": "composed shelves"})))
    assert said.startswith("Of 100 products on composed shelves it finds 81;")


def test_every_card_says_where_no_photo_was_judged_on():
    counting = "composed shelves, counting on photos"
    assert headline_reads("recall_at_threshold", "photos") == "of the products found"
    assert headline_reads("count_error", counting).endswith(", on composed shelves")
    assert headline_reads("count_error_unboxed", counting).endswith("on photos with counts")


def test_nearly_all_is_not_all_and_nearly_none_is_not_none(make_summary):
    said = _good(make_summary, recall_at_threshold=0.998, precision_at_threshold=0.001)
    assert "finds more than 99; of 100 that it shows, less than 1 are right" in said
    assert "finds 100;" in _good(make_summary, recall_at_threshold=1, precision_at_threshold=1)


def test_of_fewer_than_a_hundred_all_are_told_of(make_summary):
    metrics = {
        "recall_at_threshold": 0.75,
        "precision_at_threshold": 1,
        "ambiguity.clear.share": 0.5,
        "ambiguity.clear.precision": 0.8,
        "top1": 0.6,
        "top5": 0.96,
    }
    said = " ".join(how_good(_many_of_all(make_summary(False), metrics, n=10)))
    assert "Of 20 products on a shelf it finds 15; of 10 that it shows, 10 are right." in said
    assert "It calls 5 of 10 detections clear, and 4 of 5 clear ones are right." in said
    assert said.endswith(
        "Of 10 photos that carry one label it names 6 right at the first guess, and more than 9 "
        "within five."
    )
    assert "100" not in said


def test_a_model_that_shows_nothing_is_said_to_find_nothing(make_summary):
    assert _good(make_summary, recall_at_threshold=0.0) == (
        "Of 100 products on a shelf it finds 0."
    )


def test_groups_have_their_sentence_beside_that_of_skus(make_summary):
    metrics = {"recall_at_threshold": 0.7, "precision_at_threshold": 0.8}
    metrics |= {"group_recall_at_threshold": 0.9, "group_precision_at_threshold": 0.998}
    assert _good(make_summary, **metrics) == (
        "Of 100 products on a shelf it finds 70; of 100 that it shows, 80 are right. Asked for the "
        "group only, where products have one, it finds 90; of 100 that it then shows, more than 99 "
        "are right."
    )


def test_new_products_certainty_alarms_and_labels_have_their_sentences(make_summary):
    metrics = {"missed.new.share": 0.3, "missed.seen.share": 0.2}
    assert "finds 70; of 100 others, 80" in _good(make_summary, **metrics)
    metrics = {"ambiguity.clear.share": 0.8, "ambiguity.clear.precision": 0.95}
    assert "calls 80 of 100 detections clear, and 95 of" in _good(make_summary, **metrics)
    assert "it shows none" in _good(make_summary, false_positives_per_negative=0)
    assert "it shows 0.7" in _good(make_summary, false_positives_per_negative=0.66)
    assert "64 right at the first guess" in _good(make_summary, top1=0.64, top5=0.9)
    assert _good(make_summary) == ""


def _metrics(**values):
    return {name: ComparedMetric(name, now, before) for name, (now, before) in values.items()}


def test_against_the_current_release_better_and_worse_are_named():
    metrics = _metrics(recall_at_threshold=(0.8, 0.7), count_error=(0.4, 0.3), top1=(0.601, 0.600))
    assert against(3, metrics) == (
        "Against release 3, on the same photos: better in products found; worse in counting."
    )


def test_what_hardly_changed_is_as_good():
    assert "As good as release 3" in against(3, _metrics(top1=(0.601, 0.600)))
    assert against(3, _metrics(top1=(0.6, None))) == ""


def test_headline_figures_are_in_percent_but_map():
    assert headline_number(ComparedMetric("recall_at_threshold", 0.806, None)) == "81 %"
    assert headline_number(ComparedMetric("map50_seen", 0.806, None)) == "0.81"
    assert headline_change(ComparedMetric("recall_at_threshold", 0.806, 0.9)) == "−9 points"
    assert headline_change(ComparedMetric("top1", 0.51, 0.5)) == "+1 point"
    assert headline_change(ComparedMetric("map50_seen", 0.806, 0.7)) == "+0.11"
    assert headline_change(ComparedMetric("top1", 0.501, 0.5)) == "as before"
    assert headline_change(ComparedMetric("top1", 0.5, None)) == ""


@pytest.mark.parametrize(
    ("status", "parent", "said"),
    [
        ("released", 3, "It follows release 3."),
        ("released", None, "It is the first."),
        ("refused", 3, "release 3 stays in use"),
        ("refused", None, "there is no earlier release"),
        ("unchanged", 3, "release 3 stays in use"),
    ],
)
def test_a_decision_has_its_consequence(make_verdict, status, parent, said):
    assert said in consequence(make_verdict(status, parent))


def test_a_release_that_meets_every_demand_has_no_rest(make_verdict):
    verdict = make_verdict("released")
    assert headline(verdict).endswith(
        "it passes all 2 gates that apply to this data (1 does not apply)."
    )
    passed = verdict.model_copy(update={"gates": verdict.gates[:2]})
    assert headline(passed).endswith("it passes all 2 gates.")


def _gate(**values):
    usual = {"name": "x", "value": 1.0, "threshold": ">= 1", "verdict": "pass", "reason": ""}
    return GateResult(**{**usual, **values})


def test_a_refusal_leads_to_the_section_about_it():
    assert look_at(_gate(name="slice.occlusion.heavy.map50")) == "slices"
    assert look_at(_gate(name="serving")) == ""


def test_a_gate_measures_in_the_unit_of_what_it_asks_for():
    assert measured(_gate(value=8.4, threshold="<= 60 MB")) == "8.4 MB"
    assert measured(_gate(value=0.97, threshold=">= 0.95")) == "0.970"
    assert measured(_gate(value=1.0)) == "1"
    assert measured(_gate(value=917.98, threshold="<= 2000 ms")) == "918 ms"
    assert measured(_gate(value=-0.013, threshold=">= -0.02")) == "−0.013"
    assert measured(_gate(value=0.0, threshold="<= 0")) == "0"
    assert measured(_gate(value="answers", threshold="answers")) == "answers"
    assert measured(_gate(value=None)) == "–"
    assert demand(">= -0.02 and <= +0.1") == "≥ −0.02 and ≤ +0.1"
    assert demand(None) == "–"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "–"),
        ("nan", "nan"),
        (float("nan"), "nan"),
        (0.5, "0.500"),
        (-0.5, "−0.500"),
        (1234.0, "1,234"),
        (12.34, "12.3"),
        (1.0, "1.000"),
        (0, "0"),
    ],
)
def test_numbers_are_written_to_be_compared(value, written):
    assert number(value) == written


def test_changes_have_a_sign_and_no_change_is_zero():
    assert [signed(value) for value in (0.0123, -0.0123, 0.0004, None)] == [
        "+0.012",
        "−0.012",
        "0",
        "–",
    ]


def test_markdown_cannot_be_smuggled_in():
    assert markdown("[a](b) | `c`\n<d>") == r"\[a\](b) \| \`c\` \<d\>"
    assert markdown("milk-1l") == "milk-1l"


def _split(name, photos=40, boxes=0, spans=None, **spreads):
    return SplitStatistics(
        name,
        photos,
        boxes,
        spans,
        tuple(Spread(key.replace("_", " "), *values) for key, values in spreads.items()),
    )


def test_a_split_in_a_sentence():
    assert describe("catalogue", _split("catalog", 5)) == "5 packshots."
    full = _split("train", 40, 1200, (1, 3), products_per_photo=(30, 0, 41, 9))
    assert describe("shelf photos", full) == (
        "40 photos, 1,200 boxes on them (30.0 a photo, 41 at most), from spans 1 to 3."
    )
    assert describe("shelf photos", _split("test", 4, 0, (2, 2))) == "4 photos, from span 2."


def test_test_photos_unlike_the_training_photos_are_named():
    train = _split("train", brightness=(0.44, 0, 1, 0.1), sharpness=(0.5, 0, 1, 0.1))
    test = _split("test", brightness=(0.33, 0, 1, 0.1), sharpness=(0.54, 0, 1, 0.1))
    assert unlike_training([train, test]) == [
        "The test photos are darker than those trained on: brightness is 0.33 on average, "
        "against 0.44."
    ]
    assert "are like those" in unlike_training([train, train, _split("test")])[0]
    assert unlike_training([test]) == []


def test_boxes_that_do_not_count_are_told():
    test = SplitStatistics("test", 120, 3170, None, ())
    (said,) = boxes_that_count([test], 2192)
    assert said.startswith("Of the 3,170 boxes on test photos 2,192 are products that count; ")
    assert boxes_that_count([test], 3170) == []
