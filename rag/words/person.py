"""What is written as a person's name is, by capitals, titles and the words that bodies have.

"Professor Ana Ruiz", "J. K. Rowling", "Ursula von der Leyen"   persons
"Velm Gazette", "Harbour Lines", "Zhipu AI", "MIT Press"        none
"""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.words.months import WEEKDAYS

OFFICES = frozenset("spokesperson spokesman spokeswoman spokespeople".split())
TITLES = frozenset(
    "professor prof dr mr mrs ms miss sir associate assistant president minister chairman mayor "
    "councillor senator judge captain commander curator owner deputy chief economist engineer "
    "biologist ecologist scientist analyst historian researcher lawyer farmer fisherman baker "
    "teacher resident islander chairwoman chairperson auditor general specialist expert director "
    "manager detective inspector sergeant".split()
)
# "Ursula von der Leyen", "Rio de Janeiro": between the words of a name
PARTICLES = frozenset("von van der den de la del della di da dos das du bin ibn al el".split())
# A name that holds one of these is no person's.
_BODIES = frozenset(
    "university institute center centre academy school college ministry department agency bureau "
    "administration association council committee commission union group company corporation corp "
    "inc ltd holdings bank fund foundation international security times post daily news cloud "
    "party office board water transit gas road sea museum hospital rail railway railways "
    "airlines airways trust audit foods ferries motors works system systems lab labs ai "
    "partners civil wire tribune gazette courier herald chronicle journal observer telegraph mail "
    "press line lines cells energy electric steel chemicals pharma capital brothers solar "
    "batteries software networks telecom shipping logistics hotel hotels stores united rovers "
    "wanderers athletic fc city county alliance league magazine review bulletin echo reuters "
    "online media radio television conference game games state states world war library theatre "
    "theater station harbour harbor club airport bakery bakeries cooperative co-operative "
    "collective".split()
)
# Surnames, too, where they stand last: "Charlotte Church", but "Church Lines", "the Velm Church".
_PLACES = frozenset("street river lake court ferry bridge port church".split())
_SURNAMES = _PLACES | frozenset(
    "cross ridge rivers banks hall park hill hills wells field fields forest wood woods brook "
    "beach bay creek moor grove gate springs falls mill mills house castle ford dale cliff".split()
)
# What a place or a body is like: "Red Cross", "Pine Ridge".
_KINDS = frozenset(
    "red blue green black white silver golden gold old great little high low long grand broad deep "
    "cold pine oak cedar maple elm birch palm stone iron salt sand upper lower central royal main "
    "market national town world saint st".split()
)
_BEFORE_A_PLACE = re.compile(
    r"\b(?:the|in|at|near|across|along|over|through|into)\s+$", re.IGNORECASE
)
# "Commerce Department spokesman Tom Hall", "a Tarn Lines spokeswoman, Ana de la Cruz"
_NAME_BEHIND = re.compile(
    rf",?\s+[^\W\d_a-z][\w.'’-]*\s+(?:(?:{'|'.join(sorted(PARTICLES))})\s+)*[^\W\d_a-z]"
)
# "St Brannoc's" is a church or a hospital; the saint is rarely spoken of.
_SAINT = re.compile(r"(?:St\.?|Saint)\s")
# What people are called by what they do or are, where no name is: "the duke", "part-timers".
_SOMEBODY = frozenset(
    "king queen duke duchess prince princess emperor empress pope bishop governor chancellor "
    "founder author writer painter poet singer player coach chef doctor nurse pilot driver "
    "gardener keeper neighbour neighbor winner man woman boy girl".split()
)
# "The postman", "the librarian", "the pianist": the language makes such words of what people do.
_BY_ENDING = re.compile(
    r"(?!(?:check|play|short|wish|wait|price|black|white|set)list)"
    r"(?:[a-z]{2,}(?:man|woman|person)|[a-z]{2,}(?:ician|rian)|[a-z]{3,}ist)"
)
_PEOPLE = re.compile(
    r"people|persons|men|women|children|kids|babies|toddlers|teenagers|staff|families|adults|pupils"
    r"|students|parents|pensioners|employees|workers|members|visitors|customers|users|guests"
    r"|citizens|owners|drivers|teachers|boys|girls|seniors|juniors|beginners|managers|locals"
    r"|tourists|couples|patients|\w{3,}(?:ists|icians)"
    r"|trainees|attendees|refugees|trustees|applicants|participants|tenants|assistants|residents"
    r"|(?:[\w-]+-)?timers|contractors|freelancers|volunteers|passengers|players|doctors|nurses"
)
_OF_TECHNOLOGY = re.compile(r"technolog\w+")
# At the head of a name these are a place's: "North Velm", but "Oliver North".
_HEADS = (["north"], ["south"], ["east"], ["west"], ["new"])
_MOST_WORDS = 4


def is_organised(words: str) -> bool:
    """Return whether `words` hold what an organisation or a place calls itself.

    >>> is_organised("the hospital trust"), is_organised("Ana Ruiz")
    (True, False)
    """
    return _is_surely_organised(words) or any(word.lower() in _PLACES for word in _written(words))


def _is_surely_organised(words: str) -> bool:
    """Return the same where a word that is a surname, too, tells nothing alone: "Sam Port"."""
    found = [word.lower() for word in _written(words)]
    if any(word in _BODIES or _OF_TECHNOLOGY.fullmatch(word) for word in found):
        return True
    is_place = len(found) > 1 and found[0] in _KINDS and found[-1] in _SURNAMES
    return is_place or found[:1] in _HEADS or any(word in _PLACES for word in found[:-1])


def _written(words: str) -> list[str]:
    """Return the words, without the "Ai" of Ai Weiwei: a body's is written AI."""
    return [word for word in re.findall(r"[^\W_]+", words) if word != "Ai"]


def is_somebody(words: str) -> bool:
    """Return whether common words are for one person, by the last of them.

    >>> is_somebody("the young duke"), is_somebody("the bridge")
    (True, False)
    """
    last = words.rpartition(" ")[2]
    return last in _SOMEBODY | TITLES | OFFICES or _BY_ENDING.fullmatch(last) is not None


def are_people(words: str) -> bool:
    """Return whether common words are for several people, by the last of them.

    >>> are_people("full-time employees"), are_people("annual leave")
    (True, False)
    """
    return _PEOPLE.fullmatch(words.rpartition(" ")[2]) is not None


def looks_like_a_person(name: str) -> bool:
    """Return whether a name is written as a person's: two to four words, none of them a body's.

    >>> looks_like_a_person("Ana Ruiz"), looks_like_a_person("Velm Bridge")
    (True, False)
    """
    return may_be_a_person(name) and not is_organised(name)


def may_be_a_person(name: str) -> bool:
    """Return the same of a name where people's are expected: "Lena Bridge" is one.

    >>> may_be_a_person("Lena Bridge"), may_be_a_person("The Velm Post")
    (True, False)
    """
    return not name.startswith("The ") and person_within(name, (0, len(name))) is not None


def person_within(
    sentence: str, span: tuple[int, int], alone: Collection[str] = ()
) -> tuple[int, int] | None:
    """Return the (start, end) of what is a person's of a name, or a spokesperson; None of no such.

    `span` is the name's in `sentence`. A name of one word is a person's where it is in `alone`.
    """
    start, end = span
    if _SAINT.match(sentence, start):
        return None
    if (office := re.match(r"\s+([a-z]+)", sentence[end:])) and office[1] in OFFICES:
        end += office.end()
        return None if _NAME_BEHIND.match(sentence[end:]) else (start, end)
    if joined := re.search(r"\s+of\s+", sentence[start:end]):
        end = start + joined.start()
    while match := re.match(r"(\w+)\.?\s+", sentence[start:end]):
        if match[1].lower() not in TITLES and match[1].lower() not in WEEKDAYS:
            break
        start += match.end()
    name = sentence[start:end]
    words = name.split()
    if len(words) == 1 and words[0] in alone and not re.match("['’]s", sentence[end:]):
        return start, end
    counted = [word for word in words if word not in PARTICLES]
    is_one = 2 <= len(counted) <= _MOST_WORDS and all(map(_is_of_a_person, counted))
    if not is_one or _is_surely_organised(name):
        return None
    is_place = words[-1].lower() in _SURNAMES and _BEFORE_A_PLACE.search(sentence[:start])
    return None if is_place else (start, end)


def without_titles(name: str) -> str:
    """Return the name without what stands before it.

    >>> without_titles("the Associate Professor Ana Ruiz")
    'Ana Ruiz'
    """
    words = name.split()
    while words and words[0].lower().rstrip(".") in TITLES | {"the"}:
        words = words[1:]
    return " ".join(words)


def _is_of_a_person(word: str) -> bool:
    """Return whether a word begins large and goes on small, or is an initial."""
    is_initial = re.fullmatch(r"[^\W\d_]\.?", word) is not None
    written = is_initial or not word.isupper()
    return word[0].isupper() and written and not re.search(r"\d|-based", word)
