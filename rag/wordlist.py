"""The words of the English articles as they are written there: what a misspelling is held against.

BM25 keeps stems; a question is corrected to words, and shown so.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from rag.datatypes import Article
from rag.errors import IndexCorrupt
from rag.text import normalise

FILE = "words.json"
MOST_WORDS = 200_000
# Letters and nothing else: a number or a name with a digit in it is never corrected.
WORD = re.compile(r"(?<![\w'’.&-])[^\W\d_]+(?=(?:['’]s)?(?![\w'’&-]))(?!\.\w)")


class WordList:
    """Each word, folded, with the form that the articles mostly have it in and how often it comes.

    A word whose form is not in lower case is a name.
    """

    def __init__(self, forms: Mapping[str, str], counts: Mapping[str, int]) -> None:
        self.forms = forms
        self.counts = counts

    @classmethod
    def from_articles(cls, articles: Iterable[Article]) -> WordList:
        """Return the words of the articles in English, titles included: the MOST_WORDS that come
        most often, so that a large collection's rare ones cost no memory.
        """
        written_so: Counter[str] = Counter()
        for article in articles:
            if article.language == "en":
                written_so.update(WORD.findall(f"{article.title}\n{article.text}"))
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for form, count in written_so.items():  # each form is folded once, however often it comes
            found[normalise(form)][form] = count
        forms = {
            word: max(written, key=lambda form: (written[form], form.islower(), form))
            if len(written) > 1
            else next(iter(written))
            for word, written in sorted(found.items())
        }
        if len(forms) > MOST_WORDS:
            often = sorted(forms, key=lambda word: (-found[word].total(), word))[:MOST_WORDS]
            forms = {word: forms[word] for word in sorted(often)}
        return cls(forms, {word: found[word].total() for word in forms})

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
        if text != text.lower():
            return text
        return WORD.sub(lambda match: self.forms.get(match[0], match[0]), text)
