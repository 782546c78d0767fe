import dataclasses

import pytest

from components.artifacts.balance import Balance, SkuShare
from components.artifacts.data_findings import CheckReport, Counts, Finding
from components.artifacts.photo_comparison import (
    Comparison,
    FeatureDistance,
    comparisons_from_dict,
    comparisons_to_dict,
)
from components.publish.report.render_report import render_report
from components.publish.report.sentences.data_checks import evenness, unlike_others
from components.records.problems import Problem


def _distance(name, distance, limit):
    measure = "infinity_norm" if name == "sku" else "jensen_shannon_divergence"
    return FeatureDistance(name, name, measure, distance, limit, False, "0.21", "0.33")


def _finding(number, severity="warning"):
    return Finding(
        "repeated_box",
        severity,
        Problem(f"<b>{number}</b>.jpg", f"object {number}", "boxed twice", "remove one box"),
    )


def _balance(*facings, rare=(), repeat=1.0):
    shares = {f"sku-{n}": SkuShare(count, count, repeat) for n, count in enumerate(facings)}
    return Balance(768, 0.0, rare, shares)


def test_where_nothing_was_found_nothing_is_said(make_content):
    content = make_content("released", compared=False)
    assert unlike_others(content) == []
    assert evenness(content.balance, 5) == []
    report = render_report(content)
    for words in ("In pictures and boxes", "nearest to its limit", "on training photos"):
        assert words not in report


def test_a_comparison_that_was_asked_for_and_skipped_says_why(make_content):
    drift = {"drift": Comparison("release 3", skipped="12 photos are too few")}
    content = dataclasses.replace(make_content(), distances=drift)
    assert unlike_others(content) == [
        "The photos were not compared with release 3: 12 photos are too few."
    ]
    skew = {"skew": Comparison("production photos", skipped="12 photos are too few")}
    content = dataclasses.replace(content, distances=skew)
    assert unlike_others(content) == []
    asked = dataclasses.replace(content, configuration={"production_photos": "phones"})
    assert "not compared with production photos" in unlike_others(asked)[0]


def test_what_comes_nearest_to_its_limit_is_named_by_share_of_it(make_content):
    found = Comparison(
        "release 3", "train", features=(_distance("width", 0.4, 0.9), _distance("sku", 0.1, 0.2))
    )
    content = dataclasses.replace(
        make_content(),
        distances=comparisons_from_dict(comparisons_to_dict({"drift": found, "skew": found})),
    )
    drift, skew = unlike_others(content)
    assert drift == (
        "Beside those of release 3, mix of products comes nearest to its limit: 0.21, was 0.33; "
        "largest change of a share 0.10 of 0.2 allowed."
    )
    assert "0.21, there 0.33" in skew
    assert "How far the photos are from others, in numbers" in render_report(content)


def test_evenness_names_counts_rare_products_and_repeats():
    (said,) = evenness(_balance(25, 50), 5)
    assert "show 2 of 5 products, each 25 to 50 times: the most frequent 2.0 times" in said
    rare = tuple(f"sku-{n}" for n in range(7))
    _, named, repeated = evenness(_balance(*[3] * 7, rare=rare, repeat=1.5), 7)
    assert named.startswith("Rare, on few of these photos: sku-0 (on 3), sku-1 (on 3)")
    assert named.endswith("and 2 more.")
    assert "7 rarest products were trained on more often, up to 1.50 times" in repeated


def test_a_balance_is_read_as_it_was_written():
    balance = _balance(25, 50, rare=("sku-0",))
    assert Balance.from_dict(balance.to_dict()) == balance


@pytest.mark.parametrize(("count", "more"), [(3, None), (43, "and 3 more")])
def test_warnings_stand_in_the_report_with_file_row_and_remedy(make_content, count, more):
    findings = (*(_finding(n) for n in range(count)), _finding(99, "info"))
    content = dataclasses.replace(make_content(), findings=CheckReport(findings, Counts(5, 5)))
    report = render_report(content)
    assert f"It found 0 errors, {count} warnings, 1 remark." in report
    row = '&lt;b&gt;0&lt;/b&gt;.jpg</th><td role="cell" class="name">object 0</td>'
    assert row in report
    assert "remove one box" in report
    assert "<summary>Remarks</summary>" in report
    assert ("and 3 more" in report) == (more is not None)
    assert "object 99" in report.partition("<summary>Remarks</summary>")[2]
