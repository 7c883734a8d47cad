"""The wait for the assistant: what it tells, and how it ends."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from rag.backend import Opening
from rag.errors import CorpusError, ServeError
from tests.browser.fake import KeywordAssistant


def test_an_opening_tells_what_it_waits_for_and_then_holds_the_assistant():
    told, go_on = threading.Event(), threading.Event()
    assistant = KeywordAssistant(())

    def open_assistant(progress: Any) -> KeywordAssistant:
        progress("encoding", 1200, 5000)
        told.set()
        go_on.wait(10)
        return assistant

    opening = Opening(open_assistant)
    opening.start()
    assert told.wait(10)
    assert opening.status == "Encoding the passages: 1,200 of 5,000"
    assert not opening.wait(0)
    go_on.set()
    assert opening.assistant() is assistant
    assert (opening.status, opening.error) == ("", None)


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (CorpusError("there is no folder"), CorpusError, "there is no folder"),
        (KeyError("bug"), ServeError, r"the assistant could not be opened: KeyError\('bug'\)"),
    ],
    ids=["expected", "unexpected"],
)
def test_what_keeps_an_assistant_from_opening_is_told(
    error: Exception, kind: type[Exception], message: str
):
    failed = threading.Event()

    def open_assistant(progress: Any) -> KeywordAssistant:
        raise error

    opening = Opening(open_assistant)
    opening.start(on_error=failed.set)
    assert failed.wait(10)
    with pytest.raises(kind, match=message):
        opening.assistant()
    assert opening.status == ""
