"""A sentence that cannot be understood alone is stated with the one beside it.

    "It allows outside programmers to ..."         -> with the sentence before it: what is "it"?
    "The company gives away 50 million"            -> which one?
    "Bella Liu of Orby AI told the paper:"         -> with the sentence after it: what did she say?
    "Their plans didn't.", "I don't accept that."  -> with what they say it of, as far as it takes
    "They say that it is like a tax."              -> with "I don't accept that.", right after it
    "The plumber, who lost his seat, is mayor."    -> with "Bo Lind was happy.", right before it

Only within one of the passages that were found, and not across a heading. English pronouns.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from rag.answerer import Draft
from rag.cite import Place
from rag.conversation.called import people_in
from rag.datatypes import Article, Passage
from rag.words.phrases import names

MOST_CHARS = 600  # of both sentences: a longer statement is worse to read than one that leans

_COMPANY = "company|firm|start-?up|group|airline|carmaker|retailer|chain"
_LEANS_BACK = re.compile(
    r"[\"'“‘(\[]*(?:It|They|He|She|This|That|These|Those|Its|Their|His|Hers?|Theirs|Such|Both|"
    r"The latter|The former|In (?:his|her|their) (?:view|opinion|eyes|words)|"
    rf"The (?:{_COMPANY})|(?:Among|Of|"
    r"One of|Some of|Most of|Many of|Each of|Both of) (?:them|these|those)"
    r"(?!\s+(?:who|whom|whose|that|which|in|of|at|with|from)\b)|That is)\b",
)
# "It is estimated that", "It's likely that", "This week", "That day": these stand alone.
_STANDS_ALONE = re.compile(
    r"[\"'“‘(\[]*(?:It(?:['’]s|\s+(?:is|was|has been|remains|seems|appears|takes|took))\s+"
    r"(?:\w+\s+)?"
    r"(?:that|to|whether|estimated|expected|believed|reported|said|thought|hoped|feared)\b"
    r"|This\s+(?:week|month|year|morning|evening|summer|winter|spring|autumn|time)\b"
    r"|(?:That|Those)\s+who\b|His\s+(?:Majesty|Holiness)|Her\s+Majesty)",
)
# "The plumber, who has lost his seat, is mayor": who that is tells the name before it.
_WHO_IS = re.compile(r"The (?:[a-z-]+ ){0,2}[a-z-]+, who\b")
# "She follows Jan Holt", as a paragraph opens: another one may end with something else.
_OF_ONE = re.compile(r"[\"'“‘(\[]*(?:He|She|His|Hers?)\b")
_AUXILIARY = (
    r"(?:(?:do|does|did|is|are|was|were|has|have|had|could|would|should|must|might)(?:n['’]t| not)?"
    r"|am|can(?:['’]t|not| not)?|will|won['’]t|will not)"
)
# What a short sentence ends in that leaves out what it says: "Most do.", "I don't think so."
_LEAVES_OUT = re.compile(
    rf"\b{_AUXILIARY}(?:,? (?:too|either|now|yet))?[\W_]*\Z|\b(?:that|this|these|those|so)[\W_]*\Z"
)
_TELLS_IT = re.compile(r"\b(?:what|who|whom|where|how|when|which|why|as|than|if|because)\b")
_ANSWERS = re.compile(rf"\W*(?:Nor|Neither|So) {_AUXILIARY}\b")  # "Nor did the others."
# "I've two.", "She kept none.": of what? "She is six." is an age.
_SO_MANY = re.compile(
    r"[\W_]*(?:I|We|You|He|She|They)(?:['’]ve)?(?! (?:am|is|are|was|were|turned)\b)(?: [a-z]+){0,2}"
    r" (?:one|two|three|four|five|six|none|both|several|some|many)[\W_]*\Z"
)
# Whom somebody meets whom no name can mean but one before: "I've called him Jonas."
_OF_SOMEBODY = re.compile(r"[\W_]*(?:I|We|You)(?:['’]\w+)?(?: [a-z'’]+){1,4} (?:him|her|them)\b")
# What takes back what was said before it: "I don't accept that."
_DENIES = re.compile(
    r"[\W_]*(?:I|We)\b.*\b(?:\w+n['’]t|not|never|doubt|reject|disagree|deny|dispute)\b.*"
)
# "The company", as a paragraph opens: which one tells what names an organisation, not a speaker.
_OF_COMPANY = re.compile(rf"[\"'“‘(\[]*The (?:{_COMPANY})\b")
_SHORT = 8  # words
_MOST_BEFORE = 3  # sentences that are stated before one that leans
_LEANS_ON = re.compile(r":\s*\Z")

Sentences = Callable[[Passage], Sequence[tuple[int, int]]]


def with_antecedents(draft: Draft, passages: Sequence[Passage], sentences: Sentences) -> Draft:
    """Return the draft with each place that leans on a sentence beside it widened over both.

    A sentence is not stated twice: the place of one that is stated before grows by what leans on
    it, and one that comes later is left out there. Claims that differ stay apart. `sentences` gives
    the (start, end) in the article of the statements of a passage, in order.
    """
    claimed = {claim.place for claim in draft.differing}
    follows = {(place.article_id, place.start) for place in draft.places}
    stated: list[Place] = []
    changed: dict[Place, Place] = {}
    for place in draft.places:
        if any(holds(other, place) for other in stated):
            continue
        whole = _widened(place, passages, sentences, follows)
        beside = [other for other in stated if overlap(whole, other)]
        if place in claimed:
            if beside or any(overlap(whole, other) for other in claimed if other != place):
                whole = place
            changed[place] = whole
        elif beside and beside[0] not in changed.values():
            one = beside[0]
            both = replace(one, start=min(one.start, whole.start), end=max(one.end, whole.end))
            if len(beside) == 1 and both.end - both.start <= MOST_CHARS:
                stated[stated.index(one)] = both
                continue
            whole = place
        elif beside or any(overlap(whole, other) for other in claimed):
            whole = place
        stated.append(whole)
    if not claimed:
        stated = _able_first(stated, passages)
    claims = tuple(
        replace(claim, place=changed.get(claim.place, claim.place)) for claim in draft.differing
    )
    return replace(draft, places=tuple(stated), differing=claims)


def _able_first(stated: list[Place], passages: Sequence[Passage]) -> list[Place]:
    """Return the places, the first that says what it says before one that leaves that out."""
    texts = {passage.article.id: passage.article.text for passage in passages}

    def is_able(place: Place) -> bool:
        text = texts.get(place.article_id, "")
        return not is_elliptic(text[place.start : place.end])

    able = next((place for place in stated if is_able(place)), None)
    if able is None:
        return stated
    return [able, *(place for place in stated if place is not able)]


def _widened(
    place: Place,
    passages: Sequence[Passage],
    sentences: Sentences,
    stated: Collection[tuple[str, int]],
) -> Place:
    """Return a place with the sentence that it leans on; an item that is `stated` stands alone."""
    for passage in passages:
        if passage.article.id != place.article_id:
            continue
        spans = sentences(passage)
        at = bisect_right(spans, (place.start, place.end)) - 1
        if at < 0 or spans[at] != (place.start, place.end):
            continue
        text, end = passage.article.text, place.end
        start = start_with_antecedent(text, spans, at)
        if (
            _LEANS_ON.search(text[place.start : place.end])
            and at + 1 < len(spans)
            and _beside(text, spans[at], spans[at + 1])
            and not (
                (place.article_id, spans[at + 1][0]) in stated
                and passage.article.is_item(spans[at + 1][0])
            )
        ):
            end = spans[at + 1][1]
        elif at + 1 < len(spans) and _beside(text, spans[at], spans[at + 1]):
            after = text[slice(*spans[at + 1])]
            end = spans[at + 1][1] if is_elliptic(after) and _DENIES.match(after) else end
        if end - start <= MOST_CHARS and (start, end) != spans[at]:
            return replace(place, start=start, end=end)
    return place


def start_with_antecedent(text: str, spans: Sequence[tuple[int, int]], at: int) -> int:
    """Return where a sentence of `spans` starts, or the one before it where it leans on that.

    Where that one leaves out what it says, the one before it too, as far as they are not long.
    """
    start, end = spans[at]
    leans = leans_back(text[start:end])
    opens_paragraph = "\n" in text[spans[at - 1][1] : start]
    of_person = opens_paragraph and _OF_ONE.match(text[start:end])
    if at and (of_person or _WHO_IS.match(text[start:end])):
        leans = bool(people_in(text[slice(*spans[at - 1])]))
    if at and opens_paragraph and _OF_COMPANY.match(text[start:end]):
        leans = _names_a_body(text[slice(*spans[at - 1])])
    for before in range(at - 1, max(-1, at - 1 - _MOST_BEFORE), -1):
        is_beside = _beside(text, spans[before], spans[before + 1])
        if not leans or not is_beside or _opens_another(text, spans, before + 1):
            break
        if start < spans[at][0] and end - spans[before][0] > MOST_CHARS:
            break
        start = spans[before][0]
        leans = is_elliptic(text[slice(*spans[before])])
    return start


def place_from(
    article: Article,
    spans: Sequence[tuple[int, int]],
    first: int,
    last: int,
    shown: str = "",
    *,
    told: int | None = None,
) -> Place:
    """Return the sentences of `spans` from `first` to `last`, with what they lean on.

    Where that is too long it is only the one in which what is `shown` is `told`, which is the last
    one where it is not said.
    """
    (_, end), text = spans[last], article.text
    start = start_with_antecedent(text, spans, first)
    if end - start > MOST_CHARS:
        alone = last if told is None else told
        start, end = start_with_antecedent(text, spans, alone), spans[alone][1]
    low, high = (start, end) if told is None else spans[told]
    at = text.rfind(shown, low, high) if shown else -1
    return Place(article.id, start, end, (at, at + len(shown)) if at >= 0 else None)


def _names_a_body(sentence: str) -> bool:
    """Return whether a sentence names something that is no person."""
    people = {word for person in people_in(sentence) for word in person.split()}
    called = (sentence[start:end].split() for start, end in names(sentence))
    return any(word not in people for words in called for word in words)


def _opens_another(text: str, spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Return whether a sentence opens a paragraph behind one of several sentences.

    "It" is then what that paragraph was about, and not what its last sentence tells.
    """
    if at < 2 or "\n" not in text[spans[at - 1][1] : spans[at][0]]:
        return False
    return "\n" not in text[spans[at - 2][1] : spans[at - 1][0]]


def leans_back(sentence: str) -> bool:
    """Return whether a sentence cannot be understood without the one before it."""
    begins_so = bool(_LEANS_BACK.match(sentence)) and not _STANDS_ALONE.match(sentence)
    return begins_so or is_elliptic(sentence)


def is_elliptic(sentence: str) -> bool:
    """Return whether a short sentence leaves out what it says, or of whom.

    >>> is_elliptic("Most of the others didn't."), is_elliptic("That is what they are.")
    (True, False)
    """
    if _OF_SOMEBODY.match(sentence) or _SO_MANY.match(sentence):
        return True
    if len(sentence) > _SHORT * 15 or len(sentence.split()) > _SHORT or sentence.endswith("?"):
        return False
    leaves_out = _LEAVES_OUT.search(sentence) and not _TELLS_IT.search(sentence)
    return bool(leaves_out or _ANSWERS.match(sentence))


def _beside(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether nothing but space lies between the two: no heading, no caption."""
    return not text[one[1] : other[0]].strip()


def holds(one: Place, other: Place) -> bool:
    """Return whether a place holds all of another."""
    same = one.article_id == other.article_id
    return same and one.start <= other.start and other.end <= one.end


def overlap(one: Place, other: Place) -> bool:
    """Return whether two places have a character in common."""
    same = one.article_id == other.article_id
    return same and one.start < other.end and other.start < one.end
