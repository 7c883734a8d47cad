"""The evaluation's report in a browser: its filters, its width, and that it loads nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.evaluate.compare import compare
from rag.evaluate.report import render_report
from tests.evaluate.keyword_assistant import hostile_run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = hostile_run()
    after = replace(run, name="after")
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render_report(after, compare(run, after)), encoding="utf-8")
    return file


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def opened(request: pytest.FixtureRequest, browser: Browser, report: Path) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": request.param, "height": 844})
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report.as_uri())
    yield page
    assert asked == [report.as_uri()]
    assert said == []
    assert page.evaluate("window.pwned") is None
    page.close()


def test_filters_show_what_they_say(opened: Page) -> None:
    def shown() -> int:
        return opened.locator(".question:visible").count()

    assert shown() == 15
    opened.get_by_role("button", name="Wrong", exact=True).click()
    assert shown() == opened.locator(".question[data-tags~=wrong]").count() == 3
    assert opened.locator("#shown").inner_text() == "3 of 15 shown"
    opened.get_by_role("button", name="All", exact=True).click()
    opened.get_by_label("Kind", exact=True).select_option("date")
    assert shown() == 3
    opened.get_by_label("Search in questions").fill("MASONS")
    assert shown() == 1
    opened.locator(".question:visible summary").first.click()
    assert opened.locator(".question:visible").get_by_text("Masons finished it in 1881.").count()


def test_a_kind_in_the_table_leads_to_its_questions(opened: Page) -> None:
    opened.get_by_role("link", name="misspelt").click()
    assert opened.locator(".question:visible").count() == 2


def test_nothing_is_wider_than_the_window(opened: Page) -> None:
    opened.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
