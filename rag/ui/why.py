"""Why this answer: each passage's scores, what was left out and why, the time of each stage."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal

from rag.datatypes import Answer, LeftOut, Passage, Score, passages_counted
from rag.odds import logistic
from rag.reader.bundled import BUNDLED_READER
from rag.reader.features import is_function_word
from rag.text import tokenise
from rag.ui.markup import bar, escape, shorten
from rag.ui.quoting import told

TEXT_CHARS = 700  # how much of a passage is shown

# The field of Scores, what it is called, and how its value is written.
_STAGES = (
    ("lexical", "Words (BM25)", "{:.1f}"),
    ("vector", "Meaning (vectors)", "{:.2f}"),
    ("fused", "Both together", "{:.2f}"),
    ("reranker", "Reranker", "{:.1f}"),
    ("reader", "Reader", "{:.0%}"),
    ("reordered", "Final order", "{:.2f}"),
)
_OPEN = ("lexical", "reranker")
_TIMES = {
    "lexical": "Searching words",
    "encode": "Encoding the question",
    "vector": "Searching vectors",
    "fuse": "Putting both together",
    "rerank": "Reranking",
    "reorder": "Final order",
    "answer": "Reading and choosing",
}
_LEFT_OUT: dict[LeftOut, str] = {
    "weak": "Left out: far behind the best sentence.",
    "repeated": "Left out: the same text of this article is cited already.",
    "enough": "Left out: other sentences were judged better.",
    "held": "Left out: its sentences stand in other passages too.",
}
_WORD = re.compile(r"[^\W_]+(?:['’.,][^\W_]+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def term_spans(text: str, terms: Collection[str], *languages: str) -> list[tuple[int, int]]:
    """The stretches of `text` that hold one of the stems `terms`, in order and apart.

    Words that tell nothing are left out.

    >>> term_spans("It founded the two companies.", {"it", "found", "the", "compani"}, "en")
    [(3, 10), (19, 28)]
    """
    spans: list[tuple[int, int]] = []
    for match in _WORD.finditer(text) if terms else ():
        start, end = match.span()
        # Where words are not written apart, a term is a pair of characters.
        pieces = (
            [(at, at + 2) for at in range(start, max(end - 1, start + 1))]
            if _CJK.search(match[0])
            else [(start, end)]
        )
        for low, high in pieces:
            piece = text[low:high]
            if is_function_word(piece) or all(
                set(tokenise(piece, language)).isdisjoint(terms) for language in languages
            ):
                continue
            if spans and spans[-1][1] > low >= start:
                spans[-1] = (spans[-1][0], high)
            else:
                spans.append((low, high))
    return spans


Shown = Literal["folded", "open", "asked for"]


def why_html(answer: Answer, at: str, *, shown: Shown = "folded") -> str:
    """A panel that opens below the sources; "" where nothing was searched for.

    It is most of an answer's markup, so that one that is "asked for" has nothing in it until it
    is.
    """
    if not answer.passages and answer.grounds is None:
        return ""
    title = "Why no answer" if answer.outcome == "declined" else "Why this answer"
    if shown == "asked for":
        turn = at.removeprefix("t")
        summary = f'<summary data-do="why" data-turn="{turn}">{title}</summary>'
        return f'<details class="why">{summary}</details>'
    weighed = "".join(
        _passage(answer, passage, rank, at) for rank, passage in enumerate(answer.passages, start=1)
    )
    listed = f'<ol class="weighed" role="list">{weighed}</ol>' if weighed else ""
    return (
        f'<details class="why"{" open" if shown == "open" else ""}><summary>{title}</summary>'
        f'<div class="grounds">'
        f"{_told(answer)}{listed}{_times(answer)}</div></details>"
    )


def _told(answer: Answer) -> str:
    grounds, parts = answer.grounds, []
    if grounds is None:
        return ""
    if grounds.threshold is not None:
        sure, least = f"{answer.confidence:.0%}", f"{grounds.threshold:.0%}"
        if answer.outcome == "declined":
            parts.append(
                f"The best that was found would answer with a confidence of {sure}; "
                f"below {least} a question is declined."
            )
        else:
            parts.append(f"Confidence {sure}; below {least} the question would have been declined.")
    read = sum(passage.scores.reader is not None for passage in answer.passages)
    if grounds.candidates:
        count = len(answer.passages)
        were = "was" if grounds.candidates == 1 else "were"
        best = "the best was" if count == 1 else f"the best {count:,} were"
        parts.append(
            f"{passages_counted(grounds.candidates)} {were} compared, "
            f"{best} {'read' if read else 'kept'}."
        )
    if likelier := [answer.articles[name] for name in grounds.likelier if name in answer.articles]:
        titles = ", ".join(f"“<bdi>{escape(shorten(each.title, 120))}</bdi>”" for each in likelier)
        parts.append(
            "The question names nothing of its own, so sentences of what the answers before it "
            f"cited were preferred: {titles}."
        )
    asked = answer.searched_for or answer.question
    languages = {"en", *(article.language for article in answer.articles.values())}
    spans = term_spans(asked, frozenset(grounds.terms), *sorted(languages))
    searched = dict.fromkeys(asked[start:end] for start, end in spans)
    terms = "".join(f"<li><bdi>{escape(word)}</bdi></li>" for word in searched)
    words = f'<div class="terms"><h4>Words searched for</h4><ul>{terms}</ul></div>' if terms else ""
    by = f"{escape(_answered_by(answer.answered_by))}."
    return f"<p>{' '.join(parts)} {by}</p>{words}"


def _answered_by(name: str) -> str:
    """Who answered, in words: "reader bundled" -> "Judged by the reader"."""
    kind, _, which = name.partition(" ")
    if kind == "model":
        return f"Written by the language model {which}"
    if kind == "reader":
        return f"Judged by the reader{'' if which == BUNDLED_READER else f' {which}'}"
    return "Judged by words and meaning, without a reader"


def _passage(answer: Answer, passage: Passage, rank: int, at: str) -> str:
    chunk, article = passage.chunk, passage.article
    said = told(article, chunk.start, chunk.end) if article.text else chunk.text
    text = shorten(said, TEXT_CHARS)
    terms = frozenset(answer.grounds.terms) if answer.grounds else frozenset()
    return (
        f'<li><h4><span class="rank">{rank}</span> <bdi>{escape(shorten(article.title, 120))}</bdi>'
        f'</h4><p class="fate">{_fate(answer, passage)}</p>'
        f'<p class="passage" dir="auto">{_marked(text, term_spans(text, terms, article.language))}'
        f'</p><dl class="scores">{_scores(answer.passages, passage)}</dl>'
        f'<button type="button" class="read" data-do="read" data-turn="{at.removeprefix("t")}"'
        f' data-passage="{rank}" aria-label="Read passage {rank} in its article">'
        "Read in the article</button></li>"
    )


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts, done = [], 0
    for start, end in spans:
        parts.append(f'{escape(text[done:start])}<b class="term">{escape(text[start:end])}</b>')
        done = end
    return "".join(parts) + escape(text[done:])


def _fate(answer: Answer, passage: Passage) -> str:
    """What became of a passage: cited, or left out and why."""
    chunk = passage.chunk
    cited = [
        str(citation.marker)
        for citation in answer.citations
        if citation.article_id == chunk.article_id
        and chunk.start <= citation.start
        and citation.end <= chunk.end
    ]
    if cited:
        return f"Holds citation {', '.join(cited)}."
    if answer.outcome == "declined":
        return "Not enough for an answer."
    why = answer.grounds.left_out.get(chunk.id) if answer.grounds else None
    return _LEFT_OUT[why] if why else "No statement was taken from it."


def _scores(passages: Sequence[Passage], passage: Passage) -> str:
    """Each stage's rank and value; stages that returned none of the passages are left out."""
    rows = []
    for name, title, form in _STAGES:
        found = [_value(each, name) for each in passages]
        values = [value for value in found if value is not None]
        if not values:
            continue
        score: Score | None = getattr(passage.scores, name)
        value = _value(passage, name)
        if score is None or value is None:
            missing = "not read" if name == "reader" else "not among its best"
            rows.append(f'<div><dt>{title}</dt><dd class="none">{missing}</dd></div>')
            continue
        # BM25 and a reranker have no highest score: there the best passage fills the bar.
        low, high = (min(0.0, *values), max(values)) if name in _OPEN else (0.0, 1.0)
        share = (value - low) / (high - low) if high > low else 1.0
        rows.append(
            f"<div><dt>{title}</dt><dd>{bar(share)}<span>{form.format(value)},"
            f" rank {score.rank:,}</span></dd></div>"
        )
    return "".join(rows)


def _value(passage: Passage, name: str) -> float | None:
    """A stage's score as it is shown: the reader's log-odds as a probability."""
    score: Score | None = getattr(passage.scores, name)
    if score is None:
        return None
    return logistic(score.value) if name == "reader" else score.value


def _times(answer: Answer) -> str:
    if not answer.seconds:
        return ""
    most = max(answer.seconds.values()) or 1.0
    rows = "".join(
        f"<div><dt>{escape(_TIMES.get(stage, stage))}</dt>"
        f"<dd>{bar(seconds / most)}<span>{milliseconds(seconds)}</span></dd></div>"
        for stage, seconds in answer.seconds.items()
    )
    return f'<h4>Time</h4><dl class="scores times">{rows}</dl>'


def milliseconds(seconds: float) -> str:
    """The time as a reader takes it in: 0.0004 -> "0.4 ms", 0.0123 -> "12 ms", 2 -> "2.0 s"."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"
