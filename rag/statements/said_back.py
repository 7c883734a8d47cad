"""A statement that only says a message back: behind one that says more, or with the next.

    "the pump rattles"   "The pump rattles."   tells nothing: it is stated with what follows it

What answers yes or no says the question back, and is left as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import replace

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article
from rag.questions.asked import asks_for_judgement
from rag.reader.features import says_nothing
from rag.reading.antecedent import MOST_CHARS, holds
from rag.statements.led import Leads
from rag.text import tokenise

# Who asks, or says so, without a name: what is said of it stands in the sentence after.
_SOME = "several|some|many|most|other|a few|lots|a lot|one|two|three"
_ANYBODY = (
    rf"(?:(?:{_SOME}) of you|(?:(?:{_SOME})(?: of)? )?(?:people|readers|folks?|friends)|you|"
    r"everyone|everybody|somebody|someone|some|many)"
)
_LEAVES_OPEN = tuple(
    re.compile(rf"[\W_]*{pattern}", re.IGNORECASE)
    for pattern in (
        # "Some of you have asked whether it freezes."
        rf"{_ANYBODY}(?: (?:have|had|has|often|always|still|keep|kept))*"
        r" (?:asks?|asked|asking|wonders?|wondered|wondering)\b",
        # "People say that it is dear."
        rf"{_ANYBODY}(?: (?:often|always|still|will|may|might))*"
        r" (?:says?|tells? (?:you|me|us)|thinks?|believes?|claims?|argues?|supposes?|assumes?)\b",
        # "I don't believe that it is the frost that kills them."
        r"(?:I|We) (?:(?:don['’]t|do not|didn['’]t|did not|can['’]t|cannot|never) (?:\w+ )?"
        r"(?:believe|believed|think|thought|accept|accepted|agree|agreed)|doubt(?:ed)?)\b",
    )
)

_WORD = re.compile(r"\d+(?:[.:]\d+)*|[^\W_]+")

# "Several of you have asked what I think of the tram.", as it goes on.
_ASKED_OF_ME = re.compile(
    r"[^.?!]{0,60}?\b(?:asks?|asked|asking|wonders?|wondered|(?:want|wanted|wants|like) to know)\b"
    r"[^.?!]{0,30}?\b(?:what|how|why|whether|if|who|where|when|which)\b",
    re.IGNORECASE,
)


def saying_more(
    draft: Draft, question: str, articles: Mapping[str, Article], leads: Leads
) -> Draft:
    """Return the draft with its first place saying more than `question` does, where one of it can.

    `articles` are those of the places, by id, `leads` gives those of an article's statements. What
    opens a list is stated before it whatever it says.
    """
    places = draft.places
    if not places or draft.differing or draft.by_date or asks_for_judgement(question):
        return draft
    said = terms_said(question)
    if not _says_back(places[0], said, articles) or _opens_list(places[0], leads):
        return draft
    more = next((at for at, one in enumerate(places) if not _says_back(one, said, articles)), None)
    if more is not None and not _opens_list(places[more], leads):
        rest = (place for at, place in enumerate(places) if at != more)
        return replace(draft, places=(places[more], *rest))
    return replace(draft, places=(_with_next(places[0], articles), *places[1:]))


def terms_said(text: str, language: str = "en") -> set[str]:
    """Return the terms of a text's words that say something."""
    return {term for word in words_said(text) for term in tokenise(word, language)}


def words_said(text: str) -> list[str]:
    """Return the words and the numbers of a text that say something, in order.

    >>> words_said("The pump of 4.1 bar rattles")
    ['pump', '4.1', 'bar', 'rattles']
    """
    return [word for word in _WORD.findall(text) if not says_nothing(word)]


def with_replies(draft: Draft, articles: Mapping[str, Article], leads: Leads) -> Draft:
    """Return the draft with each question that a text puts stated with the sentence after it.

    "Do I support a ban? I do, mildly." So is what only reports what is asked or thought, and what
    only says what its author does not think. What opens a list is stated with that.
    """
    if draft.differing or draft.by_date:
        return draft
    places = [_with_reply(place, articles[place.article_id], leads) for place in draft.places]
    # What is stated with a question before it is not stated again.
    stated = [
        place
        for at, place in enumerate(places)
        if not any(
            holds(other, place) and not holds(place, other)
            for other in places[:at] + places[at + 1 :]
        )
    ]
    return draft if tuple(stated) == draft.places else replace(draft, places=tuple(stated))


def _says_back(place: Place, said: set[str], articles: Mapping[str, Article]) -> bool:
    text = articles[place.article_id].text[place.start : place.end]
    if asks := _ASKED_OF_ME.match(text):
        text = text[asks.end() :]
    terms = terms_said(text)
    return bool(terms) and terms <= said


def _with_reply(place: Place, article: Article, leads: Leads) -> Place:
    text = article.text[place.start : place.end]
    opens = _opens_list(place, leads)
    if text.endswith("?"):
        return place if opens else _with_next(place, {article.id: article})
    if opens or not leaves_open(text):
        return place
    whole = _with_next(place, {article.id: article})
    after = article.text[place.end : whole.end]
    between = after[: len(after) - len(after.lstrip())]
    return place if between.count("\n") > 1 else whole  # another paragraph


def leaves_open(sentence: str) -> bool:
    """Return whether a sentence tells what is asked or thought, and not what is so.

    >>> leaves_open("Some of you have asked whether it freezes."), leaves_open("It freezes.")
    (True, False)
    """
    return any(pattern.match(sentence) for pattern in _LEAVES_OPEN)


def _opens_list(place: Place, leads: Leads) -> bool:
    span = (place.start, place.end)
    return any(lead.is_opened_by(span) for lead in leads(place.article_id).values())


def _with_next(place: Place, articles: Mapping[str, Article]) -> Place:
    """Return a place with the statement right after it, where nothing but space lies between."""
    article = articles[place.article_id]
    spans = statement_spans(article)
    at = bisect_left(spans, (place.end, place.end))
    if at == len(spans) or article.text[place.end : spans[at][0]].strip():
        return place
    end = spans[at][1]
    return replace(place, end=end) if end - place.start <= MOST_CHARS else place
