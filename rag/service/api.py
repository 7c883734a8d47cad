"""The HTTP API: ask, retrieve, the articles, health."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from enum import Enum
from importlib.metadata import version
from itertools import islice
from typing import Annotated, Any

from fastapi import FastAPI, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from rag.backend import Backend, articles_at_hand
from rag.datatypes import Answer, Article, Message
from rag.service.failures import Failure, failure_of
from rag.service.schema import (
    MOST_ARTICLES,
    AnswerBody,
    ArticleBody,
    ArticleList,
    AskBody,
    Health,
    RetrieveAnswer,
    RetrieveBody,
    Turn,
    failing,
)
from rag.service.streams import COMMENT, Events, event, first_of, while_there
from rag.service.working import OPEN_S, Work

EVENTS = "text/event-stream"
EVENT_SCHEMA = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["data"],
}
NOT_YET = failing(
    s400="the request is not JSON",
    s401="no login, or a wrong one",
    s413="the request is too large",
    s422="the request is not valid, or the question is empty or too long",
    s429="too many requests",
    s500="something went wrong",
    s503="the articles are still being opened, or too many questions wait",
)
_STREAMED = {
    "description": (
        "The answer. As events: `statement` with its `number`, from 1, whenever one is made (a "
        "later event of the same number replaces it), then `answer` with the whole answer, or "
        "`error`."
    ),
    "content": {EVENTS: {"schema": EVENT_SCHEMA}},
}


def add_to(app: FastAPI, work: Work) -> None:
    """Add the addresses below /api."""
    tags: list[str | Enum] = ["articles"]

    @app.post(
        "/api/ask",
        response_model=AnswerBody,
        responses={200: _STREAMED, **NOT_YET},
        tags=tags,
        summary="Ask",
    )
    async def ask(
        body: AskBody, request: Request, accept: Annotated[str, Header()] = "*/*"
    ) -> Response:
        """Answer a question from the articles, every statement with its sources."""
        answers = work.answers(
            body.question,
            history=turns(body.history),
            as_it_stands=body.as_it_stands,
            articles=body.articles,
        )
        if body.stream or EVENTS in accept:
            return Events(_told(await first_of(answers, request)))
        return JSONResponse((await while_there(request, last(answers))).to_dict())

    @app.post(
        "/api/retrieve",
        response_model=RetrieveAnswer,
        responses=NOT_YET,
        tags=tags,
        summary="Retrieve passages",
    )
    async def retrieve(body: RetrieveBody, request: Request) -> Response:
        """Return the passages for a question, best first, with every score."""

        def act(backend: Backend) -> list[dict[str, Any]]:
            found = backend.retrieve(body.question, k=body.k, articles=body.articles)
            return [passage.to_dict() for passage in found]

        return JSONResponse({"passages": await while_there(request, work.run(act))})

    @app.get(
        "/api/articles",
        response_model=ArticleList,
        responses=NOT_YET,
        tags=tags,
        summary="List the articles",
    )
    async def articles(
        request: Request,
        offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_ARTICLES)] = 100,
    ) -> Response:
        """Return some of the articles, in the order of their ids."""
        return JSONResponse(
            await while_there(
                request, work.run(lambda backend: article_list(backend, offset, limit))
            )
        )

    @app.get(
        "/api/articles/{id:path}",
        response_model=ArticleBody,
        responses={**NOT_YET, **failing(s404="there is no such article")},
        tags=tags,
        summary="Read an article",
    )
    async def article(
        request: Request, id: Annotated[str, Path(description="Its id, which may hold slashes")]
    ) -> Response:
        """Return an article with its text."""
        found = await while_there(request, work.run(lambda backend: find_article(backend, id)))
        return JSONResponse({**article_line(found), "text": found.text})

    @app.get(
        "/api/health",
        response_model=Health,
        responses={503: {"model": Health}, **failing(s401="no login", s429="too many requests")},
        tags=tags,
        summary="Health",
    )
    async def health() -> Response:
        """Tell whether questions are answered: 200 if so, 503 if not, or not yet."""
        told = {"status": "ready", "detail": "", "articles": None, "version": version("rag")}
        if not work.opening.wait(0):
            told |= {"status": "opening", "detail": work.opening.status}
            return JSONResponse(told, 503, headers={"retry-after": str(OPEN_S)})
        if work.opening.error is not None:
            return JSONResponse(told | {"status": "failed", "detail": str(work.opening.error)}, 503)
        # Not through the threads: health is told while all of them are at work.
        return JSONResponse(told | {"articles": len(articles_at_hand(work.backend()))})


async def last(answers: AsyncGenerator[Answer, None]) -> Answer:
    """Return the whole answer."""
    whole: Answer | None = None
    async with aclosing(answers):
        async for answer in answers:
            whole = answer
    if whole is None:
        raise Failure(503, "busy", "the work was stopped: ask again", after_s=OPEN_S)
    return whole


async def _told(answers: AsyncGenerator[Answer | None, None]) -> AsyncGenerator[str, None]:
    """Yield the events of a growing answer."""
    sent: list[dict[str, Any]] = []
    whole = None
    try:
        async with aclosing(answers):
            async for answer in answers:
                if answer is None:
                    yield COMMENT
                    continue
                whole = answer
                now = [statement.to_dict() for statement in answer.statements]
                for number, statement in enumerate(now, start=1):
                    if sent[number - 1 : number] != [statement]:
                        yield event({"number": number, **statement}, "statement")
                sent = now
    except Exception as error:  # the status is sent: it is told as an event
        yield event(failure_of(error).to_dict(), "error")
        return
    if whole is not None:
        yield event(whole.to_dict(), "answer")


def turns(said: list[Turn]) -> list[Message]:
    """Return a conversation as the assistant takes it."""
    return [{"role": turn.role, "content": turn.content} for turn in said]


def article_list(backend: Backend, offset: int, limit: int) -> dict[str, Any]:
    """Return `limit` articles from the `offset`th on, as ArticleList."""
    articles = backend.articles
    shown = islice(articles, offset, offset + limit)
    return {
        "articles": [article_line(articles[name]) for name in shown],
        "total": len(articles),
        "offset": offset,
    }


def find_article(backend: Backend, name: str) -> Article:
    """Return the article. Raises Failure where there is none of that id."""
    articles = backend.articles
    if name not in articles:
        raise Failure(
            404, "not_found", f"there is no article {name[:80]!r}: the list of articles has the ids"
        )
    return articles[name]


def article_line(article: Article) -> dict[str, Any]:
    """Return what a list of articles tells of one, as ArticleLine."""
    return {
        "id": article.id,
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "byline": article.byline,
        "language": article.language,
        "source": article.source,
        "url": article.url,
        "characters": len(article.text),
    }
