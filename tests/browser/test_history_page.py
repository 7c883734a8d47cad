"""Conversations that are kept, in a browser: after a restart, renamed, deleted, searched, saved."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import WAIT_MS, Opener, ask, settled
from tests.browser.served import ARTICLES
from tests.browser.test_accessible import violations
from tests.browser.test_page import HERON, PERU, SENTENCE, text
from tests.started import Served, free_port, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

NOON = "What does it eat at noon, the heron?"
HOSTILE = "<img src=x onerror='window.pwned = 6'> heron harbour master called Odilo"


def served(file: Path, port: int) -> AbstractContextManager[Served]:
    return serving("-m", "tests.browser.served_history", "{port}", str(file), port=port)


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("kept") / "talks.sqlite3", free_port()) as serves:
        yield serves.url


@pytest.fixture
def page(open_page: Opener, address: str) -> Page:
    opened: Page = open_page(address)
    opened.wait_for_selector(".about")
    return opened


def view(page: Page, name: str) -> None:
    page.click(f'.views a[href="#{name}"]')


def shows(page: Page, *titles: str) -> None:
    """Wait until the list holds these titles, in this order."""
    page.wait_for_function(
        """titles => JSON.stringify([...document.querySelectorAll("#history-view .open")]
          .map(open => open.textContent)) === JSON.stringify(titles)""",
        arg=titles,
    )


def test_a_conversation_is_there_after_a_restart_and_goes_on(open_page: Opener, tmp_path: Path):
    port = free_port()
    with served(tmp_path / "talks.sqlite3", port) as serves:
        page = open_page(serves.url)
        page.wait_for_selector(".about")
        ask(page, HERON)
        ask(page, PERU)
        page.click(".top [data-do=new]")
        page.wait_for_selector(".welcome")
        ask(page, NOON)
        view(page, "history")
        shows(page, NOON, HERON)
        settled(page).goto("about:blank")
    with served(tmp_path / "talks.sqlite3", port):
        page.goto(serves.url)
        page.wait_for_selector("#live .turn")
        assert text(page, "#live .question") == NOON  # what this tab showed when it was left
        view(page, "history")
        shows(page, NOON, HERON)
        page.click("#history-view .open >> nth=1")
        page.wait_for_selector("#past .turn")
        assert page.evaluate("document.documentElement.dataset.view") == "chat"
        assert text(page, "#past .question") == HERON
        assert text(page, "#past .source mark") == SENTENCE
        assert text(page, "#live .question") == PERU
        assert page.locator("#live .nearest .read").count() >= 1
        page.click("#past .read")
        page.wait_for_selector(".reading")
        assert text(page, ".reading h2") == ARTICLES[0].title
        page.keyboard.press("Escape")
        ask(page, "and of the harbour master?")
        assert PERU in text(page, "#live .searched")  # the conversation is read into it
        view(page, "history")
        shows(page, HERON, NOON)
        assert "3 questions" in text(page, "#history-view li")
        assert page.locator("#history-view li").first.get_attribute("aria-current") == "true"
        settled(page).goto("about:blank")


@pytest.mark.slow
def test_an_open_page_goes_on_when_the_program_was_started_anew(browser: Browser, tmp_path: Path):
    port, file = free_port(), tmp_path / "talks.sqlite3"
    page = browser.new_page()  # one whose console may complain about the lost connection
    page.set_default_timeout(WAIT_MS)
    with served(file, port) as serves:
        page.goto(serves.url)
        page.wait_for_selector(".about")
        ask(page, HERON)
        ask(page, PERU)
    with served(file, port):
        page.fill("#question textarea", "and of")
        page.click("#past .cite")
        page.wait_for_selector(".reading mark.here")
        assert text(page, ".reading h2") == ARTICLES[0].title
        page.keyboard.press("Escape")
        page.click("#past .why summary")
        page.wait_for_selector("#past .why .grounds")
        assert page.input_value("#question textarea") == "and of"
        ask(page, "and of the harbour master?")
        assert page.locator(".turn").count() == 3
        assert PERU in text(page, "#live .searched")
    with served(file, port):
        page.evaluate("document.querySelector('#live .turn').dataset.old = 'yes'")
        page.click("#live [data-do=again]")
        page.wait_for_selector("#live .turn:not([data-old]) .actions")
        assert PERU in text(page, "#live .searched")
        page.fill("#question textarea", f"very slowly: {HERON}")
        page.press("#question textarea", "Enter")
        page.wait_for_selector("#live .waiting")
    with served(file, port):  # while an answer was made: the page is loaded again
        page.wait_for_function(
            "document.querySelector('#question textarea')?.value.includes('very')"
        )
        assert page.locator(".turn").count() == 3
        page.click(".top [data-do=new]")
        page.wait_for_selector(".welcome")
        ask(page, NOON)
        view(page, "history")
        shows(page, NOON, HERON)
        assert "3 questions" in text(page, "#history-view li >> nth=1")
    page.close()


def test_a_page_that_is_loaded_again_goes_on_with_its_conversation(page: Page) -> None:
    ask(page, HERON)
    ask(page, PERU)
    # A turn that was stopped, or is being made, is in no conversation yet: those before it are.
    page.evaluate("delete document.querySelector('#live [data-conversation]').dataset.conversation")
    settled(page).reload()
    page.wait_for_selector("#live .turn")
    assert text(page, "#past .question") == HERON
    assert text(page, "#live .question") == PERU
    ask(page, NOON)
    page.click(".top [data-do=new]")
    page.wait_for_selector(".welcome")
    settled(page).reload()  # left empty, it comes back empty
    page.wait_for_selector(".about")
    ask(page, HERON)
    assert page.locator(".turn").count() == 1
    page.evaluate("sessionStorage.setItem('ask-left', 'f'.repeat(32))")
    page.evaluate("document.querySelector('#live [data-conversation]').remove()")
    settled(page).reload()  # a conversation that is gone
    page.wait_for_selector(".about")
    page.wait_for_timeout(500)
    assert page.locator("#notice [role=alert]").count() == 0


def test_what_was_typed_and_not_sent_is_there_when_the_page_is_loaded_again(page: Page) -> None:
    ask(page, HERON)
    page.fill("#question textarea", "and of the harbour")
    settled(page).reload()
    page.wait_for_selector("#live .turn")
    typed = "document.querySelector('#question textarea').value === 'and of the harbour'"
    page.wait_for_function(typed)
    page.wait_for_timeout(500)
    assert page.evaluate(typed)
    page.press("#question textarea", "Enter")
    page.wait_for_function("document.querySelectorAll('.turn').length === 2")
    page.wait_for_selector("#live .actions")
    # The box is emptied, and Stop goes, a moment after the last event has ended.
    page.wait_for_function("document.querySelector('#question textarea').value === ''")
    page.wait_for_function("!document.getElementById('stop')?.offsetParent")
    settled(page).reload()  # sent, and answered
    page.wait_for_selector("#live .turn")
    page.wait_for_timeout(500)
    assert page.input_value("#question textarea") == ""


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_axe_finds_nothing_serious_in_the_history(
    open_page: Opener, address: str, width: int, scheme: str
) -> None:
    page = open_page(address, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.wait_for_selector(".about")
    view(page, "history")
    page.wait_for_selector("#history-view .none")
    assert violations(page) == []
    view(page, "chat")
    ask(page, HERON)
    view(page, "history")
    shows(page, HERON)
    assert violations(page) == []
    page.click("#history-view [data-do=retitle]")
    page.wait_for_selector("#history-view li input")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.click("#history-view [data-do=forget]")
    page.wait_for_selector("#history-view [data-do=bring-back]")
    assert violations(page) == []


def test_two_browsers_never_see_each_others_turns(open_page: Opener, page: Page, address: str):
    ask(page, HERON)
    view(page, "history")
    shows(page, HERON)
    name = page.locator("#history-view li").get_attribute("data-id")
    other = open_page(address)
    other.wait_for_selector(".about")
    view(other, "history")
    other.wait_for_selector("#history-view .none")
    told = other.evaluate(
        """async (id) => {
          const said = [];
          for (const what of ["rename", "delete", "restore", "list"]) {
            const query = new URLSearchParams({ id, title: "mine", search: "heron" });
            const headers = { "x-page": "history" };
            said.push(await (await fetch(`history/${what}?${query}`,
              { method: "POST", headers })).text());
          }
          return said.join("\\n");
        }""",
        name,
    )
    assert "Odilo" not in told
    assert HERON not in told
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}/history/export?id={name}&form=json", timeout=30)
    refused.value.close()
    assert refused.value.code == 404
    view(page, "chat")
    view(page, "history")
    shows(page, HERON)


def test_a_request_of_another_page_changes_nothing(address: str):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(f"{address}/history/list", method="POST"))
    refused.value.close()
    assert refused.value.code == 403


def test_rename_delete_undo_and_search(page: Page):
    ask(page, HERON)
    page.click(".top [data-do=new]")
    page.wait_for_selector(".welcome")
    ask(page, HOSTILE)
    view(page, "history")
    shows(page, HOSTILE, HERON)

    page.click("#history-view [data-do=retitle] >> nth=1")
    page.keyboard.press("Escape")
    shows(page, HOSTILE, HERON)
    page.click("#history-view [data-do=retitle] >> nth=1")
    page.keyboard.type("About <b>birds</b>")
    page.keyboard.press("Enter")
    page.wait_for_selector("#history-view .said >> text=Renamed.")
    shows(page, HOSTILE, "About <b>birds</b>")

    page.fill("#history-view input[type=search]", "BIRDS")
    shows(page, "About <b>birds</b>")
    assert page.locator("#history-view .excerpt").count() == 0
    page.fill("#history-view input[type=search]", "odilo")  # in both answers
    shows(page, HOSTILE, "About <b>birds</b>")
    assert text(page, "#history-view li:nth-child(2) .excerpt") == SENTENCE
    page.fill("#history-view input[type=search]", "walrus")
    page.wait_for_selector("#history-view .none")
    page.fill("#history-view input[type=search]", "")
    shows(page, HOSTILE, "About <b>birds</b>")

    page.click("#history-view [data-do=forget] >> nth=0")  # the one that is open
    shows(page, "About <b>birds</b>")
    assert text(page, "#history-view .said") == f"Deleted “{HOSTILE}”. Undo"
    page.wait_for_selector(".turn", state="detached")
    page.keyboard.press("Enter")  # Undo has the focus
    shows(page, HOSTILE, "About <b>birds</b>")
    page.click("#history-view [data-do=forget] >> nth=0")
    shows(page, "About <b>birds</b>")
    view(page, "articles")
    view(page, "history")  # for an hour, not until another view is looked at
    page.clock.install()
    shows(page, "About <b>birds</b>")
    page.click("#history-view .deleted summary")
    assert "1 question · can be brought back until " in text(page, "#history-view .deleted li")
    assert violations(page) == []
    page.click("#history-view .deleted [data-do=bring-back]")
    shows(page, HOSTILE, "About <b>birds</b>")
    assert page.locator("#history-view .deleted").count() == 0
    page.click("#history-view [data-do=forget] >> nth=0")
    page.wait_for_selector("#history-view .said [data-do=bring-back]")
    page.clock.fast_forward(3600 * 1000)
    page.wait_for_selector("#history-view .said [data-do=bring-back]", state="detached")
    assert page.locator("#desk :is(img, script)").count() == 0


def test_an_answer_that_is_asked_for_again_stays_in_its_conversation(page: Page) -> None:
    slow = f"slowly: {HERON}"
    ask(page, slow)
    view(page, "history")
    shows(page, slow)
    name = page.locator("#history-view li").get_attribute("data-id")
    page.click("#history-view [data-do=retitle]")
    page.keyboard.type("Birds")
    page.keyboard.press("Enter")
    shows(page, "Birds")
    view(page, "chat")
    page.evaluate("document.querySelector('#live .turn').dataset.old = 'yes'")
    page.click("#live [data-do=again]")  # stopped: what there was is there still
    page.wait_for_selector("#live .turn:not([data-old])")
    page.click("#stop")
    page.wait_for_selector("#live .turn .actions")
    assert SENTENCE in text(page, "#live .source mark")
    page.evaluate("document.querySelector('#live .turn').dataset.old = 'yes'")
    page.click("#live [data-do=again]")
    page.wait_for_selector("#live .turn:not([data-old]) .actions")
    view(page, "history")
    shows(page, "Birds")
    assert page.locator("#history-view li").get_attribute("data-id") == name
    assert "1 question" in text(page, "#history-view li")


def test_an_edited_question_takes_its_place_when_it_is_sent_and_not_before(page: Page):
    box = "#question textarea"
    ask(page, HERON)
    ask(page, PERU)
    page.fill(box, "a draft")
    for leaves in ("Escape", "emptied", "cross"):
        page.click("#live [data-do=edit]")
        page.wait_for_function(f"document.querySelector('{box}').value === '{PERU}'")
        page.wait_for_selector("#editing .heeded")
        if leaves == "Escape":
            page.press(box, "Escape")
        elif leaves == "emptied":
            page.fill(box, "")
        else:
            page.click("#editing [data-do=keep]")
        page.wait_for_selector("#editing .heeded", state="detached")
        assert page.input_value(box) == ("a draft" if leaves == "Escape" else "")
        assert page.locator(".turn").count() == 2
    view(page, "history")
    shows(page, HERON)
    assert "2 questions" in text(page, "#history-view li")
    view(page, "chat")
    page.click("#live [data-do=edit]")
    page.wait_for_selector("#editing .heeded")
    page.fill(box, f"very slowly: {HERON}")  # stopped: all is as it was, and still to be edited
    page.press(box, "Enter")
    page.wait_for_selector("#live .waiting")
    page.click("#stop")
    page.wait_for_selector("#live .nearest")
    page.wait_for_selector("#editing .heeded")
    assert text(page, "#live .question") == PERU
    assert page.input_value(box) == f"very slowly: {HERON}"
    page.fill(box, NOON)
    page.press(box, "Enter")
    page.wait_for_function(f"document.querySelector('#live .question').textContent === '{NOON}'")
    page.wait_for_selector("#live .actions")
    assert page.locator("#editing .heeded").count() == 0
    assert page.locator(".turn").count() == 2
    view(page, "history")
    shows(page, HERON)
    assert "2 questions" in text(page, "#history-view li")


def test_the_formats_of_an_export_move_nothing_and_go_with_escape_or_a_click(page: Page):
    ask(page, HERON)
    summary = "#live .actions summary"
    before = page.locator("#live .rate").bounding_box()
    page.click(summary)
    assert page.locator("#live .formats a").count() == 3
    assert page.locator("#live .rate").bounding_box() == before
    page.keyboard.press("Escape")
    assert page.locator("#live .formats").is_hidden()
    assert page.evaluate("document.activeElement.matches('.actions summary')")
    page.click(summary)
    page.click("#live .question")
    assert page.locator("#live .formats").is_hidden()


@pytest.mark.parametrize(
    ("form", "suffix"), [("Markdown", "md"), ("HTML", "html"), ("JSON", "json")]
)
def test_the_current_conversation_is_exported(page: Page, tmp_path: Path, form: str, suffix: str):
    ask(page, HERON)
    page.click("#live .actions summary")
    with page.expect_download() as started:
        page.click(f"#live .actions details a >> text={form}")
    assert (
        started.value.suggested_filename
        == f"what-is-the-heron-of-the-harbour-master-called.{suffix}"
    )
    path = tmp_path / f"talk.{suffix}"
    started.value.save_as(path)
    written = path.read_text(encoding="utf-8")
    assert "[1]" in written or form == "JSON"
    assert SENTENCE in written
    assert "The harbour master keeps a heron" in written
    if form == "JSON":
        (turn,) = json.loads(written)["turns"]
        assert turn["answer"]["statements"][0]["citations"][0]["quote"] == SENTENCE
    if form == "HTML":
        assert "<script" not in written


def test_a_filter_by_date_is_shown_and_removed(page: Page):
    asked = "What is the heron of the harbour master called in articles before July 9?"
    ask(page, asked)
    assert text(page, "#live .heeded").startswith(
        "Only articles published up to 8 July 2024, or without a date"
    )
    page.focus("#live .heeded button")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.turn').length === 2")
    page.wait_for_selector("#live .actions")
    assert text(page, "#live .question") == HERON  # what was searched for: all but the time
    assert page.locator("#live .heeded").count() == 0
    assert page.locator("#past .heeded").count() == 1
