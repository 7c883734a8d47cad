"""The articles that the last answers cited: a question that names nothing is likelier of them.

    "How many otters were counted on the Ashe?", "Who led the survey?"

The second names no survey, and any article may tell of one; most who ask it mean the one that they
were just told of. All articles are searched for it all the same: what these ones say counts as
likelier by so much, and comes after what another one says far better.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from types import MappingProxyType

from rag.articles.catalogue import terms_of
from rag.chunk import statement_spans
from rag.cite import Place
from rag.conversation.leaning import asks_only_why, opened, words_of
from rag.conversation.turns import MOST_TURNS, told_in_turns
from rag.datatypes import Article, Message
from rag.questions.asked import telling_query_terms
from rag.retrieve import HybridRetriever, Retrieved
from rag.searching.subject import portrayed
from rag.store import Generation
from rag.text import sentence_spans, tokenise
from rag.words.phrases import names

# What is added to the log-odds of a sentence of the article that the last answer cited first, where
# that holds all the words of the question. Chosen on eighteen written conversations: of 39 turns
# that go on with the article 29 are answered first from it after 21, and of 98 that turn to another
# one none is lost, from 1.5 to 5; at 8 two are.
LIKELIER = 3.0
# The same of a sentence near one that was told, where "Why?" is asked, and of one with a reason.
BESIDE, REASON = 0.5, 4.0
_NEAR = 2  # sentences
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|so that|in order to|as a result|for fear"
    r"|reasons?|caused? by|but|too [a-z]+|to (?:avoid|prevent|protect|save|keep))\b"
    r"|[“\"][^”\"]+[”\"]|(?:said|says|explained|explains) that\b|:\s+(?-i:[a-z])",
    re.IGNORECASE,
)
# "They closed it after a wall fell": what was told may be the reason itself.
_MAY_BE_ONE = re.compile(r"\b(?:after|when|as|for)\s+(?!(?:that|this|all|\d+)\b)\w", re.IGNORECASE)
_LESS = 0.5  # of it for what the answer before cited first
_TOLD = 0.5  # of it for what was just told: "And for carers?" may be answered by that, too
_LITTLE = 0.25  # of it for the others of the last answer
_ANSWERS = 2  # the last ones that cite an article
_MORE_PASSAGES = 3  # of these articles, beside those that were found
_MOST_WORDS = 9
_LEAST_WORDS = 4  # of a sentence by which its article is known; a row may have fewer
_IN_A_ROW = " | "
_MOST_SENTENCES = 6  # of an answer
_MOST_LOOKED_THROUGH = 50  # passages that hold all words of a sentence
# What stands before a statement and is none of its words: "6 December 2019: ".
_LABEL = re.compile(r"[^:]{1,60}: ")
# What names a thing by itself: a number, a command, a word in quotes.
_OWN_NAME = re.compile(r"[\d`_“\"]|(?<!\w)--?\w|\w\.\w|\w\(")
# What is of a document that was told of, or beside something that was: "the limitations", "others".
_PART = (
    r"(?:limitations?|limits?|weakness(?:es)?|drawbacks?|disadvantages?|advantages?|downsides?|risks?"
    r"|caveats?|options?|alternatives?|steps?|results?|findings?|conclusions?|consequences?|outcomes?"
    r"|methods?|exceptions?|requirements?|reasons?|causes?|details|problems?|difficulties|plans?)"
)
_LEANS = re.compile(
    r"\b(?:others?|another|alternatives?|else|ones|th(?:is|at) one)\b(?!\s+than\b)"
    r"|\bthere(?=\s*(?:[?.!,;]|$))|^why\s+the\s+\w+[?.!\s]*$"
    rf"|^(?:(?:what|which)\s+(?:is|are|was|were|will\s+be)|(?:is|are|was|were)\s+there|what|which)\s+"
    rf"(?:(?:the|any)\s+)?(?:(?:main|next|first|last|big|biggest|final|known|weak)\s+)?{_PART}"
    r"(?:\s+(?:(?:are|is|was|were)\s+)?(?:there|\w+ed))?[?.!\s]*$",
    re.IGNORECASE,
)
_OF_ALL = re.compile(r"\b(?:articles?|documents?|pieces?|stor(?:y|ies))\b", re.IGNORECASE)

NONE_BEFORE: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Likely:
    """What is added to the log-odds of the sentences of articles, by their ids.

    Of one that `is_told` already half as much. `reasons` holds what is added besides to sentences
    that stand near what was told, by their article's id and their start, where a reason is asked
    for.
    """

    by_id: Mapping[str, float]
    is_told: Callable[[Place], bool]
    reasons: Mapping[tuple[str, int], float] = field(default_factory=dict)

    @property
    def articles(self) -> tuple[str, ...]:
        """The ids of the articles."""
        return tuple(self.by_id)

    def of(self, article_id: str, start: int, end: int) -> float:
        """Return what is added for a sentence."""
        likelier = self.by_id.get(article_id, 0.0)
        if likelier and self.is_told(Place(article_id, start, end)):
            likelier *= _TOLD
        return likelier + self.reasons.get((article_id, start), 0.0)


def names_nothing_itself(question: str) -> bool:
    """Return whether a short question holds no name, no number and no command.

    >>> names_nothing_itself("Who led the study?"), names_nothing_itself("Who led the Orla study?")
    (True, False)
    """
    core, *_ = opened(question)
    return (
        0 < len(words_of(core)) <= _MOST_WORDS
        and not names(core)
        and _OWN_NAME.search(core) is None
        and _OF_ALL.search(core) is None
    )


def leans_by_a_word(question: str) -> bool:
    """Return whether a question is of what was told by a word: "others", "there", "the results".

    >>> leans_by_a_word("What were the limitations?"), leans_by_a_word("Who led the study?")
    (True, False)
    """
    core, *_ = opened(question)
    return _LEANS.search(core) is not None


def cited_before(history: Sequence[Message], generation: Generation) -> dict[str, float]:
    """Return how likely each article is meant that the last answers cited, 0 to 1, by its id.

    They are known by their sentences, in whatever form an answer came. An answer that cites
    nothing, as small talk, is passed over.
    """
    found: dict[str, float] = {}
    left = _ANSWERS
    for lines in reversed(told_in_turns(history[-2 * MOST_TURNS :])):
        cited = list(dict.fromkeys(_articles_of(lines, generation)))
        is_last = left == _ANSWERS
        for at, article_id in enumerate(cited if is_last else cited[:1]):
            weight = (_LITTLE if at else 1.0) if is_last else _LESS
            found[article_id] = max(weight, found.get(article_id, 0.0))
        left -= bool(cited)
        if not left:
            break
    return found


def people_of(answer: str, generation: Generation) -> dict[str, str]:
    """Return "she" or "he" -> whom the article is mostly of that an answer cites first, if so."""
    name = next(iter(_articles_of([answer], generation)), None)
    person, word = portrayed(generation.articles[name]) if name else ("", "")
    return {word: person} if person else {}


def likelier_of(
    question: str, found: Retrieved, before: Mapping[str, float], hybrid: HybridRetriever,
    generation: Generation, *, own: str, leans: bool, whole: bool,
    is_told: Callable[[Place], bool],
) -> Retrieved:  # fmt: skip
    """Return what was found for a question, with what is likelier for what was cited `before`.

    `own` is the question without what was asked before. Unless it `leans` on that, or its own words
    do, an article counts by how much of them it holds: what none of it speaks of is asked of
    another. `whole`: passages of these articles that were not found stand behind those that were.
    What was just told is half as much likelier.
    """
    if not before or not names_nothing_itself(own):
        return found
    articles, lexical = generation.articles, generation.lexical
    terms = telling_query_terms(own, generation.manifest.languages)
    idf = {term: lexical.idf(term) for term in terms if lexical.held_by(term)}
    leans = leans or leans_by_a_word(own)
    likelier = {
        name: LIKELIER * weight * (1.0 if leans else _share(idf, articles[name]))
        for name, weight in before.items()
        if name in articles
    }
    if not likelier:
        return found
    if whole and found.passages:
        more = hybrid.among(tuple(likelier)).retrieve(question, k=_MORE_PASSAGES).passages
        known = {passage.chunk.id for passage in found.passages}
        behind = tuple(passage for passage in more if passage.chunk.id not in known)
        found = replace(found, passages=(*found.passages, *behind))
    reasons = (
        reasons_near([articles[name] for name in likelier], is_told) if asks_only_why(own) else {}
    )
    return replace(found, likelier=Likely(likelier, is_told, reasons))


def reasons_near(
    articles: Iterable[Article], is_told: Callable[[Place], bool]
) -> dict[tuple[str, int], float]:
    """Return what is added to sentences where "Why?" is asked of what was told.

    They stand near that and count most where they give a reason. What was told gives way without
    one.
    """
    found: dict[tuple[str, int], float] = {}
    for article in articles:
        spans = statement_spans(article)
        told = [at for at, span in enumerate(spans) if is_told(Place(article.id, *span))]
        for at, (start, end) in enumerate(spans):
            reason = REASON if _REASON.search(article.text, start, end) else 0.0
            if at in told:
                may_be = _MAY_BE_ONE.search(article.text, start, end) is not None
                found[article.id, start] = reason or (BESIDE if may_be else -2 * LIKELIER)
            elif any(abs(at - one) <= _NEAR for one in told):
                found[article.id, start] = BESIDE + reason
    return found


def is_told_without_reason(
    place: Place, is_told: Callable[[Place], bool], articles: Mapping[str, Article]
) -> bool:
    """Return whether a place was told and gives no reason, which "Why?" would be answered by."""
    if not is_told(place):
        return False
    return _REASON.search(articles[place.article_id].text, place.start, place.end) is None


def _share(idf: Mapping[str, float], article: Article) -> float:
    """Return the share of the terms, weighted by idf, that an article holds; 1 of none."""
    held = terms_of(article)
    total = sum(idf.values())
    return sum(each for term, each in idf.items() if term in held) / total if total else 1.0


def _articles_of(lines: Iterable[str], generation: Generation) -> list[str]:
    """Return the ids of the articles that hold the sentences of an answer, in their order."""
    told = (line[start:end] for line in lines for start, end in sentence_spans(line))
    found: list[str] = []
    for sentence in islice(told, _MOST_SENTENCES):
        label = _LABEL.match(sentence)
        for said in (sentence, sentence[label.end() :]) if label else (sentence,):
            found += _holding(said, generation)
    return found


def _holding(sentence: str, generation: Generation) -> list[str]:
    """Return the id of the article of each passage that holds a sentence.

    None for a few words; of a row of a table these do where no other article holds them.
    """
    words = _words(sentence)
    is_short = len(words.split()) < _LEAST_WORDS
    if is_short and _IN_A_ROW not in sentence:
        return []
    found: list[str] = []
    for language in generation.manifest.languages:
        rows = generation.lexical.rows_with(tokenise(sentence, language))
        chunks = (generation.chunks[row] for row in rows[:_MOST_LOOKED_THROUGH])
        found += [chunk.article_id for chunk in chunks if words in _words(chunk.text)]
    return [] if is_short and len(set(found)) > 1 else found


def _words(text: str) -> str:
    """Return the words of a text, with a space before and behind each."""
    words = re.findall(r"\w+", text.casefold())
    return f" {' '.join(words)} "
