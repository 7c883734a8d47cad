"""A conversation as a document: every reference and quote is there, and no markup but its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import UNSUPPORTED
from rag.hosting.conversations import Conversation, KeptTurn
from rag.hosting.recall import kept_form
from rag.hosting.transcript import file_name, transcript
from tests.browser.fake import KeywordAssistant
from tests.browser.served import ARTICLES, HOSTILE

NOON = datetime(2024, 7, 9, 12, tzinfo=UTC)
HERON = "What is the heron of the harbour master called?"
BRASK = "Which oil does the lighthouse of Velm burn from Brask?"


def held(*questions: str, title: str = HERON) -> tuple[Conversation, list[KeptTurn]]:
    assistant = KeywordAssistant(ARTICLES)
    turns = [
        KeptTurn(str(n), question, kept_form(assistant.ask(question)), NOON)
        for n, question in enumerate(questions)
    ]
    return Conversation("1", title, NOON, NOON, "ann", len(turns)), turns


def test_markdown_has_every_statement_its_number_and_its_source():
    assert transcript(*held(HERON), "markdown") == (
        "# What is the heron of the harbour master called?\n\n"
        "1 question, 9 July 2024, 12:00 UTC\n\n"
        "## What is the heron of the harbour master called?\n\n"
        "The heron of the harbour master is called Odilo. [1]\n\n"
        "Sources:\n\n"
        "- [1] The harbour master keeps a heron (2024-07-09)\n"
        "  > The heron of the harbour master is called Odilo.\n"
    )


def test_json_is_what_was_kept():
    conversation, turns = held(HERON, "Who won in Lima?")
    written = json.loads(transcript(conversation, turns, "json"))
    assert written["title"] == HERON
    assert [t["answer"] for t in written["turns"]] == [t.answer for t in turns]
    assert written["turns"][0]["asked"] == "2024-07-09T12:00:00+00:00"


@pytest.mark.parametrize(
    ("form", "shown"), [("markdown", "**9 July 2024** The heron"), ("html", "<b>9 July 2024</b> ")]
)
def test_what_is_told_by_date_has_its_date(form: Literal["markdown", "html"], shown: str):
    conversation, turns = held(HERON)
    assert shown not in transcript(conversation, turns, form)
    turns[0].answer["statements"][0]["when"] = "9 July 2024"
    assert shown in transcript(conversation, turns, form)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_how_it_was_asked_stands_above_the_answer(form: Literal["markdown", "html"]):
    conversation, turns = held(f"{HERON[:-1]} in articles before July 9?", title="Herons")
    answer = turns[0].answer
    assert isinstance(answer, dict)
    filtered = "Only articles published up to 8 July 2024, or without a date (“before July 9”)"
    assert filtered in transcript(conversation, turns, form)
    answer |= {"dates": None, "among": ["harbour"], "as_it_stands": True}
    text = transcript(conversation, turns, form)
    assert text.index("Asked as it stands") < text.index("Asked of 1 article only")
    assert filtered not in text


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_what_was_not_borne_out_is_told_so(form: Literal["markdown", "html"]):
    conversation, turns = held(HERON)
    assert UNSUPPORTED not in transcript(conversation, turns, form)
    turns[0].answer["statements"][0]["supported"] = False
    assert UNSUPPORTED in transcript(conversation, turns, form)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self.ids.add(str(named.get("id")))
        if tag == "a":
            self.links.add(str(named["href"]))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def parsed(text: str) -> Tags:
    parser = Tags()
    parser.feed(text)
    return parser


OWN = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "section", "a", "ol",
       "li", "bdi", "blockquote", "q"}  # fmt: skip


def test_html_shows_hostile_text_as_text_and_its_links_lead_to_the_sources():
    page = parsed(transcript(*held(BRASK, HOSTILE, title=HOSTILE), "html"))
    assert set(page.tags) <= OWN
    assert page.links
    assert {link.removeprefix("#") for link in page.links} <= page.ids
    assert HOSTILE[:60] in "".join(page.texts)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_no_title_brings_in_markup(title: str):
    conversation, turns = held(HERON, title=title)
    assert set(parsed(transcript(conversation, turns, "html")).tags) <= OWN
    first = transcript(conversation, turns, "markdown").split("\n\n")[0]
    assert "\n" not in first
    name = file_name(conversation, "markdown")
    assert name.isascii()
    assert name.replace("-", "").replace("_", "").removesuffix(".md").isalnum()


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("a *b* <i>", "# a \\*b\\* \\<i\\>"),
        ("![x](http://y)", "# \\!\\[x\\](http://y)"),
        ("- no list", "# \\- no list"),
        ("1. no list", "# 1\\. no list"),
    ],
)
def test_markdown_shows_marks_as_they_are(title: str, shown: str):
    assert transcript(*held(HERON, title=title), "markdown").startswith(f"{shown}\n")
