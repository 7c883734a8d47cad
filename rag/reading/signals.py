"""Sentences judged by the retriever's own two signals.

They are the cosine of a sentence's vector with the question's, and the share of the question's
terms that it holds, weighted by their idf; beside them, whether it holds a number, a date or a name
where the question asks for one. The weights are those of logistic regressions, fitted by
tests/benchmarks/fit_extract.py.

These signals tell what a sentence is about, not whether it says what is asked: they decline a
question that the articles have nothing to do with, and cannot tell a near miss.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.articles.first_person import says_only_who
from rag.cite import Place
from rag.datatypes import Passage
from rag.encoder import Vectors
from rag.odds import weigh
from rag.questions.asked import expected_kind
from rag.reading.antecedent import start_with_antecedent
from rag.reading.desk import Desk
from rag.reading.lead import NO_LEAD
from rag.retrieve import Retrieved
from rag.searching.subject import NamedSubject, said_by_another, subjects_named
from rag.words.terms import term_share

_ASKS_WHO = re.compile(r"\b(?:who|whose|whom|names?|authors?|byline|by)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of one sentence against one question; each is about 0 to 1."""

    cosine: float  # of the sentence's vector and the question's
    coverage: float  # idf-weighted share of the question's terms in the sentence
    expected: float  # 1 where the sentence holds the kind of thing that is asked for, else 0

    def vector(self) -> tuple[float, ...]:
        """The features in the order of the weights."""
        return (self.cosine, self.coverage, self.expected)


# Weights of Features.vector() and the constant of a logistic regression: does the sentence answer?
# Fitted on half of 312 pieces of news and of 700 questions of SQuAD 1.1; on the other halves the
# right sentence is first for 52% and 73%, among the first three for 71% and 90%.
SENTENCE_WEIGHTS = (4.6, 3.7, 0.9)
SENTENCE_CONSTANT = -6.7
# The same for the whole answer: (best cosine, best coverage) -> is it answered? Fitted on half of
# 700 questions of SQuAD 1.1, 1,000 of SQuAD 2.0 and CLAPNQ; on the other half AUC .64 and .94.
ANSWER_WEIGHTS = (6.6, 3.2)
ANSWER_CONSTANT = -5.8


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of a passage and what the retriever's signals say of it."""

    place: Place
    passage: Passage
    text: str
    features: Features
    vector: Vectors = field(compare=False, repr=False)  # of the text, (d,)
    understood: str = ""  # the text below what it stands below
    likelier: float = 0.0  # log-odds that its article adds, where a conversation is about that

    @property
    def named(self) -> bool:
        """Whether it is asked for by name, which these signals don't tell."""
        return False

    @property
    def logit(self) -> float:
        """The log-odds that the sentence answers."""
        return weigh(self.features.vector(), SENTENCE_WEIGHTS, SENTENCE_CONSTANT) + self.likelier


def judged(desk: Desk, question: str, found: Retrieved) -> list[Judged]:
    """Return the sentences of the passages, each once, with the best passage that holds it.

    Without those that only say who the author is, where that is not asked.
    """
    asks_who = _ASKS_WHO.search(question) is not None
    candidates: dict[tuple[str, int], tuple[Place, Passage]] = {}
    is_another_s = said_by_another(question, (passage.article for passage in found.passages))
    for passage in found.passages:
        for start, end in desk.sentences(passage):
            if is_another_s(passage.article, start, end):
                continue
            if not asks_who and says_only_who(passage.article, start, end):
                continue
            place = Place(passage.article.id, start, end)
            candidates.setdefault((place.article_id, start), (place, passage))
    kept = list(candidates.values())
    if not kept:
        return []
    texts = [passage.article.text[place.start : place.end] for place, passage in kept]
    vectors = desk.vectors(texts)
    whole = [_understood(desk, place, passage) for place, passage in kept]
    meant = vectors if whole == texts else desk.vectors(whole)
    features = _features(desk, question, found, kept, whole, meant)
    likelier = found.likelier.of if found.likelier else _as_likely
    return [
        Judged(
            place,
            passage,
            text,
            each,
            vector,
            understood,
            likelier(place.article_id, place.start, place.end),
        )
        for (place, passage), text, each, vector, understood in zip(
            kept, texts, features, vectors, whole, strict=True
        )
    ]


def _understood(desk: Desk, place: Place, passage: Passage) -> str:
    """Return a sentence's text below what it stands below, and that which it leans on."""
    text, spans = passage.article.text, desk.statements(place.article_id)
    at = bisect_left(spans, (place.start, place.end))
    lead = desk.leads(place.article_id).get(place.start, NO_LEAD)
    start = start_with_antecedent(text, spans, at)
    if lead.record and start < lead.record[0]:
        start = place.start
    above = [text[slice(*span)] for span in lead.above if span[1] <= start]
    return "\n".join([*above, text[start : place.end]])


def _features(
    desk: Desk,
    question: str,
    found: Retrieved,
    candidates: Sequence[tuple[Place, Passage]],
    texts: Sequence[str],
    vectors: Vectors,
) -> list[Features]:
    query, idf = desk.query(question, found), desk.idf(found.terms)
    kind = expected_kind(question)
    subjects = subjects_named(question, (passage.article for _, passage in candidates))
    of = [
        subject
        if (subject := subjects[place.article_id])
        and subject.is_of(passage.article, place.start, place.end)
        else None
        for place, passage in candidates
    ]
    told = [
        f"{subject.words}\n{text}" if subject else text
        for subject, text in zip(of, texts, strict=True)
    ]
    return [
        Features(
            cosine=float(cosine),
            coverage=term_share(idf, below, passage.article),
            expected=float(kind is None or bool(kind.search(text))),
        )
        for (_, passage), text, below, cosine in zip(
            candidates, texts, told, _cosines(desk, query, of, texts, vectors), strict=True
        )
    ]


def _cosines(
    desk: Desk,
    query: Vectors,
    of: Sequence[NamedSubject | None],
    texts: Sequence[str],
    vectors: Vectors,
) -> Vectors:
    """Return the cosine of each sentence with the question, (n,); `of` are their subjects.

    Of one with "I" it is the mean of that and the cosine with the question put to whoever says it.
    Of a person whom the article portrays it is the mean of that and the cosine with the question of
    "her", both of the sentence with "she" in the place of the name: that all of it is of her tells
    nothing of one sentence.
    """
    cosines = vectors @ query
    people = [at for at, one in enumerate(of) if one and (one.says_i or one.name)]
    asked = list(dict.fromkeys(one.to_them for at in people if (one := of[at])))
    put = dict(zip(asked, desk.vectors(asked), strict=True)) if asked else {}
    for at in people:
        subject, vector = of[at], vectors[at]
        if subject is None:
            continue
        unnamed = subject.unnamed(texts[at])
        if unnamed != texts[at]:
            vector = desk.vectors([unnamed])[0]
        cosines[at] = (vector @ query + vector @ put[subject.to_them]) / 2
    return cosines


def _as_likely(article_id: str, start: int, end: int) -> float:
    return 0.0


def answer_features(features: Sequence[Features]) -> tuple[float, ...]:
    """Return the best of each signal over the sentences, in the order of ANSWER_WEIGHTS."""
    return (
        max(each.cosine for each in features),
        max(each.coverage for each in features),
    )


def answer_logit(sentences: Sequence[Judged]) -> float:
    """Return the log-odds that the best of the sentences answer the question."""
    features = answer_features([each.features for each in sentences])
    return weigh(features, ANSWER_WEIGHTS, ANSWER_CONSTANT)
