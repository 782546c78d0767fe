import dataclasses
import functools
import html.parser
import itertools
import re
from collections.abc import Callable

import pytest
from shelf_pictures import noise

from components.artifacts.judged_on import caution
from components.artifacts.judged_photos import JudgedPhoto
from components.publish.candidate_record import make_record
from components.publish.report.photos.confused_pairs import crop, packshot
from components.publish.report.photos.draw_mistakes import draw
from components.publish.report.render_report import render_model_card, render_report

MOST_BYTES = 2_000_000
EMPTY = JudgedPhoto(
    photo="", width=9, height=9, detections=(), counts={}, source_id="", label="", truth=()
)


@pytest.fixture(scope="session")
def report_of(make_content) -> Callable[..., str]:
    """The report on `make_content(…)`, made once."""
    return functools.cache(lambda *args, **kwargs: render_report(make_content(*args, **kwargs)))


class Page(html.parser.HTMLParser):
    """What a page asks a browser to load, where its links lead, and the text it shows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [value for key, value in attrs if key == "src"]
        self.links += [value for key, value in attrs if key == "href"]
        self.ids += [value for key, value in attrs if key == "id"]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.text.append(data)

    @property
    def shown(self) -> str:
        return " ".join(" ".join(self.text).split())


def test_the_report_is_one_small_file_that_loads_nothing(report_of):
    text = report_of("released")
    page = Page(text)
    assert page.open == []
    assert page.sources
    assert all(source.startswith("data:image/") for source in page.sources)
    assert not re.search(r"url\(|@import|<script", text)
    assert "default-src 'none'" in text
    assert len(text.encode()) < MOST_BYTES


def test_the_largest_pictures_still_make_a_report_that_can_be_mailed(make_content):
    content = make_content("released")
    photo = dataclasses.replace(content.worst[0], jpeg=draw(noise(3000, 4000), EMPTY, []))
    shot, place = packshot(noise(900, 900)), crop(noise(900, 900), (0, 0, 900, 900))
    pair = content.pairs[0]
    large = dataclasses.replace(
        pair,
        packshots=dict.fromkeys(pair.skus, shot),
        crops=(dataclasses.replace(pair.crops[0], jpeg=place),) * 4,
    )
    content = dataclasses.replace(
        content, worst=(photo,) * 4, best=(photo,) * 4, pairs=(large,) * 6
    )
    assert len(render_report(content).encode()) < MOST_BYTES


def test_every_link_leads_somewhere_and_every_section_is_in_the_contents(report_of):
    for status in ("released", "refused", "unchanged"):
        text = report_of(status)
        page = Page(text)
        targets = [link.removeprefix("#") for link in page.links]
        assert len(set(page.ids)) == len(page.ids)
        assert set(targets) <= set(page.ids)
        sections = set(re.findall(r'<section aria-labelledby="(\w+)"', text))
        assert sections
        assert sections <= set(targets)


def test_headline_verdict_and_plain_words_come_first(report_of):
    shown = Page(report_of("released")).shown
    order = ("Version 4 is released", "Of 100 products", "Contents", "Every gate must")
    places = [shown.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("status", "word", "headline"),
    [
        ("released", "✓ Released", "Version 4 is released: it passes all 2 gates that apply"),
        (
            "refused",
            "✕ Not released",
            "Not released: 1 of 2 gates that apply to this data refuses it (1 does",
        ),
        ("unchanged", "= Unchanged", "Nothing changed: this is release 3 already"),
    ],
)
def test_each_decision_has_its_headline(report_of, status, word, headline):
    shown = Page(report_of(status)).shown
    assert word in shown
    assert headline in shown


def test_figures_that_rest_on_few_photos_are_said_to(make_content):
    content = make_content()
    assert "So few photos say little." in render_report(content)
    counts = content.summary.counts.model_copy(update={"photos": 300})
    summary = content.summary.model_copy(update={"counts": counts})
    report = render_report(dataclasses.replace(content, summary=summary))
    assert "So few photos" not in report


def test_report_card_and_record_say_where_no_photo_was_judged_on(make_content):
    content = make_content()
    verdict = content.verdict.model_copy(update={"judged_on": "composed shelves"})
    summary = content.summary.model_copy(update={"judged_on": "composed shelves"})
    composed = dataclasses.replace(content, verdict=verdict, summary=summary)
    report = render_report(composed)
    warned = caution("composed shelves")
    assert report.count(warned) >= 2
    assert "composed shelves, not photos, that nothing was trained on" in report
    assert "photos that nothing was trained on" not in report
    assert warned in render_model_card(composed)
    assert make_record(composed).judged_on == "composed shelves"
    assert warned not in render_report(content) + render_model_card(content)


def test_a_refusal_says_why_and_what_stays_before_anything_else(report_of):
    top = Page(report_of("refused")).shown.partition("Contents")[0]
    assert "map50_new is 0.310, and >= 0.5 is asked for." in top
    assert "release 3 stays in use" in top
    assert "See photos" in top


def test_every_gate_stands_in_the_table_with_its_reason_refusals_first(report_of, make_verdict):
    verdict = make_verdict("refused")
    shown = Page(report_of("refused")).shown
    for gate in verdict.gates:
        assert gate.name in shown
        assert gate.reason in shown
    assert shown.count("✕ refused") == 1
    assert shown.index("✕ refused") < shown.index("✓ pass")


def test_figures_stand_beside_those_of_the_current_release(report_of):
    text = report_of("released")
    assert "release 3</th>" in text
    assert re.search(r"class=\"n (better|worse)\"", text)
    alone = report_of("released", compared=False)
    assert "release 3</th>" not in alone
    assert "nothing to compare with" in alone


def test_what_is_other_than_in_the_last_release_is_named(report_of):
    shown = Page(report_of("released")).shown
    assert "New in the catalogue: juice-peach, yoghurt-<b>berry</b>." in shown
    assert "No longer in it: tea-<u>green</u>." in shown
    assert "trainer.steps 80 100" in shown
    assert "abc123; before, fff000" in shown


def test_a_last_release_that_is_gone_is_said_to_be(make_content):
    content = dataclasses.replace(make_content("released"), previous=None, changes=None)
    assert "can no longer be read" in Page(render_report(content)).shown


def test_slices_curves_pairs_photos_data_and_lineage_are_all_there(report_of):
    page = Page(report_of("released"))
    for words in (
        "How much is hidden",
        "Category",
        "Where to look.",
        "The operating threshold.",
        "Precision over recall",
        "is called",
        "The validators found nothing",
        "like those trained on",
        "spans, test 1 to 3",
        "Not for: identifying people",
    ):
        assert words in page.shown, words
    assert sum(source.startswith("data:image/svg") for source in page.sources) == 5
    assert "Packshot" in page.shown


def test_anomalies_are_said(make_content):
    content = dataclasses.replace(make_content(), anomalies=("catalogue, split 'x': odd; mend",))
    shown = Page(render_report(content)).shown
    assert "catalogue, split 'x': odd; mend" in shown
    assert "The validators found nothing" not in shown


def test_names_from_the_data_are_text_not_markup(report_of):
    text = report_of("released")
    page = Page(text)
    assert "script" not in page.tags
    assert "u" not in page.tags
    for name in ("<script>milk-1l-full</script>", "store <i>0</i> $x$", "tea-<u>green</u>"):
        assert name in page.shown
    assert "yoghurt-<b>" not in text


def test_labelled_photos_alone_make_a_report_without_boxes(make_content):
    content = make_content("released", compared=False)
    metrics = {"top1": 0.64, "top5": 0.9}
    counts = content.summary.counts.model_copy(
        update={"boxes": 0, "boxed": 0, "negatives": 0, "labelled": 12}
    )
    summary = content.summary.model_copy(
        update={
            "metrics": metrics,
            "counts": counts,
            "slices": (),
            "attribute_slices": (),
            "skus": (),
            "confusions": (),
            "reliability": (),
            "ambiguity_bins": (),
            "review": (),
            "operating": None,
            "precision_recall": (),
        }
    )
    shown = Page(render_report(dataclasses.replace(content, summary=summary, pairs=()))).shown
    assert "Of 12 photos that carry one label it names 8 right at the first guess" in shown
    assert "When it is unsure" not in shown


def test_the_same_content_gives_the_same_report(report_of, make_content):
    assert render_report(make_content("released")) == report_of("released")


def test_the_model_card_is_markdown_with_the_figures(make_content):
    content = make_content()
    card = render_model_card(content)
    assert card.startswith("# OneShelf release 4\n")
    assert f"{content.summary.metrics['map50_seen']:.3f}" in card
    tables = [line for line in card.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in tables)
    headed = [
        (row, following)
        for row, following in itertools.pairwise(tables)
        if set(following) <= set("| -:")
    ]
    assert headed
    for row, following in headed:
        assert row.count("|") == following.count("|")


def test_names_from_the_data_stay_text_in_the_model_card(make_content):
    content = make_content()
    hostile = content.verdict.gates[0].model_copy(
        update={"title": "a | [b](javascript:c) <img src=x>"}
    )
    verdict = content.verdict.model_copy(update={"gates": (hostile,)})
    card = render_model_card(dataclasses.replace(content, verdict=verdict))
    assert r"a \| \[b\](javascript:c) \<img src=x\>" in card
