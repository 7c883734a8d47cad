"""Observations judged against their questions: the marks of every question. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.datatypes import Article
from rag.evaluate import answers, citations
from rag.evaluate.observe import Observation, Part
from rag.evaluate.places import (
    LONG_ANSWER_WORDS,
    citation_targets,
    retrieval_targets,
    right_articles,
)
from rag.evaluate.questions import Question
from rag.evaluate.ranking import (
    Ranking,
    context_precision,
    context_recall,
    leg_ranks,
    measure,
    rank_units,
    right_places,
)

LONG_ANSWER_RECALL = 0.5


@dataclass(frozen=True, slots=True)
class Record:
    """A question, what was seen of it, and its marks.

    `marks` holds, by metric, the values that a mean is taken over; a metric that does not apply is
    not in it. `is_right` is None where the set does not say what is right. `leg_ranks` is the best
    rank, per leg, of a passage that meets the evidence. `right_markers` are those of the citations
    that meet it, `right_places` the places, from 1, of the passages that do: in `seen.ranked`, or
    in `seen.context` where that is empty.
    """

    question: Question
    seen: Observation
    marks: Mapping[str, float]
    is_right: bool | None
    ranking: Ranking
    leg_ranks: Mapping[str, int | None]
    right_markers: tuple[int, ...] = ()
    right_places: tuple[int, ...] = ()


def judge(
    questions: Sequence[Question],
    observations: Mapping[str, Observation],
    articles: Mapping[str, Article],
    *,
    part: Part,
) -> tuple[Record, ...]:
    """The record of every question, in the order of the questions."""
    targets = {
        q.id: () if is_talk(q, observations[q.id]) else retrieval_targets(q, articles)
        for q in questions
    }
    rankings: dict[str, Ranking] = {}
    for question in questions:
        seen = observations[question.id]
        passages = seen.ranked if part != "answers" else seen.context
        rankings[question.id] = rank_units(passages, targets[question.id], articles)
    measured = measure(rankings) if part != "answers" else {}
    records = []
    for question in questions:
        seen = observations[question.id]
        aims = targets[question.id]
        marks = dict(measured.get(question.id, {}))
        if part == "retrieval":
            is_right = marks["hit@5"] > 0 if marks else None
        else:
            if aims:
                marks["context_precision"] = context_precision(seen.context, aims, articles)
                marks["context_recall"] = context_recall(seen.context, aims, articles)
            marks |= answer_marks(question, seen)
            marks |= citation_marks(question, seen, articles)
            is_right = right(question, seen, marks)
            if is_right is not None:
                marks["right"] = float(is_right)
        passages = seen.ranked or seen.context
        records.append(
            Record(
                question=question,
                seen=seen,
                marks=marks,
                is_right=is_right,
                ranking=rankings[question.id],
                leg_ranks=leg_ranks(passages, aims, articles),
                right_markers=citations.right_markers(
                    seen.citations, citation_targets(question, articles), articles
                ),
                right_places=right_places(passages, aims, articles),
            )
        )
    return tuple(records)


def is_talk(question: Question, seen: Observation) -> bool:
    """Whether nothing was to be found for a question: it was small talk, or about the collection.

    So it is where the set names no place or article, and the answer was given without a passage.
    """
    names_a_place = bool(question.evidence or question.relevant)
    found = bool(seen.context or seen.citations)
    return seen.outcome == "answered" and not found and not names_a_place


def answer_marks(question: Question, seen: Observation) -> dict[str, float]:
    """The marks of the answer's words. A declined answer has 0 where the articles do answer."""
    marks: dict[str, float] = {}
    answered = seen.outcome == "answered"
    if answered:
        marks["words"] = float(answers.word_count(seen.text))
    if not question.answerable:
        marks["em_all"] = marks["f1_all"] = float(not answered)
        return marks
    if question.answers:
        said, short = seen.text, seen.short
        marks["em"] = answers.exact(short, question.answers) if answered else 0.0
        marks["f1"] = answers.f1(short, question.answers) if answered else 0.0
        marks["contains"] = answers.contains_any(said, question.answers) if answered else 0.0
        marks["rouge_l"] = answers.rouge_l(said, question.answers) if answered else 0.0
        marks["em_all"], marks["f1_all"] = marks["em"], marks["f1"]
    if question.all_of:
        marks["all_of"] = answers.contains_share(seen.text, question.all_of) if answered else 0.0
    return marks


def citation_marks(
    question: Question, seen: Observation, articles: Mapping[str, Article]
) -> dict[str, float]:
    """The marks of the citations; see `citations` for which of them a declined answer has."""
    found: dict[str, float | None] = {
        "cited": citations.cited_share(seen.statements),
        "slices": citations.slice_share(seen.citations),
        "support": citations.supported_share(seen.statements),
    }
    cited = seen.citations
    targets = () if is_talk(question, seen) else citation_targets(question, articles)
    if targets:
        found["citation_precision"] = citations.citation_precision(cited, targets, articles)
        found["citation_recall"] = citations.citation_recall(cited, targets, articles)
    if question.answerable and (named := right_articles(question, articles)):
        found["right_article"] = citations.right_article_share(cited, named)
    return {name: value for name, value in found.items() if value is not None}


def right(question: Question, seen: Observation, marks: Mapping[str, float]) -> bool | None:
    """Whether the outcome is right; None where the set does not say.

    A question that the articles do not answer: declined. Otherwise answered, nothing named of what
    must not be, and the first of these that the question has: all of `all_of` named; one of
    `answers` contained; a citation that touches the evidence. Answers of more than 12 words stand
    nowhere word for word: of these, half the words in order will do, or such a citation.
    """
    answered = seen.outcome == "answered"
    if not question.answerable:
        return not answered
    if not answered:
        return False
    if answers.contains_any(seen.text, question.none_of):
        return False
    if question.all_of:
        return marks["all_of"] == 1
    if question.answers:
        long = [a for a in question.answers if len(a.split()) > LONG_ANSWER_WORDS]
        half_of_long = answers.rouge_l_recall(seen.text, long) >= LONG_ANSWER_RECALL
        cited = bool(long) and marks.get("citation_recall", 0) > 0
        return marks["contains"] == 1 or half_of_long or cited
    if "citation_recall" in marks:
        return marks["citation_recall"] > 0
    return None
