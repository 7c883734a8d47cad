"""Claims about a passage, as an assistant writes them: those that it bears out, and those not.

A claim is read in the place of the question, and "answerable" is then "borne out". Some were
written by hand over the pieces of rag/training/sources.py (`claims` of a piece); others are made
here of a question and its answer, or of a question and another question's answer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from rag.reading.declining import indirect
from rag.text import sentence_spans
from rag.training.examples import CLAIMS, Example
from rag.training.sources import WRITTEN, pieces

_ASKING = re.compile(
    r"^(?:in |at |by |to |for |of |on |from )?(what|which|who|whom|whose|when|where|why|how)\b"
    r"( (?:many|much|long|old|often|year|day|type|kind|percentage))?",
    re.I,
)
_NUMBER = re.compile(r"\d")
# What of a claim is altered: names (not the first word, which any word may be) and numbers.
_NAME = re.compile(r"(?<=[\w,;:'’\")] )[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*")
_FIGURE = re.compile(r"(?<![\w.,])\d[\d.,]*(?<![.,])(?!\w)")


def read_claims(data: Path, written: Path = WRITTEN) -> list[Example]:
    """Return the hand-written claims over the news and the pieces in `written`.

    A group is a piece, as it is for the questions: claims that `written` has over a piece of news
    are of that piece's group.

    Raises:
        QuestionSetError: a file cannot be read.
    """
    groups: dict[str, str] = {}
    found = []
    for folder in (data / "training", written):
        for name, line in pieces(folder):
            group = groups.setdefault(line["text"], name)
            sentences = tuple(sentence_spans(line["text"]))
            for number, claim in enumerate(line.get("claims", ())):
                found.append(
                    Example(
                        source=CLAIMS,
                        group=group,
                        id=f"{group}:claim:{number}",
                        question=claim["claim"],
                        passage=line["text"],
                        sentences=sentences,
                        answerable=claim["supported"],
                    )
                )
    return found


def by_passage(examples: Iterable[Example]) -> Mapping[str, Sequence[Example]]:
    """Return the answered questions of each passage."""
    found: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.answers and example.answerable:
            found[example.passage].append(example)
    return found


def made(
    example: Example, beside: Mapping[str, Sequence[Example]], random: Random
) -> Example | None:
    """Return a claim of a question, borne out or not; None where none can be made that reads well.

    A question that the passage answers gives a true one with its answer, or a false one with the
    answer of another question that begins alike; one that it doesn't answer gives a false one.
    """
    if not indirect(example.question):
        return None
    if example.answerable and example.answers and random.random() < 0.5:
        claim = stated(example.question, example.answers[0])
        return replace(example, source=CLAIMS, question=claim)
    others = [
        other.answers[0]
        for other in beside.get(example.passage, ())
        if _alike(example, other)
        and not any(same(other.answers[0], answer) for answer in example.answers)
        and not _stands_in(other.answers[0], example.question)
    ]
    if not others:
        return None
    unanswered = example.unanswered(example.passage, example.sentences)
    claim = stated(example.question, random.choice(others))
    return replace(unanswered, source=CLAIMS, question=claim)


def altered(claim: Example, random: Random) -> Example | None:
    """Return a true claim with one of its names or numbers changed for another of the passage.

    None where it has none that the passage has too, or the passage has no other.
    """
    changes = [
        (place, sorted(others))
        for form in (_NAME, _FIGURE)
        for place in form.finditer(claim.question)
        if place[0] in claim.passage
        and (
            others := {
                other
                for other in form.findall(claim.passage)
                if other.count(" ") == place[0].count(" ")
                and not same(other, place[0])
                and not _stands_in(other, claim.question)
            }
        )
    ]
    if not changes:
        return None
    place, values = random.choice(changes)
    text = claim.question[: place.start()] + random.choice(values) + claim.question[place.end() :]
    return replace(claim.unanswered(claim.passage, claim.sentences), question=text)


def stated(question: str, answer: str) -> str:
    """Return about what a question and its answer state.

    >>> stated("Who built the mill?", "Ada")
    'Ada built the mill.'
    """
    turned = indirect(question) or question.rstrip("? ")
    rest = _ASKING.sub("", turned, count=1).strip()
    subject = re.match(r"(?i)\s*(?:who|what|which)\b", turned)
    return f"{answer} {rest}." if subject else f"{rest} {answer}."


def _alike(left: Example, right: Example) -> bool:
    """Whether two questions ask with the same word, for a number both or neither."""
    first, second = _ASKING.match(left.question), _ASKING.match(right.question)
    if first and second and first[0].casefold() != second[0].casefold():
        return False
    if not left.answers:
        return bool(first and second)
    return bool(_NUMBER.search(left.answers[0])) == bool(_NUMBER.search(right.answers[0]))


def same(left: str, right: str) -> bool:
    """Whether one of two answers holds the other."""
    left, right = left.casefold(), right.casefold()
    return left in right or right in left


def _stands_in(answer: str, question: str) -> bool:
    return answer.casefold() in question.casefold()
