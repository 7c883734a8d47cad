"""The reading answerer: the sentences that answer, judged by a model that reads the passage.

How a sentence is weighed by what the reader tells of it: rag.reading.weighed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from rag.answerer import Draft
from rag.changes.claim import LEAST_SHOWN, Claim, subject_of
from rag.cite import Place
from rag.config import Config
from rag.datatypes import Passage
from rag.encoder import Vectors
from rag.reader import Reader, Reading, Span
from rag.reader.datatypes import mean_of
from rag.reading import existence
from rag.reading.arranging import Able, arranging
from rag.reading.desk import Desk
from rag.reading.drafting import Choice, Heard, drafted
from rag.reading.empty import left_empty
from rag.reading.kin import kin_asked
from rag.reading.lead import NO_LEAD, label_of
from rag.reading.measured import measure_asked
from rag.reading.met import MetWord, asked_words, share_met, terseness
from rag.reading.mismatch import mismatches
from rag.reading.of_another import doer_asked
from rag.reading.rows import Cell, Readable, cell_asked, columns, is_measure_of, is_row_of, readable
from rag.reading.signals import judged
from rag.reading.weighed import (
    SURE_SHARE,
    UNSURE_SHARE,
    Read,
    highlighted,
    read_logit,
    whole_of,
    whose,
    with_span,
)
from rag.reading.whose import whose_asked
from rag.retrieve import Retrieved
from rag.searching.beside import Beside
from rag.searching.subject import subjects_named
from rag.text import holds_words, put_together, question_language, tokenise

# Of what is read twice, with the subject's name in the question and with "it", the second's weight.
SUBJECT_SHARE = 0.5

# What the reader says of a passage, and the sentences of it that it was given.
_Page = tuple[Reading, list[Span]]


class ReadingAnswerer:
    """Picks sentences with a Reader; the model is loaded at the first question."""

    def __init__(self, desk: Desk, open_reader: Callable[[], Reader], config: Config) -> None:
        self._desk = desk
        self._open_reader = open_reader
        self._config = config

    @cached_property
    def _reader(self) -> Reader:
        return self._open_reader()

    @property
    def name(self) -> str:
        """The answerer's name, as `answered_by` gives it."""
        return f"reader {self._config.reader}"

    @property
    def searched(self) -> int:
        """How many passages are searched."""
        return self._desk.searched

    def answer(self, question: str, found: Retrieved, beside: Beside | None = None) -> Draft:
        """Return the sentences that answer, best first, or none where the passages don't.

        The best sentence's `highlight` is the span that answers, where the reader found one. Where
        the articles give different answers, there is a sentence for each, the newest first; where
        it is less sure that they do, the best ones with other values come last; the newest one
        first where it is about as good, or where it is asked how things stand now.

        Raises:
            ModelError: the reader cannot be loaded.
        """
        return drafted(self, question, found, beside, self._config)

    def heard(self, question: str, found: Retrieved) -> Heard[Read]:
        """Return the sentences of the passages as both judge them, in the order of `found`."""
        pages = self._pages(question, found.passages)
        words = asked_words(question, self._desk.idf(found.terms))
        desk = self._desk
        wanted = existence.sought(question)

        def logit(read: Sequence[Read]) -> float:
            found = read_logit(words, read, searched=desk.searched, encode=desk.vectors)
            return found + (0.0 if self._has(wanted, read) else existence.ANSWER_WEIGHT)

        def declines(read: Sequence[Read]) -> str:
            return str(left_empty(words, read, desk) or "")

        return Heard(self._read(question, found, pages, words), logit, declines, _logits(pages))

    def _has(self, wanted: str, read: Sequence[Read]) -> bool:
        """Return whether the best sentence, or its passage, speaks of what is `wanted`, if any."""
        if not wanted or not read:
            return True
        best = max(read, key=lambda each: each.score)
        told, passage = best.judged.understood, best.passage.chunk.text
        return existence.is_spoken_of(wanted, told, passage, self._desk.vectors)

    def choice(
        self, question: str, found: Retrieved, sentences: Sequence[Read], scores: Sequence[float]
    ) -> Choice:
        """Return the best sentence, and those beside it that speak of what the question asks of."""
        best = max(range(len(sentences)), key=lambda at: (scores[at], -at))
        shown, cell = highlighted(sentences[best]), sentences[best].cell
        of_cell = {at: each for at, each in enumerate(sentences) if _tells_of(cell, each)}
        subject = subject_of(question, sentences[best].passage.titled)
        passages = {each.passage.chunk.id: each.passage for each in sentences}
        speaks = {name: subject.is_spoken_of(whose(one)) for name, one in passages.items()}
        numbers = [
            at
            for at, each in enumerate(sentences)
            if at == best
            or (
                at in of_cell
                and speaks[each.passage.chunk.id]
                and not each.of_another
                and not self._only_labelled(each, found.terms)
            )
        ]
        able = [
            Able(
                score=scores[at],
                place=shown if at == best else each.place,
                text=each.text,
                published=each.passage.article.published,
                coverage=each.judged.features.coverage,
            )
            for at in numbers
            for each in [sentences[at]]
        ]
        claims = self._claims(found, [*of_cell.values()], [scores[at] for at in of_cell])
        steps, differing = arranging(
            question, claims, able, numbers.index(best), self.near, self._config
        )
        return Choice(
            [(one.score, one.place, one.text) for one in able],
            value=_value(question, shown, sentences[best]),
            spans={
                number: SURE_SHARE if each.reading.margin >= LEAST_SHOWN else UNSURE_SHARE
                for number, at in enumerate(numbers)
                if (each := sentences[at]).inside
            },
            steps=steps,
            differing=differing,
        )

    def _only_labelled(self, each: Read, terms: Sequence[str]) -> bool:
        """Return whether a line holds nothing of a question but its label: "INGRID: Four, and ..."

        In a transcript that tells who speaks, and no more than that is asked for.
        """
        article, place = each.passage.article, each.place
        lead = self._desk.leads(article.id).get(place.start)
        label = label_of(article.text[place.start : place.end])
        own = set(terms) & set(tokenise(label))
        if lead is None or lead.asks is None or not own or own == set(terms):
            return False
        above = " ".join(article.text[slice(*span)] for span in lead.above)
        said = article.text[place.start + len(label) : place.end]
        return set(tokenise(f"{above} {said}")).isdisjoint(set(terms) - own)

    def read(self, question: str, found: Retrieved) -> Sequence[Read]:
        """Return the sentences of the passages as both judged them, in the order of `found`."""
        return self.heard(question, found).sentences

    def claims(self, question: str, found: Retrieved) -> list[Claim]:
        """Return what each sentence with the best span of its passage claims."""
        read = self.read(question, found)
        return self._claims(found, read, [each.score for each in read])

    def near(self, claim: Claim) -> float:
        """Return how alike the passage of a claim and those nearest to it are: a mean cosine."""
        return self._desk.near(claim.about)

    def readings(self, question: str, passages: Sequence[Passage]) -> dict[str, float]:
        """Return the reader's log-odds of each passage, by chunk id; none where it read nothing."""
        return _logits(self._pages(question, passages))

    def borne_out(self, claim: str, sentences: Sequence[str]) -> float:
        """Return the reader's log-odds that sentences, read together, bear out a claim."""
        return borne_out(self._reader, claim, sentences)

    def _claims(
        self, found: Retrieved, read: Sequence[Read], scores: Sequence[float]
    ) -> list[Claim]:
        """Return what each sentence with a passage's best span claims of what is asked of."""
        about = _passage_vectors(read)
        able = [
            (each, score, place, _words_of(each, place.highlight))
            for each, score in zip(read, scores, strict=True)
            if (place := with_span(each)) is not None and place.highlight is not None
            if not each.of_another
        ]
        meanings = self._desk.vectors([value for *_, value in able]) if able else ()
        told = self._desk.coverage(found, [each.passage for each, *_ in able])
        return [
            Claim(
                value=value,
                place=place,
                sentence=each.text,
                passage=each.passage.titled,
                published=each.passage.article.published,
                score=score,
                margin=each.reading.margin,
                coverage=each.judged.features.coverage,
                cosine=each.judged.features.cosine,
                told=share,
                vector=each.judged.vector,
                about=about[each.passage.chunk.id],
                meaning=meaning,
            )
            for (each, score, place, value), meaning, share in zip(
                able, meanings, told, strict=True
            )
        ]

    def _pages(self, question: str, passages: Sequence[Passage]) -> dict[str, _Page]:
        """Return what the reader says of each passage, by chunk id."""
        spans = [_within(passage, self._desk.sentences(passage)) for passage in passages]
        read = [
            readable(passage, within, self._desk.leads(passage.article.id))
            for passage, within in zip(passages, spans, strict=True)
        ]
        texts, statements = [one.text for one in read], [list(one.statements) for one in read]
        readings = self._reader.read(question, texts, statements)
        subjects = subjects_named(question, (passage.article for passage in passages))
        asked = [subjects[passage.article.id] for passage in passages]
        for other in dict.fromkeys(subject.question for subject in asked if subject):
            at = [n for n, subject in enumerate(asked) if subject and subject.question == other]
            again = self._reader.read(other, [texts[n] for n in at], [statements[n] for n in at])
            for n, reading in zip(at, again, strict=True):
                readings[n] = mean_of(readings[n], reading, share=SUBJECT_SHARE)
        return {
            passage.chunk.id: (_put_back(reading, one), within)
            for passage, reading, one, within in zip(passages, readings, read, spans, strict=True)
        }

    def _read(
        self, question: str, found: Retrieved, pages: Mapping[str, _Page], words: Sequence[MetWord]
    ) -> list[Read]:
        result = []
        lacks = dict(zip(pages, mismatches(question, found.passages), strict=True))
        english, measure = question_language(question) == "en", measure_asked(question)
        wanted = measure or kin_asked(question)
        doer = doer_asked(question) or whose_asked(question)
        terse = {
            passage.article.id: terseness(passage.article) if english else 0.0
            for passage in found.passages
        }
        for each in judged(self._desk, question, found):
            article = each.passage.article
            lead = self._desk.leads(article.id).get(each.place.start, NO_LEAD)
            row = article.text[each.place.start : each.place.end] if lead.columns else ""
            of = (columns(article.text, lead), row, article.language)
            named = bool(row) and (
                is_row_of(found.terms, row, article.language) or is_measure_of(found.terms, *of)
            )
            cell = cell_asked(found.terms, *of) if row else None
            reading, within = pages[each.passage.chunk.id]
            offset = each.passage.chunk.start
            span = (each.place.start - offset, each.place.end - offset)
            inside = reading.span is not None and span[0] <= reading.span[0] < span[1]
            sentence = reading.sentences[within.index(span)]
            missing = lacks[each.passage.chunk.id]
            little_prose = terse[each.place.article_id]
            met = share_met(words, whole_of(each)) if little_prose else 1.0
            untold = wanted
            if wanted and wanted.is_told(each.understood if wanted.at_last else whole_of(each)):
                untold = None
            other = doer is not None and doer.is_another_in(each.text, each.understood, article)
            result.append(
                Read(
                    each, reading, sentence, inside, missing, little_prose, met, named, untold,
                    other, cell,
                )
            )  # fmt: skip
        return result


def _tells_of(cell: Cell | None, each: Read) -> bool:
    """Return whether a sentence speaks of all that is named of the cell that answers, if one is."""
    language = each.passage.article.language
    return cell is None or cell.named <= set(tokenise(whole_of(each.judged), language))


def _put_back(reading: Reading, read: Readable) -> Reading:
    """Return a reading with its span where that stands in the passage."""
    return replace(reading, span=reading.span and read.back(reading.span))


def borne_out(reader: Reader, claim: str, sentences: Sequence[str]) -> float:
    """Return the reader's log-odds that sentences, read together, bear out a claim.

    The bundled reader was trained on claims; one by name was mostly not.
    """
    text, spans = put_together(sentences)
    (reading,) = reader.read(claim, [text], [spans])
    return reading.logit


def _logits(pages: Mapping[str, _Page]) -> dict[str, float]:
    return {
        name: reading.logit for name, (reading, _) in pages.items() if math.isfinite(reading.logit)
    }


def _within(passage: Passage, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    offset = passage.chunk.start
    return [(start - offset, end - offset) for start, end in spans]


def _value(question: str, shown: Place, best: Read) -> str:
    """Return the highlighted words of the best sentence, "" where the question holds them too."""
    if shown.highlight is None:
        return ""
    start, end = shown.highlight
    value = best.passage.article.text[start:end]
    return "" if holds_words(question, value) else value


def _words_of(each: Read, span: tuple[int, int]) -> str:
    return " ".join(each.passage.article.text[slice(*span)].split())


def _passage_vectors(read: Sequence[Read]) -> dict[str, Vectors]:
    """Return the mean vector of each passage's sentences, (d,), unit length, by chunk id."""
    sums: dict[str, Vectors] = {}
    for each in read:
        name = each.passage.chunk.id
        sums[name] = sums.get(name, 0) + each.judged.vector
    return {name: total / np.linalg.norm(total) for name, total in sums.items()}
