"""The page in a browser: ask, read the answer and its sources, and what must never happen."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Opener, ask, go_on, serving_page
from tests.browser.served import ARTICLES, EXAMPLES, HOSTILE
from tests.started import free_port, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

HERON = "What is the heron of the harbour master called?"
SENTENCE = "The heron of the harbour master is called Odilo."
PERU = "Who won the chess game in Lima?"


def text(page: Page, selector: str) -> str:
    """The text of the first such element, its white space folded."""
    return re.sub(r"\s+", " ", page.locator(selector).first.text_content() or "").strip()


def notice(page: Page) -> str:
    page.wait_for_selector("#notice p")
    return text(page, "#notice")


def test_an_answer_is_cited_and_its_source_shows_the_sentence_in_its_surroundings(page: Page):
    ask(page, HERON)
    assert text(page, "#live .question") == HERON
    assert text(page, "#live .answer p") == f"{SENTENCE}1"
    assert text(page, "#live .answer strong") == "heron of the harbour master is called"
    assert text(page, "#live .sources h4") == "The harbour master keeps a heron 9 July 2024"
    assert text(page, "#live .source mark") == SENTENCE
    quoted = text(page, "#live .source blockquote")
    assert quoted.startswith("The harbour of Velm lies on the northern shore. The heron")
    assert quoted.endswith(f"{SENTENCE} It eats herring at noon. Visitors are asked to keep away"
                           " from its nest.")  # fmt: skip
    assert page.input_value("#question textarea") == ""


def test_a_source_leads_back_to_its_citation(page: Page):
    ask(page, HERON)
    page.click("#live .number")
    assert page.evaluate("document.activeElement.id") == "t1-r1"


def test_a_source_opens_its_article_at_the_sentence_and_escape_closes_it(page: Page):
    ask(page, HERON)
    page.click("#live .read")
    page.wait_for_selector(".reading")
    assert text(page, ".reading h2") == ARTICLES[0].title
    assert text(page, ".reading mark.here") == SENTENCE
    shown = page.locator(".reading .text > *").all_text_contents()
    assert shown == ARTICLES[0].text.split("\n")
    page.keyboard.press("Escape")
    page.wait_for_selector(".reading", state="detached")
    assert page.evaluate("document.activeElement.className") == "read"


def test_a_declined_question_says_so_and_shows_what_came_nearest(page: Page):
    ask(page, PERU)
    assert text(page, "#live .declined") == "No passage holds enough of what was asked."
    assert "not an answer" in text(page, "#live .nearest h3")
    assert 1 <= page.locator("#live .nearest .source").count() <= 3
    assert page.locator("#live .answer, #live .cite").count() == 0


def test_an_example_is_asked_by_a_click(page: Page):
    assert page.locator(".examples button").all_text_contents() == list(EXAMPLES)
    page.click(".examples button >> nth=0")
    page.wait_for_selector("#live .actions")
    assert text(page, "#live .source mark") == SENTENCE
    assert page.locator(".welcome").count() == 0


def test_markup_in_an_article_stays_text(page: Page):
    ask(page, "Which oil does the lighthouse of Velm burn from Brask?")
    assert page.locator("#live .sources h4 em").count() == 0
    assert text(page, "#live .sources h4").startswith("Lighthouse <em>news</em>")
    assert HOSTILE[:40] in text(page, "#live .sources")
    page.click("#live .read")
    page.wait_for_selector(".reading")
    assert page.locator(".reading .text > *").all_text_contents() == ARTICLES[1].text.split("\n")
    for tag in ("script", "img", "iframe", "style"):
        assert page.locator(f"#desk {tag}").count() == 0


def test_markup_in_a_question_stays_text(page: Page):
    ask(page, HOSTILE)
    assert text(page, "#live .question").startswith(HOSTILE[:40])
    ask(page, "and " + HOSTILE)  # the first is searched for with it
    assert "Searched for" in text(page, "#live .searched")
    page.click("#live [data-do=edit]")
    page.wait_for_selector("#editing .heeded")
    assert page.input_value("#question textarea") == "and " + HOSTILE
    assert page.locator("#desk :is(script, img, iframe, style)").count() == 0


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("   ", "Write a question first."),
        ("x" * 100_000, "The question is 100,000 characters long, at most 2,000 are read"),
        ("break", "Something went wrong while answering."),
    ],
    ids=["blank", "long", "bug"],
)
def test_what_cannot_be_answered_is_told_in_one_line_and_stays_in_the_box(
    page: Page, question: str, message: str
):
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    assert notice(page).startswith(message)
    assert "Traceback" not in page.content()
    assert page.input_value("#question textarea") == question
    assert page.locator(".turn").count() == 0
    page.type("#question textarea", "Who")
    is_told = page.locator("#notice p").is_visible()
    assert is_told == (not message.startswith("Write")) or len(question) > 1000
    ask(page, HERON)
    assert page.locator("#notice p").count() == 0
    assert text(page, "#live .source mark") == SENTENCE


def test_a_slow_answer_can_be_stopped_and_the_next_one_is_whole(page: Page):
    page.fill("#question textarea", f"very slowly: {HERON}")
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#live .waiting")
    page.click("#stop")
    for shown in ("#live .stopped", "#ask"):  # sooner than the step that was stopped ends
        page.wait_for_selector(shown, timeout=10_000)
    ask(page, HERON)
    assert page.locator(".turn").count() == 2
    assert page.locator("#past .stopped").count() == 1
    assert text(page, "#live .source mark") == SENTENCE


def test_a_question_asked_while_an_answer_is_made_stays_in_the_box(page: Page):
    page.fill("#question textarea", f"slowly: {HERON}")
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#live .waiting")
    page.fill("#question textarea", PERU)
    page.press("#question textarea", "Enter")
    assert notice(page).startswith("The last answer is still being made.")
    page.wait_for_selector("#live .actions")
    assert page.input_value("#question textarea") == PERU
    assert page.locator(".turn").count() == 1
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#live .nearest")
    assert page.locator("#notice p").count() == 0


def test_a_new_conversation_ends_the_answer_that_is_being_made(page: Page):
    for _ in range(4):  # what the answer says last must not come after the end of it
        page.fill("#question textarea", f"slowly: {HERON}")
        page.press("#question textarea", "Enter")
        page.wait_for_selector("#live .waiting")
        page.click("[data-do=new]")
        page.wait_for_selector(".welcome")
        page.wait_for_timeout(300)
        assert page.is_visible(".welcome")
    page.wait_for_timeout(2500)  # long enough for an answer to come if it still did
    assert page.locator(".turn").count() == 0
    ask(page, HERON)
    assert page.locator(".turn").count() == 1


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_being_read_stays_where_it_is_while_an_answer_grows(
    open_page: Opener, url: str, width: int
) -> None:
    page = open_page(url, viewport={"width": width, "height": 900})
    page.wait_for_selector(".about")
    ask(page, "harbour heron master visitors nest")
    page.evaluate(
        """() => {
          window.shifts = [];
          const end = ".waiting, .sure"; // it stands below what has been said so far
          new PerformanceObserver((seen) => {
            for (const { sources } of seen.getEntries())
              for (const { node } of sources)
                if (node && !(node.closest ? node : node.parentElement)?.closest(end))
                  window.shifts.push(node.outerHTML?.slice(0, 80) ?? node.textContent);
          }).observe({ type: "layout-shift" });
        }"""
    )
    page.fill("#question textarea", "and slowly: harbour heron visitors nest")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(
        "#live [aria-busy=true] .answer"
    )  # from here on statements are added, one by one
    page.evaluate("() => { window.shifts.length = 0; }")
    page.wait_for_selector("#live .actions")
    page.wait_for_timeout(500)
    assert page.locator("#live .answer p").count() > 1
    assert page.locator("#live .searched button:visible").count() == 1
    assert page.evaluate("window.shifts") == []


def test_an_answer_appears_as_it_is_made(page: Page):
    page.fill("#question textarea", f"slowly {HERON}")
    page.press("#question textarea", "Enter")
    # All at once: between two questions of the test the answer may have gone on.
    page.wait_for_function(
        """() => document.querySelector("#live .answer")?.checkVisibility()
            && document.querySelector("#live .waiting")?.checkVisibility()
            && document.querySelector("#stop")?.checkVisibility()
            && document.querySelector("#live .turn").ariaBusy === "true" """
    )
    page.wait_for_selector("#live .actions")
    assert page.locator("#live .waiting").count() == 0
    assert page.get_attribute("#live .turn", "aria-busy") == "false"


def test_a_follow_up_tells_what_was_searched_for_and_a_new_conversation_forgets(page: Page):
    ask(page, HERON)
    assert page.locator(".searched").count() == 0
    ask(page, "And what does it eat at noon?")
    assert text(page, "#live .searched").startswith(f"Searched for {HERON} And what")
    page.click("#live .searched button")
    page.wait_for_function("document.querySelectorAll('.turn').length === 3")
    page.wait_for_selector("#live .actions")
    assert text(page, "#live .question") == "And what does it eat at noon?"
    assert page.locator("#live .searched").count() == 0
    page.click("[data-do=new]")
    page.wait_for_selector(".welcome")
    assert page.locator(".turn").count() == 0
    ask(page, "And what does it eat at noon?")
    assert page.locator(".searched").count() == 0


def test_where_nothing_is_kept_a_page_says_that_the_program_was_started_anew(browser: Browser):
    port = free_port()
    page = browser.new_page()  # one whose console may complain about the lost connection
    words = ("-m", "tests.browser.served", "{port}")
    with serving(*words, port=port) as serves:
        page.goto(serves.url)
        page.wait_for_selector(".about")
        ask(page, HERON)
    with serving(*words, port=port):
        page.fill("#question textarea", "And what does it eat at noon?")
        page.press("#question textarea", "Enter")
        assert "it was not kept: reload the page" in notice(page)
        assert page.input_value("#question textarea") == "And what does it eat at noon?"
        assert page.locator(".turn").count() == 1
        page.click("[data-do=new]")
        page.wait_for_selector(".welcome")
        ask(page, HERON)
    page.close()


def test_a_program_that_is_gone_is_told_of_in_the_page_s_own_words(browser: Browser):
    page = browser.new_page()  # one whose console may complain about the lost connection
    with serving("-m", "tests.browser.served", "{port}") as serves:
        page.goto(serves.url)
        page.wait_for_selector(".about")
        ask(page, HERON)
    page.fill("#question textarea", PERU)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".toast-wrap >> text=The program does not answer. Is it still running?")
    assert "Attempting" not in text(page, ".toast-wrap")
    toast, ask_row = (page.locator(each).bounding_box() for each in (".toast-body", "#ask-row"))
    assert toast["y"] + toast["height"] <= ask_row["y"]  # type: ignore[index]
    assert page.input_value("#question textarea") == PERU
    page.close()


def test_two_visitors_have_a_conversation_each(page: Page, open_page: Opener, url: str):
    other = open_page(url)
    ask(page, HERON)
    ask(other, PERU)
    ask(page, "And what does it eat at noon?")
    assert other.locator(".turn").count() == 1
    assert page.locator(".turn").count() == 2
    ask(other, "And its nest?")
    assert PERU in text(other, "#live .searched")


def test_an_answer_is_copied_with_its_references(open_page: Opener, url: str):
    page = open_page(url, permissions=["clipboard-read", "clipboard-write"])
    page.wait_for_selector(".about")
    ask(page, HERON)
    page.click("[data-do=copy]")
    page.wait_for_function("document.querySelector('[data-do=copy]').textContent === 'Copied'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"{SENTENCE} [1]" in copied
    assert f"[1] The harbour master keeps a heron (2024-07-09): “{SENTENCE}”" in copied


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (390, "dark"), (1280, "light"), (3840, "light")]
)
def test_nothing_is_wider_than_the_window(open_page: Opener, url: str, width: int, scheme: str):
    page = open_page(url, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.wait_for_selector(".about")
    ask(page, "w" * 400)
    ask(page, "Which oil does the lighthouse of Velm burn from Brask?")
    page.click("#live .read")
    page.wait_for_selector(".reading")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for inner in ("#scroll", ".reading .text"):
        wide, room = page.evaluate(
            "s => (e => [e.scrollWidth, e.clientWidth])(document.querySelector(s))", inner
        )
        assert wide <= room
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == ("rgb(22, 24, 26)" if scheme == "dark" else "rgb(251, 250, 247)")


def test_a_new_question_is_brought_to_the_top_each_time(page: Page):
    for question in (HERON, PERU, HERON):
        ask(page, question)
        page.wait_for_timeout(700)
        top = page.locator("#scroll").bounding_box()["y"]  # type: ignore[index]
        assert abs(page.locator("#live .turn").bounding_box()["y"] - top) <= 1  # type: ignore[index]


def test_a_new_question_stays_at_the_top_when_the_turns_above_it_are_measured_later(page: Page):
    ask(page, HERON)
    page.wait_for_timeout(1000)
    page.fill("#question textarea", f"very slowly {PERU}")
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#past .turn")
    page.wait_for_selector("#live .turn[aria-busy=true]")
    page.add_style_tag(
        content="#scroll { overflow-anchor: none } #past .turn { min-height: 90rem }"
    )
    page.wait_for_timeout(500)
    top = page.locator("#scroll").bounding_box()["y"]  # type: ignore[index]
    assert abs(page.locator("#live .turn").bounding_box()["y"] - top) <= 1  # type: ignore[index]
    page.mouse.move(400, 400)
    page.mouse.wheel(0, -300)  # what the reader does holds
    page.add_style_tag(content="#past .turn { min-height: 99rem }")
    page.wait_for_timeout(500)
    assert page.locator("#live .turn").bounding_box()["y"] > top + 100  # type: ignore[index]
    page.click("#stop")
    page.wait_for_selector("#live .stopped")


def test_right_to_left_and_chinese_text_keep_their_direction(page: Page):
    direction = "getComputedStyle(document.querySelector('#question textarea')).direction"
    page.fill("#question textarea", "המגדלור")
    assert page.evaluate(direction) == "rtl"
    ask(page, "המגדלור של ולם שורף שמן")
    assert page.evaluate(direction) == "ltr"
    quote = page.locator("#live .source blockquote").first
    assert quote.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert page.locator("#live .question").evaluate("e => getComputedStyle(e).direction") == "rtl"
    ask(page, "维尔姆的灯塔 晚上 燃烧")
    assert "维尔姆的灯塔" in text(page, "#live .source mark")


def test_the_keyboard_reaches_everything(page: Page):
    ask(page, HERON)
    page.focus("#question textarea")
    seen = set()
    for _ in range(22):
        page.keyboard.press("Shift+Tab")
        seen.add(page.evaluate("(e => e.className || e.dataset.do || e.tagName)"
                               "(document.activeElement)"))  # fmt: skip
    assert {"cite", "number", "read", "copy", "again", "edit", "like", "new"} <= seen
    for control in page.locator("#desk :is(button, a, textarea)").all():
        if control.is_visible():
            assert control.evaluate(
                "e => (e.ariaLabel || e.textContent || e.labels?.[0]?.textContent || '').trim()"
            )


def test_the_page_is_there_before_the_assistant_and_tells_what_it_waits_for(open_page: Opener):
    with serving_page("gated") as serves:
        page = open_page(serves.url)
        page.wait_for_selector('.welcome .waiting:text-is("Reading the articles: 3 of 4…")')
        page.fill("#question textarea", HERON)
        page.press("#question textarea", "Enter")
        page.wait_for_selector("#live .waiting")
        assert text(page, "#live .waiting") == "Reading the articles: 3 of 4…"
        go_on(serves.process)
        page.wait_for_selector("#live .actions")
        assert text(page, "#live .source mark") == SENTENCE
        page.close()  # before the server, whose end it would complain about


def test_ctrl_c_ends_the_program_quietly_while_a_page_is_open(browser: Browser):
    with serving_page() as serves:
        page = browser.new_page()  # one whose console may complain about the lost connection
        page.goto(serves.url)
        page.wait_for_selector(".about")
        serves.process.send_signal(signal.SIGINT)
        told, complaints = serves.process.communicate(timeout=30)
        page.close()
        assert serves.process.returncode == 0
        assert told.splitlines() == [f"The page is at {serves.url} (Ctrl-C ends it)", "Ended."]
        assert complaints == ""


def test_an_assistant_that_cannot_be_opened_ends_the_program_with_its_message(browser: Browser):
    with serving_page("failing") as serves:
        page = browser.new_page()
        page.goto(serves.url)
        page.wait_for_selector(".welcome .waiting")
        go_on(serves.process)
        page.wait_for_selector(".welcome.failed")
        assert text(page, ".lead") == "There is nothing to read in <b>nowhere</b>"
        assert serves.process.wait(timeout=60) == 2
        page.close()
        assert serves.process.stderr is not None
        assert serves.process.stderr.read() == "rag: there is nothing to read in <b>nowhere</b>\n"
