"""The report as a browser shows it. Install Chromium (`apt install chromium`) to run these."""

import dataclasses
import functools

import pytest
from chromium import Page, chromium, find_chromium

from components.publish.report.render_report import render_report

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine")

PHONE, DESKTOP, A4 = 390, 1280, 695
"""Widths in CSS pixels; of A4, what the margins leave."""

WIDTH = "document.documentElement.scrollWidth"
TOO_WIDE = """[...document.querySelectorAll('main *, header *, nav *')]
    .filter(each => each.getBoundingClientRect().right > %d + 1)
    .map(each => each.outerHTML.slice(0, 200))"""
BROKEN = """Promise.all([...document.images].map(
    image => image.decode().then(() => null, () => image.alt)
)).then(all => all.filter(alt => alt !== null))"""
SMALLEST_LETTERS = """Math.min(...[...document.querySelectorAll('p, td, li, figcaption, span')]
    .filter(each => each.offsetParent).map(each => parseFloat(getComputedStyle(each).fontSize)))"""
FOCUSED = "document.activeElement.getAttribute('href') || document.activeElement.tagName"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("chromium")) as page:
        yield page


@pytest.fixture(scope="module")
def report(tmp_path_factory, make_content):
    """Writes the report of a decision to a file, with names that fit no phone."""

    def write(status="released"):
        content = make_content(status)
        long_name = content.summary.products["milk-1l-full"].model_copy(
            update={"name": "Milk" * 40}
        )
        products = {**content.summary.products, "milk-1l-full": long_name}
        summary = content.summary.model_copy(update={"products": products})
        file = tmp_path_factory.mktemp("report") / "report.html"
        content = dataclasses.replace(content, summary=summary, code_revision="f" * 200)
        file.write_text(render_report(content), encoding="utf-8")
        return file

    return functools.cache(write)


def requests(page: Page) -> list[str]:
    sent = [each for each in page.events if each["method"] == "Network.requestWillBeSent"]
    urls = [each["params"]["request"]["url"] for each in sent]
    return [url for url in urls if not url.startswith("data:")]


@pytest.mark.parametrize("status", ["released", "refused", "unchanged"])
def test_it_opens_from_disk_without_a_request_or_an_error(page, report, status):
    file = report(status)
    page.show(file, DESKTOP)
    assert page.evaluate("document.title").startswith("OneShelf: ")
    assert requests(page) == [file.as_uri()]
    said = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
    assert [each for each in page.events if each["method"] in said] == []


@pytest.mark.parametrize(
    ("width", "media"), [(320, "screen"), (PHONE, "screen"), (DESKTOP, "screen"), (A4, "print")]
)
def test_nothing_is_wider_than_the_page(page, report, width, media):
    page.show(report(), width, media=media)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate(TOO_WIDE % width) == []
    assert page.evaluate(WIDTH) == width


def test_every_picture_can_be_seen(page, report):
    page.show(report(), PHONE)
    assert page.evaluate("document.images.length") > 10
    assert page.evaluate(BROKEN) == []
    assert page.evaluate("[...document.images].every(image => image.alt)")


def test_letters_are_large_enough_to_read_on_a_phone(page, report):
    page.show(report(), PHONE)
    assert page.evaluate(SMALLEST_LETTERS) >= 12


def test_the_verdict_and_its_reason_fit_the_first_screen_of_a_phone(page, report):
    page.show(report("refused"), PHONE)
    bottom = page.evaluate("document.querySelector('.banner').getBoundingClientRect().bottom")
    assert bottom < 600


def test_the_keyboard_reaches_the_details_and_the_contents(page, report):
    page.show(report(), DESKTOP)

    def press(key: str) -> str:
        for kind in ("keyDown", "keyUp"):
            code = {"Tab": 9, "Enter": 13}[key]
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            page.call(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **text
            )
        return page.evaluate(FOCUSED)

    assert press("Tab") == "#main"
    assert press("Tab") == "#gates"
    assert press("Enter")
    assert page.evaluate("location.hash") == "#gates"


def test_it_prints_on_pages_of_a4(page, report):
    page.show(report(), DESKTOP)
    data = page.pdf()
    assert data.startswith(b"%PDF")
    # A4 in points; a page of another size would mean that the style sheet is not kept to.
    assert b"595" in data and b"841" in data
