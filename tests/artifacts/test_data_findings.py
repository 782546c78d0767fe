from typing import get_args

from components.artifacts.data_findings import CheckReport, Counts, Finding, FindingKind
from components.records.problems import Problem


def finding(kind, severity, row):
    return Finding(kind, severity, Problem("products.csv", row, "is odd", "mend it"))


def report(errors, warnings):
    found = [finding("same_packshot", "error", row) for row in range(errors)]
    found += [finding("not_isolated", "warning", row) for row in range(warnings)]
    return CheckReport(tuple(found), Counts())


def test_repeated_warnings_are_folded_and_errors_are_not():
    lines = report(errors=5, warnings=27).listed(most_of_kind=3).splitlines()
    assert [line.partition(":")[0] for line in lines[:8]] == ["error"] * 5 + ["warning"] * 3
    assert lines[8] == "warning: 24 more of this kind (not_isolated); --all lists them"
    assert lines[-1] == "5 errors, 27 warnings, 0 remarks"


def test_few_are_all_listed():
    few = report(errors=0, warnings=3)
    assert few.listed(most_of_kind=3) == str(few)
    assert "more of this kind" not in str(few)


def test_warnings_that_change_results_come_before_those_that_hardly_do():
    order = list(get_args(FindingKind))
    assert order.index("near_duplicate_packshot") < order.index("doubtful")
    told = report(errors=2, warnings=5).warned("findings.json lists them")
    assert [line.partition(":")[0] for line in told] == ["warning"] * 4
    assert told[3] == "warning: 2 more of this kind (not_isolated); findings.json lists them"


def test_remarks_bury_no_error():
    found = report(errors=1, warnings=0).findings
    remarks = tuple(finding("never_on_shelf", "info", row) for row in range(97))
    failed = CheckReport((*found, *remarks), Counts())
    error, folded, *_ = failed.listed(most_of_kind=3).splitlines()
    assert error.startswith("error: ")
    assert folded == "info: 97 of this kind (never_on_shelf); --all lists them"
    assert CheckReport(remarks, Counts()).listed(3).count("info: products.csv") == 3
    assert failed.listed().count("info: products.csv") == 97
