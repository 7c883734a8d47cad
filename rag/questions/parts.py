"""One question -> the questions that it is made of: each is searched for and answered.

    "When did the bridge open, and who paid for it?"     -> two questions
    "How tall are the Nordturm and the Westturm each?"   -> one for each tower
    "Which is longer, the Aare or the Limmat?"           -> one for each river

Pure rules of English over the question's own words. A question that is one stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.questions.manners import JOINER, LED

MOST_PARTS = 8  # that are answered, each for itself
_LEAST_WORDS = 3  # of a question that can stand for itself
_MOST_WORDS = 5  # of an alternative

_WH = r"(?i:what|which|who|whom|whose|when|where|why|how)"
_PREPOSITION = r"(?i:in|at|on|by|for|to|from|of|with|under|since|until|during)"
_AUXILIARY = (
    r"(?i:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
)
_ASKS = re.compile(rf"\s*(?:{_PREPOSITION}\s+)?{_WH}\b|\s*{_AUXILIARY}\b")
_SENTENCE_END = re.compile(r"(?<=\?)\s+(?=\S)")
# What stands before a question in a list of them: "2. Who paid?", "And who paid?"; but "then" and
# "now" tell when.
_LIST_MARK = re.compile(
    rf"(?:(?:\d{{1,2}}[.)]|[-*•–])\s+)?(?:(?!then\b|now\b){JOINER}\b[,\s]+)*", re.IGNORECASE
)
# ", and how ..." or "; who ...": where a second question begins. After a comma alone comes as often
# a relative clause, or the main clause after "When it rains,".
_NEXT_QUESTION = re.compile(
    rf"(?:\s*,?\s+(?:and|but|or)\s+|\s*;\s*)(?=(?:{_PREPOSITION}\s+)?{_WH}\s+\w+\s+\S)"
)
# ", what does it cost": one more before the last; that it asks, an auxiliary shows.
_ONE_MORE = re.compile(
    rf"\s*,\s+(?=(?:{_PREPOSITION}\s+)?{_WH}(?:\s+\w+){{0,3}}?\s+{_AUXILIARY}\b)"
)

# A name: words with a capital or a digit, with the small words that stand inside of names.
_OPENS = rf"(?!(?:{_WH}|{_AUXILIARY}|Compare|Please)\b)"
_WORD = r"(?:[^\W\d_a-zß-öø-ÿ]|\d)(?:[\w.’'&-]*\w)?"
_NAME = rf"(?:[Tt]he\s+)?{_OPENS}{_WORD}(?:\s+(?:(?:of|de|van|von)\s+(?:the\s+)?)?{_WORD})*"
_BETWEEN = r"(?:\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or|vs\.?|versus)\s+(?:(?:in|by|of|for)\s+)?)"
_NAMES = re.compile(rf"(?<!\w)(?P<names>{_NAME}(?:{_BETWEEN}{_NAME})+)(?![\w’'-])")
_SPLIT = re.compile(_BETWEEN)
_RANGE = re.compile(r"\b(?:between|from|other than|except|besides)\s+$", re.IGNORECASE)

_EACH = re.compile(r"\b(?:each|both|respectively|apiece)\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:compare[sd]?|comparison|differ|differs|difference|versus|vs|more|less|fewer|most|least|"
    r"better|best|worse|worst|first|sooner|ahead|further|farther|"
    r"(?:bigg|larg|small|high|low|old|young|new|earli|lat|fast|slow|cheap|long|short|tall|strong|"
    r"weak|rich|poor|great|wid|deep|clos|near|heavi|light|clean|saf|warm|cold|hott|hard|easi|"
    r"busi|nois|quiet|steep|thick|thin|broad)(?:er|est))\b",
    re.IGNORECASE,
)
# ", A or B?" and ": A or B?" at the end, in any words.
_ALTERNATIVES = re.compile(r"[,:]\s+(?P<names>[^,:?]+?\s+or\s+[^,:?]+?)\s*\?*$")
_BY = r"(?:\s+(?:in|on|by|for|as to|when it comes to)\s+(?P<by>.+?))?[.?]*$"
# A thing without a capital: "the tidal plant", "prices in 2020". What may stand inside of it does
# not tell where it ends, so that only these begin what they are compared by.
_AND = r"(?i:and|or|with|to|from|against|versus|vs)"
_WORDS = rf"(?:(?!{_AND}\b|by\b)[^\W_](?:[\w.’'-]*\w)?(?:\s+|(?=[.?]*$))){{1,6}}?"
_THING = rf"(?!(?i:it|this|that|these|those|they|he|she|we|you|i|the\s+two)\b){_WORDS}"
_ARTICLE = r"(?i:the|an?|our|their|its)\s+"
_THING_BY = r"(?:\s*(?:\bby|\bas to|\bin terms of|\bwhen it comes to)\s+(?P<by>.+?))?[.?]*$"
_COMPARE = rf"^(?i:{LED}compare)\s+"
_HOW_DO = r"^[Hh]ow\s+(?:do|does|did)\s+"
# "Compare A, B and C by cost", "A vs B: cost"
_LISTED = (
    re.compile(rf"{_COMPARE}(?P<names>{_NAME}(?:{_BETWEEN}{_NAME}){{2,}}){_BY}"),
    re.compile(
        rf"^(?P<names>{_NAME}(?:\s+(?:vs\.?|versus)\s+{_NAME})+)"
        r"(?:(?:[:,]\s*|\s+(?:in|on|by|for)\s+|\s+(?=[a-z]))(?P<by>.+?))?[.?]*$"
    ),
)
_COMPARISONS = (
    re.compile(
        rf"{_HOW_DO}(?P<one>{_NAME})\s+(?:compare|differ|stack up)\s+"
        rf"(?:with|to|from|against)\s+(?P<other>{_NAME}){_BY}"
    ),
    re.compile(
        rf"{_HOW_DO}(?P<one>{_NAME})\s+and\s+(?P<other>{_NAME})\s+"
        rf"(?:compare|differ){_BY}"
    ),
    re.compile(
        rf"{_COMPARE}(?P<one>{_NAME})\s+(?:with|to|and|against)\s+"
        rf"(?P<other>{_NAME}){_BY}"
    ),
    re.compile(
        rf"{_HOW_DO}(?P<one>{_THING})(?:compare|differ)\s+"
        rf"(?:with|to|from|against)\s+(?P<other>{_THING}){_THING_BY}"
    ),
    re.compile(
        rf"{_HOW_DO}(?P<one>{_ARTICLE}{_THING})and\s+"
        rf"(?P<other>{_ARTICLE}{_THING})(?:compare|differ){_THING_BY}"
    ),
    re.compile(
        rf"{_COMPARE}(?P<one>{_THING})(?:with|to|against)\s+"
        rf"(?P<other>{_THING}){_THING_BY}"
    ),
    re.compile(
        rf"{_COMPARE}(?P<one>{_ARTICLE}{_THING})and\s+"
        rf"(?P<other>{_ARTICLE}{_THING}){_THING_BY}"
    ),
)
# "Do A and B agree on C?", "Does A agree with B?", "What do A and B think of C?": each one's words.
_ABOUT = (
    r"(?:\s+(?:about|on|over|of|regarding|that|with\s+each\s+other)\b)*(?:\s+(?P<by>.+?))?[.?]*$"
)
_AGREEING = r"(?P<say>(?:dis)?agrees?|see\s+eye\s+to\s+eye)"
_SAYING = (
    re.compile(
        rf"^(?:(?:(?:On|About|In)\s+)?(?:What|Where|How\s+far)\s+)?(?i:do|did)\s+(?P<one>{_NAME})\s+"
        rf"and\s+(?P<other>{_NAME})\s+(?:both\s+|really\s+)?{_AGREEING}{_ABOUT}"
    ),
    re.compile(
        rf"^(?i:do|does|did)\s+(?P<one>{_NAME})\s+{_AGREEING}\s+with\s+(?P<other>{_NAME}){_ABOUT}"
    ),
    re.compile(
        rf"^What\s+(?:do|did)\s+(?P<one>{_NAME})\s+and\s+(?P<other>{_NAME})\s+(?:each\s+|both\s+)?"
        rf"(?P<say>say|think){_ABOUT}"
    ),
)
_SINGULAR = {"are": "is", "were": "was", "do": "does", "have": "has"}
_PLURAL_VERB = re.compile(rf"\b({'|'.join(_SINGULAR)})\s+$")


@dataclass(frozen=True, slots=True)
class Part:
    """A question to be answered for itself; `about` is the name that it is about, or ""."""

    question: str
    about: str = ""


def question_parts(question: str) -> tuple[Part, ...]:
    """Return the questions that `question` is made of, in its order.

    A single one, the question as it stands, where it is one question.

    >>> [part.question for part in question_parts("When did it open, and who paid for the bridge?")]
    ['When did it open?', 'who paid for the bridge?']
    >>> [part.question for part in question_parts("How tall are Nordturm and Westturm each?")]
    ['How tall is Nordturm?', 'How tall is Westturm?']
    """
    clauses = _clauses(question)
    if len(clauses) > 1:
        return tuple(Part(clause) for clause in clauses)
    parts = _compared(question) or _said(question) or _alternatives(question) or _named(question)
    return parts or (Part(question),)


def _clauses(question: str) -> list[str]:
    """Return the questions that stand one after another in `question`."""
    found: list[str] = []
    for sentence in _SENTENCE_END.split(question.strip()):
        start = 0
        own: list[str] = []
        for match in _NEXT_QUESTION.finditer(sentence):
            if _stands_alone(sentence[start : match.start()]):
                own.append(sentence[start : match.start()])
                start = match.end()
        found += [piece for clause in own for piece in _listed(clause)]
        found.append(sentence[start:])
    found = [_LIST_MARK.sub("", clause, count=1) for clause in found]
    # "Which firms give tokens away, and how many each?" asks for both of each at once.
    if not all(map(_stands_alone, found)) or any(
        _EACH.search(clause) and not _NAMES.search(clause) for clause in found[1:]
    ):
        return [question]
    return [clause.strip().rstrip("?.,; ") + "?" for clause in found]


def _listed(clause: str) -> list[str]:
    """Return the questions of "who built it, what did it cost", which another one follows."""
    pieces = _ONE_MORE.split(clause)
    return pieces if all(map(_stands_alone, pieces)) else [clause]


def _stands_alone(clause: str) -> bool:
    return len(clause.split()) >= _LEAST_WORDS and _ASKS.match(clause) is not None


def _first_match(patterns: Iterable[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next(filter(None, (pattern.match(text) for pattern in patterns)), None)


def _compared(question: str) -> tuple[Part, ...]:
    """Return the parts of "Compare A with B by C" and "How does A compare with B in C?"."""
    asked = question.strip()
    if listed := _first_match(_LISTED, asked):
        names, by = [name for name in _SPLIT.split(listed["names"]) if name], listed["by"]
    elif match := _first_match(_COMPARISONS, asked):
        names, by = [match["one"], match["other"]], match["by"]
    else:
        return ()
    return tuple(
        Part(f"{name.strip()}: {by}?" if by else f"What about {name.strip()}?", _bare(name))
        for name in names
    )


def _said(question: str) -> tuple[Part, ...]:
    """Return the parts of "Do A and B agree on C?": what each of them says of it."""
    match = _first_match(_SAYING, question.strip())
    if match is None:
        return ()
    verb = "think" if match["say"] == "think" else "say"
    about = f" about {match['by']}" if match["by"] else ""
    return tuple(
        Part(f"What does {name.strip()} {verb}{about}?", _bare(name))
        for name in (match["one"], match["other"])
    )


def _alternatives(question: str) -> tuple[Part, ...]:
    """Return the parts of "Which is longer, A or B?" and "Which costs more: A or B?"."""
    match = _ALTERNATIVES.search(question)
    if match is None or not _COMPARES.search(question[: match.start()]):
        return ()
    names = match["names"].split(" or ")
    if len(names) != 2 or any(len(name.split()) > _MOST_WORDS for name in names):
        return ()
    before = question[: match.start()].rstrip()
    return tuple(Part(f"{before}, {name.strip()}?", _bare(name)) for name in names)


def _named(question: str) -> tuple[Part, ...]:
    """Return a part for each name that the question asks the same of; none where it does not."""
    for match in _NAMES.finditer(question):
        before, after = question[: match.start()], question[match.end() :]
        if _RANGE.search(before) or not _asks_of_each(before, match["names"], after):
            continue
        names = [name.strip() for name in _SPLIT.split(match["names"]) if name.strip()]
        before = _PLURAL_VERB.sub(lambda verb: f"{_SINGULAR[verb[1]]} ", before)
        return tuple(Part(_joined(before, name, after), _bare(name)) for name in names)
    return ()


def _asks_of_each(before: str, names: str, after: str) -> bool:
    """Whether the question wants something for each of the names, not for all together."""
    if re.search(r"\bor\b", names):
        return bool(_COMPARES.search(before) or _COMPARES.search(after)) or after.startswith(":")
    return bool(_EACH.search(before) or _EACH.search(after) or _COMPARES.search(before))


def _joined(before: str, name: str, after: str) -> str:
    """Return the question about one name, without the words that tie it to the others."""
    text = _EACH.sub("", f"{before}{name}{after}")
    return " ".join(re.sub(r"\s+(?=[?.,;:])", "", text).split())


def _bare(name: str) -> str:
    """Return the name as a text says it: without article, preposition and the possessive's s.

    >>> _bare("in the Aare's")
    'Aare'
    """
    return re.sub(r"^(?:(?:in|by|of|the)\s+)+|[’']s?$", "", name.strip(), flags=re.IGNORECASE)
