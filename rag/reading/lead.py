"""What a statement of an article stands below: a heading that asks, what opens its list, its table.

    "Do I have to return the router?"   above   "Yes, within 14 days of the end of the contract."
    "Do not take Calvodrin"             above   "if you are allergic to velfenac"
    "| Plan | Price |"                  above   "| Team | $9 |"
    "Problem: The pump is loud."        above   "Remedy: Open the steam knob."
    "The pump is loud."                 above   "Open the steam knob. Then wait.", in pairs

Told by the kinds of the blocks and by a few marks: a question mark, a colon, a table's bars.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.articles.slots import slot_of
from rag.chunk import is_row
from rag.datatypes import Article, Block, BlockKind

Span = tuple[int, int]

_ASKS = re.compile(r"[?？][*_\s]*\Z")
_OPENS = re.compile(r"[:：][*_\s]*\Z")
_RULED = re.compile(r"\n[ \t]*\|?[ \t:|-]*-{3,}[ \t:|-]*\n")  # the line below a table's first row
_FIGURE_CELL = re.compile(r"\|[ \t]*[^\w\s|]?[ \t]?\d")
_GOES_ON = re.compile(r"[*_\"“'‘(]*[a-z]")
_LABEL = re.compile(r"([A-Z][\w-]*(?: \w+)?)(?: \([^()\n]{1,60}\))?:\s+\S")
_LEAST_LABELLED = 3  # lines in a run, each with a label of its own, that are a list
_MOST_ASKED = 4  # sentences below a question that are read as its answer
_LEAST_PAIRS = 3  # of a short line and a paragraph below it, by which these are told
_PAIR_LINE = 80  # characters of such a line
_TOLD_BELOW = 3  # sentences of such a paragraph that are stated with its line


@dataclass(frozen=True, slots=True)
class Lead:
    """What a statement stands below, as (start, end) in the article.

    `asks` is the question right above, which the statement is among the first to answer; `opens`
    what opens its list, or the first row of its table where it names the `columns`; `items` the
    statements of that list or answer, itself among them, in order; `headings` those above a list.
    `timed` says that it is of a programme, of which each line begins with a time, a date or a week,
    `labelled` that it is of a list of lines with labels of their own.
    `record` is the run of labelled lines that it is of, where the same labels come again and again,
    or a short line with the opening of the paragraph below it, where such come one after the other.
    `says` is the sentence with a colon that stands above a table with names of its columns.
    """

    asks: Span | None = None
    opens: Span | None = None
    columns: bool = False
    items: tuple[Span, ...] = ()
    headings: tuple[Span, ...] = ()
    record: Span | None = None
    timed: bool = False
    labelled: bool = False
    says: Span | None = None

    @property
    def read_below(self) -> Span | None:
        """What a line is given to a reading model with: its day, the heading of its list."""
        if self.timed:
            return self.opens
        return self.headings[-1] if self.labelled and self.headings else None

    def is_opened_by(self, span: Span) -> bool:
        """Return whether a statement opens the list or the table."""
        return span in (self.opens, self.says)

    @property
    def above(self) -> list[Span]:
        """What tells what the statement is about, in order, each once."""
        spans = (*self.headings, self.asks, self.says, self.opens)
        return sorted({span for span in spans if span is not None})


NO_LEAD = Lead()


def leads(article: Article, statements: Sequence[Span]) -> dict[int, Lead]:
    """Return the lead of each of the `statements` of `article` that has one, by where it starts.

    `statements` are all that `rag.chunk.statement_spans` gives. A table's first row that names its
    columns has none.
    """
    found = dict(_of_pairs(article, statements))
    found.update(_of_labels(article, statements))
    found.update(_of_records(article, statements))
    above: Block | None = None
    for run in _runs(article.blocks):
        if run[0].kind is BlockKind.ITEM:
            for part in _tables_apart(article, run):
                found.update(_of_list(article, statements, part, above))
                above = part[-1]
        elif run[0].kind is BlockKind.PARAGRAPH and (asks := _question(article, statements, above)):
            answers = tuple(_within(statements, run[0])[:_MOST_ASKED])
            found.update((start, Lead(asks=asks, items=answers)) for start, _ in answers)
        above = run[-1]
    return found


def first_rows(found: Mapping[int, Lead]) -> set[int]:
    """Return where the rows start that name the columns of tables."""
    return {lead.opens[0] for lead in found.values() if lead.columns and lead.opens}


def _runs(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield the blocks, those of one list together."""
    run: list[Block] = []
    for block in blocks:
        if run and not run[-1].kind is block.kind is BlockKind.ITEM:
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _tables_apart(article: Article, run: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield the items of a run, rows of tables apart from others."""
    part: list[Block] = []
    for block in run:
        if part and is_row(article, part[-1]) != is_row(article, block):
            yield part
            part = []
        part.append(block)
    yield part


def _of_list(
    article: Article,
    statements: Sequence[Span],
    blocks: Sequence[Block],
    above: Block | None,
) -> Iterator[tuple[int, Lead]]:
    """Yield where each statement of a list or table starts, and its lead."""
    items = tuple(span for block in blocks for span in _within(statements, block))
    columns = is_row(article, blocks[0]) and names_columns(article, items)
    timed = not columns and all(slot_of(article.text[b.start : b.end]) for b in blocks)
    says = _opening(article, statements, above, blocks, timed)
    opens, says = (items[0], says) if columns else (says, None)
    items = items[1:] if columns else items
    headings = tuple((head.start, head.end) for head in article.headings_above(blocks[0].start))
    for start, _ in items:
        yield start, Lead(None, opens, columns, items, headings, timed=timed, says=says)


def names_columns(article: Article, rows: Sequence[Span]) -> bool:
    """Return whether the first of a table's rows names its columns.

    It is ruled off, as in Markdown, or holds no figure where others do; or its figures are of names
    ("Kolb 3") where a cell of half of the others begins with one.
    """
    if len(rows) < 2:
        return False
    if _RULED.search(article.text, rows[0][1], rows[1][0]):
        return True
    figures = [re.search(r"\d", article.text[slice(*span)]) is not None for span in rows]
    if not figures[0]:
        return any(figures)
    opens = [_FIGURE_CELL.search(article.text, *span) is not None for span in rows]
    return not opens[0] and sum(opens) * 2 >= len(rows) - 1


def _of_records(article: Article, statements: Sequence[Span]) -> Iterator[tuple[int, Lead]]:
    """Yield where each statement of a labelled line starts, and the lead with its record."""
    label = {block.start: _label(article, block) for block in article.blocks}
    counts = Counter(filter(None, label.values()))
    for again, some in groupby(article.blocks, key=lambda block: counts[label[block.start]] > 1):
        lines = list(some) if again else []
        labels = [label[block.start] for block in lines]
        if not lines:
            continue
        opening = labels[0]
        starts = [at for at, label in enumerate(labels) if label == opening]
        for at, after in zip(starts, [*starts[1:], len(lines)], strict=True):
            record = lines[at:after]
            for block in record if len(record) > 1 else ():
                for start, _ in _within(statements, block):
                    yield start, Lead(record=(record[0].start, record[-1].end))


def _of_labels(article: Article, statements: Sequence[Span]) -> Iterator[tuple[int, Lead]]:
    """Yield where each statement of a line with a label of its own starts, and its lead.

    Such lines in a run are a list below their headings: "Rare (1 in 1,000): a rash."
    """
    label = {block.start: _label(article, block) for block in article.blocks}
    counts = Counter(filter(None, label.values()))
    for alone, some in groupby(article.blocks, key=lambda block: counts[label[block.start]] == 1):
        lines = list(some) if alone else []
        if len(lines) < _LEAST_LABELLED:
            continue
        items = tuple(span for block in lines for span in _within(statements, block))
        above = article.headings_above(lines[0].start)
        headings = tuple((head.start, head.end) for head in above)
        for start, _ in items:
            yield start, Lead(items=items, headings=headings, labelled=True)


def _of_pairs(article: Article, statements: Sequence[Span]) -> Iterator[tuple[int, Lead]]:
    """Yield where each statement of a line and of the paragraph it opens starts, and its lead.

    Short lines right above longer paragraphs, at least _LEAST_PAIRS in a run: troubles, and what to
    do.
    """
    blocks = article.blocks
    run: list[tuple[Block, Block]] = []
    at = 0
    while at < len(blocks):
        if pair := _pair(article, blocks, at):
            run.append(pair)
            at += 2
        else:
            yield from _leads_of_pairs(statements, run)
            run = []
            at += 1
    yield from _leads_of_pairs(statements, run)


def _pair(article: Article, blocks: Sequence[Block], at: int) -> tuple[Block, Block] | None:
    """Return the short line that opens a paragraph of its own, and what stands right below it."""
    text = article.text
    if at + 1 == len(blocks) or not blocks[at].kind is blocks[at + 1].kind is BlockKind.PARAGRAPH:
        return None
    line, below = blocks[at], blocks[at + 1]

    def breaks(one: int, other: int) -> int:
        """How many lines end between two blocks, by their numbers; two at either end."""
        inside = one >= 0 and other < len(blocks)
        return text.count("\n", blocks[one].end, blocks[other].start) if inside else 2

    apart = breaks(at - 1, at) > 1 and breaks(at + 1, at + 2) > 1 and breaks(at, at + 1) == 1
    short = line.end - line.start <= _PAIR_LINE and "\n" not in text[line.start : line.end]
    longer = below.end - below.start > line.end - line.start
    return (line, below) if apart and short and longer else None


def _leads_of_pairs(
    statements: Sequence[Span], pairs: Sequence[tuple[Block, Block]]
) -> Iterator[tuple[int, Lead]]:
    for line, below in pairs if len(pairs) >= _LEAST_PAIRS else ():
        items = _within(statements, below)
        told = items[:_TOLD_BELOW]
        record = (line.start, told[-1][1]) if told else None
        for start, _ in _within(statements, line):
            yield start, Lead(record=record)
        for start, end in items[:_MOST_ASKED]:
            within = record if record and end <= record[1] else None
            yield start, Lead(asks=(line.start, line.end), items=tuple(told), record=within)


def _label(article: Article, block: Block) -> str:
    """Return what a paragraph's line is labelled with: "Remedy" of "Remedy: Fill the tank."."""
    is_one = block.kind is BlockKind.PARAGRAPH
    return label_of(article.text[block.start : block.end]) if is_one else ""


def label_of(line: str) -> str:
    """Return what a line is labelled with, as the name of who speaks, "" without a label.

    >>> label_of("INGRID: Four, and two apprentices.")
    'INGRID'
    """
    found = _LABEL.match(line)
    return found[1] if found else ""


def _opening(
    article: Article,
    statements: Sequence[Span],
    above: Block | None,
    blocks: Sequence[Block],
    timed: bool,
) -> Span | None:
    """Return what opens a list: a sentence or a heading with a colon, or one that its items go on.

    An item goes on with what stands above where it begins small: "if you are allergic to it". A
    heading opens the lines of a programme.
    """
    if above is None:
        return None
    goes_on = all(_GOES_ON.match(article.text, block.start) for block in blocks)
    if above.kind is BlockKind.PARAGRAPH and (last := _within(statements, above)[-1:]):
        return last[0] if _OPENS.search(article.text[slice(*last[0])]) else None
    if above.kind is BlockKind.HEADING:
        opens = goes_on or timed or _OPENS.search(article.text[above.start : above.end])
        return (above.start, above.end) if opens else None
    return None


def _question(article: Article, statements: Sequence[Span], above: Block | None) -> Span | None:
    """Return the question that a paragraph stands below: a heading's, or an interviewer's."""
    if above is None or not _ASKS.search(article.text[above.start : above.end]):
        return None
    alone = above.kind is BlockKind.PARAGRAPH and len(_within(statements, above)) == 1
    return (above.start, above.end) if alone or above.kind is BlockKind.HEADING else None


def _within(statements: Sequence[Span], block: Block) -> list[Span]:
    """Return the statements of a block."""
    first = bisect_left(statements, (block.start, block.start))
    return list(statements[first : bisect_left(statements, (block.end, block.end))])
