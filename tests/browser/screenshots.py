"""Pictures of the page over the articles of this project: `python -m tests.browser.screenshots`.

Writes page.png, why.png and articles.png into docs/, and with a folder as argument every state at
both widths and in both themes into that folder.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.conftest import ARGUMENTS, CHROMIUM, WAIT_MS, ask
from tests.started import ROOT, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ANSWERED = "How many free tokens does Zhipu AI offer?"
SEVERAL = "What do the articles say about SenseTime?"
DECLINED = "What is the capital of Peru?"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}


def opened(browser: Browser, url: str, size: tuple[int, int], scheme: str) -> Page:
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page.set_default_timeout(WAIT_MS)
    page.goto(url)
    page.wait_for_selector(".about")
    return page


def read(page: Page) -> None:
    page.click("#live .read >> nth=0")
    page.wait_for_selector(".reading")


def refuse(page: Page) -> None:
    page.fill("#question textarea", "why " * 1000)
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#notice p")


def why(page: Page) -> None:
    page.keyboard.press("Escape")
    page.wait_for_selector(".reading", state="detached")
    page.click("#live .why summary")
    page.locator("#live .why").evaluate("e => e.scrollIntoView()")


def quote(page: Page) -> None:
    ask(page, SEVERAL)
    page.hover("#live .cite >> nth=1")


def collection(page: Page) -> None:
    page.click(".views >> text=Articles")
    page.click("[data-by=cited]")
    page.wait_for_selector("th.cited[aria-sort]")


def drawn(page: Page) -> None:
    page.click(".picture summary")
    page.wait_for_selector(".picture circle")
    page.locator(".picture").evaluate("e => e.scrollIntoView()")


def quality(page: Page) -> None:
    page.click(".views >> text=Quality")
    page.wait_for_selector(".quality form")


STATES: dict[str, Callable[[Page], object]] = {
    "1-empty": lambda page: None,
    "2-answer": lambda page: ask(page, ANSWERED),
    "3-reading": read,
    "4-why": why,
    "5-declined": lambda page: ask(page, DECLINED),
    "6-refused": refuse,
    "7-quote": quote,
    "8-articles": collection,
    "9-picture": drawn,
    "10-quality": quality,
}


def picture(page: Page, path: Path) -> None:
    page.wait_for_timeout(400)  # what moves has come to rest
    page.screenshot(path=path)


def shown(page: Page, name: str) -> None:
    """A picture for the README and docs/."""
    path = ROOT / "docs" / f"{name}.png"
    picture(page, path)
    shrink(path)


def shrink(path: Path) -> None:
    """Few colours are enough for a picture of text, and a third of the bytes."""
    from PIL import Image

    with Image.open(path) as image:
        fewer = image.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    fewer.save(path, optimize=True)


def everything(browser: Browser, url: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for size_name, size in SIZES.items():
        for scheme in ("light", "dark"):
            page = opened(browser, url, size, scheme)
            for name, reach in STATES.items():
                reach(page)
                picture(page, folder / f"{name}-{size_name}-{scheme}.png")
            page.close()


@contextmanager
def served() -> Iterator[str]:
    """The address of the page over seeds/, served as `make chat` does."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("app.py", RAG_PORT="{port}", RAG_CONVERSATIONS=f"{folder}/kept.sqlite") as serves,
    ):
        yield serves.url
    print(serves.said, file=sys.stderr, end="")


def main(folder: Path | None) -> None:
    from playwright.sync_api import sync_playwright

    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = opened(browser, url, SIZES["desktop"], "light")
        ask(page, ANSWERED)
        read(page)
        page.locator("#live").evaluate("e => e.parentElement.scrollTo(0, 0)")
        (ROOT / "docs").mkdir(exist_ok=True)
        shown(page, "page")
        why(page)
        shown(page, "why")
        ask(page, SEVERAL)
        collection(page)
        drawn(page)
        shown(page, "articles")
        if folder is not None:
            everything(browser, url, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
