"""What an article is about, where a question names it: the question with "it" in its place.

"How long is the Orlava?", of an article titled "Orlava (river)", asks: "How long is it?". The
sentence of that article that tells it says "it", too. Where the name alone is asked for, sentences
that happen to hold it come before the one that answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.datatypes import Article
from rag.reader.features import is_function_word, stem

_WORD = re.compile(r"\w+")
# What may stand between two words of one name: "Brandt & Osei", "the Battle of Carrow Ford".
_WITHIN = re.compile(r"[\s&.'’-]{1,3}(?:(?:of|at|the|and)\s+){0,2}")
_DETERMINER = re.compile(r"\b(?:the|an?)\s+\Z", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?(?=\s)")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question calls the subject of an article, and the question without it.

    `words` are the question's words for it, in order; `question` has "it" or "its" in their place.
    """

    words: str
    question: str


def subject_named(question: str, article: Article) -> Subject | None:
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
    return Subject(" ".join(question[run[0].start() : run[-1].end()] for run in found), without)


def subjects_named(question: str, articles: Iterable[Article]) -> dict[str, Subject | None]:
    """Return the subject of each of the articles as `question` names it, by id."""
    once = {article.id: article for article in articles}
    return {name: subject_named(question, article) for name, article in once.items()}


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
