"""An answer -> what is kept of it -> the answer again, with or without the index of its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rag.datatypes import (
    Answer,
    Article,
    Chunk,
    Citation,
    DateFilter,
    Differing,
    Grounds,
    Passage,
    Score,
    Scores,
    Statement,
)

Form = dict[str, Any]  # JSON values


def kept_form(answer: Answer) -> Form:
    """Return the answer as `--json` prints it, and what its sources are called.

    `articles` gives the title, date, file and address of each article by id, so that a list of
    sources can be shown when the article is gone.
    """
    return {
        **answer.to_dict(),
        "articles": {
            name: {
                "title": article.title,
                "published": article.published.isoformat() if article.published else None,
                "source": article.source,
                "url": article.url,
            }
            for name, article in answer.articles.items()
        },
    }


def recalled(form: Mapping[str, Any], articles: Mapping[str, Article]) -> Answer:
    """Return the answer that `kept_form` was made of.

    An article of `articles` takes its place in it where every quote from it still stands there; for
    any other one stands an article of the same name without a text.

    Raises:
        ValueError: the form is not such a one.
    """
    try:
        quoted = _quoted(form)
        known = {
            name: _article(name, told, articles.get(name), quoted.get(name, ()))
            for name, told in form["articles"].items()
        }
        passages = tuple(_passage(each, known[each["article_id"]]) for each in form["passages"])
        return Answer(
            question=form["question"],
            searched_for=form["searched_for"],
            statements=tuple(_statement(each) for each in form["statements"]),
            passages=passages,
            outcome="answered" if form["outcome"] == "answered" else "declined",
            reason=form["reason"],
            confidence=form["confidence"],
            answered_by=form["answered_by"],
            seconds=dict(form["seconds"]),
            articles=known,
            differing=tuple(
                Differing(each["value"], each["marker"], _date(each["published"]))
                for each in form.get("differing", ())
            ),
            grounds=_grounds(form.get("grounds"), passages),
            dates=_dates(form.get("dates")),
            among=tuple(form.get("among", ())),
            as_it_stands=form.get("as_it_stands", False),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no kept answer: {error!r}") from error


def _grounds(form: Mapping[str, Any] | None, passages: Sequence[Passage]) -> Grounds | None:
    if form is None:
        return None
    left_out = {
        passage.chunk.id: why
        for passage, why in zip(passages, form["left_out"], strict=False)
        if why is not None
    }
    likelier = tuple(form.get("likelier", ()))
    return Grounds(tuple(form["terms"]), form["candidates"], form["threshold"], left_out, likelier)


def _quoted(form: Mapping[str, Any]) -> dict[str, list[tuple[int, int, str]]]:
    """Return every (start, end, quote) by the article that it is from."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    for statement in form["statements"]:
        for cited in statement["citations"]:
            found.setdefault(cited["article_id"], []).append(
                (cited["start"], cited["end"], cited["quote"])
            )
    for passage in form["passages"]:
        found.setdefault(passage["article_id"], []).append(
            (passage["start"], passage["end"], passage["text"])
        )
    return found


def _article(
    name: str,
    told: Mapping[str, Any],
    now: Article | None,
    quoted: list[tuple[int, int, str]] | tuple[()],
) -> Article:
    if now is not None and all(now.text[start:end] == text for start, end, text in quoted):
        return now
    return Article(
        id=name,
        title=told["title"],
        text="",
        source=told["source"],
        published=_date(told["published"]),
        url=told["url"],
    )


def _date(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def _statement(form: Mapping[str, Any]) -> Statement:
    citations = tuple(
        Citation(c["marker"], c["article_id"], c["start"], c["end"], c["quote"], page=c.get("page"))
        for c in form["citations"]
    )
    highlight = form["highlight"]
    return Statement(
        form["text"],
        citations,
        None if highlight is None else (highlight[0], highlight[1]),
        supported=form.get("supported", True),
        support=form.get("support"),
        when=form.get("when", ""),
        article_id=form.get("article_id", ""),
    )


def _dates(form: Mapping[str, Any] | None) -> DateFilter | None:
    if form is None:
        return None
    return DateFilter(
        words=form["words"],
        question=form["question"],
        start=_date(form["start"]),
        end=_date(form["end"]),
        only=form["only"],
        newest=form["newest"],
        rest=form.get("rest", form["question"]),
    )


def _passage(form: Mapping[str, Any], article: Article) -> Passage:
    start, end = form["start"], form["end"]
    scores = {
        name: None if score is None else Score(score["rank"], score["value"])
        for name, score in form["scores"].items()
    }
    chunk = Chunk(f"{article.id}:{start}", article.id, start, end, form["text"])
    return Passage(chunk, article, Scores(**scores))
