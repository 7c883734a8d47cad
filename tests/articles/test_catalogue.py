"""What is known of all articles at once: the same as the articles themselves say, each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.articles.catalogue import Catalogue, catalogue_of, plain_title
from rag.articles.credits import credits_of, is_credited
from rag.config import Config
from rag.datatypes import Article, DateFilter
from rag.indexing.columns import StoredArticles
from rag.searching.datewise import is_allowed
from rag.serving import Generations
from rag.store import load
from rag.sync import sync
from rag.text import tokenise
from tests.making import WordEncoder, make_article, write_folder

_DAYS = st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 9))
_BYLINES = st.sampled_from(["", "Ana Ruiz | Velm Post", "Tom Hall", "Velm Post"])
_ARTICLES = st.lists(
    st.tuples(_DAYS, _BYLINES, st.sampled_from(["The mill", "A mill of Velm", "Bees"])), max_size=6
)
MARCH = DateFilter("in", "?", date(2020, 1, 3), date(2020, 1, 5), only=True, newest=False)


def made(rows: list[tuple[date | None, str, str]]) -> dict[str, Article]:
    return {
        f"a{at}": replace(
            make_article(f"{title}\n\nIt has {'many ' * at}words.", name=f"a{at}"),
            published=day, byline=byline, title=title,
        )
        for at, (day, byline, title) in enumerate(rows)
    }  # fmt: skip


@settings(max_examples=40)
@given(_ARTICLES)
def test_it_tells_what_reading_each_article_tells(
    rows: list[tuple[date | None, str, str]],
) -> None:
    articles = made(rows)
    for known in (Catalogue(articles), Catalogue(StoredArticles.of(articles.values()))):
        assert dict(known) == articles
        dated = sorted((one.published, name) for name, one in articles.items() if one.published)
        assert known.newest == (dated[-1][0] if dated else None)
        assert known.oldest == (dated[0][0] if dated else None)
        assert known.oldest_first == [name for _, name in dated]
        assert known.by_age("newest") == (dated[-1][1] if dated else None)
        assert known.by_age("oldest") == (dated[0][1] if dated else None)
        assert sorted(known.dated) == sorted(name for _, name in dated)
        assert {*known.undated} == {*articles} - {name for _, name in dated}
        assert known.anonymous == [name for name, one in articles.items() if not one.byline]
        for name in ("Ruiz", "Velm Post", "Nobody"):
            theirs = [each for each, one in articles.items() if is_credited(name, one.byline)]
            assert known.credited_to(name) == theirs
        each = [one for one, count in known.credits() for _ in range(count)]
        assert sorted(map(str, each)) == sorted(map(str, credits_of(articles.values())))
        assert known.titled_so("mill") == tuple(
            name for name, one in articles.items() if plain_title(one.title) == "mill"
        )
        assert known.titled_after("The Mill") == known.titled_so("mill")
        within = known.published_in(MARCH)
        assert [*within] == [
            n for n, one in articles.items() if one.published and MARCH.holds(one.published)
        ]
        assert within.newest == max((day for day, name in dated if name in within), default=None)
        allowed = [one for one in articles.values() if is_allowed(one, MARCH)]
        assert [*known.left_in(MARCH).values()] == allowed
        assert known.left_in(None) is known.left_in(replace(MARCH, only=False)) is known
        assert (known.allowed_by(MARCH), known.allowed_by(None)) == (len(allowed), len(articles))
        if articles:
            lengths = [(len(one.text.split()), name) for name, one in articles.items()]
            assert known.by_length("longest") == max(lengths)[::-1]
            assert known.by_length("shortest") == min(lengths)[::-1]


@settings(max_examples=60)
@given(_ARTICLES, st.sets(st.sampled_from(["mill", "velm", "bee", "ana", "opera"])))
def test_the_nearest_are_those_with_the_most_of_the_words_around_their_texts(
    rows: list[tuple[date | None, str, str]], terms: set[str]
) -> None:
    articles = made(rows)
    held = {
        name: len(terms & set(tokenise(f"{one.title}\n{one.byline}\n{one.source}")))
        for name, one in articles.items()
    }
    best = max(held.values(), default=0)
    names = [name for name, count in held.items() if best and count == best]
    known = Catalogue(articles)
    assert known.nearest(terms) == (best / len(terms) if names else 0.0, names)
    heads = {n: {*tokenise(f"{one.title}\n{one.byline}")} for n, one in articles.items()}
    assert known.headed_with(terms) == [name for name, words in heads.items() if terms <= words]


class _Counting(Mapping[str, Article]):
    """Articles that count how often they are read."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self._articles, self.read = articles, 0

    def __getitem__(self, name: str) -> Article:
        self.read += 1
        return self._articles[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._articles)

    def __len__(self) -> int:
        return len(self._articles)


def test_the_articles_are_read_once_for_all_questions() -> None:
    articles = _Counting(made([(date(2020, 1, at), "Ana Ruiz", "Bees") for at in range(1, 9)]))
    known = Catalogue(articles)
    assert articles.read == 0  # before anything is asked
    for _ in range(3):
        assert known.by_age("newest") == "a7"
        assert len(known.credited_to("Ruiz")) == 8
        assert len(known.published_in(MARCH).dated) == 3
    assert articles.read == 8
    assert catalogue_of(known) is known


def test_of_no_articles_nothing_is_known() -> None:
    none = Catalogue({})
    assert (none.newest, none.by_age("oldest"), none.nearest({"mill"})) == (None, None, (0.0, []))
    with pytest.raises(ValueError, match="reduction"):
        none.by_length("longest")


def test_a_changed_folder_is_seen(tmp_path: Path) -> None:
    corpus = write_folder(tmp_path / "corpus", {"a.txt": "A mill\n\n4 March 2021\n\nIt burned.\n"})
    config = Config(corpus=str(corpus), index=str(tmp_path / "index"), reader="none")
    encoder = WordEncoder()
    sync(config, encoder)
    generations = Generations(config, encoder, load(Path(config.index)))
    assert generations.now().articles.newest == date(2021, 3, 4)
    write_folder(corpus, {"b.txt": "A weir\n\n5 March 2021\n\nIt was opened.\n"})
    sync(config, encoder)
    now = generations.now().articles
    assert (now.newest, now.by_age("newest"), len(now)) == (date(2021, 3, 5), "b", 2)


def test_an_article_is_titled_after_what_its_title_begins_with() -> None:
    articles = made(
        [(None, "", "Orlava (river)"), (None, "", "Orlava"), (None, "", "Orlava floods")]
    )
    known = Catalogue(articles)
    assert known.titled_after("the Orlava") == ("a0", "a1")
    assert known.titled_after("Orlava floods") == ("a2",)
    assert known.among(["a0", "a2"]).titled_after("orlava") == ("a0",)
