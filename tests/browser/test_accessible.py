"""axe-core on each main state of the page, at both widths and in both themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import axe_playwright_python
import pytest

from tests.browser.conftest import Opener, ask
from tests.browser.test_page import PERU

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def answered(page: Page) -> None:
    ask(page, "harbour heron master visitors nest")
    page.focus("#live .cite")


def why(page: Page) -> None:
    page.click("#live .why summary")
    page.click("#live [data-do=dislike]")


def read(page: Page) -> None:
    page.click("#live .read >> nth=0")
    page.wait_for_selector(".reading")


def declined(page: Page) -> None:
    page.keyboard.press("Escape")
    ask(page, PERU)
    page.click("#live .why summary")


def refused(page: Page) -> None:
    page.fill("#question textarea", " ")
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#notice p")


def quality(page: Page) -> None:
    page.click("#live [data-do=like]")
    page.click(".views >> text=Quality")
    page.wait_for_selector("#feedback .told")


def articles(page: Page) -> None:
    page.click(".views >> text=Articles")
    page.wait_for_selector(".files tbody tr")
    page.click(".picture summary")
    page.wait_for_selector(".picture figure")


STATES: tuple[Callable[[Page], object], ...] = (
    lambda page: page.wait_for_selector(".examples"),
    answered,
    why,
    read,
    declined,
    refused,
    quality,
    articles,
)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_axe_finds_nothing_serious(open_page: Opener, url: str, width: int, scheme: str) -> None:
    page = open_page(
        url, viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page.wait_for_selector(".about")
    for reach in STATES:
        reach(page)
        assert violations(page) == [], reach.__name__


def test_axe_finds_what_is_put_there(open_page: Opener, url: str) -> None:
    page = open_page(url)
    page.wait_for_selector(".about")
    page.evaluate("document.querySelector('.welcome').append(document.createElement('button'))")
    assert [rule for rule, _, _ in violations(page)] == ["button-name"]


def violations(page: Page) -> list[tuple[str, str, list[str]]]:
    """What axe finds serious or critical: the rule, its help, the elements."""
    page.evaluate(f"() => {{ if (!window.axe) {{ {AXE} }} }}")
    found = page.evaluate(
        "tags => axe.run({ runOnly: tags, resultTypes: ['violations'] })"
        ".then(({ violations }) => violations)",
        TAGS,
    )
    return [
        (each["id"], each["help"], [node["html"][:200] for node in each["nodes"]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
