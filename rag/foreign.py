"""Questions in a language that the encoder does not know: what of them can be searched for.

Nothing is translated but how it is asked ("how many"). Latin words and numbers stand as they are; a
name in another script is spelled out in Latin letters (Chinese: in pinyin) and taken where the
articles have a name that is spelled so.
Owns anyascii.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rag.config import BUNDLED_MODEL
from rag.wordlist import WordList

_NAMES = {
    "ar": "Arabic", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "ga": "Irish", "hi": "Hindi", "hu": "Hungarian", "hy": "Armenian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian",
    "ne": "Nepali", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sr": "Serbian", "sv": "Swedish", "ta": "Tamil",
    "tr": "Turkish", "zh": "Chinese",
}  # fmt: skip
_HAN = "\u3400-\u9fff"
_PIECE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9.,&'’-]*|[{_HAN}]+|[^\W\d_]+")
_LEAST_LETTERS = 4  # of a name that is spelled out: shorter ones are met by chance
_MOST_CHARACTERS = 4  # of a Chinese name
# How something is asked, which tells what kind of thing the answer holds.
_ASKED = (
    (re.compile("多少|几[个家位名次款种]"), "how many"),
    (re.compile("什么时候|何时|哪[一]?[年天]|几[月号日]"), "when"),
    (re.compile("哪里|哪儿|何处|在哪"), "where"),
    (re.compile("为什么|为何"), "why"),
    (re.compile("谁"), "who"),
)


@dataclass(frozen=True, slots=True)
class Searchable:
    """What of a question can be searched for, and the share of its letters and digits, 0 to 1."""

    text: str
    share: float


def is_known(language: str, model: str) -> bool:
    """Return whether the encoder `model` may be taken to know `language`.

    The bundled one knows English; of any other whoever chose it knows.
    """
    return language == "en" or model != BUNDLED_MODEL


def searchable(question: str, words: WordList) -> Searchable | None:
    """Return what of `question`, in another script, the articles in English could hold, or None.

    >>> searchable("智谱AI提供多少免费令牌？", WordList({"zhipu": "Zhipu"}, {"zhipu": 1}))
    Searchable(text='how many Zhipu AI', share=0.5)
    """
    found = list(_pieces(question, words))
    if not found or question.isascii():
        return None
    covered = sum(length for _, length in found)
    asked = ""
    for pattern, word in _ASKED:
        if match := pattern.search(question):
            asked, covered = word, covered + len(match[0])
            break
    spoken = sum(character.isalnum() for character in question)
    text = " ".join([asked, *(piece for piece, _ in found)]).strip()
    return Searchable(text, min(1.0, covered / spoken))


def note(language: str, model: str, *, of_articles: Collection[str]) -> str:
    """Return what to tell of an answer to a question in a `language` that `model` does not know."""
    name = _NAMES.get(language, f"another language ({language})")
    by = "its words" if language in of_articles else "its names, numbers and Latin words"
    return (
        f"The question is in {name}, which the encoder {model} does not know: it was searched for "
        f"by {by}, not by its meaning, and the answer may miss it. A multilingual encoder (the "
        "setting encoder) would help."
    )


def _pieces(question: str, words: WordList) -> Iterator[tuple[str, int]]:
    """Yield the Latin words, the numbers, and the names that are spelled like one of `words`.

    With each, how many characters of the question it stands for.
    """
    from anyascii import anyascii

    for match in _PIECE.finditer(question):
        piece = match[0]
        if piece.isascii():
            yield piece.rstrip(".,&'’-"), sum(character.isalnum() for character in piece)
        elif "\u3400" <= piece[0] <= "\u9fff":
            yield from _chinese_names([anyascii(character) for character in piece], words)
        elif name := _name(anyascii(piece), words):
            yield name, len(piece)


def _chinese_names(syllables: list[str], words: WordList) -> Iterator[tuple[str, int]]:
    """Yield the names in a run of Chinese, the longest first at each place, with a family name."""
    at = 0
    while at < len(syllables):
        for length in range(min(_MOST_CHARACTERS, len(syllables) - at), 1, -1):
            if name := _name("".join(syllables[at : at + length]), words):
                if at and (family := _name(syllables[at - 1], words, least=2)):
                    yield family, 1
                yield name, length
                at += length - 1
                break
        at += 1


def _name(spelled: str, words: WordList, *, least: int = _LEAST_LETTERS) -> str:
    """Return the articles' name that is spelled so, or ""."""
    folded = spelled.casefold()
    known = len(folded) >= least and folded in words.forms and words.is_name(folded)
    return words.forms[folded] if known else ""
