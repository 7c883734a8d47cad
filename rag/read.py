"""The reading answerer: the sentences that answer, judged by a model that reads the passage.

Beside the retriever's signals (rag.extract) stand the reader's: how likely the passage answers at
all, which of its sentences answers, and where. Weights are those of logistic regressions, fitted by
tests/benchmarks/fit_read.py on questions that the reader was not trained on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rag.answerer import Draft
from rag.beside import Beside, in_both, together, with_new
from rag.cite import Place
from rag.claim import Claim, subject_of
from rag.config import Config
from rag.datatypes import Passage
from rag.declining import not_said
from rag.disagreement import disagreeing, newest_answer, newest_sentence, other_answers
from rag.empty import left_empty
from rag.encoder import Vectors
from rag.extract import (
    NOTHING_MATCHES,
    ExtractiveAnswerer,
    Judged,
    answer_logit,
    articles_heard,
    best_places,
    left_out,
    most_statements,
)
from rag.first_person import who_says_i
from rag.lead import NO_LEAD, label_of
from rag.measured import ANSWER_WEIGHT as MEASURE_WEIGHT
from rag.measured import measure_asked
from rag.met import ANSWER_CONSTANT as MET_CONSTANT
from rag.met import ANSWER_WEIGHT as MET_WEIGHT
from rag.met import SENTENCE_WEIGHT as MET_SENTENCE_WEIGHT
from rag.met import Word, asked_words, likeness, share_met, terseness
from rag.mismatch import Mismatch, mismatches
from rag.odds import logistic, weigh
from rag.reader import Reader, Reading, Span
from rag.reader.datatypes import mean_of
from rag.retrieve import Retrieved
from rag.rows import Readable, columns, is_measure_of, is_row_of, readable
from rag.subject import subjects_named
from rag.text import holds_words, put_together, question_language, tokenise

# (log-odds by the retriever's signals, the passage's log-odds, the sentence's score, 1 where the
# best span lies in the sentence, that span's margin, the share of the question's names that the
# passage lacks, how far into its article it stands) -> does the sentence answer? Fitted anew, all
# of them together, the last weight is -0.73; with a seventh of it the right sentence comes first as
# often as without on the development part (20 of 23 of clapnq, 80 of 96 of news), with more less.
SENTENCE_WEIGHTS = (0.85, 0.21, 0.25, 0.93, 0.1, -1.29, -0.1)
SENTENCE_CONSTANT = 0.56
# (log-odds by the retriever's signals, the same times the square of `size_share`, the mean log-odds
# of the likeliest passage and of that which the best sentence stands in; of the latter, the share
# of names that it lacks, and 1 where it lacks a time that is asked of) -> is it answered? In a
# small folder what asks of a thing that is only mentioned shares as many words with it as what is
# answered; among many passages the signals tell more. So the first two were chosen, on written
# pieces kept apart (141 passages) and on 300 questions of realtimeqa-2023 (47,025 passages).
ANSWER_WEIGHTS = (0.1, 1.6, 1.1, -2.0, -2.0)
ANSWER_CONSTANT = -0.25
# The more passages are searched, the better the best wrong one looks: by where their number lies
# between these two, none to all of this is taken off the answer's log-odds. Chosen on 300 questions
# of realtimeqa-2023 over 49,422 passages, 62% of them without an answer there; beyond that it is
# not measured.
SIZE_WEIGHT = 2.73
SIZES = (100, 50_000)
# A span is shown where the reader finds it likelier than "no answer here" by this many logits.
LEAST_MARGIN = 0.0
# What is stated beside the best sentence has at least this share of its score: where the reader
# finds an answer in it, and where its span is only the best of a passage that hardly answers.
SURE_SHARE, UNSURE_SHARE = 0.05, 0.15

# What is added to the log-odds of a table's row where the question names what it is of, in the
# place of how far it is met: to the reader a row says less than a sentence with a word or two of
# the question. And what is added to the answer's where such a row is the best. Chosen on some
# twenty questions over a price list.
ROW_WEIGHT, ROW_ANSWER_WEIGHT = 2.0, 1.5

# Of what is read twice, with the subject's name in the question and with "it", the second's weight.
SUBJECT_SHARE = 0.5

# Statements that give another value than the best one, told by other articles.
MOST_OTHER_ANSWERS = 2

# What the reader says of a passage, and the sentences of it that it was given.
_Page = tuple[Reading, list[Span]]

_STEP_CHARS = 100  # what of an article counts as one step into it
_BOUND = 8.0  # logits are cut here: beyond it they say the same


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence as the retriever's signals and the reader judged it."""

    judged: Judged
    reading: Reading
    sentence: float
    inside: bool  # the passage's best span lies in this sentence
    lacks: Mismatch  # what the question names and the passage does not
    terse: float = 0.0  # how little of its article is running prose, 0 to 1
    met: float = 1.0  # the share of the question's words that it meets, 0 to 1
    named: bool = False  # a row of a table, and the question names what it is of
    unmeasured: bool = False  # it tells no measure of the kind that the question asks for

    @property
    def score(self) -> float:
        """How likely the sentence answers, 0 to 1."""
        return logistic(self.logit)

    @property
    def logit(self) -> float:
        """The log-odds that the sentence answers."""
        met = MET_SENTENCE_WEIGHT * self.terse * (self.met - 1)
        said = ROW_WEIGHT if self.named else met
        return weigh(self.vector(), SENTENCE_WEIGHTS, SENTENCE_CONSTANT) + said

    def vector(self) -> tuple[float, ...]:
        """The features in the order of SENTENCE_WEIGHTS."""
        margin = _bounded(self.reading.margin) if self.inside else 0.0
        return (
            self.judged.logit,
            _bounded(self.reading.logit),
            _bounded(self.sentence),
            float(self.inside),
            margin,
            self.lacks.names,
            math.log1p(self.judged.place.start / _STEP_CHARS),
        )


class ReadingAnswerer:
    """Picks sentences with a Reader; the model is loaded at the first question."""

    def __init__(
        self, plain: ExtractiveAnswerer, open_reader: Callable[[], Reader], config: Config
    ) -> None:
        self._plain = plain
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
        return self._plain.searched

    def answer(self, question: str, found: Retrieved, beside: Beside | None = None) -> Draft:
        """Return the sentences that answer, best first, or none where the passages don't.

        The best sentence's `highlight` is the span that answers, where the reader found one. Where
        the articles give different answers, there is a sentence for each, the newest first; where
        it is less sure that they do, the best ones with other values come last; the newest one
        first where it is about as good, or where it is asked how things stand now.

        Raises:
            ModelError: the reader cannot be loaded.
        """
        least = self._config.least_confidence
        if not found.passages:
            return Draft((), 0.0, NOTHING_MATCHES, threshold=least)
        pages = self._pages(question, found.passages)
        readings = _logits(pages)
        words = asked_words(question, self._plain.idf(found))
        read, both = self._read(question, found, pages, words), []
        if beside is not None:
            words_of_both = asked_words(beside.question, self._plain.idf(beside.found))
            pages_of_both = self._pages(beside.question, beside.found.passages)
            both = self._read(beside.question, beside.found, pages_of_both, words_of_both)
            read, both = in_both(read, both, lambda each: each.judged.place)
        if not read:
            return Draft((), 0.0, NOTHING_MATCHES, readings, threshold=least)
        if empty := left_empty(words, [each.judged for each in read], self._plain):
            return Draft((), 0.0, str(empty), readings, threshold=least)
        logit, scores = self._logit(words, read), [each.score for each in read]
        if beside is not None:
            told = [
                beside.is_told(each.judged.place) and not other.named
                for each, other in zip(read, both, strict=True)
            ]
            scores = together([each.logit for each in read], [each.logit for each in both], told)
            logit = (logit + self._logit(words_of_both, both)) / 2
        confidence = logistic(logit - size_penalty(self.searched))
        if confidence < least:
            return Draft((), confidence, not_said(question), readings, threshold=least)
        best = max(range(len(read)), key=lambda at: (scores[at], -at))
        shown = _highlighted(read[best])
        most = most_statements(question, self._config)
        subject = subject_of(question, read[best].judged.passage.titled)
        # What is stated beside the best sentence speaks of what the question asks of.
        passages = {each.judged.passage.chunk.id: each.judged.passage for each in read}
        speaks = {name: subject.is_spoken_of(_whose(one)) for name, one in passages.items()}
        able = [
            at
            for at, each in enumerate(read)
            if at == best
            or (speaks[each.judged.passage.chunk.id] and not self._only_labelled(each, found.terms))
        ]
        places = best_places(
            [
                (scores[at], shown if at == best else read[at].judged.place, read[at].judged.text)
                for at in able
            ],
            most=most,
            articles=articles_heard(question, self._config),
            value=_value(question, shown, read[best]),
            spans={
                number: SURE_SHARE if read[at].reading.margin >= LEAST_MARGIN else UNSURE_SHARE
                for number, at in enumerate(able)
                if read[at].inside
            },
        )
        told_at = [
            (scores[at], each.passage.article.published, each.features.coverage)
            for at in able
            for each in [read[at].judged]
        ]
        claimed = self._claims(found, read, scores)
        claims = disagreeing(question, claimed)
        claims = claims[: most_statements(question, self._config, several=True)]
        if claims:
            places = _stated_first([claim.place for claim in claims], places, most)
        else:
            most_others = min(MOST_OTHER_ANSWERS, most - 1)
            others = other_answers(question, claimed, self.near, most=most_others)
            places = _with_last(places, [_shown(claim) for claim in others], most)
            if newest := newest_answer(question, claimed, self.near, others):
                places = _stated_first([_shown(newest)], places, most)
            elif (now := newest_sentence(question, able.index(best), told_at)) is not None:
                places = _stated_first([read[able[now]].judged.place], places, most)
            scored = [(scores[at], read[at].judged.place) for at in able]
            places = with_new(places, scored, beside)
        without = left_out(found.passages, [each.judged for each in read], scores, places)
        return Draft(places, confidence, "", readings, claims, least, without)

    def _only_labelled(self, each: Read, terms: Sequence[str]) -> bool:
        """Return whether a line holds nothing of a question but its label: "INGRID: Four, and ..."

        In a transcript that tells who speaks, and no more than that is asked for.
        """
        article, place = each.judged.passage.article, each.judged.place
        lead = self._plain.leads(article.id).get(place.start)
        label = label_of(article.text[place.start : place.end])
        own = set(terms) & set(tokenise(label))
        if lead is None or lead.asks is None or not own or own == set(terms):
            return False
        above = " ".join(article.text[slice(*span)] for span in lead.above)
        said = article.text[place.start + len(label) : place.end]
        return set(tokenise(f"{above} {said}")).isdisjoint(set(terms) - own)

    def read(self, question: str, found: Retrieved) -> list[Read]:
        """Return the sentences of the passages as both judged them, in the order of `found`."""
        words = asked_words(question, self._plain.idf(found))
        return self._read(question, found, self._pages(question, found.passages), words)

    def claims(self, question: str, found: Retrieved) -> list[Claim]:
        """Return what each sentence with the best span of its passage claims."""
        read = self.read(question, found)
        return self._claims(found, read, [each.score for each in read])

    def near(self, claim: Claim) -> float:
        """Return how alike the passage of a claim and those nearest to it are: a mean cosine."""
        return self._plain.near(claim.about)

    def readings(self, question: str, passages: Sequence[Passage]) -> dict[str, float]:
        """Return the reader's log-odds of each passage, by chunk id; none where it read nothing."""
        return _logits(self._pages(question, passages))

    def borne_out(self, claim: str, sentences: Sequence[str]) -> float:
        """Return the reader's log-odds that sentences, read together, bear out a claim."""
        return borne_out(self._reader, claim, sentences)

    def _logit(self, words: Sequence[Word], read: Sequence[Read]) -> float:
        """Return the log-odds that the question is answered, whatever the number of passages."""
        logit = weigh(answer_features(read, self.searched), ANSWER_WEIGHTS, ANSWER_CONSTANT)
        best = max(read, key=lambda each: each.score)
        logit += ROW_ANSWER_WEIGHT * best.named
        # The measure that is asked for may stand in what would be stated beside the best.
        near = (each for each in read if each.score >= UNSURE_SHARE * best.score)
        logit += MEASURE_WEIGHT / 2 * (best.unmeasured + all(each.unmeasured for each in near))
        if not best.terse:
            return logit
        told, passage = _told(best.judged), best.judged.passage.titled
        like = likeness(words, told, passage, self._plain.vectors)
        return logit + best.terse * (MET_WEIGHT * (like - 1) + MET_CONSTANT)

    def _claims(
        self, found: Retrieved, read: Sequence[Read], scores: Sequence[float]
    ) -> list[Claim]:
        """Return what each sentence with a passage's best span claims."""
        about = _passage_vectors(read)
        able = [
            (each, score, place, _words_of(each, place.highlight))
            for each, score in zip(read, scores, strict=True)
            if (place := _with_span(each)) is not None and place.highlight is not None
        ]
        meanings = self._plain.vectors([value for *_, value in able]) if able else ()
        told = self._plain.coverage(found, [each.judged.passage for each, *_ in able])
        return [
            Claim(
                value=value,
                place=place,
                sentence=each.judged.text,
                passage=each.judged.passage.titled,
                published=each.judged.passage.article.published,
                score=score,
                margin=each.reading.margin,
                coverage=each.judged.features.coverage,
                cosine=each.judged.features.cosine,
                told=share,
                vector=each.judged.vector,
                about=about[each.judged.passage.chunk.id],
                meaning=meaning,
            )
            for (each, score, place, value), meaning, share in zip(
                able, meanings, told, strict=True
            )
        ]

    def _pages(self, question: str, passages: Sequence[Passage]) -> dict[str, _Page]:
        """Return what the reader says of each passage, by chunk id."""
        spans = [_within(passage, self._plain.sentences(passage)) for passage in passages]
        read = [
            readable(passage, within, self._plain.leads(passage.article.id))
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
        self, question: str, found: Retrieved, pages: Mapping[str, _Page], words: Sequence[Word]
    ) -> list[Read]:
        result = []
        lacks = dict(zip(pages, mismatches(question, found.passages), strict=True))
        english, measure = question_language(question) == "en", measure_asked(question)
        terse = {
            passage.article.id: terseness(passage.article) if english else 0.0
            for passage in found.passages
        }
        for each in self._plain.judge(question, found):
            article = each.passage.article
            lead = self._plain.leads(article.id).get(each.place.start, NO_LEAD)
            row = article.text[each.place.start : each.place.end] if lead.columns else ""
            named = bool(row) and (
                is_row_of(found.terms, row, article.language)
                or is_measure_of(found.terms, columns(article.text, lead), row, article.language)
            )
            reading, within = pages[each.passage.chunk.id]
            offset = each.passage.chunk.start
            span = (each.place.start - offset, each.place.end - offset)
            inside = reading.span is not None and span[0] <= reading.span[0] < span[1]
            sentence = reading.sentences[within.index(span)]
            missing = lacks[each.passage.chunk.id]
            little_prose = terse[each.place.article_id]
            met = share_met(words, _told(each)) if little_prose else 1.0
            unmeasured = measure is not None and not measure.is_told(_told(each))
            result.append(
                Read(each, reading, sentence, inside, missing, little_prose, met, named, unmeasured)
            )
        return result


def _told(judged: Judged) -> str:
    """Return a sentence with its article's title and all that it stands below."""
    article, start = judged.passage.article, judged.place.start
    heads = [article.text[head.start : head.end] for head in article.headings_above(start)]
    return "\n".join([article.title, *heads, judged.understood])


def _whose(passage: Passage) -> str:
    """Return a passage with its title and headings, and the name of whoever says "I" in it."""
    who = who_says_i(passage.article, passage.chunk.start, passage.chunk.end)
    return f"{who}\n{passage.titled}".strip()


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


def answer_features(read: Sequence[Read], searched: int) -> tuple[float, ...]:
    """Return what tells whether the question is answered, in the order of ANSWER_WEIGHTS.

    `searched` is how many passages were.
    """
    best = max(read, key=lambda each: each.score)
    likeliest = max(_bounded(each.reading.logit) for each in read)
    signals = answer_logit([each.judged for each in read])
    return (
        signals,
        signals * size_share(searched) ** 2,
        (likeliest + _bounded(best.reading.logit)) / 2,
        best.lacks.names,
        float(best.lacks.time),
    )


def size_share(passages: int) -> float:
    """Return where a number of passages lies between those of SIZES, 0 to 1, by its logarithm.

    >>> size_share(62), round(size_share(10_000), 2), size_share(1_000_000)
    (0.0, 0.74, 1.0)
    """
    low, high = SIZES
    return math.log(min(max(passages, low), high) / low) / math.log(high / low)


def size_penalty(passages: int) -> float:
    """Return what is taken off an answer's log-odds where so many passages were searched.

    >>> size_penalty(62), round(size_penalty(10_000), 2), round(size_penalty(1_000_000), 2)
    (0.0, 2.02, 2.73)
    """
    return SIZE_WEIGHT * size_share(passages)


def _logits(pages: Mapping[str, _Page]) -> dict[str, float]:
    return {
        name: reading.logit for name, (reading, _) in pages.items() if math.isfinite(reading.logit)
    }


def _within(passage: Passage, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    offset = passage.chunk.start
    return [(start - offset, end - offset) for start, end in spans]


def _with_span(each: Read) -> Place | None:
    """Return the sentence's place with the reader's span as its highlight, None if it has none."""
    place, offset = each.judged.place, each.judged.passage.chunk.start
    span = each.reading.span
    if span is None or not each.inside:
        return None
    return replace(place, highlight=(span[0] + offset, min(span[1] + offset, place.end)))


def _highlighted(each: Read) -> Place:
    """Return the sentence's place, with its highlight where the reader is sure enough of it."""
    place = _with_span(each)
    return each.judged.place if place is None or each.reading.margin < LEAST_MARGIN else place


def _value(question: str, shown: Place, best: Read) -> str:
    """Return the highlighted words of the best sentence, "" where the question holds them too."""
    if shown.highlight is None:
        return ""
    start, end = shown.highlight
    value = best.judged.passage.article.text[start:end]
    return "" if holds_words(question, value) else value


def _stated_first(stated: Sequence[Place], places: Sequence[Place], most: int) -> tuple[Place, ...]:
    """Return all of `stated`, and others of `places` up to `most` in all."""
    known = {(place.article_id, place.start) for place in stated}
    others = [place for place in places if (place.article_id, place.start) not in known]
    return (*stated, *others[: max(0, most - len(stated))])


def _shown(claim: Claim) -> Place:
    """Return the claim's place, with its highlight where the reader is sure enough of it."""
    return claim.place if claim.margin >= LEAST_MARGIN else replace(claim.place, highlight=None)


def _with_last(places: Sequence[Place], last: Sequence[Place], most: int) -> tuple[Place, ...]:
    """Return `places` with all of `last` among them: where they are too many, for their last."""
    wanted = {(place.article_id, place.start): place for place in last}
    kept = [(place.article_id, place.start) for place in places]
    spare = [at for at in range(len(places) - 1, 0, -1) if kept[at] not in wanted]
    new = [place for at, place in wanted.items() if at not in kept]
    gone = set(spare[: max(0, len(places) + len(new) - most)])
    held = [wanted.get(kept[at], place) for at, place in enumerate(places) if at not in gone]
    return (*held, *new[: max(0, most - len(held))])


def _words_of(each: Read, span: tuple[int, int]) -> str:
    return " ".join(each.judged.passage.article.text[slice(*span)].split())


def _passage_vectors(read: Sequence[Read]) -> dict[str, Vectors]:
    """Return the mean vector of each passage's sentences, (d,), unit length, by chunk id."""
    sums: dict[str, Vectors] = {}
    for each in read:
        name = each.judged.passage.chunk.id
        sums[name] = sums.get(name, 0) + each.judged.vector
    return {name: total / np.linalg.norm(total) for name, total in sums.items()}


def _bounded(logit: float) -> float:
    return max(-_BOUND, min(_BOUND, logit)) if not math.isnan(logit) else -_BOUND
