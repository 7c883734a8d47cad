"""The kinds of documents by which a question may name an article: "the handbook", "the minutes".

    "the staff handbook"           -> a handbook, "staff"
    "the guide to the old harbour" -> a guide, "the old harbour"

Which article is one, its file name and its opening say: rag.replies.named looks there. Of no kind
are "the article" and "the piece", which any may be called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text import holds_words, tokenise
from rag.words.phrases import FUNCTION
from rag.words.verbs import is_finite, is_participle

# What any article may be called, whatever kind it is of.
ARTICLE = r"(?:articles?|pieces?|stor(?:y|ies)|reports?|texts?|documents?|files?|papers?)"
ARTICLES = r"(?:articles|pieces|stories|reports|texts|documents|files|papers)"  # several of them
# One's sources are all of them; its "news" is what the newest tell.
SOURCE = rf"(?:{ARTICLE}|sources?)"
# The same where a "report" or a "document" may be one that the articles tell of.
PIECE = r"(?:articles?|pieces?|stor(?:y|ies))"
KIND = (
    r"(?:guides?|guidebooks?|manuals?|handbooks?|leaflets?|brochures?|booklets?|pamphlets?|minutes"
    r"|interviews?|recipes?|stud(?:y|ies)|essays?|faqs?|frequently asked questions"
    r"|change ?logs?|release notes|reviews?|biograph(?:y|ies)|obituar(?:y|ies)|speech(?:es)?"
    r"|letters?|polic(?:y|ies)|memos?|memorand(?:um|a)|newsletters?|bulletins?|chapters?"
    r"|transcripts?|reports?|papers?|press releases?|agendas?|agreements?|contracts?|editorials?"
    r"|columns?|lectures?|tutorials?|podcasts?|syllabus(?:es)?|syllabi|glossar(?:y|ies)"
    r"|constitutions?|white ?papers?|fact ?sheets?|cover letters?|diar(?:y|ies))"
)
# What a document is called by another name.
_ALSO_CALLED = {
    "faq": ("frequently asked questions",),
    "frequent ask question": ("faq", "faqs"),
    "changelog": ("release notes", "change log"),
    "chang log": ("release notes", "changelog"),
    "releas note": ("changelog", "change log"),
}
_DOCUMENT = re.compile(
    r"(?:(?:the|this|that|these|those|your|our|my) )?(?P<before>(?:[^,?“”\"]{1,60}? )?)"
    rf"(?P<kind>{KIND})"
    r"(?P<after>(?: (?:to|for|of|on|about|with|by|from|in|at|between|called|titled)"
    r" [^?“”\"]{2,120})?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document by its kind, and the other words that name it, "" where there are none."""

    kind: str
    words: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What such a document is called: its kind, and other names of it."""
        return self.kind, *_ALSO_CALLED.get(" ".join(tokenise(self.kind)), ())

    def is_called_so(self, line: str) -> bool:
        """Return whether a title, a file name or a line above a text calls it one of this kind.

        A headline that tells something does not: "Study finds more moths".

        >>> Document("study").is_called_so("sleep-and-screen-study")
        True
        """
        return self.stands_in(line) and not _tells_something(line, self.kind)

    def stands_in(self, text: str) -> bool:
        """Return whether a text has the words for this kind, or another name of it."""
        kind, *others = self.names
        words = re.sub(r"[_\W]+", " ", text)
        here = f" {' '.join(tokenise(words))} "
        return f" {' '.join(tokenise(kind))} " in here or any(
            holds_words(words, name) for name in others
        )


def document_in(phrase: str) -> Document | None:
    """Return what kind of document a whole phrase names, and by which words; None where none.

    >>> document_in("the guide to the old harbour")
    Document(kind='guide', words='the old harbour')
    """
    match = _DOCUMENT.fullmatch(phrase.strip())
    if match is None:
        return None
    beside = match["after"].strip().partition(" ")[2]
    return Document(match["kind"], f"{match['before']}{beside}".strip())


def _tells_something(line: str, kind: str) -> bool:
    """Return whether a line has a verb beside the words of `kind`, as headlines of news have.

    >>> _tells_something("Study of moths finds a decline", "study")
    True
    >>> _tells_something("A guide to plans and prices", "guide")
    False
    """
    own = set(re.findall(r"\w+", kind.casefold()))
    words = re.findall(r"[^\W\d_]+", line.casefold())
    return any(
        is_finite(word) and not is_participle(word)
        for before, word, after in zip(words, words[1:], words[2:], strict=False)
        if word not in own and after not in own and before not in FUNCTION
    )
