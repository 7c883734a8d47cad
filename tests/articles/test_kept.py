"""What is worked out of an article once."""

from __future__ import annotations

from dataclasses import replace

from rag.articles import kept
from rag.articles.kept import kept_by_article
from rag.datatypes import Article
from tests.making import make_article


def counted(calls: list[str]):
    @kept_by_article
    def first_word(article: Article) -> str:
        """Return the first word."""
        calls.append(article.id)
        return article.text.split()[0]

    return first_word


def test_the_same_article_is_worked_out_once() -> None:
    calls: list[str] = []
    first_word = counted(calls)
    article = make_article("Velm has a bridge.")
    assert [first_word(article), first_word(replace(article))] == ["Velm", "Velm"]
    assert calls == [article.id]
    assert first_word.__doc__ == "Return the first word."


def test_another_text_or_byline_is_worked_out_anew() -> None:
    calls: list[str] = []
    first_word = counted(calls)
    article = make_article("Velm has a bridge.")
    other = replace(article, text="Orla has none.")
    assert [first_word(article), first_word(other)] == ["Velm", "Orla"]
    first_word(replace(article, byline="Ana Ruiz"))
    assert len(calls) == 3


def test_so_many_are_kept_and_then_let_go(monkeypatch) -> None:
    monkeypatch.setattr(kept, "_MOST", 2)
    calls: list[str] = []
    first_word = counted(calls)
    articles = [replace(make_article("Velm has a bridge."), id=str(n)) for n in range(3)]
    for article in articles:
        first_word(article)
    first_word(articles[2])
    first_word(articles[0])
    assert calls == ["0", "1", "2", "0"]
