"""Article -> Chunk: whole sentences up to a token budget, offsets exact.

The law: `article.text[chunk.start:chunk.end] == chunk.text`, always.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.articles.first_person import who_says_i
from rag.datatypes import Article, Block, BlockKind, Chunk
from rag.text import sentence_spans

# Texts -> the number of tokens of each.
CountTokens = Callable[[Sequence[str]], Sequence[int]]

_ROW = re.compile(r"\S\s*\|\s*\S")
_MOST_ROW = 1000  # characters of a row that is not cut
_STATEMENTS = (BlockKind.PARAGRAPH, BlockKind.ITEM)
_OPENERS = (BlockKind.TITLE, BlockKind.SUBTITLE, BlockKind.HEADING)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence or a heading, with its length."""

    start: int
    end: int
    tokens: int
    opens: bool  # a heading: it belongs with what follows


def statement_spans(article: Article) -> list[tuple[int, int]]:
    """Return the sentences of `article` that may be cited, as (start, end) in reading order.

    Headings, bylines, captions, credits and repeated text are not statements.
    """
    return [
        (block.start + start, block.start + end)
        for block in article.blocks
        if block.kind in _STATEMENTS
        for start, end in _sentences(article, block)
    ]


def _sentences(article: Article, block: Block) -> list[tuple[int, int]]:
    """Return the (start, end) in a block of its sentences; a row of a table is one."""
    text = article.text[block.start : block.end]
    if len(text) <= _MOST_ROW and is_row(article, block):
        return [(0, len(text))]
    return sentence_spans(text, article.language)


def is_row(article: Article, block: Block) -> bool:
    """Return whether a block is a row of a table: an item with a bar between two cells."""
    is_item = block.kind is BlockKind.ITEM
    return is_item and _ROW.search(article.text, block.start, block.end) is not None


def chunk_article(
    article: Article, *, count_tokens: CountTokens, chunk_tokens: int, overlap_sentences: int
) -> list[Chunk]:
    """Return the chunks of `article` in reading order.

    A chunk is whole sentences of one section, at most `chunk_tokens` long unless a single sentence
    and the headings above it are longer. It opens with up to `overlap_sentences` sentences of the
    chunk before it, where these fit. A heading opens the chunk that follows it. Bylines, captions,
    credits and repeated text are in no chunk, nor is a title that a byline parts from its text: it
    stands above the text in the index (`indexed_text`), and alone would take a passage's place.
    """
    chunks: list[Chunk] = []
    sections = list(_sections(article, count_tokens))
    if len(sections) > 1 and _is_title_alone(sections[0], article):
        del sections[0]
    for section in sections:
        for start, end in _windows(section, chunk_tokens, overlap_sentences):
            chunks.append(_chunk(article.id, start, end, article.text[start:end]))
    return chunks


def moved(chunk: Chunk, article_id: str) -> Chunk:
    """Return `chunk` as the same text gives it in an article called `article_id`."""
    if chunk.article_id == article_id:
        return chunk
    return _chunk(article_id, chunk.start, chunk.end, chunk.text)


def _chunk(article_id: str, start: int, end: int, text: str) -> Chunk:
    return Chunk(chunk_id(article_id, start, text), article_id, start, end, text)


def chunk_id(article_id: str, start: int, text: str) -> str:
    """Return the id of the chunk that begins at `start` of an article: a hash of these three."""
    digest = hashlib.sha256(f"{article_id}\n{start}\n{text}".encode(errors="surrogatepass"))
    return digest.hexdigest()[:16]


def _sections(article: Article, count_tokens: CountTokens) -> Iterator[list[_Unit]]:
    """Yield runs of units that one chunk may span: nothing that is left out lies between them."""
    spans: list[tuple[int, int, bool, bool]] = []  # start, end, opens, begins a section
    broken = False
    for block in article.blocks:
        if block.kind in _OPENERS:
            fresh = broken or not (spans and spans[-1][2])
            spans.append((block.start, block.end, True, fresh))
            broken = False
        elif block.kind in _STATEMENTS:
            for start, end in _sentences(article, block):
                spans.append((block.start + start, block.start + end, False, broken))
                broken = False
        else:
            broken = True
    # With what stands before it in its section (a list item's mark), so that the sums are whole.
    counts = count_tokens(
        [
            article.text[start if begins or at == 0 else spans[at - 1][1] : end]
            for at, (start, end, _, begins) in enumerate(spans)
        ]
    )
    section: list[_Unit] = []
    for (start, end, opens, begins), tokens in zip(spans, counts, strict=True):
        if begins and section:
            yield section
            section = []
        section.append(_Unit(start, end, tokens, opens))
    if section:
        yield section


def _is_title_alone(section: Sequence[_Unit], article: Article) -> bool:
    """Return whether a section is the article's title and nothing else."""
    [first, *more] = section
    return not more and any(
        block.kind is BlockKind.TITLE and (block.start, block.end) == (first.start, first.end)
        for block in article.blocks
    )


def _windows(
    units: list[_Unit], chunk_tokens: int, overlap_sentences: int
) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the chunks of one section."""
    first = 0
    while first < len(units):
        total, last = 0, first
        while last < len(units) and (
            total + units[last].tokens <= chunk_tokens
            or last == first
            or all(unit.opens for unit in units[first:last])
        ):
            total += units[last].tokens
            last += 1
        yield units[first].start, units[last - 1].end
        if last == len(units):
            return
        again = last
        room = chunk_tokens - units[last].tokens
        while (
            again > first + 1
            and last - again < overlap_sentences
            and units[again - 1].tokens <= room
        ):
            again -= 1
            room -= units[again].tokens
        first = again


def indexed_text(chunk: Chunk, article: Article) -> str:
    """Return the text that stands for `chunk` in the index: title and headings, then its own text.

    They say what it is about where the chunk alone does not, headings however far above it they
    stand: of a row of a long table, too. The title is left out where the chunk
    opens with it, or where the article has no headline of its own. Who says "I" in it is named.
    """
    lines = [*article.headings_over(chunk.start), chunk.text]
    if who := who_says_i(article, chunk.start, chunk.end):
        lines.insert(-1, who)
    headline = any(block.kind is BlockKind.TITLE for block in article.blocks)
    if headline and not chunk.text.startswith(article.title):
        lines.insert(0, article.title)
    return "\n".join(lines)


def text_key(text: str) -> int:
    """Return a number of 64 bits that tells `text` from nearly every other: a hash."""
    digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
