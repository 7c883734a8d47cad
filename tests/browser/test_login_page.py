"""The page behind a login, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Opener, ask, serving_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_a_browser_logs_in_and_asks(
    browser: Browser, open_page: Opener, monkeypatch: pytest.MonkeyPatch
):
    from playwright.sync_api import Error

    monkeypatch.setenv("RAG_AUTH", "ada:pass:word")
    with serving_page() as serves:
        stranger = browser.new_context()
        with pytest.raises(Error, match="ERR_INVALID_AUTH_CREDENTIALS"):
            stranger.new_page().goto(serves.url)
        stranger.close()
        login = {"username": "ada", "password": "pass:word"}
        page = open_page(serves.url, http_credentials=login)
        ask(page, "What is the heron of the harbour master called?")
        assert "Odilo" in page.inner_text("#live")
        page.context.close()
