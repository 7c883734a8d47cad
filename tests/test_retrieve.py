"""The retriever: the two legs' own scores, and the fusion's formula over them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.config import Config
from rag.datatypes import BlockKind, Passage, Score
from rag.encoder import SentenceEncoder
from rag.retrieve import HybridRetriever, fuse
from rag.store import Generation
from rag.text import query_terms
from tests.making import RIVERS, CountingEncoder, blocks_article, make_article, make_generation

QUESTIONS = [
    "How long is the Nile?",
    "Which port is the largest inland port of the world?",
    "river river sea",
    "quarks and gluons",
    "长江有多长？",
]


@pytest.fixture(scope="module")
def generation(tiny: SentenceEncoder) -> Generation:
    articles = [make_article(text, name=name) for name, text in sorted(RIVERS.items())]
    return make_generation(articles, tiny, chunk_tokens=60)


def weighed(bm25: float, cosine: float, ceiling: float, weight: float) -> float:
    """Return the written formula: w * cosine + (1 - w) * bm25 / ceiling."""
    return weight * cosine + (1 - weight) * (bm25 / ceiling if ceiling else 0)


def test_fused_scores_by_hand() -> None:
    """Row 0: 0.6 * 0.8 + 0.4 * 1 / 4 = 0.58; row 4: 0.6 * 0.1 + 0.4 * 3 / 4 = 0.36;
    row 7: 0.6 * 1 + 0.4 * 0 = 0.6."""
    bm25, cosines = {0: 1.0, 4: 3.0, 7: 0.0}, {0: 0.8, 4: 0.1, 7: 1.0}
    found = fuse(bm25, cosines, ceiling=4.0, vector_weight=0.6)
    assert found == [(7, 0.6), (0, pytest.approx(0.58)), (4, pytest.approx(0.36))]


def test_fused_scores_without_any_match_are_the_cosines_order() -> None:
    found = fuse({0: 0.0, 1: 0.0}, {0: -1.0, 1: 0.5}, ceiling=0.0, vector_weight=0.5)
    assert found == [(1, 0.25), (0, -0.5)]


@given(
    st.lists(st.tuples(st.floats(0, 20), st.floats(-1, 1)), max_size=12),
    st.floats(20, 50),
    st.floats(0, 1),
)
def test_fused_scores_are_the_formula_best_first_ties_by_row(
    rows: list[tuple[float, float]], ceiling: float, weight: float
) -> None:
    bm25 = {row: pair[0] for row, pair in enumerate(rows)}
    cosines = {row: pair[1] for row, pair in enumerate(rows)}
    found = fuse(bm25, cosines, ceiling=ceiling, vector_weight=weight)
    assert dict(found) == pytest.approx(
        {row: weighed(bm25[row], cosines[row], ceiling, weight) for row in bm25}
    )
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
    assert all(-1 <= score <= 1 for _, score in found)


def row_of(generation: Generation, passage: Passage) -> int:
    return list(generation.chunks).index(passage.chunk)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_a_hybrid_passage_keeps_each_legs_own_score(
    generation: Generation, tiny: SentenceEncoder, question: str, weight: float
) -> None:
    config = Config(vector_weight=weight)
    found = HybridRetriever(generation, tiny, config).retrieve(question, k=99)
    terms = query_terms(question, ["en"])
    lexical = generation.lexical.search(terms, k=99)
    query = tiny.encode([question])[0]
    vector = generation.vectors.search(query, k=99)
    assert len(found.passages) == len(generation.chunks) > 3
    assert found.terms == tuple(terms)
    ceiling = generation.lexical.ceiling(terms, k1=config.bm25_k1)
    for rank, passage in enumerate(found.passages, start=1):
        row = row_of(generation, passage)
        expected = {
            at: Score(place, value) for place, (at, value) in enumerate(lexical, start=1)
        }.get(row)
        assert passage.scores.lexical == expected, "None where no term matches, never 0"
        place = [at for at, _ in vector].index(row)
        assert passage.scores.vector == Score(place + 1, pytest.approx(vector[place][1], abs=1e-6))
        assert passage.scores.fused is not None
        assert passage.scores.fused.rank == rank
        bm25 = expected.value if expected else 0.0
        assert passage.scores.fused.value == pytest.approx(
            weighed(bm25, vector[place][1], ceiling, weight), abs=1e-6
        )
        assert passage.scores.reader is None
        assert passage.article is generation.articles[passage.chunk.article_id]


def test_a_passage_of_one_leg_is_fused_with_its_score_of_the_other(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    """With one candidate a leg, the formula still takes both scores of each passage."""
    question = "Which river is Khartoum on?"
    deep = HybridRetriever(generation, tiny, Config()).retrieve(question, k=99).passages
    short = HybridRetriever(generation, tiny, Config(candidates=1)).retrieve(question, k=1)
    fused = {p.chunk.id: p.scores.fused for p in deep}
    (passage,) = short.passages
    assert passage.scores.fused is not None
    assert passage.scores.fused.value == pytest.approx(fused[passage.chunk.id].value)  # type: ignore[union-attr]


def test_the_lexical_leg_alone_encodes_nothing(
    generation: Generation, counting: CountingEncoder
) -> None:
    counting.encoded.clear()
    found = HybridRetriever(generation, counting, Config(retriever="lexical")).retrieve(
        "port of Duisburg", k=9
    )
    expected = generation.lexical.search(query_terms("port of Duisburg", ["en"]), k=9)
    assert [row_of(generation, p) for p in found.passages] == [row for row, _ in expected]
    assert [p.scores.fused for p in found.passages] == [p.scores.lexical for p in found.passages]
    assert all(p.scores.vector is None for p in found.passages)
    assert (counting.encoded, found.query) == ([], None)


def test_the_vector_leg_alone_ranks_by_cosine(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    retriever = HybridRetriever(generation, tiny, Config(retriever="vector"))
    found = retriever.retrieve("port of Duisburg", k=9)
    expected = generation.vectors.search(tiny.encode(["port of Duisburg"])[0], k=9)
    assert [row_of(generation, p) for p in found.passages] == [row for row, _ in expected]
    assert [p.scores.vector.value for p in found.passages if p.scores.vector] == [
        value for _, value in expected
    ]
    assert all(p.scores.lexical is None for p in found.passages)


def test_nothing_matches_lexically_gives_no_passage(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    retriever = HybridRetriever(generation, tiny, Config(retriever="lexical"))
    assert retriever.retrieve("quarks", k=9).passages == ()


@pytest.mark.parametrize("retriever", ["hybrid", "lexical", "vector"])
def test_fewer_are_the_head_of_more(
    generation: Generation, tiny: SentenceEncoder, retriever: str
) -> None:
    engine = HybridRetriever(generation, tiny, Config().replace(retriever=retriever))
    every = engine.retrieve("the river of the port", k=1000).passages
    assert 0 < len(every) <= len(generation.chunks)
    for k in range(len(every) + 2):
        assert engine.retrieve("the river of the port", k=k).passages == every[:k]


def test_equal_passages_come_in_the_order_of_the_index(tiny: SentenceEncoder) -> None:
    articles = [
        blocks_article(("The river reaches the sea.", BlockKind.PARAGRAPH), name=name)
        for name in ("a", "b", "c", "d")
    ]
    retriever = HybridRetriever(make_generation(articles, tiny), tiny, Config())
    for k in (1, 2, 3, 4):
        found = retriever.retrieve("Does the river reach the sea?", k=k).passages
        assert [passage.article.id for passage in found] == ["a", "b", "c", "d"][:k]


def test_each_stage_is_timed(generation: Generation, tiny: SentenceEncoder) -> None:
    found = HybridRetriever(generation, tiny, Config()).retrieve("river", k=1)
    assert list(found.seconds) == ["lexical", "encode", "vector", "fuse"]
    assert all(seconds >= 0 for seconds in found.seconds.values())


def test_a_question_is_encoded_once(generation: Generation, counting: CountingEncoder) -> None:
    counting.encoded.clear()
    HybridRetriever(generation, counting, Config()).retrieve("How long is the Nile?", k=5)
    assert counting.encoded == ["How long is the Nile?"]


def test_words_and_meaning_find_the_passage_together(seeds: Assistant) -> None:
    """The bundled model over real articles: asked in the words of a passage, it comes first."""
    for chunk in list(seeds.chunks)[:: max(1, len(seeds.chunks) // 8)]:
        (best,) = seeds.retrieve(" ".join(chunk.text.split())[:300], k=1)
        assert chunk.text[:40] in best.article.text
        assert best.chunk.article_id == chunk.article_id
