"""Do the articles give different answers? Each is stated then, the newest first, none blended.

An article's answer is the span that the reader found in its best sentence. Two are told to differ
where both sentences answer the question about as well, their passages hold the same names of it,
and they resemble each other: "50 million" and "22 million" tokens are those of two companies, and
no disagreement, nor are the prices of two trees where each has an article titled after it; two
dates of one event are one. Where it is less sure (rag.changes.conflict), the other
one is stated beside, without a word on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from rag.changes.claim import (
    Claim,
    Subject,
    best_of_each,
    gives_value,
    subject_of,
    tell_of_two_things,
    told_by_both,
)
from rag.changes.conflict import conflict
from rag.changes.outdated import tells_of_change
from rag.changes.values import likeness, may_count_one_thing
from rag.datatypes import Differing, Statement
from rag.questions.asked import asks_for_now, asks_for_then, asks_openly, compares, wants_several
from rag.text import holds_words

# Chosen on 150 questions of SQuAD 1.1 and of invented news, with one true answer each, that the
# reader was not trained on: 3% of them are said to be answered differently by other paragraphs.
LEAST_SCORE = 0.3  # of the best sentence: how likely it answers
LEAST_OTHER = 0.15  # of another article's, and its share of the best one's
LEAST_MARGIN = -2.0  # of a span against "no answer here", in logits
LEAST_COVERAGE = 0.6  # of the question in another sentence, as a share of the best one's
MOST_COSINE_LESS = 0.2  # than the best sentence's with the question
LEAST_LIKENESS = 0.5  # the cosine of the two sentences
# How likely a conflict is whose other side is stated beside the best sentence, and where a further
# article gives the best one's value: what several tell of is an event, of which another may tell
# otherwise. Of questions with one answer every seventh gets a sentence more by it (by rules about
# words every second one did).
LEAST_BESIDE, LEAST_BESIDE_SEVERAL = 0.1, 0.01
LEAST_NEWER = 0.5  # of the best one's score: what may be stated before it for being newer
# How likely a conflict is whose newer side goes first, and its least share of the best one's score.
SURELY = ((0.7, 0.0), (0.25, 0.05))
# The same where its sentence tells of a change, and both are times of day, sums or the like.
SURELY_CHANGED = ((0.5, 0.01),)


def disagreeing(question: str, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return a claim for each of the different answers to `question`; none where there is but one.

    The newest first, then those of articles without a date, and equal ones by score. Of each
    article its best claim counts; of each answer the best claim speaks, in its newest article.
    """
    if wants_several(question) or compares(question) or asks_openly(question):
        return ()
    ranked = best_of_each(claims)
    if not ranked or ranked[0].score < LEAST_SCORE or not _is_sure(question, ranked[0]):
        return ()
    first = ranked[0]
    subject = subject_of(question, first.passage)
    answers: list[list[Claim]] = [[first]]
    for claim in ranked[1:]:
        same = _speaks_of_the_same(claim, first, subject)
        same = same and may_count_one_thing(claim.value, first.value)
        if same and _is_sure(question, claim) and not tell_of_two_things(question, first, claim):
            _join(answers, claim)
    if len(answers) == 1:
        return ()
    return tuple(sorted((_speaker(group) for group in answers), key=_newest_first))


def other_answers(
    question: str, claims: Sequence[Claim], near: Callable[[Claim], float], *, most: int
) -> tuple[Claim, ...]:
    """Return up to `most` claims of other articles than the best claim's, each with its own value.

    `near` tells how alike a claim's passage and those nearest to it are (rag.changes.conflict).

    It asks less than `disagreeing`, and so they are shown as statements among others, not told to
    differ: near-repeats of the question's own words would take every place otherwise.
    """
    if wants_several(question):
        return ()
    ranked = best_of_each(claims)
    if not ranked or not gives_value(question, ranked[0]):
        return ()
    found, subject = ranked[:1], subject_of(question, ranked[0].passage)
    able = [claim for claim in ranked[1:] if gives_value(question, claim)]
    alike = near(ranked[0]) if able else 0.0
    least = LEAST_BESIDE_SEVERAL if is_told_again(ranked) else LEAST_BESIDE
    for claim in able:
        if conflict(subject, ranked[0], claim, alike) >= least and all(
            likeness(claim.value, other.value) == "different" and not told_by_both(claim, other)
            for other in found
        ):
            found.append(claim)
    return tuple(found[1 : most + 1])


def newest_answer(
    question: str,
    claims: Sequence[Claim],
    near: Callable[[Claim], float],
    others: Sequence[Claim] = (),
) -> Claim | None:
    """Return the claim that is stated first for being newer than the best one's article.

    The newest of those that surely answer otherwise; else it is about as likely as the best one,
    and one of `others`, which give other values; where `question` asks how things stand now, of all
    with a value that speak of the question's names. None where the best one's article has no date,
    none of them is newer, or it is asked how things stood before. `near` is as in `other_answers`.
    """
    ranked = best_of_each(claims)
    first = next(iter(ranked), None)
    if first is None or first.published is None or asks_for_then(question):
        return None
    newer = [one for one in ranked if one.published is not None and one.published > first.published]
    if not newer:
        return None
    subject = subject_of(question, first.passage)
    alike = near(first)
    surely = [
        claim
        for claim in newer
        if _gives_another(question, claim, first)
        and subject.is_spoken_of(claim.passage)
        and _is_surely_of_it(
            conflict(subject, first, claim, alike),
            claim.score / first.score,
            SURELY + SURELY_CHANGED
            if tells_of_change(claim.sentence, claim.value, first.value)
            else SURELY,
        )
    ]
    if surely:
        return min(surely, key=_newest_first)
    if asks_for_now(question):
        able = [c for c in newer if _is_sure(question, c) and subject.is_spoken_of(c.passage)]
    else:
        able = [c for c in others if c.published is not None and c.published > first.published]
    likely = [claim for claim in able if claim.score >= LEAST_NEWER * first.score]
    return min(likely, key=_newest_first, default=None)


def _is_surely_of_it(likely: float, share: float, tiers: Sequence[tuple[float, float]]) -> bool:
    """Return whether so likely a conflict with such a share of the best score is taken for one."""
    return any(likely >= least and share >= least_share for least, least_share in tiers)


def _gives_another(question: str, claim: Claim, first: Claim) -> bool:
    """Return whether a claim gives another value than `first`, of the same kind."""
    return (
        gives_value(question, claim)
        and likeness(claim.value, first.value) == "different"
        and may_count_one_thing(claim.value, first.value)
    )


def newest_sentence(
    question: str, best: int, told: Sequence[tuple[float, date | None, float]]
) -> int | None:
    """Return which sentence comes first where `question` asks how things stand now, or None.

    `told` holds the score of each, the date of its article, and the share of the question's terms
    that it holds; `best` is the best one. The newest of those that are about as likely and hold
    about as much of the question, where it is newer than the best one.
    """
    score, published, coverage = told[best]
    if published is None or not asks_for_now(question):
        return None
    newer = [
        (when, likely, -at)
        for at, (likely, when, share) in enumerate(told)
        if when is not None and when > published and likely >= LEAST_NEWER * score
        if share >= LEAST_COVERAGE * coverage
    ]
    return -max(newer)[2] if newer else None


def in_words(statements: Sequence[Statement], claims: Sequence[Claim]) -> tuple[Differing, ...]:
    """Return the claims as an answer tells them, with the markers of their statements."""
    markers = {
        (citation.article_id, citation.start): citation.marker
        for statement in statements
        for citation in statement.citations
    }
    return tuple(
        Differing(claim.value, marker, claim.published)
        for claim in claims
        if (marker := markers.get((claim.place.article_id, claim.place.start))) is not None
    )


def told(differing: Sequence[Differing]) -> str:
    """Return the line that tells of different answers, "" where there are none.

    >>> from datetime import date
    >>> told([Differing("18%", 1, date(2024, 7, 9)), Differing("5%", 2)])
    'The articles give different answers: “18%” [1] (2024-07-09), “5%” [2] (no date).'
    """
    if len(differing) < 2:
        return ""
    dates = {each.published for each in differing if each.published}
    parts = []
    for each in differing:
        when = each.published.isoformat() if each.published else "no date"
        if each.published and len(dates) > 1:
            newest = ", newer" if len(dates) == 2 else ", newest of these"
            when += newest if each.published == max(dates) else ", older"
        parts.append(f"“{each.value}” [{each.marker}] ({when})")
    return f"The articles give different answers: {', '.join(parts)}."


def is_told_again(ranked: Sequence[Claim]) -> bool:
    """Return whether a further claim, which is another article's, says what the first one does."""
    first, *others = ranked
    return any(
        likeness(first.value, other.value) == "same" or holds_words(other.sentence, first.value)
        for other in others
    )


def _is_sure(question: str, claim: Claim) -> bool:
    return gives_value(question, claim) and claim.margin >= LEAST_MARGIN


def _speaks_of_the_same(claim: Claim, first: Claim, subject: Subject) -> bool:
    return (
        claim.score >= max(LEAST_OTHER, LEAST_OTHER * first.score)
        and claim.coverage >= LEAST_COVERAGE * first.coverage
        and claim.cosine >= first.cosine - MOST_COSINE_LESS
        and float(claim.vector @ first.vector) >= LEAST_LIKENESS
        and subject.names_in(claim.passage) == 1
    )


def _join(answers: list[list[Claim]], claim: Claim) -> None:
    """Put the claim to the answer that it repeats, or beside the answers that it differs from."""
    alike = [{likeness(claim.value, other.value) for other in group} for group in answers]
    for group, found in zip(answers, alike, strict=True):
        if "same" in found:
            group.append(claim)
            return
    by_both = any(told_by_both(claim, other) for group in answers for other in group)
    if not by_both and all(found == {"different"} for found in alike):
        answers.append([claim])


def _speaker(group: Sequence[Claim]) -> Claim:
    """Return the claim that states an answer: of its newest article, the best one."""
    return min(group, key=_newest_first)


def _newest_first(claim: Claim) -> tuple[bool, int, float]:
    published = claim.published
    return published is None, -(published.toordinal() if published else 0), -claim.score
