"""What people are called in a text, "she" or "he", as far as it tells.

    "Ana Ruiz sold the mill, since she was ill."     Ana Ruiz: "she"
    "Ana Ruiz sold the mill. She was ill."           Ana Ruiz: "she"
    "His sister, Ana Ruiz, sold the mill."           Ana Ruiz: "she"
    "Bo Lind called on her to go."                   of Bo Lind nothing

Of several people before a pronoun it may mean each, and what is quoted is said of others. English.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from rag.articles.kept import kept_by_article
from rag.conversation.leaning import words_of
from rag.conversation.pronouns import noun_follows
from rag.datatypes import Article
from rag.words.person import is_somebody, looks_like_a_person, person_within, without_titles
from rag.words.phrases import names as names_in

SHE, HE = frozenset("she her hers herself".split()), frozenset("he him his himself".split())
MOST_CHARS = 2000  # of a text that are read
QUOTED = re.compile(r"“[^”]{0,1000}”|\"[^\"]{0,1000}\"")
# A headline and a byline end without a full stop.
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])|\n[^\S\n]*\n")
_PRONOUN = re.compile(r"\b(?:she|he|her|his|herself|himself)\b", re.IGNORECASE)
_OPENS = re.compile(r"\W*(?:\w+\s+)?", re.ASCII)  # "But she", "In all he"
# Words for one man and for one woman, after which or before which the name stands.
_WOMAN = (
    r"sister|mother|daughter|wife|aunt|niece|grandmother|granddaughter|widow|actress|queen|princess"
    r"|duchess|baroness|countess|heiress|waitress|\w+woman"
)
# Women are chairmen and spokesmen, too.
_MAN = (
    r"brother|father|son|husband|uncle|nephew|grandfather|grandson|widower|actor|king|prince|duke"
    r"|(?!\w*wo)(?!chair|spokes|hu|al|alder|ombuds)\w+man"
)
_BEFORE = re.compile(rf"(?:^|\s)(?:(?P<she>{_WOMAN})|(?P<he>{_MAN})),?\s+$", re.IGNORECASE)
_BEHIND = re.compile(
    rf",\s+(?:an?|the)\s+(?:[\w-]+\s+){{0,2}}?(?:(?P<she>{_WOMAN})|(?P<he>{_MAN}))\b"
)
_OF_A_WOMAN = re.compile(rf"(?:{_WOMAN}|woman|girl|lady)", re.IGNORECASE)
_OF_A_MAN = re.compile(rf"(?:{_MAN}|man|boy|gentleman)", re.IGNORECASE)
_BY_WORD, _AS_SUBJECT, _AS_OWNER = range(3)  # how surely it is told, the surest first


def gender_of(words: str) -> str:
    """Return "she" or "he", what somebody is who is spoken of by common words; "" where neither.

    >>> gender_of("the first woman"), gender_of("the duke"), gender_of("the head")
    ('she', 'he', '')
    """
    last = words.rpartition(" ")[2]
    if _OF_A_WOMAN.fullmatch(last):
        return "she"
    return "he" if _OF_A_MAN.fullmatch(last) else ""


def relative_told(text: str, pronoun: str) -> str:
    """Return the relative of another whom a text names and calls "she" or "he", or "".

    >>> relative_told("His daughter Ruth came back.", "she")
    'Ruth'
    >>> relative_told("Her daughter Ruth came back.", "she")  # it may be either
    ''
    """
    if not pronoun:
        return ""
    whose = "his" if pronoun == "she" else "her"
    words = _WOMAN if pronoun == "she" else _MAN
    before = re.compile(rf"\b{whose}\s+(?:[a-z]+\s+)?(?:{words}),?\s+$", re.IGNORECASE)
    return next((text[a:b] for a, b in names_in(text) if before.search(text[:a])), "")


def called_in(text: str, people: Collection[str] = ()) -> dict[str, str]:
    """Return what the people whom `text` names are called: "she" or "he".

    Only those of whom it tells, and tells one of the two. `people` are known to be persons, whose
    name of one word may be.

    >>> called_in("Ana Ruiz sold the mill. She was ill. Bo Lind wrote to her.")
    {'Ana Ruiz': 'she'}
    """
    text = QUOTED.sub(" ", text[:MOST_CHARS])
    votes: dict[str, list[tuple[int, str]]] = {}
    known = {name.split()[-1]: name for name in (*people, *people_in(text))}
    for name, how, said in _told(_SENTENCE.split(text), known):
        votes.setdefault(name, []).append((how, said))
    found = {}
    for name, told in votes.items():
        surest = min(how for how, _ in told)
        words = {word for how, word in told if how == surest}
        if len(words) == 1:
            found[name] = words.pop()
    return found


@kept_by_article
def only_ones(article: Article) -> dict[str, str]:
    """Return "she" and "he" -> the only person of an article who is called so.

    Without a word that several are called, or that nobody is who is named in full.
    """
    called: dict[str, str] = {}
    for start in range(0, len(article.text), MOST_CHARS):
        called |= called_in(article.text[start : start + MOST_CHARS], called)
    found = {}
    for word in ("she", "he"):
        names = [name for name, said in called.items() if said == word]
        if len(names) == 1 and looks_like_a_person(names[0]):
            found[word] = names[0]
    return found


def people_in(text: str) -> list[str]:
    """Return the full names of persons in `text`, in order, without their titles."""
    found = (name for start, end in names_in(text) if (name := _person(text, start, end)))
    return list(dict.fromkeys(found))


def is_called(name: str, called: Mapping[str, str]) -> str:
    """Return what somebody is called, "" if that isn't known; a surname is theirs who has it.

    >>> is_called("Ruiz", {"Ana Ruiz": "she"}), is_called("Bo Ruiz", {"Ana Ruiz": "she"})
    ('she', '')
    """
    name = without_titles(name)
    if name in called:
        return called[name]
    words = name.split()
    said = {
        word
        for other, word in called.items()
        if words and other.split()[-1] == words[-1] and 1 in (len(words), len(other.split()))
    }
    return said.pop() if len(said) == 1 else ""


def _person(text: str, start: int, end: int) -> str:
    span = person_within(text, (start, end))
    name = text[slice(*span)] if span else ""
    return name if looks_like_a_person(name) else ""


def _told(
    sentences: Collection[str], by_surname: Mapping[str, str]
) -> Iterator[tuple[str, int, str]]:
    """Yield (name, how surely, "she" or "he") for each word that tells what somebody is called."""
    before: list[tuple[int, str]] = []  # the people of the last sentence, by where their names end
    last = ""
    for sentence in sentences:
        named = []
        for start, end in names_in(sentence):
            name = _person(sentence, start, end) or by_surname.get(sentence[start:end], "")
            if name:
                named.append((end, name))
                kin = _BEFORE.search(sentence[:start]) or _BEHIND.match(sentence, end)
                if kin:
                    yield name, _BY_WORD, "she" if kin["she"] else "he"
        words = set(words_of(sentence))
        both = words & SHE and words & HE  # one of the two is somebody else
        for pronoun in _PRONOUN.finditer(sentence):
            word = pronoun[0].lower()
            owner = word == "his" or (word == "her" and noun_follows(sentence, pronoun.end()))
            if word == "her" and not owner:
                continue
            able = [one for one in named if one[0] <= pronoun.start()]
            text = sentence[: pronoun.start()]
            if not able and _OPENS.fullmatch(text) and not both:
                able, text = before, last
            if len({name for _, name in able}) == 1 and not _another(text[able[-1][0] :]):
                how = _AS_OWNER if owner else _AS_SUBJECT
                yield able[0][1], how, "she" if word in SHE else "he"
        before, last = named, sentence


def _another(between: str) -> bool:
    """Return whether somebody else is spoken of between a name and a pronoun: "the mayor"."""
    words = re.findall(r"[,;]|[\w-]+", between)
    return any(
        is_somebody(word) and not {",", "as"} & set(words[max(0, at - 4) : at])
        for at, word in enumerate(words)
    )
