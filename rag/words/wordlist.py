"""The words of the English articles as they are written there: what a misspelling is held against.

BM25 keeps stems; a question is corrected to words, and shown so.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from rag.datatypes import Article
from rag.errors import IndexCorrupt
from rag.text import normalise
from rag.words.lexicon import ranks
from rag.words.verbs import is_base, is_finite, is_participle

FILE = "words.json"
FORMS_FILE = "word_forms.txt"
MOST_WORDS = 200_000
LEAST_LOWER = 0.25  # of how often a word stands: so often is a name not without its capital
EVERYDAY = 30_000  # English words, the most frequent first: no names where they open a sentence
_SMALL = 300  # the most frequent ones are no part of a name: "The", "Some"
MOST_LARGE = 0.7  # of the words of a line with a capital: more, and it is a headline
# Letters and nothing else: a number or a name with a digit in it is never corrected.
WORD = re.compile(r"(?<![\w'’.&-])[^\W\d_]+(?=(?:['’]s)?(?![\w'’&-]))(?!\.\w)")
# What stands before the first word of a sentence, a line, an item or a cell.
_OPENS = re.compile(r"(?:^|[.!?:|]|\d\))[\s\d#>*•|“”\"'‘’()\[\]_.–—-]*$")
_NAME_GOES_ON = re.compile(r" [A-Z]")
_BEFORE = 12  # characters before a word in which that is looked for
_I = re.compile(r"\bI\b")  # written large by whoever writes nothing else so


class WordForms:
    """How often each form of a word stands in the English articles, with its folded word.

    A word list is made of it; it is kept so that the next one counts only what changed.
    """

    def __init__(self, counts: Mapping[str, int], folded: Mapping[str, str]) -> None:
        self.counts = counts
        self.folded = folded

    @classmethod
    def from_articles(cls, articles: Iterable[Article]) -> WordForms:
        """Return the forms of the articles in English, titles included."""
        found: Counter[str] = Counter()
        for article in articles:
            found.update(forms_in(article))
        return cls({}, {}).changed(found)

    def changed(self, tally: Mapping[str, int]) -> WordForms:
        """Return the forms with what `tally` adds to each, or takes from it where below 0."""
        counts, folded = dict(self.counts), dict(self.folded)
        for form, change in tally.items():
            count = counts.get(form, 0) + change
            if count > 0:
                counts[form] = count
                if form not in folded:
                    folded[form] = normalise(form)
            elif form in counts:
                del counts[form], folded[form]
        return WordForms(counts, folded)

    def save(self, folder: Path) -> None:
        """Write the forms into `folder`, a line each: folded word, form, count, by folded word."""
        rows = sorted((word, form) for form, word in self.folded.items())
        lines = [f"{word}\t{form}\t{self.counts[form]}\n" for word, form in rows]
        with (folder / FORMS_FILE).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)

    @classmethod
    def load(cls, folder: Path) -> WordForms:
        """Return the forms that were saved in `folder`.

        Raises:
            IndexCorrupt: the file is missing or holds something else.
        """
        try:
            written = (folder / FORMS_FILE).read_text(encoding="utf-8")
            parts = written.replace("\n", "\t").split("\t")
            if len(parts) % 3 != 1:
                raise ValueError("a line has not three parts")
            forms = parts[1::3]
            counts = dict(zip(forms, map(int, parts[2::3]), strict=True))
            return cls(counts, dict(zip(forms, parts[:-1:3], strict=True)))
        except (OSError, ValueError) as error:
            raise IndexCorrupt(f"the forms of words in {folder} cannot be read: {error}") from error


def forms_in(article: Article) -> list[str]:
    """Return the words of an article in English as they are written, repeats kept.

    A capital that opens a sentence, a line or an item, or stands in a headline that has nearly all
    words so, tells no name: such a word counts as the article has it within a sentence, and an
    everyday one that it has nowhere else, and no name beside, as in lower case.
    """
    if article.language != "en":
        return []
    lower: Counter[str] = Counter()
    large: Counter[str] = Counter()
    forms: list[str] = []
    opening: dict[int, bool] = {}  # -> whether a name may go on
    for line in f"{article.title}\n{article.text}".split("\n"):
        words = list(WORD.finditer(line))
        large_ones = sum(not word[0].islower() for word in words)
        is_headline = len(words) > 2 and large_ones > MOST_LARGE * len(words)
        is_headline &= not line.rstrip().endswith((".", ":", ",", ";"))
        for word in words:
            form = word[0]
            if form.istitle() and (is_headline or _opens(line, word.start())):
                goes_on = _NAME_GOES_ON.match(line, word.end()) is not None
                opening[len(forms)] = goes_on and not is_headline
            elif form.islower():
                lower[form] += 1
            else:
                large[form.lower()] += 1
            forms.append(form)
    of_names = {forms[at].lower() for at, goes_on in opening.items() if goes_on}
    for at in opening:
        form = forms[at].lower()
        is_seen = lower[form] + large[form] > 0
        everyday = ranks().get(form, EVERYDAY) < (_SMALL if form in of_names else EVERYDAY)
        if lower[form] >= large[form] if is_seen else everyday:
            forms[at] = form
    return forms


def _opens(line: str, at: int) -> bool:
    """Return whether the word at a place of a line opens it, or a sentence in it."""
    start = max(0, at - _BEFORE)
    before = line[start:at] if start == 0 else f"x{line[start:at]}"  # "^" is the line's own
    return _OPENS.search(before) is not None


def by_opening(words: Iterable[str]) -> dict[str, list[str]]:
    """Return the words by their first letters, and by their first two.

    >>> by_opening(["ferry", "ford", "a"])
    {'f': ['ferry', 'ford'], 'fe': ['ferry'], 'fo': ['ford'], 'a': ['a']}
    """
    found: dict[str, list[str]] = {}
    for word in words:
        for opening in (word[:1], word[:2])[: len(word)]:
            found.setdefault(opening, []).append(word)
    return found


def _preferred(counted: tuple[int, str]) -> tuple[int, bool, str]:
    count, form = counted
    return count, form.islower(), form


class WordList:
    """Each word, folded, with the form that the articles mostly have it in and how often it comes.

    A word whose form is not in lower case is a name; one that stands in lower case now and then,
    too, is none.
    """

    def __init__(self, forms: Mapping[str, str], counts: Mapping[str, int]) -> None:
        self.forms = forms
        self.counts = counts

    @classmethod
    def from_articles(cls, articles: Iterable[Article]) -> WordList:
        """Return the words of the articles in English, titles included: see `from_forms`."""
        return cls.from_forms(WordForms.from_articles(articles))

    @classmethod
    def from_forms(cls, written: WordForms) -> WordList:
        """Return the MOST_WORDS words that come most often, so that a large collection's rare ones
        cost no memory.
        """
        best: dict[str, tuple[int, str]] = {}
        totals: dict[str, int] = {}
        for form, count in written.counts.items():
            word = written.folded[form]
            known = best.get(word)
            if known is None:
                best[word], totals[word] = (count, form), count
            else:
                best[word] = max(known, (count, form), key=_preferred)
                totals[word] += count
        for form, count in written.counts.items():
            word = written.folded[form]
            if form.islower() and count >= LEAST_LOWER * totals[word]:
                best[word] = count, form  # "Mayor Ruiz", "Seagrass returns": no names all the same
        kept = list(best)
        if len(kept) > MOST_WORDS:
            kept = sorted(kept, key=lambda word: (-totals[word], word))[:MOST_WORDS]
        kept.sort()
        return cls({word: best[word][1] for word in kept}, {word: totals[word] for word in kept})

    @cached_property
    def openings(self) -> Mapping[str, Sequence[str]]:
        """The folded words by how they begin: see `by_opening`."""
        return by_opening(self.forms)

    def save(self, folder: Path) -> None:
        """Write the words into `folder`, as words.json: [[form, count], ...], by folded word."""
        rows = [[self.forms[word], self.counts[word]] for word in self.forms]
        (folder / FILE).write_text(json.dumps(rows, ensure_ascii=True), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> WordList:
        """Return the words that were saved in `folder`.

        Raises:
            IndexCorrupt: the file is missing or holds something else.
        """
        try:
            rows = json.loads((folder / FILE).read_text(encoding="utf-8"))
            folded = [normalise(str(form)) for form, _ in rows]
            forms = {word: str(form) for word, (form, _) in zip(folded, rows, strict=True)}
            counts = {word: int(count) for word, (_, count) in zip(folded, rows, strict=True)}
            return cls(forms, counts)
        except (OSError, ValueError, TypeError, RecursionError) as error:
            raise IndexCorrupt(f"the words in {folder} cannot be read: {error}") from error

    def is_name(self, word: str) -> bool:
        """Return whether the articles mostly write the folded `word` with a capital letter."""
        return not self.forms[word].islower()

    def cased(self, text: str) -> str:
        """Return `text` with the articles' names written as they are there, where it has none.

        >>> WordList({"openai": "OpenAI"}, {"openai": 3}).cased("who runs openai?")
        'who runs OpenAI?'
        """
        if _I.sub("i", text) != text.lower():
            return text
        return WORD.sub(lambda match: self._cased(match[0]), text)

    def _cased(self, word: str) -> str:
        """Return a word as it is written; a verb ("published") or a letter is none of the names."""
        is_verb = is_base(word) or is_finite(word) or is_participle(word)
        return word if is_verb or len(word) == 1 else self.forms.get(word, word)
