"""Choosing a model in the page, against a scripted server, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import Opener, ask, settled
from tests.browser.test_accessible import violations
from tests.making import RIVERS, write_folder
from tests.scripted import Act, Fails, Says, ScriptedServer, scripted
from tests.started import free_port, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

QUESTION = "How long is the Nile?"
NILE = "The Nile is 6,650 kilometres long [1]."
KEY = "sk-never-to-be-seen"


def answers(request: dict[str, Any]) -> Act:
    """Say a word when tried, and an answer when asked; one model is not there."""
    if request["model"] == "gone":
        return Fails(404, "model not found")
    tried = "Reply with the word" in request["messages"][-1]["content"]
    return Says("OK." if tried else NILE)


@contextmanager
def served(folder: Path, *model: str, **environ: str) -> Iterator[str]:
    with serving(
        "-m", "tests.browser.served_model", "{port}", str(folder / "rivers"),
        str(folder / "index"), *model, **environ,
    ) as serves:  # fmt: skip
        yield serves.url
    assert KEY not in serves.said


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with scripted(answers) as playing:
        yield playing


@pytest.fixture(scope="module")
def address(
    browser: Browser, server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("guide")
    write_folder(folder / "rivers", RIVERS)
    with served(folder, OPENAI_API_KEY=KEY) as url:
        yield url


def told(page: Page, text: str) -> None:
    page.wait_for_function(
        "text => document.querySelector('#model-told').textContent.includes(text)", arg=text
    )


@pytest.mark.parametrize("width", [390, 1280])
def test_a_model_is_chosen_by_keyboard_and_let_go_again(
    open_page: Opener, address: str, server: ScriptedServer, width: int
) -> None:
    page = open_page(address, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page.wait_for_selector(".about")
    assert "the articles’ own sentences" in page.inner_text("#model-line")
    page.focus("#model-line a")
    page.keyboard.press("Enter")
    page.wait_for_selector("#model-form h2", state="visible")
    page.focus("#model-form [name=server]")
    for letter in "Another":
        page.keyboard.press(letter)
    page.keyboard.press("Tab")
    assert page.inner_text("#model-key").startswith("It is sent no key.")
    page.keyboard.type(server.url)
    page.keyboard.press("Enter")
    told(page, "answers. It has 2 models.")
    assert "authorization" not in {name.casefold() for name in server.headers[-1]}
    page.focus("#model-pick [name=model]")
    page.keyboard.press("t")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told(page, "tiny-writer answered in")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click('.views a[href="#chat"]')
    assert "written by tiny-writer" in page.inner_text("#model-line")
    ask(page, QUESTION)
    assert "6,650 kilometres" in page.inner_text("#live .answer")
    assert "Written by tiny-writer, " in page.inner_text("#live .took")
    assert violations(page) == []

    # Another visitor's page, and this one when it is loaded again, have no model.
    asked = len(server.requests)
    for other in (open_page(address), page):
        if other is page:
            settled(page).reload()
        other.wait_for_selector(".about")
        ask(other, QUESTION)
        assert "Written by" not in other.inner_text("#live .actions")
    assert len(server.requests) == asked


def test_no_model_is_one_click_away(
    open_page: Opener, server: ScriptedServer, address: str
) -> None:
    page = model_view(open_page, address)
    assert not page.is_visible("[data-do=plain]")  # there is none to be let go
    assert page.locator(".views [aria-current]").count() == 0  # it is none of these views
    page.click(".model .back a")
    assert page.get_attribute(".views [aria-current]", "href") == "#chat"
    assert page.is_visible("#question textarea")
    page = chosen(open_page, address, server.url, "other-writer")
    page.click("[data-do=plain]")
    told(page, "the articles’ own sentences now")
    assert not page.is_visible("[data-do=plain]")
    page.click('.views a[href="#chat"]')
    asked = len(server.requests)
    ask(page, QUESTION)
    assert len(server.requests) == asked
    assert "Written by" not in page.inner_text("#live .actions")


def model_view(open_page: Opener, address: str) -> Page:
    """A page of its own, at the view."""
    page: Page = open_page(address)
    page.wait_for_selector(".about")
    page.click("#model-line a")
    page.wait_for_selector("#model-form h2", state="visible")
    return page


def chosen(open_page: Opener, address: str, url: str, model: str) -> Page:
    """A page on which a model of a typed address was chosen."""
    page = model_view(open_page, address)
    tried(page, url)
    told(page, "answers.")
    page.select_option("#model-pick [name=model]", model)
    page.click("#model-pick [type=submit]")
    told(page, f"{model} answered in")
    return page


def tried(page: Page, url: str) -> None:
    page.select_option("#model-form [name=server]", "address")
    page.fill("#model-form [name=address]", url)
    page.click("#model-form [type=submit]")


def test_what_fails_is_told_in_a_line_and_changes_nothing(
    open_page: Opener, server: ScriptedServer, address: str
) -> None:
    page = model_view(open_page, address)
    tried(page, "")
    told(page, "Type the server's address first")
    tried(page, "ftp://x")
    told(page, "must be like http://")
    tried(page, f"http://127.0.0.1:{free_port()}/v1")
    told(page, "No server answers at")
    assert page.locator("#model-pick form").count() == 0
    tried(page, server.url)
    told(page, "answers.")
    page.evaluate("document.querySelector('#model-pick option').value = 'gone'")
    page.select_option("#model-pick [name=model]", "gone")
    page.click("#model-pick [type=submit]")
    told(page, "Nothing was changed.")
    assert "written by" not in page.locator("#model-line").text_content()
    server.lists = False
    try:
        tried(page, server.url)
        told(page, "has no list of models at /v1")
    finally:
        server.lists = True
    page.fill("#model-pick [name=model]", "tiny-writer")
    page.click("#model-pick [type=submit]")
    told(page, "tiny-writer answered in")


def test_a_key_is_told_by_its_variable_and_never_leaves_for_a_typed_address(
    open_page: Opener, server: ScriptedServer, address: str
) -> None:
    page = model_view(open_page, address)
    page.select_option("#model-form [name=server]", "openai")
    assert page.inner_text("#model-key") == "Its key is set, in the variable OPENAI_API_KEY."
    page.select_option("#model-form [name=server]", "zhipu")
    assert "with the variable ZHIPUAI_API_KEY set" in page.inner_text("#model-key")
    tried(page, server.url)
    told(page, "answers.")
    assert KEY not in page.content()
    assert all(KEY not in str(headers) for headers in server.headers)


def test_the_configured_server_is_offered_first_with_its_key(
    open_page: Opener, browser: Browser, tmp_path: Path
) -> None:
    write_folder(tmp_path / "rivers", RIVERS)
    with (
        scripted(answers) as server,
        served(tmp_path, "tiny-writer", server.url, RAG_MODEL_KEY=KEY) as url,
    ):
        page = open_page(url)
        page.wait_for_selector(".about")
        assert "written by tiny-writer" in page.inner_text("#model-line")
        page.click("#model-line a")
        assert "in the variable RAG_MODEL_KEY" in page.inner_text("#model-key")
        page.click("#model-form [type=submit]")
        told(page, "2 models")
        assert server.headers[-1]["authorization"] == f"Bearer {KEY}"
        page.select_option("#model-pick [name=model]", "other-writer")
        page.click("#model-pick [type=submit]")
        told(page, "other-writer answered")
        page.click('.views a[href="#chat"]')
        ask(page, QUESTION)
        assert server.requests[-1]["model"] == "other-writer"
        assert "Written by other-writer" in page.inner_text("#live .took")
        assert KEY not in page.content()
        page.context.close()
