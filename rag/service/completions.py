"""The assistant as a model of an OpenAI-compatible server: /v1/chat/completions, /v1/models.

The content is what `rag ask` prints. Citations are data beside it: `citations` in the message or
the delta whose text refers to them, and the whole `answer` in the reply or its last chunk.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from enum import Enum
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from rag.conversation.turns import statements_of
from rag.datatypes import Answer, Citation, Message
from rag.questions.question import unbroken
from rag.service.api import EVENT_SCHEMA, EVENTS, NOT_YET, last
from rag.service.failures import Failure, failure_of
from rag.service.schema import (
    ChatAnswer,
    ChatBody,
    ChatMessage,
    ModelLine,
    ModelList,
    failing,
)
from rag.service.streams import COMMENT, Events, event, first_of, while_there
from rag.service.working import Work

MODEL = "rag"
INSTEAD = "\n\nInstead:\n\n"  # before an answer that takes the place of what was sent
_NO_MODEL = failing(s404="there is no such model")
_STREAMED = {
    "description": "The reply; with `stream`, chunks in the form of OpenAI's",
    "content": {EVENTS: {"schema": EVENT_SCHEMA}},
}


def add_to(app: FastAPI, work: Work) -> None:
    """Add the addresses below /v1."""
    tags: list[str | Enum] = ["OpenAI-compatible"]
    started = int(time.time())
    line = {"id": MODEL, "object": "model", "created": started, "owned_by": "rag"}

    @app.get(
        "/v1/models",
        response_model=ModelList,
        responses=failing(s401="no login", s429="too many requests"),
        tags=tags,
        summary="List the models",
    )
    async def models() -> Response:
        """Return the one model there is: the assistant."""
        return JSONResponse({"object": "list", "data": [line]})

    @app.get(
        "/v1/models/{model}",
        response_model=ModelLine,
        responses={**_NO_MODEL, **failing(s401="no login", s429="too many requests")},
        tags=tags,
        summary="Look up a model",
    )
    async def one_model(model: str) -> Response:
        """Return the model, where it is the assistant."""
        _check_model(model)
        return JSONResponse(line)

    @app.post(
        "/v1/chat/completions",
        response_model=ChatAnswer,
        responses={200: _STREAMED, **_NO_MODEL, **NOT_YET},
        tags=tags,
        summary="Chat",
    )
    async def chat(body: ChatBody, request: Request) -> Response:
        """Answer the last message from the articles, in the form of OpenAI's chat completions."""
        _check_model(body.model)
        question, history = conversation(body.messages)
        answers = work.answers(
            question,
            history=history,
            as_it_stands=bool(body.as_it_stands),
            articles=body.articles or (),
        )
        about = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
        if body.stream:
            return Events(_chunks(await first_of(answers, request), about))
        answer = await while_there(request, last(answers))
        message = {
            "role": "assistant",
            "content": str(answer),
            "citations": [told(c, answer) for c in answer.citations],
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return JSONResponse(
            {
                "object": "chat.completion",
                **about,
                "choices": [choice],
                "answer": answer.to_dict(),
            }
        )


def _check_model(model: str) -> None:
    if model != MODEL:
        raise Failure(
            404, "model_not_found", f"there is no model {model[:80]!r}: ask for {MODEL!r}"
        )


def conversation(messages: list[ChatMessage]) -> tuple[str, list[Message]]:
    """Return the question, and the turns before it without their markers and lists of sources.

    Raises:
        Failure: the last message is not a user's, or one of them is not text.
    """
    *before, asked = messages
    if asked.role != "user":
        raise Failure(
            422, "invalid_request",
            f"the last message must be of the role 'user', got {asked.role!r}",
        )  # fmt: skip
    history: list[Message] = [
        {"role": message.role, "content": _plain(_text(message), message.role)}
        for message in before
        if message.role in ("user", "assistant")
    ]
    return _text(asked), history


def _text(message: ChatMessage) -> str:
    if message.content is None or isinstance(message.content, str):
        return unbroken(message.content or "")
    for part in message.content:
        if part.type != "text" or part.text is None:
            raise Failure(
                422, "invalid_request", f"only text is read, got a part of type {part.type[:40]!r}"
            )
    return unbroken("\n".join(part.text or "" for part in message.content))


def _plain(text: str, role: str) -> str:
    """Return what was said: of an answer its statements or its reason alone."""
    if role == "user":
        return text
    return statements_of(text.rpartition(INSTEAD)[2])


def told(citation: Citation, answer: Answer) -> dict[str, Any]:
    """Return a citation with what a list of sources shows of its article, as ChatCitation."""
    article = answer.articles[citation.article_id]
    return {
        **citation.to_dict(),
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
    }


def so_far(answer: Answer) -> str:
    """Return what is sure of the text of a growing answer: how `str` of the whole one begins.

    The last statement may grow and get its markers later.
    """
    if answer.outcome == "declined" or not answer.statements:
        return ""
    *whole, growing = answer.statements
    said = [*(each.marked for each in whole), growing.lead + growing.text]
    return "\n".join([*answer.above, answer.joined(said)])


async def _chunks(
    answers: AsyncGenerator[Answer | None, None], about: dict[str, Any]
) -> AsyncGenerator[str, None]:
    """Yield the events of a growing answer; what was sent is only added to."""

    def chunk(delta: dict[str, Any], **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": more.pop("finish", None)}
        return event({"object": "chat.completion.chunk", **about, "choices": [choice], **more})

    yield chunk({"role": "assistant", "content": ""})
    sent, cited, whole = "", 0, None
    try:
        async with aclosing(answers):
            async for answer in answers:
                if answer is None:
                    yield COMMENT
                    continue
                whole, text = answer, so_far(answer)
                if len(text) > len(sent) and text.startswith(sent):
                    fresh = [told(c, answer) for c in answer.citations[cited:]]
                    cited = max(cited, len(answer.citations))
                    yield chunk({"content": text[len(sent) :], "citations": fresh})
                    sent = text
    except Exception as error:  # the status is sent: it is told as an event
        yield event(failure_of(error).to_dict())
        return
    if whole is not None:
        text = str(whole)
        # What was sent cannot be taken back: where the answer became another one, it follows.
        is_same = text.startswith(sent)
        rest = text[len(sent) :] if is_same else f"{INSTEAD}{text}"
        cited = cited if is_same else 0
        delta = {"content": rest, "citations": [told(c, whole) for c in whole.citations[cited:]]}
        yield chunk(delta)
        yield chunk({}, finish="stop", answer=whole.to_dict())
    yield "data: [DONE]\n\n"
