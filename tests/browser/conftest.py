"""A browser, a served page, and the rules that every page in it has to keep."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pytest

from tests.started import ROOT, Served, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WAIT_MS = 30_000


def serving_page(mode: str = "", *, folder: Path = ROOT) -> AbstractContextManager[Served]:
    """The served page, whose process works in the folder."""
    return serving("-m", "tests.browser.served", "{port}", mode, folder=folder)


def go_on(process: subprocess.Popen[str]) -> None:
    """Let the assistant of a gated process open."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} is not there: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def url(browser: Browser) -> Iterator[str]:
    """The address of a page that several tests share."""
    with serving_page() as served:
        yield served.url


_IN_FLIGHT: WeakKeyDictionary[Page, set[Request]] = WeakKeyDictionary()


def settled(page: Page) -> Page:
    """Return the page once none of its events is under way, so that it can be left.

    Gradio logs an error for each event that leaving the page cuts off.
    """
    until = time.monotonic() + WAIT_MS / 1000
    while _IN_FLIGHT[page]:
        assert time.monotonic() < until, "the page's events do not end"
        page.wait_for_timeout(20)
    return page


@dataclass
class Watched:
    """What went wrong on a page."""

    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page, url: str) -> None:
        def requested(address: str) -> None:
            if not address.startswith((url, "data:", "blob:")):
                self.foreign.append(address)

        events = _IN_FLIGHT.setdefault(page, set())

        def ended(request: Request) -> None:
            events.discard(request)

        page.on("request", lambda request: requested(request.url))
        page.on("request", lambda r: events.add(r) if "/queue/" in r.url else None)
        page.on("requestfinished", ended)
        page.on("requestfailed", ended)
        page.on("websocket", lambda opened: self.foreign.append(opened.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                self.complaints.append(said.text) if said.type in ("error", "warning") else None
            ),
        )


Opener = Callable[..., "Page"]
LOOKS = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "desktop-dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


@pytest.fixture(
    params=[
        pytest.param(name, id=name, marks=[] if name == "desktop" else pytest.mark.slow)
        for name in LOOKS
    ]
)
def look(request: pytest.FixtureRequest) -> dict[str, object]:
    """What a page is opened with where the test does not say: every width and theme in turn."""
    return dict(LOOKS[request.param])


@pytest.fixture
def open_page(browser: Browser, look: dict[str, object]) -> Iterator[Opener]:
    """Opens a page in a session of its own, of the width and in the theme of `look`.

    At the end of the test no such page may have asked another host for anything, or have logged
    an error or a warning, or have run what an article holds.
    """
    contexts: list[BrowserContext] = []
    watched = Watched()

    def opened(address: str, **options: object) -> Page:
        context = browser.new_context(**{**look, **options})  # type: ignore[arg-type]
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        page = context.new_page()
        watched.watch(page, address)
        page.goto(address)
        page.wait_for_selector(".welcome")
        return page

    yield opened
    for context in contexts:
        for page in context.pages:
            assert page.evaluate("window.pwned") is None
        context.close()
    assert watched.foreign == []
    assert watched.complaints == []


@pytest.fixture
def page(open_page: Opener, url: str) -> Page:
    """The shared page in a session of this test's own, ready to be asked."""
    opened = open_page(url)
    opened.wait_for_selector(".about")
    return opened


def ask(page: Page, question: str) -> None:
    """Type the question, press Enter and wait until there is an answer."""
    count = page.locator(".turn").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_function("count => document.querySelectorAll('.turn').length > count", arg=count)
    page.wait_for_selector("#live .actions")
