"""Chunks: `article.text[chunk.start:chunk.end] == chunk.text`, whole sentences, in the budget."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunk import chunk_article, indexed_text, statement_spans
from rag.datatypes import Article, BlockKind, Chunk
from tests.making import block_articles, blocks_article, count_words, make_article, texts

PARAGRAPH, ITEM = BlockKind.PARAGRAPH, BlockKind.ITEM
OPENERS = (BlockKind.TITLE, BlockKind.SUBTITLE, BlockKind.HEADING)
LEFT_OUT = [kind for kind in BlockKind if kind not in (PARAGRAPH, ITEM, *OPENERS)]

any_article = st.one_of(block_articles(), texts().map(make_article))
budgets = st.sampled_from([1, 5, 16, 40, 128])
overlaps = st.integers(0, 3)


def chunked(article: Article, budget: int, overlap: int = 0) -> list[Chunk]:
    return chunk_article(
        article, count_tokens=count_words, chunk_tokens=budget, overlap_sentences=overlap
    )


def spans_in(chunk: Chunk, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(start, end) for start, end in spans if chunk.start <= start and end <= chunk.end]


@given(any_article, budgets, overlaps)
def test_a_chunk_is_a_slice_of_its_article(article: Article, budget: int, overlap: int) -> None:
    for chunk in chunked(article, budget, overlap):
        assert article.text[chunk.start : chunk.end] == chunk.text
        assert chunk.text.strip() == chunk.text != ""
        assert chunk.article_id == article.id


@given(any_article, budgets, overlaps)
def test_every_statement_is_whole_in_some_chunk(
    article: Article, budget: int, overlap: int
) -> None:
    chunks = chunked(article, budget, overlap)
    statements = statement_spans(article)
    for start, end in statements:
        assert any(chunk.start <= start and end <= chunk.end for chunk in chunks)
    # And no chunk begins or ends within a sentence.
    edges = {edge for span in statements for edge in span}
    edges |= {e for b in article.blocks if b.kind in OPENERS for e in (b.start, b.end)}
    assert all({chunk.start, chunk.end} <= edges for chunk in chunks)


@given(any_article, budgets, overlaps)
def test_chunks_move_forward(article: Article, budget: int, overlap: int) -> None:
    chunks = chunked(article, budget, overlap)
    for before, after in pairwise(chunks):
        assert before.start < after.start
        assert before.end < after.end
    assert len({chunk.id for chunk in chunks}) == len(chunks)


@given(any_article, budgets, overlaps)
def test_the_budget_is_kept_but_for_a_single_long_sentence(
    article: Article, budget: int, overlap: int
) -> None:
    statements = statement_spans(article)
    for chunk in chunked(article, budget, overlap):
        if count_words([chunk.text])[0] > budget:
            assert len(spans_in(chunk, statements)) <= 1


@given(any_article, budgets, overlaps)
def test_a_chunk_holds_nothing_that_is_left_out(
    article: Article, budget: int, overlap: int
) -> None:
    """No caption, byline, credit or repeated text, though one may lie between two paragraphs."""
    for chunk in chunked(article, budget, overlap):
        for block in article.blocks:
            if block.kind in LEFT_OUT:
                assert block.end <= chunk.start or chunk.end <= block.start


@given(any_article, budgets, overlaps)
def test_a_heading_opens_a_chunk(article: Article, budget: int, overlap: int) -> None:
    """A chunk never holds a sentence and, after it, the heading of the next section."""
    sentences = {start for start, _ in statement_spans(article)}
    for chunk in chunked(article, budget, overlap):
        headings = [
            b.start
            for b in article.blocks
            if b.kind in OPENERS and chunk.start <= b.start < chunk.end
        ]
        inside = [start for start in sentences if chunk.start <= start < chunk.end]
        assert not headings or not inside or max(headings) < min(inside)


@given(any_article, budgets, st.integers(1, 3))
def test_an_overlap_is_sentences_of_the_chunk_before(
    article: Article, budget: int, overlap: int
) -> None:
    statements = statement_spans(article)
    alone = chunked(article, budget, 0)
    for before, after in pairwise(alone):
        assert before.end <= after.start, "without an overlap, chunks share nothing"
    chunks = chunked(article, budget, overlap)
    for before, after in pairwise(chunks):
        assert sum(after.start <= start for start, _ in spans_in(before, statements)) <= overlap


def test_chunks_by_hand() -> None:
    """Sentences of 3, 3, 2 and 6 words, a budget of 6."""
    article = blocks_article(("One two three. Four five six. Seven eight.", PARAGRAPH),
                             ("Nine ten eleven twelve thirteen fourteen.", PARAGRAPH))  # fmt: skip
    assert [c.text for c in chunked(article, 6)] == [
        "One two three. Four five six.",
        "Seven eight.",
        "Nine ten eleven twelve thirteen fourteen.",
    ]
    assert [c.text for c in chunked(article, 6, overlap=1)] == [
        "One two three. Four five six.",
        "Four five six. Seven eight.",
        "Nine ten eleven twelve thirteen fourteen.",  # with an overlap it would pass the budget
    ]
    assert [c.text for c in chunked(article, 8, overlap=2)] == [
        "One two three. Four five six. Seven eight.",
        "Seven eight.\n\nNine ten eleven twelve thirteen fourteen.",
    ]
    assert [c.text for c in chunked(article, 1)] == [
        "One two three.", "Four five six.", "Seven eight.",
        "Nine ten eleven twelve thirteen fourteen.",
    ]  # fmt: skip
    assert [c.text for c in chunked(article, 100)] == [article.text]


def test_the_marks_of_a_list_count_too() -> None:
    """They stand between the sentences, so they are in the chunk: five words with the dash."""
    article = make_article("- One two.\n- Three four.\n")
    assert [c.text for c in chunked(article, 5)] == ["One two.\n- Three four."]
    assert [c.text for c in chunked(article, 4)] == ["One two.", "Three four."]


def test_a_heading_stands_with_what_follows_it() -> None:
    article = blocks_article(
        ("Rivers of Europe", BlockKind.TITLE), ("A survey", BlockKind.SUBTITLE),
        ("One two three.", PARAGRAPH), ("The Danube", BlockKind.HEADING), ("Four five six.", ITEM),
    )  # fmt: skip
    expected = ["Rivers of Europe\n\nA survey\n\nOne two three.", "The Danube\n\nFour five six."]
    assert [c.text for c in chunked(article, 100)] == expected
    assert [c.text for c in chunked(article, 1)] == expected, "even where it passes the budget"


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_what_is_left_out_parts_two_chunks(kind: BlockKind) -> None:
    article = blocks_article(
        ("One two three.", PARAGRAPH), ("A photo of it. By him.", kind), ("Four five.", PARAGRAPH)
    )
    assert [c.text for c in chunked(article, 100, overlap=2)] == ["One two three.", "Four five."]
    assert [article.text[s:e] for s, e in statement_spans(article)] == [
        "One two three.", "Four five.",
    ]  # fmt: skip


def test_only_paragraphs_and_items_hold_statements() -> None:
    article = blocks_article(*((f"Said {kind}.", kind) for kind in BlockKind))
    stated = [article.text[start:end] for start, end in statement_spans(article)]
    assert stated == ["Said paragraph.", "Said item."]


def test_an_article_without_sentences_has_no_chunks() -> None:
    assert chunked(Article("a", "", "", "a.txt"), 10) == []
    assert chunked(blocks_article(("A caption.", BlockKind.CAPTION)), 10) == []


def test_a_text_that_is_printed_twice_is_in_one_chunk() -> None:
    quote = "The river carries three hundred million tonnes of goods in a usual year."
    article = make_article(f"{quote}\n\nLow water stopped many ships in 2018.\n\n{quote}\n")
    chunks = chunked(article, 128, overlap=1)
    assert sum(chunk.text.count(quote) for chunk in chunks) == 1


def test_ids_come_from_content_and_place() -> None:
    article = blocks_article(("One two three.", PARAGRAPH), ("Four five six.", PARAGRAPH))
    first = [chunk.id for chunk in chunked(article, 3)]
    assert first == [chunk.id for chunk in chunked(article, 3)]
    assert len(set(first)) == 2
    other = blocks_article(("One two three.", PARAGRAPH), name="b")
    assert chunked(other, 3)[0].id not in first


def test_the_title_stands_in_the_index_with_each_chunk_but_the_first() -> None:
    article = blocks_article(
        ("Rivers of Europe", BlockKind.TITLE), ("One two three.", PARAGRAPH), ("Four.", PARAGRAPH)
    )
    first, second = chunked(article, 6)
    assert indexed_text(first, article) == "Rivers of Europe\n\nOne two three."
    assert indexed_text(second, article) == "Rivers of Europe\nFour."
    untitled = blocks_article(("One two three.", PARAGRAPH), ("Four.", PARAGRAPH))
    assert [indexed_text(c, untitled) for c in chunked(untitled, 3)] == ["One two three.", "Four."]


def test_a_title_above_a_byline_is_no_chunk_but_stands_above_the_text() -> None:
    """Alone it would take a passage's place, and nothing of it can be cited."""
    article = blocks_article(
        ("Seals move out", BlockKind.TITLE),
        ("By Jonas Beck", BlockKind.BYLINE),
        ("The seals left the harbour.", PARAGRAPH),
    )
    [chunk] = chunked(article, 40)
    assert chunk.text == "The seals left the harbour."
    assert indexed_text(chunk, article).splitlines()[0] == "Seals move out"
    alone = blocks_article(("Seals move out", BlockKind.TITLE), ("By Jonas Beck", BlockKind.BYLINE))
    assert [chunk.text for chunk in chunked(alone, 40)] == ["Seals move out"]
