"""The values that pass between the steps. All are frozen; offsets are half-open code points.

Nothing here computes more than its own text form, and which headings an article has above a place:
functions elsewhere transform these values.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter
from typing import Any, Literal, Protocol, TypedDict, TypeVar

Outcome = Literal["answered", "declined"]
LeftOut = Literal["weak", "repeated", "enough", "held"]
Progress = Callable[[str, int, int], None]  # (stage, done, total): how far a long work is
UNSUPPORTED = "not borne out by the passages"  # what is told beside such a statement
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*\s*$")
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")


class Message(TypedDict):
    """One turn of a conversation, in the usual chat form."""

    role: str
    content: str


class BlockKind(StrEnum):
    """What a block of an article is. Only PARAGRAPH and ITEM hold statements to cite."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    BYLINE = "byline"
    CAPTION = "caption"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    REPEAT = "repeat"
    CREDIT = "credit"


_DEEPEST = 10  # deeper than any level
_MOST_ABOVE = 100  # headings that are told above a place, each in the section of the one before


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of an article between line breaks: `article.text[start:end]`.

    `level` is a heading's, from 1 for the outermost; 0 where the format does not tell.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0


@dataclass(frozen=True, slots=True)
class _Sections:
    """The headings of an article, in order, and of each the row of the one in whose section it is.

    That is -1 of the outermost.
    """

    headings: tuple[Block, ...]
    around: tuple[int, ...]

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> _Sections:
        """Return those of an article with these blocks."""
        headings: list[Block] = []
        around: list[int] = []
        opened: list[int] = []  # the rows of those whose sections are not over, each deeper
        below_another = False
        for block in blocks:
            is_heading = block.kind is BlockKind.HEADING
            if is_heading:
                level = block.level or _DEEPEST
                while block.level and opened and headings[opened[-1]].level >= level:
                    opened.pop()
                led_by = (row for row in reversed(opened) if headings[row].level < level)
                is_next = below_another and not block.level
                around.append(len(headings) - 1 if is_next else next(led_by, -1))
                if block.level:
                    opened.append(len(headings))
                headings.append(block)
            below_another = is_heading
        return cls(tuple(headings), tuple(around))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a paginated file: what of its article stands on it, `article.text[start:end]`."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One article.

    `id` is the path below the corpus folder without its suffix, with "/" as separator; where a
    file holds several, "#" and the article's `part` of the file follow.
    `published` and `byline` are None and "" where the text does not state them.
    `language` is an ISO 639-1 code. `blocks` are in reading order and do not overlap.
    `pages` cover the text without gaps, in order; there are none where the format has none.
    `url` is the address that the file states of itself, or "".
    """

    id: str
    title: str
    text: str
    source: str
    published: date | None = None
    byline: str = ""
    language: str = "en"
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    url: str = ""
    part: str = ""
    _known_sections: _Sections | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def _sections(self) -> _Sections:
        """Its sections, worked out once."""
        if self._known_sections is None:
            object.__setattr__(self, "_known_sections", _Sections.of(self.blocks))
        return self._known_sections or _Sections((), ())

    def page_at(self, offset: int) -> int | None:
        """The number of the page that the character at `offset` stands on, or None."""
        return next((page.number for page in self.pages if page.start <= offset < page.end), None)

    def is_item(self, offset: int) -> bool:
        """Whether the character at `offset` stands in an item of a list or a row of a table."""
        return self.kind_at(offset) is BlockKind.ITEM

    def kind_at(self, offset: int) -> BlockKind | None:
        """The kind of the block that the character at `offset` stands in; None between blocks."""
        at = bisect_right(self.blocks, offset, key=attrgetter("start")) - 1
        return self.blocks[at].kind if at >= 0 and offset < self.blocks[at].end else None

    def headings_above(self, offset: int) -> list[Block]:
        """The headings of the sections that the text at `offset` stands in, the outermost first.

        However far above it they stand. A heading without a level stands in the section of one that
        has a level, or of another that stands right above it. The title is none; of a heading at
        `offset` its own is left out.
        """
        headings, around = self._sections.headings, self._sections.around
        row = bisect_left(headings, offset, key=attrgetter("start"))
        is_at = row < len(headings) and headings[row].start == offset
        row = around[row] if is_at else row - 1
        above: list[Block] = []
        while row >= 0 and len(above) < _MOST_ABOVE:
            above.append(headings[row])
            row = around[row]
        return above[::-1]

    def headings_over(self, start: int) -> list[str]:
        """The headings that a passage from `start` on is read below, on a line each.

        Those around its own heading, and of items all: running text tells itself what it is about.
        """
        at = bisect_left(self.blocks, start, key=attrgetter("start"))
        kinds = (BlockKind.HEADING, BlockKind.ITEM)
        if at == len(self.blocks) or self.blocks[at].kind not in kinds:
            return []
        above = self.headings_above(start)
        return [" ".join(self.text[block.start : block.end].split()) for block in above]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stored stretch of whole sentences: `article.text[start:end] == text`."""

    id: str
    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """What one stage said of a passage: its rank, from 1, and its value, higher is better."""

    rank: int
    value: float


@dataclass(frozen=True, slots=True)
class Scores:
    """Every stage's score of one passage; None means that the stage did not return it.

    `lexical` is BM25, `vector` the cosine in [-1, 1], `fused` the order of the retriever,
    `reranker` the cross-encoder's, `reader` the reading model's log-odds that the passage answers,
    `reordered` the order of the retriever and the reader together.
    """

    lexical: Score | None = None
    vector: Score | None = None
    fused: Score | None = None
    reranker: Score | None = None
    reader: Score | None = None
    reordered: Score | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was retrieved for a question, its article, and how it scored."""

    chunk: Chunk
    article: Article
    scores: Scores

    @property
    def titled(self) -> str:
        """The title of its article, the headings above it, and its text, on a line each."""
        headings = self.article.headings_over(self.chunk.start)
        return "\n".join([self.article.title, *headings, self.chunk.text])

    @property
    def is_headings(self) -> bool:
        """Whether it holds nothing but titles and headings of its article."""
        start, end = self.chunk.start, self.chunk.end
        kinds = {b.kind for b in self.article.blocks if b.start < end and start < b.end}
        return bool(kinds) and kinds <= {BlockKind.TITLE, BlockKind.SUBTITLE, BlockKind.HEADING}

    def to_dict(self) -> dict[str, Any]:
        """The passage as `--json` prints it."""
        return {
            "article_id": self.article.id,
            "title": self.article.title,
            "published": self.article.published.isoformat() if self.article.published else None,
            "start": self.chunk.start,
            "end": self.chunk.end,
            "text": self.chunk.text,
            "scores": {
                each.name: None if score is None else {"rank": score.rank, "value": score.value}
                for each in fields(self.scores)
                for score in (getattr(self.scores, each.name),)
            },
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """The place a statement comes from: `article.text[start:end] == quote`.

    `marker` counts from 1 in the order of first use; one place has one marker in an answer.
    `page` is the page that the quote begins on, where the article has pages.
    """

    marker: int
    article_id: str
    start: int
    end: int
    quote: str
    page: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The citation as `--json` prints it; `page` only where the article has pages."""
        written: dict[str, Any] = {
            "marker": self.marker,
            "article_id": self.article_id,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
        }
        return written if self.page is None else {**written, "page": self.page}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an answer and the places it comes from.

    `highlight` is the stretch of `text` that answers most directly, or None. Where a model wrote
    the text, `support` is how surely its citations bear it out, 0 to 1, and `supported` whether
    they do; what is quoted or told of the collection is supported, and its `support` None.
    `when` is the date that it is told under, "9 July 2024", where statements are in the order of
    their dates; else "". `article_id` is the id of the article that a line told of the collection
    names by its title; else "".
    """

    text: str
    citations: tuple[Citation, ...]
    highlight: tuple[int, int] | None = None
    supported: bool = True
    support: float | None = None
    when: str = ""
    article_id: str = ""

    @property
    def lead(self) -> str:
        """What stands before the text: the date that it is told under, or nothing."""
        return f"{self.when}: " if self.when else ""

    @property
    def marked(self) -> str:
        """The text with its [1] markers, and what is told where nothing bears it out."""
        return self.marked_with(("", ""))

    def marked_with(self, bold: tuple[str, str]) -> str:
        """Return the same with these two before and behind what answers most directly."""
        text = self.text
        if self.highlight is not None:
            start, end = self.highlight
            text = f"{text[:start]}{bold[0]}{text[start:end]}{bold[1]}{text[end:]}"
        markers = "".join(f" [{citation.marker}]" for citation in self.citations)
        return self.lead + text + markers + ("" if self.supported else f" ({UNSUPPORTED})")

    def to_dict(self) -> dict[str, Any]:
        """The statement as `--json` prints it."""
        return {
            "text": self.text,
            "citations": [citation.to_dict() for citation in self.citations],
            "highlight": None if self.highlight is None else list(self.highlight),
            "supported": self.supported,
            "support": self.support,
            "when": self.when,
            "article_id": self.article_id,
        }


@dataclass(frozen=True, slots=True)
class Differing:
    """One of the different answers that articles give, and where it is stated.

    `marker` is that of the citation; `published` the article's date, where it is known.
    """

    value: str
    marker: int
    published: date | None = None

    def to_dict(self) -> dict[str, Any]:
        """The answer as `--json` prints it."""
        published = self.published.isoformat() if self.published else None
        return {"value": self.value, "marker": self.marker, "published": published}


@dataclass(frozen=True, slots=True)
class DateFilter:
    """What a question says of the dates of articles, as it was understood.

    `words` are its own for it, `question` the whole question with them. `start` and `end` are the
    first and the last day that are meant, None for no bound. With `only`, articles of other dates
    are left out, those without a date not; else those of the time come first. With `newest` the
    newest come first. `rest` is the question as it is asked without the filter: without those of
    the words that say nothing but when the articles were published.
    """

    words: str
    question: str
    start: date | None
    end: date | None
    only: bool
    newest: bool
    rest: str = ""

    @property
    def bounded(self) -> bool:
        """Whether a time is meant, and not only the order."""
        return self.start is not None or self.end is not None

    def holds(self, day: date | None) -> bool:
        """Whether the day is of the time that is meant; an unknown one is of none but any time."""
        if day is None:
            return not self.bounded
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def leaves_in(self, day: date | None) -> bool:
        """Whether an article that states the day is left in: one that states none always is."""
        return not self.only or day is None or self.holds(day)

    @property
    def told(self) -> str:
        """The filter in words."""
        if not self.bounded:
            return "The newest articles first"
        if self.only:
            return f"Only articles published {self.time}, or without a date"
        newest = ", the newest of them at the top" if self.newest else ""
        return f"Articles and dates {self.time} first{newest}"

    @property
    def time(self) -> str:
        """The time that is meant: "in August 2024", "up to 8 July 2024"."""
        start, end = self.start, self.end
        if start is None:
            return f"up to {day_in_words(end)}" if end else ""
        if end is None:
            return f"from {day_in_words(start)} on"
        if start.day == 1 and (end + timedelta(days=1)).day == 1 and start.year == end.year:
            if start.month == end.month:
                return f"in {start:%B} {start.year}"
            if (start.month, end.month) == (1, 12):
                return f"in {start.year}"
        return (
            f"on {day_in_words(start)}"
            if start == end
            else f"from {day_in_words(start)} to {day_in_words(end)}"
        )

    def to_dict(self) -> dict[str, Any]:
        """The filter as `--json` prints it."""
        return {
            "words": self.words,
            "question": self.question,
            "rest": self.rest,
            "start": self.start.isoformat() if self.start else None,
            "end": self.end.isoformat() if self.end else None,
            "only": self.only,
            "newest": self.newest,
            "told": self.told,
        }


def day_in_words(of: date) -> str:
    """Return a day as it is told: "9 July 2024"."""
    return f"{of.day} {of:%B} {of.year}"


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an answer was weighed by.

    `terms` are the stems that were searched for and `candidates` the number of passages that were
    compared. `threshold` is the confidence below which the answer would have been declined; None
    where it is not judged by one. `left_out` says of passages that no statement cites why, by
    chunk id: "weak", its best sentence is far behind the best one; "repeated", its text was stated
    from the same article already; "enough", other sentences were better and the answer had its
    number of statements; "held", all its sentences stand in passages before it. `likelier` are the
    ids of articles that the last answers cited: of a question that names nothing they are likelier.
    """

    terms: tuple[str, ...] = ()
    candidates: int = 0
    threshold: float | None = None
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    likelier: tuple[str, ...] = ()

    def to_dict(self, passages: Sequence[Passage]) -> dict[str, Any]:
        """The grounds as `--json` prints them, `left_out` as a list in the order of `passages`."""
        return {
            "terms": list(self.terms),
            "candidates": self.candidates,
            "threshold": self.threshold,
            "left_out": [self.left_out.get(passage.chunk.id) for passage in passages],
            "likelier": list(self.likelier),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question.

    `searched_for` is the question as it was searched for, after the conversation was read into it.
    A declined answer has no statements; its passages are the nearest that were found. `reason` says
    why it was declined or, of an answer that was given, what it leaves open; "" where nothing.
    `confidence` is in [0, 1]. `seconds` is the time per stage. `articles` holds every article
    that a passage, a citation or a line of a list names, by id. `differing` holds the answers
    where articles give different ones, the newest first; else it is empty. `grounds` is None where
    nothing was weighed.
    `dates` is what was heeded of what the question says of the dates of articles, or None.
    `among` are the ids of the articles that alone were asked; empty where all were. `as_it_stands`
    says that the question was not read into the conversation, nor corrected, nor its dates heeded.
    """

    question: str
    searched_for: str
    statements: tuple[Statement, ...]
    passages: tuple[Passage, ...]
    outcome: Outcome
    reason: str
    confidence: float
    answered_by: str
    seconds: Mapping[str, float] = field(default_factory=dict)
    articles: Mapping[str, Article] = field(default_factory=dict)
    differing: tuple[Differing, ...] = ()
    grounds: Grounds | None = None
    dates: DateFilter | None = None
    among: tuple[str, ...] = ()
    as_it_stands: bool = False

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations in the order of their markers, each place once."""
        return by_marker(c for statement in self.statements for c in statement.citations)

    @property
    def reworded(self) -> bool:
        """Whether what was searched for is not the question as it stands, case and space apart."""
        searched, asked = (t.casefold().split() for t in (self.searched_for, self.question))
        return bool(searched) and searched != asked

    @property
    def text(self) -> str:
        """The statements as prose, without markers; the reason where the answer was declined."""
        if self.outcome == "declined":
            return self.reason
        return " ".join(statement.text for statement in self.statements)

    @property
    def lines(self) -> str:
        """The same on the lines that they are printed on, as a next message is read after them."""
        if self.outcome == "declined":
            return self.reason
        return self.joined([statement.text for statement in self.statements])

    @property
    def above(self) -> list[str]:
        """The lines that stand above the prose: what was searched for, and among what."""
        lines = ["Asked as it stands"] if self.as_it_stands else []
        lines += [f"Searched for “{self.searched_for}”"] if self.reworded else []
        lines += [f"{self.dates.told} (“{self.dates.words}”)"] if self.dates else []
        if self.among and self.outcome == "answered":  # a decline says so itself
            lines.append(f"Asked of {articles_counted(len(self.among))} only")
        return [*lines, ""] if lines else []

    def to_dict(self) -> dict[str, Any]:
        """The answer as `rag ask --json` prints it."""
        return {
            "question": self.question,
            "searched_for": self.searched_for,
            "outcome": self.outcome,
            "reason": self.reason,
            "statements": [statement.to_dict() for statement in self.statements],
            "passages": [passage.to_dict() for passage in self.passages],
            "confidence": self.confidence,
            "answered_by": self.answered_by,
            "dates": self.dates and self.dates.to_dict(),
            "among": list(self.among),
            "as_it_stands": self.as_it_stands,
            "differing": [each.to_dict() for each in self.differing],
            "grounds": self.grounds and self.grounds.to_dict(self.passages),
            "seconds": dict(self.seconds),
        }

    def joined(self, said: Sequence[str]) -> str:
        """Return `said`, the text of each of the first statements, as one text.

        Each has a line of its own, but for those that go on in the same article, and the prose of
        a chat model: these are a paragraph.
        """
        is_written = self.answered_by.startswith("model ")
        if not said:
            return ""
        joints = [
            " " if is_written or (not second.when and _goes_on(first, second)) else "\n"
            for first, second in pairwise(self.statements[: len(said)])
        ]
        return "".join(part for pair in zip(["", *joints], said, strict=True) for part in pair)

    def __str__(self) -> str:
        """Prose with [1] markers and, below it, the numbered sources."""
        return self.shown()

    def stands_beside(self, statement: Statement) -> bool:
        """Whether a statement stands beside the answer, which is told in bold before it."""
        first = self.statements[0] if self.statements else None
        told = first is not None and first.highlight is not None and bool(statement.citations)
        return told and statement.highlight is None and not self.differing

    def shown(
        self,
        bold: tuple[str, str] = ("", ""),
        note: str = "",
        *,
        beside: tuple[str, str] = ("", ""),
    ) -> str:
        """Return prose with [1] markers and, below it, the numbered sources.

        Where the question was reworded, what was searched for stands above, and so does what was
        heeded of the dates in it. What answers most directly stands between the two of `bold`, what
        stands beside it between those of `beside`. A `note` stands below the prose.
        """
        above = self.above
        if self.outcome == "declined":
            lines = [*above, self.reason]
            if self.passages:
                telling = (passage for passage in self.passages if not passage.is_headings)
                nearest = next(telling, self.passages[0])
                told = nearest.chunk.text.replace("\n", "\n  ")
                lines += ["", f"Nearest: {source_line(nearest.article)}", f"  {told}"]
            return "\n".join(lines)
        prose = self.joined(
            [
                f"{beside[0]}{told}{beside[1]}" if self.stands_beside(statement) else told
                for statement in self.statements
                for told in [statement.marked_with(bold)]
            ]
        )
        prose = _GAP.sub(" ", prose)  # a statement may go on over the end of a paragraph
        lines = [*above, prose]
        for said in filter(None, (self.reason, note)):
            lines += ["", said]
        if self.citations or is_prose(self.statements):  # else it tells of the collection
            lines += ["", "Sources:"]
        for citation in self.citations:
            article = self.articles.get(citation.article_id)
            named = source_line(article) if article else citation.article_id
            quote = " ".join(citation.quote.split())
            page = "" if citation.page is None else f", p. {citation.page}"
            lines.append(f"[{citation.marker}] {named}{page}: “{quote}”")
        return "\n".join(lines)


def is_prose(statements: Sequence[Statement]) -> bool:
    """Return whether statements are no list: neither told of the collection nor by date."""
    return all((s.citations or not s.supported) and not s.when for s in statements)


def _goes_on(first: Statement, second: Statement) -> bool:
    """Return whether the second goes on with the first: behind it in the same article, in prose.

    Of a table each row has a line, and so has each item of a list and what opens it.
    """
    bars = first.text.count(" | ")
    is_row = bars > 0 and second.text.count(" | ") == bars
    is_item = _SENTENCE_END.search(first.text) is None
    if is_row or is_item or not (first.citations and second.citations):
        return False
    before, after = first.citations[-1], second.citations[0]
    return before.article_id == after.article_id and before.end <= after.start


class Marked(Protocol):
    """What stands under a marker."""

    @property
    def marker(self) -> int:
        """Its number."""
        ...


M = TypeVar("M", bound=Marked)


def by_marker(citations: Iterable[M]) -> tuple[M, ...]:
    """Return the citations in the order of their markers, the last one of each."""
    found = {one.marker: one for one in citations}
    return tuple(found[marker] for marker in sorted(found))


def counted(count: int, name: str) -> str:
    """Return the count and what is counted: "1 question", "2,000 questions"."""
    return f"{count:,} {name}{'s' * (count != 1)}"


def articles_counted(count: int) -> str:
    """Return a number of articles in words: "1 article", "2,000 articles"."""
    return counted(count, "article")


def passages_counted(count: int) -> str:
    """Return a number of passages in words: "1 passage", "2,000 passages"."""
    return counted(count, "passage")


def source_line(article: Article) -> str:
    """The article as a list of sources names it: title, then the date where it is known."""
    return (
        f"{article.title} ({article.published.isoformat()})" if article.published else article.title
    )


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of the corpus folder that was not read, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A file whose content is the same under another path."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, or would do where `dry_run` is True.

    `built` is False where the index was in step already. Each file of the folder stands in one of
    the lists; paths are below the corpus folder. `notes` are plain lines worth telling, such as an
    encoding that had to be detected. `encoded` counts the passages that had to be encoded,
    `resumed` those that an earlier sync had encoded before it was stopped, `encoded_per_s` the
    speed. `anew` says why nothing of the index that was there could serve again, "" where it could
    or there was none. `generation` is the one that serves now, "" where there is none.
    """

    built: bool
    added: Sequence[str]
    changed: Sequence[str]
    unchanged: Sequence[str]
    removed: Sequence[str]
    skipped: Sequence[Skipped]
    notes: Sequence[str]
    articles: int
    chunks: int
    encoded: int
    seconds: float
    generation: str
    moved: Sequence[Moved] = ()
    resumed: int = 0
    encoded_per_s: float = 0.0
    dry_run: bool = False
    anew: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The report as `rag sync --json` prints it."""
        return {
            "built": self.built,
            "dry_run": self.dry_run,
            "added": list(self.added),
            "changed": list(self.changed),
            "moved": [{"before": m.before, "after": m.after} for m in self.moved],
            "unchanged": list(self.unchanged),
            "removed": list(self.removed),
            "skipped": [{"source": s.source, "reason": s.reason} for s in self.skipped],
            "notes": list(self.notes),
            "articles": self.articles,
            "chunks": self.chunks,
            "encoded": self.encoded,
            "resumed": self.resumed,
            "anew": self.anew,
            "encoded_per_s": self.encoded_per_s,
            "seconds": self.seconds,
            "generation": self.generation,
        }
