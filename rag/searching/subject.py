"""What an article is about, where a question names it: the question with "it" in its place.

"How long is the Orlava?", of an article titled "Orlava (river)", asks: "How long is it?". The
sentence of that article that tells it says "it", too. Where the name alone is asked for, sentences
that happen to hold it come before the one that answers. So it is with whoever says "I" in an
article: what "Ana Ruiz" wants there is told by "I want". And an article that is mostly of one
person tells of "her": who taught Ana Ruiz by "Bo Lind taught her".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from rag.articles.credits import credits_of
from rag.articles.first_person import first_person, says_i
from rag.articles.kept import kept_by_article
from rag.conversation.called import HE, QUOTED, SHE, called_in, people_in
from rag.conversation.leaning import words_of
from rag.datatypes import Article
from rag.reader.features import is_function_word, stem

_WORD = re.compile(r"\w+")
# What may stand between two words of one name: "Brandt & Osei", "the Battle of Carrow Ford".
_WITHIN = re.compile(r"[\s&.'’-]{1,3}(?:(?:of|at|the|and)\s+){0,2}")
_DETERMINER = re.compile(r"\b(?:the|an?)\s+\Z", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?(?=\s)")
# What turns round with a name that "I" takes the place of: "does I want", "once she leaves".
_AS_I = tuple(
    (re.compile(pattern, re.IGNORECASE), said)
    for pattern, said in (
        (r"\bdoes(?= I\b)", "do"),
        (r"\bhas(?= I\b)", "have"),
        (r"\bis(?= I\b)", "am"),
        (r"['’]s(?= I\b)", " am"),
        (r"\bwere(?= I\b)", "was"),
        (r"\b(?:he|she)(?: (?:is|was))?\b", "I"),
        (r"\b(?:his|her)\b", "my"),
    )
)
_AS_YOU = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"\bam I\b", "are you"),
        (r"\bI am\b", "you are"),
        (r"\bwas I\b", "were you"),
        (r"\bI\b", "you"),
        (r"\bmy\b", "your"),
    )
)
# What stands before a name that does something itself: "how old is Ana", "did Ana".
_DOES = re.compile(
    r"\b(?:is|was|does|did|has|had|can|could|will|would|should|may|might|must|that|when|why|because"
    r"|and|if)\s+\Z",
    re.IGNORECASE,
)
_IN_PLACE = re.compile(r"\b(?:in|at|near|from|to|around|outside)\s+\Z", re.IGNORECASE)
_OPENING_CHARS = 400  # of an article, in which it says of what it is
_PORTRAYING_CHARS = 800  # in which it names whom it is of
_MOST_READ = 20_000
_LEAST_SAID = 6  # times "she" or "her"
# So often where the opening names one without telling that they are called so.
_LEAST_SAID_OF_NONE = 12
_MOSTLY = 0.75
_ASKS_A_VIEW = re.compile(
    r"\b(?:suggest|propose|think|want|plan|intend|recommend|regret|hope|fear|prefer|believe|argue|"
    r"like|dislike|wish|miss|feel|object|opinion|view|against|in favou?r)(?:s|ed|d)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NamedSubject:
    """What a question calls the subject of an article, and the question without it.

    `words` are the question's words for it, in order; `question` has "it" or "its" in their place.
    Of one that `says_i`, it has "I" or "my", and the sentences with such a word are of it. Of a
    person whom the article portrays `name` is their name, and `called` what they are: "she".
    """

    words: str
    question: str
    says_i: bool = False
    name: str = ""
    called: str = ""

    @property
    def to_them(self) -> str:
        """The question as it is put to whoever says "I", with "you"; of another subject as it is.

        >>> asked = "How old am I, and why do I keep my newts?"
        >>> NamedSubject("Ana Ruiz", asked, says_i=True).to_them
        'How old are you, and why do you keep your newts?'
        """
        asked = self.question
        for pattern, said in _AS_YOU if self.says_i else ():
            asked = pattern.sub(said, asked)
        return asked

    def unnamed(self, text: str) -> str:
        """Return a text of an article with what its person is called in the place of their name.

        >>> NamedSubject("Ana", "Where did she swim?", name="Ana Ruiz", called="she").unnamed(
        ...     "Ana Ruiz has a boat. Ruiz's sister, to Ruiz, is lazy."
        ... )
        'She has a boat. Her sister, to her, is lazy.'
        """
        return _called_so(self.name, self.called, text)[0] if self.name else text

    def is_of(self, article: Article, start: int, end: int) -> bool:
        """Return whether a sentence of the article is of its subject: any, or those with "I"."""
        return not self.says_i or says_i(article, start, end)


def opening_of(article: Article, before: int | None = None) -> str:
    """Return what says of what an article is: its title and its opening, as far as `before`."""
    return f"{article.title}\n{article.text[:_OPENING_CHARS][:before]}"


def subject_named(question: str, article: Article) -> NamedSubject | None:
    """Return the subject of `article` as `question` names it, or None where it does not.

    The subject's name is what the article's title has with a capital letter; words of the title
    beside it belong to it ("the Hollin fever"). None where the question asks for nothing else:
    "What is the Orlava?" is answered where it is named.
    """
    named = _names(article)
    if not named:
        return None
    titled = {stem(word) for word in _WORD.findall(article.title)}
    runs: list[list[re.Match[str]]] = []
    rest = False
    for word in _WORD.finditer(question):
        if is_function_word(word[0]):
            continue
        if stem(word[0]) not in titled:
            rest |= len(word[0]) > 1
        elif runs and _WITHIN.fullmatch(question, runs[-1][-1].end(), word.start()):
            runs[-1].append(word)
        else:
            runs.append([word])
    found = [run for run in runs if any(stem(word[0]) in named for word in run)]
    rest |= len(found) < len(runs)
    if not found or not rest:
        return None
    without = question
    for run in reversed(found):
        start, end = run[0].start(), run[-1].end()
        if before := _DETERMINER.search(question, max(0, start - 5), start):
            start = before.start()
        owns = _POSSESSIVE.match(question, end)
        without = (
            without[:start] + ("its" if owns else "it") + without[owns.end() if owns else end :]
        )
    return NamedSubject(
        " ".join(question[run[0].start() : run[-1].end()] for run in found), without
    )


def subjects_named(question: str, articles: Iterable[Article]) -> dict[str, NamedSubject | None]:
    """Return the subject of each of the articles as `question` names it, by id."""
    once = {article.id: article for article in articles}
    return {
        name: (
            subject_named(question, article)
            or speaker_named(question, article)
            or portrayed_named(question, article)
        )
        for name, article in once.items()
    }


def speaker_named(question: str, article: Article) -> NamedSubject | None:
    """Return whoever says "I" in `article` as `question` names them, or None where it does not."""
    name = first_person(article)
    if not name:
        return None
    *others, last = map(re.escape, name.split())
    before = rf"(?:(?:{'|'.join(others)})\s+)*" if others else ""
    named = re.compile(rf"\b{before}{last}\b(?P<owns>['’]s\b)?")
    found = named.search(question)
    if found is None:
        return None
    words = found[0].removesuffix(found["owns"] or "")
    without = named.sub(lambda one: "my" if one["owns"] else "I", question)
    for pattern, said in _AS_I:
        without = pattern.sub(said, without)
    return NamedSubject(words, without, says_i=True)


def portrayed_named(question: str, article: Article) -> NamedSubject | None:
    """Return whom `article` portrays as `question` names them, or None where it does not.

    None where the question asks for nothing else.
    """
    name, word = portrayed(article)
    if not name:
        return None
    without, found = _called_so(name, word, question)
    if found is None:
        return None
    words = found[0].removesuffix(found["owns"] or "")
    rest = _named(name).sub(" ", question)
    if all(map(is_function_word, _WORD.findall(rest))):
        return None
    return NamedSubject(words, without, name=name, called=word)


@lru_cache(maxsize=256)
def _named(name: str) -> re.Pattern[str]:
    *others, last = map(re.escape, name.split())
    first = rf"(?:(?:{'|'.join(others)})\s+)*" if others else ""
    return re.compile(rf"\b{first}{last}\b(?P<owns>['’]s?(?=\s))?")


def _called_so(name: str, word: str, text: str) -> tuple[str, re.Match[str] | None]:
    """Return a text with "she" or "he" in the place of a name, and where that stands first."""
    owns, whom = {"she": ("her", "her"), "he": ("his", "him")}[word]

    def said(one: re.Match[str]) -> str:
        opens = not text[: one.start()].strip() or text[: one.start()].rstrip()[-1] in ".!?"
        does = opens or _DOES.search(text, 0, one.start()) is not None
        told = owns if one["owns"] else (word if does else whom)
        return told.capitalize() if opens and text[:1].isupper() else told

    named = _named(name)
    return named.sub(said, text), named.search(text)


@kept_by_article
def portrayed(article: Article) -> tuple[str, str]:
    """Return (name, "she" or "he") of the person whom an article is mostly of, ("", "") of none.

    Whoever its opening names and calls so, where most of what it says of anybody is of one who is.
    Where it says very much of one, and more than its author says of themselves, it is the one whom
    it names first and most, though its opening does not tell what they are called.
    """
    if article.language != "en":
        return "", ""
    opening = article.text[:_PORTRAYING_CHARS]
    words = words_of(QUOTED.sub(" ", article.text[:_MOST_READ]))
    said = Counter("she" if word in SHE else "he" for word in words if word in SHE | HE)
    [(word, count)] = said.most_common(1) or [("", 0)]
    if count < _LEAST_SAID or count < _MOSTLY * said.total():
        return "", ""
    called, people = called_in(opening), people_in(opening)
    times = {name: _times_named(name, article.text) for name in people}
    able = sorted(
        (name for name in people if called.get(name) == word), key=lambda name: -times[name]
    )
    if not able and count >= _LEAST_SAID_OF_NONE and count > words.count("i"):
        [credited] = credits_of([article])
        able = [
            name
            for name in people
            if name not in (*credited["author"], *called)
            and not _IN_PLACE.search(opening[: opening.index(name)])
        ]
        able = able[: all(times[able[0]] > times[other] for other in able[1:])]
    return (able[0], word) if able else ("", "")


def _times_named(name: str, text: str) -> int:
    return len(re.findall(rf"\b{re.escape(name.rsplit(maxsplit=1)[-1])}\b", text))


def said_by_another(
    question: str, articles: Iterable[Article]
) -> Callable[[Article, int, int], bool]:
    """Return what tells of a stretch of an article whether it is another's view than is asked for.

    "What does Ana Ruiz want?": where she says "I" in one of the `articles`, "When people like Ana
    Ruiz talk, I want them to listen" of another article is what its author wants.
    """
    asks = _ASKS_A_VIEW.search(question) is not None
    once = {article.id: article for article in articles} if asks else {}
    named = {name: speaker_named(question, article) for name, article in once.items()}
    if not any(named.values()):
        return lambda article, start, end: False
    return lambda article, start, end: (
        named.get(article.id) is None
        and bool(first_person(article))
        and says_i(article, start, end)
    )


def _names(article: Article) -> frozenset[str]:
    """Return the stems of the title's words with a capital letter that are no small words.

    In a title that has one in each word ("Will the Ban Slow China Down?") a word is a name where
    the text has it so behind another word.
    """
    if article.title.endswith("…"):  # the opening of a text that has no title
        return frozenset()
    words = [word for word in _WORD.findall(article.title) if not is_function_word(word)]
    names = [word for word in words if word[0].isupper() and len(word) > 1]
    return frozenset(
        stem(word) for word in names if word == words[0] or _is_name(word, article.text)
    )


def _is_name(word: str, text: str) -> bool:
    return re.search(rf"[a-z,] {re.escape(word)}\b", text) is not None
