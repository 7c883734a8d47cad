"""What a question asks for: a number, a date, a name; one thing or several."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.questions.manners import JOINED, LED
from rag.reader.features import says_nothing
from rag.text import content_terms, normalise, query_terms
from rag.words.months import MONTH, MONTHS, WEEKDAYS, YEAR
from rag.words.verbs import base_of, third


def _any_of(words: str, *more: str) -> re.Pattern[str]:
    """Return a pattern of any of the `words`, whole, or of any of the patterns in `more`."""
    listed = "|".join(re.escape(word) for word in words.split())
    return re.compile("|".join([rf"\b(?:{listed})\b", *more]), re.IGNORECASE)


NUMBER = _any_of(
    "one two three four five six seven eight nine ten dozen hundred thousand million billion half "
    "third quarter twice double",
    r"\d",
)
DATE = _any_of(
    " ".join((*MONTHS, *WEEKDAYS, "today yesterday week month year century")),
    rf"\b{YEAR}\b",
)
# A capitalised word that does not open the sentence.
NAME = re.compile(r"(?<=[\w,;:)’”'\"] )[A-Z]\w+|[\u4e00-\u9fff]{2,}")

_ASKS = (
    (
        re.compile(
            r"\bhow (?:many|much|old|long|far|often|large|big|high|tall|fast|expensive|populous)\b"
            r"|多少|几"
        ),
        NUMBER,
    ),
    (
        re.compile(
            r"\b(?:what|which) (?:percent|share|proportion|fraction|portion|slice|number|amount|"
            r"sum|total|price|cost|fee|discount|salary|population|age|height|length|weight|speed)"
            r"|\bwhat (?:is|was|are|were) the (?:\w+ )?(?:percentage|number|population|price) of\b"
        ),
        NUMBER,
    ),
    (re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time)\b"), DATE),
    (re.compile(r"什么时候|何时|哪年|哪天"), DATE),
    (re.compile(r"\bwho(?:se|m)?\b|\bwhere\b|谁|哪里|哪家"), NAME),
    (re.compile(r"\b(?:what|which) (?:company|country|city|person)\b"), NAME),
)


def expected_kind(question: str) -> re.Pattern[str] | None:
    """Return the pattern of what `question` asks for, or None where it does not tell.

    >>> expected_kind("How many tokens?") is NUMBER
    True
    >>> expected_kind("Tell me about tokens") is None
    True
    """
    asked = normalise(question)
    return next((kind for asks, kind in _ASKS if asks.search(asked)), None)


# A word that looks like a plural noun, and what cannot follow a noun that is asked for: there the
# word is a verb ("Which country makes the ...").
_PLURAL = (
    r"(?!(?:is|was|does|has|gets|lets|makes|goes|says|takes|gives|comes|follows)\b|\w*(?:ss|us|is)\b)"
    r"(?:\w{3,}s|people|men|women|children)"
)
_NO_VERB = r"(?!(?:the|an?|its?|his|her|their|to|in|on|at|of|for|by|from|with|is|was|does|has)\b)"
_SEVERAL = re.compile(
    # "which companies gave ...", "what other reasons are ...", "which two ...", "who were ..."
    rf"\b(?:which|what)\s+(?:(?!(?:is|was|does|did|has)\b)\w+\s+)?{_PLURAL}\s+{_NO_VERB}\w+"
    r"|\b(?:which|what)\s+(?:two|three|four|five|six|seven|eight|nine|ten|several|other|all)\b"
    r"|\b(?:what|who|which)\s+(?:all\s+)?(?:are|were|else)\b|\ball the\b"
    r"|\b(?:list|name|enumerate)\s+(?:all|the|some|every|any)\b|^list\b"
    # "what do the reports say about ...": what several sources say
    r"|\bwhat do (?:the )?\w+(?: \w+)? (?:say|think|expect|report|write|tell|predict|make of)\b",
    re.IGNORECASE,
)


def wants_several(question: str) -> bool:
    """Return whether `question` asks for more than one thing, by its form.

    >>> wants_several("Which companies gave tokens away?"), wants_several("Which company did?")
    (True, False)
    """
    return _SEVERAL.search(normalise(question)) is not None


_HOW = re.compile(
    rf"^{LED}(?:tell me |explain |show me )?"
    r"(?:how (?:do|does|did|can|could|should|must|would|to|is|are)\b(?! (?:many|much|old|long|far))"
    r"|what (?:should|must|do|can) (?:i|we|you|one|they)\b"
    r"|what (?:to do|happens)\b|who (?:should|must|may|can) not\b|when (?:should|must) )"
)


def asks_how(question: str) -> bool:
    """Return whether `question` asks what to do: several steps may answer it.

    >>> asks_how("How do I descale it?"), asks_how("How long does it take?")
    (True, False)
    """
    return _HOW.search(normalise(question)) is not None


_WHO_MAY = re.compile(
    r"\W*(?:(?:so|and|but)\b,?\s+)?who\s+(?:should|shouldn['’]t|must|mustn['’]t|may|can|can['’]?t|"
    r"cannot|ought|needs?\s+to|ha(?:s|ve)\s+to|is\s+allowed)\b",
    re.IGNORECASE,
)


def asks_who_may(question: str) -> bool:
    """Return whether `question` asks who may or must do a thing: several sorts of people may.

    >>> asks_who_may("Who should see a doctor first?"), asks_who_may("Who saw a doctor?")
    (True, False)
    """
    return _WHO_MAY.match(question) is not None


_COMPARED = re.compile(
    r"\b(?:who|whose|which)\b.*\b(?:the (?:most|fewest|least)|more|fewer|less)\b"
)


def compares(question: str) -> bool:
    """Return whether `question` asks who or which of several has most: what each has is no answer.

    >>> compares("Who offers the most tokens?"), compares("Who offers tokens?")
    (True, False)
    """
    return _COMPARED.search(normalise(question)) is not None


_JUDGEMENT = re.compile(
    rf"^{JOINED}(?:is|are|was|were|do|does|did|has|have|had|can|"
    r"could|will|would|should|must|may|might)(?:n['’]t)?\s+(?!you\b|there\s+any\s+articles?\b)"
    r"|\bhow (?:bad|badly|good|well|serious|seriously|severe|severely|hard|easy|likely|important|"
    r"safe|dangerous|effective|successful)\b"
    r"|\bwhat (?:is|are|was|were) (?:really )?behind\b"
)


def asks_for_judgement(question: str) -> bool:
    """Return whether `question` asks for yes or no, or how good or bad: articles may differ on it.

    >>> asks_for_judgement("Is it a good thing?"), asks_for_judgement("How much is it?")
    (True, False)
    """
    return _JUDGEMENT.search(normalise(question)) is not None


_OPENLY = re.compile(
    rf"^{LED}(?:what\s+(?:else\s+)?(?:happened|is\s+going\s+on|went\s+wrong)\b"
    r"|(?:what|how)\s+about\b|tell\b|what\s+(?:do|does|did|has|have|had)\s+.+?\s+"
    r"(?:say|said|think|thought|tell|told|write|written|argue|comment|make\s+of)\b)"
)


def asks_openly(question: str) -> bool:
    """Return whether much can be told to `question`, and two answers to it need not differ.

    >>> asks_openly("What did Ana say about the dam?"), asks_openly("What did Ana found?")
    (True, False)
    """
    return _OPENLY.search(normalise(question)) is not None


_NOW = _any_of(
    "current currently now nowadays presently recent recently latest newest today still",
    r"\b(?:so\s+far|to\s+date|at\s+(?:the|this)\s+moment|these\s+days|by\s+now|any\s?more|"
    r"any\s+longer|yet(?=[\s?.!]*$))\b",
    "现在|目前|最近|最新",
)


def asks_for_now(question: str) -> bool:
    """Return whether `question` asks how things stand at last, as far as the articles tell.

    >>> asks_for_now("Who is the current minister?"), asks_for_now("Who was minister in 2019?")
    (True, False)
    """
    return _NOW.search(question) is not None


_THEN = re.compile(
    r"\b(?:ago|yesterday|before|previous(?:ly)?|former(?:ly)?|original(?:ly)?|initial(?:ly)?|"
    r"(?:at\s+)?first|back\s+then|used\s+to|"
    r"(?:at|in)\s+the\s+(?:very\s+)?(?:beginning|start|outset)(?!\s+of)|"
    r"last\s+(?:year|month|week|summer|winter|spring|autumn|fall)|"
    rf"in\s+(?:(?:early|mid|late)[-\s])?{MONTH}|{YEAR})(?!\w)",
    re.IGNORECASE,
)


def asks_for_then(question: str) -> bool:
    """Return whether `question` asks how things stood at an earlier time.

    >>> asks_for_then("Who was coach before Lind?"), asks_for_then("When was it first to open?")
    (True, True)
    >>> asks_for_then("How many died in the flood?")
    False
    """
    return _THEN.search(question) is not None


_PAST = re.compile(r"\b(?:(?:was|were|did|had|would|could)(?:n['’]t)?|been)\b", re.IGNORECASE)
_PRESENT = re.compile(
    r"\b(?:is|are|am|does|do|has|have|can|may|must|should|will)(?:n['’]t)?\b|['’](?:s|re)\b",
    re.IGNORECASE,
)
_WHO_DOES = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?:who|what|which(?:\s+\w+){1,3}?)\s+(?P<verb>[a-z]+s)\b",
    re.IGNORECASE,
)


def is_of_the_present(question: str) -> bool:
    """Return whether `question` is put in the present tense: it asks how things stand.

    >>> is_of_the_present("Who runs the port?"), is_of_the_present("Who ran the port?")
    (True, False)
    >>> is_of_the_present("What does it cost?"), is_of_the_present("What did it cost?")
    (True, False)
    """
    if _PAST.search(question) or asks_for_then(question):
        return False
    if _PRESENT.search(question):
        return True
    does = _WHO_DOES.search(question)
    verb = does["verb"].lower() if does else ""
    return verb != "" and (base := base_of(verb)) != "" and third(base) == verb


def telling_terms(text: str, language: str = "en") -> list[str]:
    """Return the terms of a text that tell what is asked of, each once, in order.

    >>> telling_terms("What did she say of the dam?")
    ['dam']
    """
    return [term for term in content_terms(text, language) if not says_nothing(term)]


def telling_query_terms(question: str, languages: Iterable[str]) -> list[str]:
    """Return the same of a question in the terms that it is searched for by, of all languages."""
    return [term for term in query_terms(question, languages) if not says_nothing(term)]
