"""The Quality view in a browser: run a question set, watch it, read its report, stop it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import TimeoutError as NotInTime

from tests.browser.conftest import Opener, ask, serving_page
from tests.browser.test_page import HERON, PERU, SENTENCE, text

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FrameLocator, Page

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror='window.pwned = 4'>"
HARBOUR = [
    {"id": "q1", "question": HERON, "answers": ["Odilo"], "kind": "fact",
     "evidence": [{"article": "harbour", "quote": SENTENCE}]},
    {"id": "q2", "question": PERU, "answerable": False, "kind": "absent"},
    {"id": "q3", "question": "What does the lighthouse of Velm burn?", "answers": ["coal"],
     "kind": MARKUP},
]  # fmt: skip
SLOW = [
    {"id": f"s{n}", "question": f"slowly {n}: {HERON}", "answers": ["Odilo"]} for n in range(20)
]


def write_set(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("working")
    write_set(folder / "questions" / "harbour.jsonl", HARBOUR)
    write_set(folder / "questions" / "many.jsonl", [
        {**HARBOUR[0], "id": f"m{n}", "question": f"{HERON} {n}"} for n in range(60)
    ])  # fmt: skip
    write_set(folder / "tests" / "slow.jsonl", SLOW)
    write_set(folder / "tests" / "bad.jsonl", HARBOUR)
    with (folder / "tests" / "bad.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "q4", <b>\n')
    with serving_page(folder=folder) as serves:
        yield serves.url


@pytest.fixture
def quality(open_page: Opener, address: str) -> Page:
    return opened(open_page, address)


def opened(open_page: Opener, address: str, **options: object) -> Page:
    page = open_page(address, **options)
    page.wait_for_selector(".about", state="attached")
    page.click(".views >> text=Quality")
    page.wait_for_selector("#sets form")
    return page


def run(page: Page, name: str, limit: str = "50") -> None:
    page.get_by_label("Question set").select_option(name)
    page.get_by_label("How many questions").select_option(limit)
    page.get_by_role("button", name="Run", exact=True).click()


def report(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Open the report").click()
    frame = page.frame_locator("#report iframe")
    frame.locator("#shown").wait_for()
    return frame


def test_the_sets_of_both_folders_are_offered(quality: Page):
    assert quality.locator("select[name=set] option").all_text_contents() == [
        "harbour", "many", "bad", "slow",
    ]  # fmt: skip
    assert quality.input_value("select[name=limit]") == "50"
    assert quality.locator("h1:visible").all_text_contents() == ["Ask the articles"]


def test_a_run_ends_in_figures_a_table_by_kind_and_a_report_with_filters(quality: Page):
    run(quality, "harbour")
    quality.wait_for_selector(".figures")
    assert text(quality, ".figures .about").startswith("3 questions, 1 of them not answered")
    right = quality.locator(".figures dl > div").filter(has_text="Right")
    assert (right.locator("dd").first.text_content() or "").startswith("0.667")
    kinds = quality.locator(".figures tbody th").all_text_contents()
    assert kinds == [MARKUP, "absent", "fact"]
    assert text(quality, "#progress .finished").startswith("Asked 3 questions in ")
    frame = report(quality)
    assert frame.locator(".question:visible").count() == 3
    frame.get_by_role("button", name="Wrong", exact=True).click()
    assert frame.locator("#shown").inner_text() == "1 of 3 shown"
    frame.get_by_role("button", name="All", exact=True).click()
    frame.locator("a[data-kind-link=fact]").click()
    assert frame.locator("#shown").inner_text() == "1 of 3 shown"
    # Waited for: a question far down is laid out when it comes into sight.
    frame.locator(".question:visible .asked", has_text=HERON).wait_for()
    quality.get_by_role("button", name="Back to the figures").click()
    quality.wait_for_selector("#report iframe", state="detached")
    assert quality.evaluate("document.activeElement.dataset.do") == "report"


def test_the_report_is_saved_from_the_page(quality: Page):
    run(quality, "harbour")
    report(quality)
    with quality.expect_download() as saving:
        quality.click(".report >> text=Save")
    assert saving.value.suggested_filename == "harbour-report.html"
    saved = Path(saving.value.path()).read_text(encoding="utf-8")
    assert saved.startswith("<!doctype html>")
    assert HERON in saved


def test_a_run_shows_how_far_it_is_and_can_be_stopped_while_others_are_told(
    quality: Page, open_page: Opener, address: str
):
    run(quality, "slow")
    quality.wait_for_selector("#progress progress")
    assert text(quality, "#progress .asking").startswith("0 of 20")
    assert quality.locator("select[name=set]").is_disabled()
    assert quality.evaluate("document.activeElement.dataset.do") == "halt"
    other = opened(open_page, address)
    run(other, "harbour")
    other.wait_for_selector("#progress [role=alert]")
    assert text(other, "#progress").startswith("Another visitor's run is at work (")
    other.click(".views >> text=Ask")
    ask(other, HERON)
    assert text(other, "#live .source mark") == SENTENCE
    quality.get_by_text(re.compile(r"^[1-9]\d? of 20, \d+ (s|min) left$")).wait_for()
    quality.get_by_role("button", name="Stop", exact=True).last.click()
    quality.wait_for_selector("#progress .stopped")
    assert "of 20 questions" in text(quality, "#progress .stopped")
    assert quality.locator(".figures").count() == 0
    run(quality, "harbour")
    quality.wait_for_selector(".figures")


def test_a_bad_set_is_told_in_one_line(quality: Page):
    run(quality, "bad")
    quality.wait_for_selector("#progress [role=alert]")
    told = text(quality, "#progress")
    assert told.startswith("tests/bad.jsonl, line 4: not JSON")
    assert quality.get_by_role("button", name="Run", exact=True).is_enabled()
    assert quality.locator("#progress b").count() == 0


def test_a_limit_asks_so_many(quality: Page):
    run(quality, "many", "20")
    quality.wait_for_selector(".figures")
    assert text(quality, ".figures .about").startswith("20 questions, 0 of them")


def test_the_conversation_is_kept_while_the_other_view_is_shown(quality: Page):
    quality.click(".views >> text=Ask")
    ask(quality, HERON)
    quality.click("#live .read")
    quality.wait_for_selector(".reading")
    quality.evaluate("location.hash = '#quality'")  # on a phone the article lies over the links
    quality.wait_for_selector(".reading", state="hidden")
    assert not quality.is_visible("#question")
    assert quality.get_attribute(".views a[aria-current]", "href") == "#quality"
    quality.go_back()
    quality.wait_for_selector(".reading")
    assert text(quality, "#live .source mark") == SENTENCE
    assert quality.get_attribute(".views a[aria-current]", "href") == "#chat"


def test_a_closed_page_stops_its_run_and_its_report_is_gone(open_page: Opener, address: str):
    page = opened(open_page, address)
    run(page, "slow")
    page.wait_for_selector("#progress progress")
    page.close()
    other = opened(open_page, address)
    for _ in range(10):
        run(other, "harbour")
        with suppress(NotInTime):  # refused while the first one's run is still at work
            other.wait_for_selector("#progress .finished", timeout=8000)
            break
    assert text(other, "#progress").startswith("Asked 3 questions")
    where = other.get_attribute(".figures [data-do=report]", "data-address")
    kept = f"{address}/{where}"
    watching = open_page(address)
    assert watching.request.get(kept).status == 200
    other.close()
    for _ in range(40):
        if watching.request.get(kept).status == 404:
            break
        watching.wait_for_timeout(1000)
    assert watching.request.get(kept).status == 404


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_nothing_is_wider_than_the_window(open_page: Opener, address: str, width: int, scheme: str):
    page = opened(open_page, address, viewport={"width": width, "height": 844}, color_scheme=scheme)
    run(page, "harbour")
    page.wait_for_selector(".figures")
    for inner in ("html", "#quality-view"):
        wide, room = page.evaluate(
            "s => (e => [e.scrollWidth, e.clientWidth])(document.querySelector(s))", inner
        )
        assert wide <= room
    frame = report(page)
    box = page.locator("#report iframe").bounding_box()
    assert box is not None
    assert box["width"] == width
    assert box["height"] > 700
    assert frame.locator("html").evaluate("e => e.scrollWidth") <= width
