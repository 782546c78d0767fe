import functools
import html.parser
import itertools
import re
from collections.abc import Callable

import pytest

from components.publish.render import render_model_card, render_report

MOST_BYTES = 2_000_000


@pytest.fixture(scope="session")
def report_of(make_content) -> Callable[..., str]:
    """The report on `make_content(…)`, made once."""
    return functools.cache(lambda *args, **kwargs: render_report(make_content(*args, **kwargs)))


class Page(html.parser.HTMLParser):
    """What a page asks a browser to load, and the text it shows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.sources += [value for key, value in attrs if key in ("src", "href")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.text.append(data)


def test_the_report_is_one_small_file_that_loads_nothing(report_of):
    text = report_of("released")
    page = Page(text)
    assert page.open == []
    assert page.sources
    assert all(source.startswith("data:image/") for source in page.sources)
    assert not re.search(r"url\(|@import|<script", text)
    assert len(text.encode()) < MOST_BYTES


def test_headline_and_verdict_come_first(report_of):
    shown = " ".join(Page(report_of("released")).text)
    assert shown.index("Version 4 is released") < shown.index("Gates") < shown.index("Photos")


@pytest.mark.parametrize(
    ("status", "word", "headline"),
    [
        ("released", "✓ Released", "Version 4 is released: it passes 2 gates, 1 do not apply."),
        (
            "refused",
            "✕ Not released",
            "Not released: map50_new is 0.310, and &gt;= 0.5 is asked for.",
        ),
        ("unchanged", "= Unchanged", "Nothing changed: this is release 3 already"),
    ],
)
def test_each_decision_has_its_headline(report_of, status, word, headline):
    text = report_of(status)
    assert word in text
    assert headline in text


def test_every_gate_stands_in_the_table_with_its_reason(report_of, make_verdict):
    verdict = make_verdict("refused")
    shown = " ".join(" ".join(Page(report_of("refused")).text).split())
    for gate in verdict.gates:
        assert gate.name in shown
        assert gate.reason in shown
    assert shown.count("✕ refused") == 1


def test_metrics_stand_beside_those_of_the_current_release(report_of):
    text = report_of("released")
    assert "release 3</th>" in text
    assert re.search(r"class=\"n (better|worse)\"", text)
    alone = report_of("released", compared=False)
    assert "release 3</th>" not in alone


def test_names_from_the_data_are_text_not_markup(report_of):
    text = report_of("released")
    assert "yoghurt-&lt;b&gt;berry" in text
    assert "yoghurt-<b>" not in text


def test_the_same_content_gives_the_same_report(report_of, make_content):
    assert render_report(make_content("released")) == report_of("released")


def test_the_model_card_is_markdown_with_the_figures(make_content):
    content = make_content()
    card = render_model_card(content)
    assert card.startswith("# OneShelf release 4\n")
    assert f"{content.summary.metrics['map50_seen']:.3f}" in card
    assert "juice" in card
    tables = [line for line in card.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in tables)
    for row, following in itertools.pairwise(tables):
        if set(following) <= set("| -:"):
            assert row.count("|") == following.count("|")
