"""What a question wants measured, and whether a text tells a measure of that kind.

    "How heavy is the logger?"   asks for a weight: "It was set up in four minutes." tells none

A number of another unit is no answer, whatever else of the question stands beside it. Units are
closed enough to list, but for money: there any number does that has no other unit. Where "when" or
"how many" is asked, whatever may tell a time, or a number, does. English only.

Of 2,079 written questions "when" 4 are answered by a sentence that has no such word, of 6,580 "how
many" or "how much" none; the one that shares most words with the question has none for 533 of 2,572
such questions that are not answered, and for 1,355 of 8,865.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from rag.questions.manners import LED
from rag.text import question_language
from rag.words.months import MONTH, WEEKDAYS
from rag.words.numbers import NUMBER_WORDS

# What is added to the log-odds of an answer no sentence of which tells a measure of the kind that
# is asked for; half of it where only the best one tells none. Of 195 questions for a measure in the
# training pieces and in squad, 2 are answered by such a sentence; it is the likest one to 19 of 83
# near misses. Read, it is the best sentence of 1 of 18 and of 7 of 34 held back.
ANSWER_WEIGHT = -2.0
# The same where it tells no time at all, or no number: hardly an answer is so. And what is added to
# the log-odds of such a sentence.
AT_LAST_WEIGHT, AT_LAST_SENTENCE_WEIGHT = -4.0, -2.0

_NUMBER = rf"(?:\d+(?:[.,:]\d+)*|\b(?:{'|'.join(NUMBER_WORDS)}|half|few|several|dozen|couple)\b)"
_SCALED = r"(?:\s*(?:hundred|thousand|million|billion|trillion|[kmb]n?\b))*"
_IS = r"(?:is|are|was|were|will|would|do|does|did|has|have|had|can|could|should|must|may)"
_UNITS = {
    "time": r"(?:milli|micro|nano)?seconds?|mins?|minutes?|hours?|hrs?|days?|nights?|overnight|"
    r"fortnights?|weeks?|weekends?|months?|quarters?|years?|decades?|centur(?:y|ies)|terms?|"
    r"semesters?|seasons?|springs?|summers?|autumns?|falls|winters?|mornings?|evenings?|afternoons?|"
    r"since|until|till|forever|ms|s|h",
    "length": r"\w{0,6}(?:met(?:er|re)s?)|[kcmnµ]?m|miles?|feet|foot|ft|inch(?:es)?|yards?|"
    r"storeys?|stor(?:y|ies)|floors?|knee|waist|blocks?|light-years?|fathoms?|leagues?|hectares?|acres?",
    "weight": r"\w{0,6}gram(?:me)?s?|[kmµ]?g|kilos?|tons?|tonnes?|pounds?|lbs?|ounces?|oz|stones?",
    "temperature": r"degrees?|celsius|fahrenheit|kelvins?|[cfk]|freezing|boiling|room temperature",
    "speed": r"km/h|kmh|kph|mph|m/s|knots?|mach|(?:an?|per)\s+(?:hour|minute|second)|walking pace",
    "share": r"per ?cent|percent\w*|half|halves|thirds?|quarters?|fifths?|tenths?|\w{2,12}ths|all|"
    r"none|most|majority|minority|every|everybody|everyone|nobody|nothing|out of|"
    r"(?:one|two|three|four) in",
}  # fmt: skip
_SIGNS = {"temperature": "°|℃|℉", "share": "%|‰", "length": r"\d\s?[\"″′]"}
_LABELS = {
    "time": r"duration|length", "length": r"length|height|depth|width|distance|altitude|diameter|"
    r"thickness|elevation|tall|high|deep|wide|thick|long",
    "weight": r"weigh\w*|mass|heav\w+", "temperature": r"temperatures?",
    "speed": r"speeds?", "share": r"shares?|proportion",
}  # fmt: skip
_MONEY = re.compile(
    r"[$€£¥₹]|\b(?:dollars?|euros?|pounds?|crowns?|cents?|pence|francs?|yen|yuan|roubles?|rubles?|"
    r"rupees?|kron\w+|pesos?|free|nothing|price[sd]?|costs?|fees?|fares?|charges?|gratis)\b",
    re.IGNORECASE,
)
# What says that a sum is somebody's, or a body's, for what they do.
_PAY = re.compile(
    r"\b(?:earn\w*|pay(?:s|ing|ments?|roll)?|paid|unpaid|salar(?:y|ies|ied)|wages?|incomes?|stipends?"
    r"|bonus(?:es)?|fees?|remuneration|compensation|allowances?|grants?|tak(?:e|es|ing)|took"
    r"|takings|mak(?:e|es|ing)|made|profits?|revenues?|turnover|sales|sold|proceeds|royalt\w+"
    r"|commission|collect(?:s|ed)?|br(?:ings?|ought)|g[eo]ts?|receiv\w+"
    r"|(?:an?|per|every|each) (?:hour|day|week|month|year|shift|night|season|session|game|lesson"
    r"|head|piece))\b"
    r"|/\s?(?:h|hour|day|month|year)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\d[:.]\d\d|\d\s?(?:am|pm|a\.m|p\.m)\b|\b(?:noon|midday|midnight|dawn|dusk|sun(?:rise|set)|"
    r"o['’]clock|morning|evening|afternoon|night)\b"
    rf"|\b(?:at|from|by|until|till|to|before|after|around|about)\s+(?:half\s+)?{_NUMBER}"
    rf"(?!\s+(?:{_UNITS['time']})\b)",
    re.IGNORECASE,
)
# "It's 4.40 in the morning" is no age, nor is "up from nine the year before".
_AGE = re.compile(
    rf"\b(?:aged?|age|centur(?:y|ies)|born|built|founded|since|(?:1\d|20)\d\d|years? old)\b"
    rf"|{_NUMBER}{_SCALED}[\s-]+(?:years?|months?|weeks?|days?)\b"
    r"|,\s\d{1,3}\b|\b(?:in|of) (?:his|her|their) \w+|\bturn(?:s|ed)\b"
    rf"|(?:\b(?:am|is|was|are|were)|['’][ms])\s+(?:now\s+)?{_NUMBER}(?![.:]?\d)(?<!\d[.:]\d\d)",
    re.IGNORECASE,
)
# What may tell a time, of whatever kind: "in May", "after the strike", "if it rains", "on Whitsun".
_TIME = re.compile(
    rf"\b(?:{MONTH}|(?:{'|'.join(WEEKDAYS)})s?|\d{{1,2}}(?:st|nd|rd|th)|(?:1\d|20)\d\ds?"
    rf"|in \d{{3,4}}|(?:at|by|around|about|past|to) (?:{'|'.join(NUMBER_WORDS)}|\d)"
    r"|today|yesterday|tomorrow|tonight|now|soon|later|earlier|ago|once|already|early|late|last|next"
    r"|this|that|past|coming|recent\w*|current\w*|year(?:s|ly)?|month(?:s|ly)?|week(?:s|ly|ends?)?"
    r"|days?|daily|hours?|minutes?|nights?|nightfall|dusk|dawn|noon|midnight|sun(?:rise|set)|morning"
    r"|afternoon|evening|springs?|summers?|autumns?|winters?|fall|seasons?|centur(?:y|ies)|decades?"
    r"|quarters?|christmas|easter|whitsun|pentecost|advent|lent|candlemas|michaelmas|thanksgiving"
    r"|ramadan|eid|diwali|passover|hanukkah|holidays?|moons?|first|second|third|ninth|tenth|after"
    r"|before|during|until|till|since|when\w*|while|as soon as|upon|start|end|beginning|middle"
    r"|anniversary|birthday|deadline|date|time|always|never|every|immediately|if|unless|where|except|[ap]\.?m"
    r"|o['’]clock|bce?|ad)\b|\d[:./]\d|\d(?:am|pm)\b|['’]\d\d\b|\d\s?[–-]\s?\d",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    rf"\d|\b(?:{'|'.join(NUMBER_WORDS)}|half|halves|dozens?|hundreds?|thousands?|millions?|billions?"
    r"|couple|pair|trio|twins?|both|neither|none|no|nobody|nothing|free|single|sole|several|few|once"
    r"|twice|thrice|double[ds]?|triple[ds]?|thirds?|quarters?|fifths?|sixths?|sevenths?|eighths?"
    r"|ninths?|tenths?|every second|fourth|hundredths?"
    r"|all|most|majority|plenty|lots?|deal|enough|entire|whole|every(?:one|body)"
    r"|an? (?:kilo(?:gram)?|lit(?:er|re)|met(?:er|re)|mile|pint|ounce|tonne?|gram|week|month|year"
    r"|day|hour))\b",
    re.IGNORECASE,
)
_ANY_UNIT = "|".join(_UNITS[kind] for kind in ("time", "length", "weight", "temperature"))
_COUNT = re.compile(rf"{_NUMBER}{_SCALED}", re.IGNORECASE)
_OTHER = re.compile(rf"\s*(?:%|°|-?(?:{_ANY_UNIT}|percent|per cent)\b)", re.IGNORECASE)

_ASKS = (
    ("clock", rf"(?:^|[,;:])\W*{LED}(?:at\s+)?what time {_IS}\b"),
    ("age", rf"\bhow old {_IS}\b|\bwhat {_IS} (?:the |\S+ )?age of\b"),
    ("extent", rf"\bhow long {_IS}\b"),
    (
        "length",
        rf"\bhow (?:far (?:is|are|was|were|away|apart|from)|(?:tall|deep|wide|thick) {_IS})\b",
    ),
    ("speed", r"\bhow fast (?:is|are|was|were|can|could|may|might)\b"),
    ("weight", rf"\bhow heavy {_IS}\b|\bhow much {_IS}\b.*\bweigh\b"),
    ("temperature", rf"\bhow (?:hot|warm|cold) {_IS}\b|\b(?:at )?what temperature {_IS}\b"),
    (
        "pay",
        rf"\bhow much (?:money )?{_IS}\b.*\b(?:earn(?:s|ed|ing)?|get paid)\b"
        r"|\bhow much (?:is|are|was|were)\b[^?]*\bpaid(?: (?:an?|per|each) \w+)?\W*$",
    ),
    ("money", rf"\b(?:how much|what) {_IS}\b.*\bcost\b"),
    ("money", rf"\bhow much {_IS}\b.*\b(?:paid|pay|earn|charge|owe)\b"),
    ("share", r"\b(?:what|which) (?:percentage|per ?cent|share|proportion|fraction)\b"),
)
_KINDS = (
    ("length", "length height depth width distance altitude diameter thickness elevation"),
    ("weight", "weight mass"), ("temperature", "temperature"), ("share", "humidity percentage"),
    ("money", "price cost fee fare salary wage rent"), ("speed", "speed velocity"),
)  # fmt: skip
# What is asked for last, where other measures are not: a time of whatever kind, a number.
_ASKS_AT_LAST = (
    (
        "when",
        rf"^{LED}(?:(?:since|until|till|from|by)\s+)?(?:when\b|(?:(?:in|on)\s+)?(?:what|which)\s+"
        r"(?:year|month|day|date|season)\b)",
    ),
    (
        "number",
        rf"^{LED}(?:\w+\s+)?how\s+(?:many|much)\b|^{LED}(?:what|which)\s+(?:number|amount|sum)\b"
        rf"|^{LED}what\s+{_IS}\s+the\s+(?:\w+\s+)?(?:number|population|capacity)\s+of\b",
    ),
)
_AT_LAST = frozenset(kind for kind, _ in _ASKS_AT_LAST)
_OF = r"(?:of|for|at|in|on|between|to|from)"
_ASKED = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        *_ASKS,
        *(
            (kind, rf"\bwhat {_IS} (?:the )?(?:\w+ ){{0,2}}(?:{'|'.join(nouns.split())}) {_OF}\b")
            for kind, nouns in _KINDS
        ),
        *_ASKS_AT_LAST,
    )
)
_TOLD = {
    kind: re.compile(
        rf"\b(?:{_UNITS[kind]})\b|\d(?:{_UNITS[kind]})\b|{_SIGNS.get(kind, '(?!)')}"
        rf"|\b(?:{_LABELS[kind]})\b",
        re.IGNORECASE,
    )
    for kind in _UNITS
}
_YEARS = re.compile(r"\b(?:1\d|20)\d\d\b.*\b(?:1\d|20)\d\d\b")


# How deep is no matter of how long: what a measure of length is said to be of, by its words.
_DIMENSIONS = {"deep": "deep|depth", "wide": "wide|width|broad", "thick": "thick|thickness",
               "tall": "tall|high|height", "high": "tall|high|height"}  # fmt: skip
_QUESTIONS = re.compile(r"[^?\s][^?]*\??")
_HOW = re.compile(rf"\bhow ({'|'.join(_DIMENSIONS)})\b", re.IGNORECASE)
_SAID_OF = re.compile(
    rf"\b(?:{_UNITS['length']})[\s-]+(?P<of>long|deep|wide|broad|thick|tall|high)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of measure that a question asks for: a length, money, pay, a time, a number.

    `of` are the words for the dimension that a length is asked in, as an expression, or "".
    """

    kind: str
    of: str = ""

    @property
    def at_last(self) -> bool:
        """Whether it is any time, or any number: a title or a heading tells none of these."""
        return self.kind in _AT_LAST

    @property
    def weight(self) -> float:
        """What is added to the log-odds of an answer that tells none."""
        return AT_LAST_WEIGHT if self.at_last else ANSWER_WEIGHT

    @property
    def sentence_weight(self) -> float:
        """What is added to the log-odds of a sentence that tells none."""
        return AT_LAST_SENTENCE_WEIGHT if self.at_last else 0.0

    def is_told(self, text: str) -> bool:
        """Return whether `text` tells a measure of the kind, or names one beside a number."""
        if self.kind == "money":
            return _MONEY.search(text) is not None or _has_a_bare_number(text)
        if self.at_last:
            return (_TIME if self.kind == "when" else _NUMBERS).search(text) is not None
        if self.kind == "pay":
            return _PAY.search(text) is not None
        if self.kind == "clock":
            return _CLOCK.search(text) is not None
        if self.kind == "age":
            return _AGE.search(text) is not None
        if self.kind == "extent":  # of time or of space
            either = _TOLD["time"].search(text) or _TOLD["length"].search(text)
            from_to = len(list(islice(_CLOCK.finditer(text), 2))) == 2
            return either is not None or from_to or _YEARS.search(text) is not None
        if self.of and (said := [match["of"].lower() for match in _SAID_OF.finditer(text)]):
            wanted = re.compile(rf"\b(?:{self.of})\b", re.IGNORECASE)
            if not any(map(wanted.fullmatch, said)) and not wanted.search(text):
                return False
        return _TOLD[self.kind].search(text) is not None


def _has_a_bare_number(text: str) -> bool:
    """Return whether a number of a text has no unit but one of money."""
    return any(not _OTHER.match(text, number.end()) for number in _COUNT.finditer(text))


def measure_asked(question: str) -> Measure | None:
    """Return what `question` wants measured, or None where it does not tell; of several the last.

    >>> measure_asked("How heavy is the logger?"), measure_asked("Who made the logger?")
    (Measure(kind='weight', of=''), None)
    """
    if question_language(question) != "en":
        return None
    *_, question = _QUESTIONS.findall(question) or [question]
    kind = next((kind for kind, asks in _ASKED if asks.search(question)), None)
    if kind is None:
        return None
    how = _HOW.search(question) if kind == "length" else None
    return Measure(kind, _DIMENSIONS[how[1].lower()] if how else "")
