"""The OpenAI-compatible endpoint, asked by the real client, and what of an answer is sent when."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Collection, Iterator, Sequence

import httpx
import openai
import pytest

from rag.assistant import Assistant
from rag.datatypes import Answer, Message
from rag.service.completions import INSTEAD, conversation, so_far
from rag.service.schema import ChatBody, ChatMessage
from tests.browser.fake import KeywordAssistant, article
from tests.service.serving import ABSENT, QUESTION, door, running, same
from tests.service.test_api import asked

SEVERAL = "Which capitals lie on the Danube, and how many countries does the Danube cross?"


@pytest.fixture
def chat(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as opened:
        yield opened


def said(question: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": question}]


@pytest.mark.parametrize("question", [QUESTION, ABSENT, SEVERAL])
def test_the_reply_is_what_the_terminal_prints_and_its_citations_are_data(
    chat: openai.OpenAI, river_guide: Assistant, question: str
):
    reply = chat.chat.completions.create(model="rag", messages=said(question))
    answer = river_guide.ask(question)
    (choice,) = reply.choices
    assert (choice.message.content, choice.finish_reason) == (str(answer), "stop")
    assert same(reply.answer) == same(answer.to_dict())
    cited = choice.message.citations
    assert [(c["marker"], c["quote"]) for c in cited] == [
        (c.marker, c.quote) for c in answer.citations
    ]
    assert [c["title"] for c in cited] == [
        answer.articles[c.article_id].title for c in answer.citations
    ]


@pytest.mark.parametrize("question", [QUESTION, ABSENT, SEVERAL])
def test_the_chunks_are_the_reply(chat: openai.OpenAI, river_guide: Assistant, question: str):
    chunks = list(chat.chat.completions.create(model="rag", messages=said(question), stream=True))
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk.id for chunk in chunks}) == 1
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    answer = river_guide.ask(question)
    assert text == str(answer)
    cited = [
        citation["marker"]
        for chunk in chunks
        for citation in getattr(chunk.choices[0].delta, "citations", None) or ()
    ]
    assert cited == [c.marker for c in answer.citations]
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + [
        "stop"
    ]
    assert same(chunks[-1].answer) == same(answer.to_dict())


def test_the_messages_before_are_the_conversation(chat: openai.OpenAI, river_guide: Assistant):
    first = chat.chat.completions.create(model="rag", messages=said(QUESTION))
    messages = [
        {"role": "system", "content": "Answer in verse."},
        *said(QUESTION),
        {"role": "assistant", "content": first.choices[0].message.content},
        {"role": "user", "content": [{"type": "text", "text": "And the Danube?"}]},
    ]
    reply = chat.chat.completions.create(model="rag", messages=messages, temperature=0.2)
    assert reply.answer["searched_for"] == "How long is the Danube?"
    assert reply.choices[0].message.content.startswith("Searched for “How long is the Danube?”\n\n")


def test_what_the_assistant_said_is_remembered_without_markers_and_sources(
    river_guide: Assistant,
):
    answer = river_guide.ask(SEVERAL)
    assert len(answer.citations) > 1
    messages = [
        ChatMessage(role="user", content="[1] is mine"),
        ChatMessage(role="assistant", content=str(answer)),
        ChatMessage(role="tool", content="x"),
        ChatMessage(role="user", content="And?"),
    ]
    question, history = conversation(messages)
    assert question == "And?"
    assert history == [
        {"role": "user", "content": "[1] is mine"},
        {"role": "assistant", "content": answer.text},
    ]


@pytest.mark.parametrize(
    "question", ["how logn is the Nile", "What did the articles of 2021 say of it?"]
)
def test_what_stands_around_an_answer_is_not_taken_for_what_was_said(
    river_guide: Assistant, question: str
):
    nile = next(name for name in river_guide.articles if "nile" in name)
    for answer in (river_guide.ask(question), river_guide.ask(question, articles=[nile])):
        before = ChatMessage(role="assistant", content=f"No.{INSTEAD}{answer}")
        _, history = conversation([before, ChatMessage(role="user", content="And?")])
        said_before = answer.text if answer.statements else answer.reason
        assert history == [{"role": "assistant", "content": said_before}]


@pytest.mark.parametrize("stream", [False, True])
def test_half_a_character_is_no_failure(river_guide: Assistant, stream: bool):
    body = {"model": "rag", "stream": stream, "messages": said("How long is the Nile \ud83d?")}
    sent = {"content": json.dumps(body), "headers": {"content-type": "application/json"}}
    response = asked(door(river_guide), "POST", "/v1/chat/completions", **sent)
    assert response.status_code == 200
    assert "6,650" in response.text
    assert '"question": "How long is the Nile \\ufffd?"'.replace(" ", "") in (
        response.text.replace("\ufffd", "\\ufffd").replace(" ", "")
    )


def test_the_assistant_is_the_only_model(chat: openai.OpenAI):
    (model,) = chat.models.list()
    assert (model.id, model.owned_by) == ("rag", "rag")
    assert chat.models.retrieve("rag") == model
    for call in (
        lambda: chat.models.retrieve("gpt-4o"),
        lambda: chat.chat.completions.create(model="gpt-4o", messages=said("a")),
    ):
        with pytest.raises(openai.NotFoundError, match="there is no model 'gpt-4o'") as raised:
            call()
        assert raised.value.code == "model_not_found"


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        ([], "at least 1 item"),
        ([{"role": "assistant", "content": "a"}], "the last message must be of the role 'user'"),
        ([{"role": "user", "content": [{"type": "image_url"}]}], "only text is read, got a part"),
        ([{"role": "user", "content": None}], "the question is empty"),
        ([{"role": "user", "content": "long " * 1000}], "the question has 4,999 characters"),
    ],
    ids=["none", "not a user's", "a picture", "no text", "too long"],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_answered_is_an_error_of_the_client(
    chat: openai.OpenAI, messages: list[dict[str, str]], message: str, stream: bool
):
    with pytest.raises(openai.UnprocessableEntityError, match=message):
        chat.chat.completions.create(model="rag", messages=messages, stream=stream)


def test_more_than_one_choice_is_refused(chat: openai.OpenAI):
    with pytest.raises(openai.UnprocessableEntityError, match="n: "):
        chat.chat.completions.create(model="rag", messages=said("a"), n=2)


def test_other_fields_of_openai_are_taken():
    body = {
        "model": "rag",
        "messages": [{"role": "user", "content": "a", "name": "me"}],
        "top_p": 1,
    }
    assert ChatBody.model_validate({**body, "tools": [], "stream": None}).model == "rag"


class Changing(KeywordAssistant):
    """One whose answer grows, and at last is another one: its model went away."""

    def __init__(self) -> None:
        super().__init__([article("a", "A", "The heron is called Odilo. It eats herring at noon.")])
        self.sent = threading.Event()

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        as_it_stands: bool = False,
        articles: Collection[str] = (),
    ) -> Iterator[Answer]:
        *_, odilo = super().stream("What is the heron called?")
        *_, herring = super().stream("When does it eat herring?")
        yield odilo
        self.sent.wait(20)
        yield herring


def test_what_was_sent_stays_and_another_answer_follows():
    changing = Changing()
    body = {"model": "rag", "messages": said("Which?"), "stream": True}
    text = ""
    with (
        running(door(changing)) as url,
        httpx.stream("POST", f"{url}/v1/chat/completions", json=body, timeout=30) as response,
    ):
        for line in response.iter_lines():
            if line.startswith("data: {"):
                (choice,) = json.loads(line[6:])["choices"]
                text += choice["delta"].get("content", "")
                if text:
                    changing.sent.set()
    *_, last = changing.stream("Which?")
    assert text == f"The heron is called Odilo.\n\nInstead:\n\n{last}"


def test_what_is_sent_early_is_how_the_whole_begins(river_guide: Assistant):
    nile = next(name for name in river_guide.articles if "nile" in name)
    for question, among in (
        (QUESTION, ()), (QUESTION, (nile,)), (ABSENT, ()), (SEVERAL, ()),
        ("how logn is the Nile", ()), ("Which articles do you have?", ()),
    ):  # fmt: skip
        *growing, whole = river_guide.stream(question, articles=among)
        sent = [so_far(answer) for answer in (*growing, whole)]
        for before, after in itertools.pairwise(sent):
            assert after.startswith(before)
        assert str(whole).startswith(sent[-1])


def test_a_declined_answer_is_a_reply_not_an_error():
    response = asked(
        door(KeywordAssistant([])),
        "POST",
        "/v1/chat/completions",
        json={"model": "rag", "messages": said("What?")},
    )
    (choice,) = response.json()["choices"]
    assert choice["message"] == {
        "role": "assistant",
        "content": "No passage holds enough of what was asked.",
        "citations": [],
    }
