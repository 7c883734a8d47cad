"""A first name alone -> the name in full of the one author, or person portrayed, who has it.

    "How long has Ana been a nurse?", where Ana Ruiz writes of it   ... has Ana Ruiz been a nurse?
    "What did Ana say?", where an Ana Berg is spoken of, too        as it is: either may be meant

So do readers call whoever writes them a letter; the articles rarely do. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from itertools import islice

from rag.articles.catalogue import Catalogue
from rag.reader.features import is_function_word
from rag.searching.subject import portrayed
from rag.text import question_language
from rag.words.lexicon import ranks
from rag.words.months import MONTHS, WEEKDAYS
from rag.words.person import TITLES, may_be_a_person, without_titles
from rag.words.phrases import is_demonym

_WORD = r"[^\W\d_](?:[^\W\d_]|-(?=[^\W\d_]))+"
_ASKED = re.compile(rf"\b{_WORD}")
_IS_NAMED_ON = re.compile(r"\.?\s+(?!I\b)[^\W\d_a-z]\w*")  # "Ana Berg", "Dr. Ana"
# "In Georgia" asks of a place.
_IN = re.compile(r"\b(?:in|at|near|across|through|around|throughout)\s+\Z", re.IGNORECASE)
_MOST_READ = 50  # articles that hold the name
_OPENING_CHARS = 800  # of an article, in which it names whom it portrays


def with_names_in_full(question: str, articles: Catalogue) -> str:
    """Return `question` with the first names that stand alone in it in full.

    One stays as it is where it is no author's of the `articles` and nobody's whom they portray, or
    where it may be another's.
    """
    if question_language(question) != "en":
        return question
    of = cache(partial(_in_full, articles=articles))
    return _ASKED.sub(lambda word: of(word[0]) if _stands_alone(word) else word[0], question)


def _stands_alone(word: re.Match[str]) -> bool:
    """Return whether a word of a question may be a first name without the last one."""
    text, small = word.string, word[0].lower()
    if not word[0][0].isupper() or word[0].isupper() or is_function_word(small):
        return False
    if small in (*MONTHS, *WEEKDAYS) or small in TITLES or is_demonym(word[0]):
        return False
    if not text[: word.start()].strip() and small in ranks():
        return re.match(r"['’]s\b", text[word.end() :]) is not None  # "Rose prices went up"
    before = re.search(r"([\w'’-]+\.?)\s+\Z", text[: word.start()])
    named = before is not None and before[1][0].isupper()
    named = named and before is not None and not is_function_word(before[1])
    behind = _IS_NAMED_ON.match(text, word.end())
    return not named and behind is None and not _IN.search(text[: word.start()])


def _in_full(first: str, articles: Catalogue) -> str:
    """Return the name in full of the one person who has a first name, else the first name."""
    those = {
        without_titles(name)
        for name in articles.authors
        if without_titles(name).split()[:1] == [first] and may_be_a_person(name)
    }
    if len(those) > 1:
        return first
    held = [articles[name] for name in islice(articles.may_hold(first), _MOST_READ)]
    named = re.compile(rf"\b{re.escape(first)}\s+[^\W\d_a-z]")
    for article in held:
        if named.search(article.text, 0, _OPENING_CHARS):
            name, _ = portrayed(article)
            those |= {name} if name.split()[:1] == [first] else set()
    if len(those) != 1:
        return first
    [full] = those
    others = (one for article in held for one in _called(first, article.text))
    return first if any(one not in full.split() for one in others) else full


def _called(first: str, text: str) -> Iterator[str]:
    """Yield the words with a capital that stand behind a first name in a text: "Berg".

    Not across a break of paragraphs: "Yours, Ana" is signed above "P.S.".
    """
    for found in re.finditer(
        rf"\b{re.escape(first)}(?!\s*\n\s*\n)\s+(?!I\b)([^\W\d_a-z][\w-]*)", text
    ):
        yield found[1]
