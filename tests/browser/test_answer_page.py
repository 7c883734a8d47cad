"""What stands around an answer, in a browser: its citations, why it is this one, feedback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.datatypes import day_in_words
from rag.evaluate.questions import read_rows
from tests.browser.conftest import Opener, ask, settled
from tests.browser.served import ARTICLES
from tests.browser.test_page import HERON, PERU, SENTENCE, text
from tests.started import variables

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LIGHTHOUSE = "Which oil does the lighthouse of Velm burn from Brask?"
HOSTILE = "What did the keeper, Ansa, hostile to visitors, wrote?"
TWO = "harbour heron master visitors nest"  # cites two sentences


def focused(page: Page, what: str) -> str:
    found: str = page.evaluate(f"document.activeElement.{what}")
    return found


def read(page: Page) -> dict[str, object]:
    """What the reading pane shows."""
    page.wait_for_selector(".reading mark.here")
    return {
        "here": page.locator(".reading mark.here").all_text_contents(),
        "also": page.locator(".reading mark.also").all_text_contents(),
    }


def test_from_the_question_to_the_article_and_back_by_keyboard_alone(page: Page):
    page.focus("#question textarea")
    page.keyboard.type(TWO)
    page.keyboard.press("Enter")
    page.wait_for_selector("#live .actions")
    marks = page.locator("#live .cite").all_text_contents()
    assert len(marks) >= 2
    while focused(page, "className") != "cite" or focused(page, "textContent") != "1":
        page.keyboard.press("Shift+Tab")
    assert page.locator("#quote").is_visible()
    quotes = page.locator("#live .source mark").all_text_contents()
    assert text(page, "#quote p") == quotes[0]
    assert focused(page, "getAttribute('aria-describedby')") == "quote"
    page.keyboard.press("Escape")  # dismissed, and nothing else happens
    assert page.locator("#quote").is_hidden()
    page.keyboard.press("ArrowRight")
    assert focused(page, "textContent") == "2"
    assert text(page, "#quote p") == quotes[1]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert read(page) == {"here": quotes[:1], "also": quotes[1:]}
    assert focused(page, "closest('#reading') !== null")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f".reading .steps:has-text('Citation 2 of {len(marks)}')")
    assert read(page)["here"] == quotes[1:2]
    page.wait_for_function("document.activeElement.dataset.step === 'next'")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".reading .steps:has-text('Citation 1 of')")
    page.keyboard.press("ArrowLeft")  # there is none before the first
    page.keyboard.press("Escape")
    page.wait_for_selector(".reading", state="detached")
    assert (focused(page, "className"), focused(page, "textContent")) == ("cite", "1")


def test_a_citation_that_is_pointed_at_shows_its_quote_and_a_click_opens_the_article(page: Page):
    ask(page, HERON)
    page.hover("#live .cite")
    day = day_in_words(ARTICLES[0].published) if ARTICLES[0].published else ""
    assert text(page, "#quote") == f"{ARTICLES[0].title} {day}{SENTENCE}"
    line = page.evaluate(
        """() => {
          const words = document.createRange();
          words.selectNodeContents(document.querySelector("#live .answer p"));
          const shown = document.querySelector("#quote").getBoundingClientRect();
          return shown.top - words.getBoundingClientRect().bottom;
        }"""
    )
    assert line >= -4  # the sentence stays in sight
    page.hover("#quote")  # it stays while it is pointed at
    assert page.locator("#quote").is_visible()
    page.hover("#live .question")
    page.wait_for_selector("#quote", state="hidden")
    page.click("#live .cite")
    assert read(page)["here"] == [SENTENCE]
    assert page.evaluate("location.hash") == ""


def test_why_this_answer_and_why_none(page: Page):
    ask(page, HERON)
    why = "#live .why"
    assert page.locator(f"{why} .grounds").is_hidden()
    page.focus(f"{why} summary")
    page.keyboard.press("Enter")
    assert text(page, f"{why} .fate") == "Holds citation 1."
    assert text(page, f"{why} .passage .term") == "heron"
    assert text(page, f"{why} .scores") == "Words (BM25)1.0, rank 1Both together1.00, rank 1"
    page.click(f"{why} .weighed .read >> nth=1")
    page.wait_for_selector(".reading")
    page.keyboard.press("Escape")  # on a phone it lies over the conversation
    ask(page, PERU)
    assert text(page, f"{why} summary") == "Why no answer"
    page.click(f"{why} summary")
    assert "below 50% a question is declined" in text(page, f"{why} .grounds")


def test_back_closes_the_article_and_stays_on_the_page(page: Page):
    ask(page, HERON)
    page.click("#live .cite")
    page.wait_for_selector(".reading")
    page.go_back()
    page.wait_for_selector(".reading", state="detached")
    assert text(page, "#live .question") == HERON
    page.click("#live .cite")
    page.wait_for_selector(".reading")
    page.keyboard.press("Escape")
    page.wait_for_selector(".reading", state="detached")
    page.click(".views >> text=Articles")
    page.wait_for_selector("#articles-view .files")
    page.go_back()
    page.wait_for_selector("#live .question")


def test_enter_pressed_three_times_asks_once(page: Page):
    page.fill("#question textarea", HERON)
    for _ in range(3):
        page.press("#question textarea", "Enter", no_wait_after=True)
    page.wait_for_selector("#live .actions")
    page.wait_for_timeout(500)
    assert page.locator(".turn").count() == 1
    assert page.locator("#notice p").count() == 0


def test_why_an_earlier_answer_is_told_when_it_is_asked_for(page: Page):
    ask(page, HERON)
    ask(page, PERU)
    ask(page, f"and {HERON}")
    why = "#past .why"
    assert page.locator(f"{why} .grounds").count() == 0
    page.focus(f"{why} summary >> nth=0")
    page.keyboard.press("Enter")
    assert text(page, f"{why} .fate") == "Holds citation 1."
    page.wait_for_function("document.activeElement.closest('#t1 .why') !== null")
    page.keyboard.press("Enter")
    assert page.locator(f"{why} .grounds").is_hidden()
    page.click(f"{why} summary >> nth=1")
    page.wait_for_selector("#t2 .why .grounds")
    assert page.locator("#t2 .why summary").inner_text() == "Why no answer"
    page.click("#t2 .why .weighed .read >> nth=0")
    page.wait_for_selector(".reading")


def test_an_answer_is_asked_for_again_in_its_place(page: Page):
    ask(page, PERU)
    ask(page, f"and {HERON}")
    page.evaluate("document.querySelector('#live .turn').dataset.old = 'yes'")
    page.click("#live [data-do=again]")
    page.wait_for_selector("#live .turn:not([data-old]) .actions")
    assert page.locator(".turn").count() == 2
    assert text(page, "#live .question") == f"and {HERON}"
    assert PERU in text(page, "#live .searched")


def test_rated_answers_become_a_question_set_that_is_read(
    open_page: Opener, url: str, tmp_path: Path
):
    page = open_page(url)
    page.wait_for_selector(".about")
    ask(page, HERON)
    page.click("#live [data-do=like]")
    assert page.get_attribute("#live [data-do=like]", "aria-pressed") == "true"
    ask(page, "and what does the heron eat at noon?")
    # It is still shown as pressed above.
    page.wait_for_selector("#past [data-do=like][aria-pressed=true]")
    page.click("#live [data-do=dislike]")
    assert focused(page, "name") == "right"
    page.keyboard.type("herring")
    page.keyboard.press("Enter")
    page.wait_for_selector("#live .correction", state="hidden")
    ask(page, PERU)
    page.click("#live [data-do=like]")
    ask(page, LIGHTHOUSE)
    page.click("#live [data-do=dislike]")  # and nothing said of what would be right
    page.click(".views >> text=Quality")
    assert text(page, ".feedback .told").startswith(
        "4 answers rated in this browser; 1 without what would be right"
    )
    with page.expect_download() as saved:
        page.click(".feedback [data-do=download]")
    path = tmp_path / "feedback.jsonl"
    saved.value.save_as(path)
    questions, problems = read_rows(path)
    assert problems == []
    first, second, third = questions
    assert (first.kind, first.evidence[0].quote, first.history) == ("liked", SENTENCE, ())
    assert (second.kind, second.answers) == ("disliked", ("herring",))
    assert [turn["content"] for turn in second.history] == [HERON, SENTENCE]
    assert (third.question, third.answerable) == (PERU, False)
    corpus = tmp_path / "articles"
    corpus.mkdir()
    for each in ARTICLES:
        (corpus / each.source).write_text(each.text, encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "rag", "eval", str(path), "--check", "--corpus", str(corpus)],
        cwd=tmp_path, env=variables(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
    before = page.evaluate("localStorage.getItem('feedback')")
    rated = len(json.loads(before))
    assert page.locator(".feedback [data-do=unforget]").is_hidden()
    page.click(".feedback >> text=Delete all of it")
    told = f"The feedback on {rated} answer{'s' * (rated > 1)} was deleted."
    assert text(page, ".feedback .told") == told
    assert json.loads(page.evaluate("localStorage.getItem('feedback')")) == {}
    assert page.locator(".feedback button:visible").all_text_contents() == ["Undo"]
    page.keyboard.press("Enter")  # the focus is there
    assert json.loads(page.evaluate("localStorage.getItem('feedback')")) == json.loads(before)
    assert text(page, ".feedback .told").startswith(f"{rated} answer")
    page.click(".feedback >> text=Delete all of it")
    settled(page).reload()
    page.wait_for_selector(".feedback", state="attached")
    assert page.locator(".feedback").is_hidden()


def test_hostile_text_is_text_in_the_quote_and_in_the_reasons(page: Page):
    ask(page, HOSTILE)
    page.hover("#live .cite >> nth=0")
    assert "<script>" in text(page, "#quote")
    page.click("#live .why summary")
    assert "<script>" in text(page, "#live .why")
    assert page.locator("#quote :not(p, strong, bdi, span)").count() == 0
    assert page.locator("#desk :is(script, img, iframe, style)").count() == 0
