"""Questions in a language that the encoder does not know: what of them can be searched for.

Latin words and numbers stand as they are; a name in another script is spelled out in Latin letters
(Chinese: in pinyin) and taken where the articles have a name that is spelled so. Of Chinese, how it
is asked ("how many") and the other words are put into English one by one, by a dictionary: of a
word's meanings the one that the articles have most often. No other language is translated.
Owns anyascii.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from rag.config import BUNDLED_MODEL
from rag.text import normalise, question_language
from rag.words.dictionary import LONGEST, meanings
from rag.words.lexicon import english
from rag.words.phrases import FUNCTION
from rag.words.wordlist import WORD, WordList

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
_LATIN = "A-Za-z\u00c0-\u024f"
_PIECE = re.compile(rf"[{_LATIN}0-9][{_LATIN}0-9.,&'’-]*|[{_HAN}]+|[^\W\d_]+")
_OTHER_SCRIPT = re.compile(rf"[^\W\d_{_LATIN}]")
_LEAST_LETTERS = 4  # of a name that is spelled out: shorter ones are met by chance
_MOST_CHARACTERS = 4  # of a Chinese name
# How something is asked, which tells what kind of thing the answer holds.
_ASKED = (
    (re.compile("多少[个個家位名次款种種项項]?|[几幾][个個家位名次款种種]"), "how many"),
    (re.compile("什[么麼][时時]候|何[时時]|哪一?[年天]|[几幾][月号號日]"), "when"),
    (re.compile("哪[里裡裏]|哪[儿兒]|何[处處]|在哪"), "where"),
    (re.compile("[为為]什[么麼]|[为為]何"), "why"),
    (re.compile("怎[么麼][样樣]?|怎[样樣]|如何"), "how"),
    (re.compile("[谁誰]"), "who"),
    (re.compile("哪些?[个個家位所种種款项項]?"), "which"),
    (re.compile("什[么麼]"), "what"),
)
# Words that hold a sentence together and mean little in another one.
_HOLDING = frozenset(
    """
    的 了 着 过 吗 呢 吧 啊 地 得 在 是 有 和 与 及 或 被 把 对 从 到 于 用 为 由 向 给 让 以
    之 其 这 那 那么 这么 也 都 还 就 才 又 很 更 最 个 家 位 名 次 款 种 项 所 件 条 只 上 中
    里 截至 一共 总共 进行 关于 其中 以及 我 你 他 她 它 我们 你们 他们 请问 告诉
    """.split()
)
_MONTH = re.compile(r"(\d{1,2})月(?:(\d{1,2})[日号])?")
_YEAR = re.compile(r"(\d{4})年")
# Words that hold a sentence together in other languages, too: these alone tell nothing.
_SHARED = frozenset(
    "a an as at die do for had has he her him i in is it me men mine most no of on once or our "
    "over per so to under us via was we with".split()
)
_AND_WHAT_OF = re.compile("呢[？?]?$")


@dataclass(frozen=True, slots=True)
class Searchable:
    """What of a question can be searched for, and the share of its letters and digits, 0 to 1."""

    text: str
    share: float


def language_of(message: str, words: WordList) -> str:
    """Return the ISO 639-1 code of the language of a message over articles with these `words`.

    It is English where each word is, or is the articles' own: by its letters alone "And Alibaba?"
    would be Indonesian, and "Is Åsa leaving?" Swedish. So it is where each word without a capital
    holds English sentences together, whatever the names are: "And Tirana?", "Milei then?"
    """

    def is_english(word: str) -> bool:
        if not word.isascii():
            return word in words.forms and words.is_name(word)
        return word in words.forms or word in FUNCTION or word in english()

    written = [match[0] for match in WORD.finditer(message)]
    small = [word for word in written if not any(map(str.isupper, word))]
    told = FUNCTION.intersection([*small, *map(str.lower, written[:1])])
    if FUNCTION.issuperset(small) and told - _SHARED:
        return "en"
    said = [normalise(word) for word in written]
    if any(map(str.isascii, said)) and all(map(is_english, said)):
        return "en"
    return question_language(message)


def is_known(language: str, model: str) -> bool:
    """Return whether the encoder `model` may be taken to know `language`.

    The bundled one knows English; of any other whoever chose it knows.
    """
    return language == "en" or model != BUNDLED_MODEL


def searchable(
    question: str, words: WordList, frequency: Callable[[str], int]
) -> Searchable | None:
    """Return what of `question`, in another script, the articles in English could hold, or None.

    `frequency` tells how many passages have an English word, in any of its forms; 0 for those that
    mean little.

    >>> names = WordList({"zhipu": "Zhipu"}, {"zhipu": 1})
    >>> counts = {"offer": 9, "free": 7, "decree": 1, "token": 5}
    >>> searchable("智谱AI提供多少免费令牌？", names, lambda word: counts.get(word, 0))
    Searchable(text='how many Zhipu AI offer free token', share=1.0)
    """
    if not _OTHER_SCRIPT.search(question):
        return None
    spoken = sum(character.isalnum() for character in question)
    asked, covered = "", 0
    for pattern, word in _ASKED:
        if match := pattern.search(question):
            asked, covered = word, len(match[0])
            question = f"{question[: match.start()]} {question[match.end() :]}"
            break
    found = list(_pieces(_dates_in_english(question), words, frequency))
    covered += sum(length for _, length in found)
    said = [piece for piece, _ in found if piece]
    if not said:
        return None
    return Searchable(" ".join([asked, *said]).strip(), min(1.0, covered / spoken))


def follows_on(message: str) -> bool:
    """Return whether a message in Chinese asks the question before it of something else.

    >>> follows_on("那阿里巴巴呢？"), follows_on("阿里巴巴提供什么？")
    (True, False)
    """
    return _AND_WHAT_OF.search(message.strip()) is not None


def note(language: str, model: str, *, of_articles: Collection[str]) -> str:
    """Return what to tell of an answer to a question in a `language` that `model` does not know."""
    name = _NAMES.get(language, f"another language ({language})")
    by = "its names, numbers and Latin words, not by its meaning"
    if language in of_articles:
        by = "its words, not by its meaning"
    elif language == "zh":
        by = "its words, put into English one by one by a dictionary"
    return (
        f"The question is in {name}, which the encoder {model} does not know: it was searched for "
        f"by {by}, and the answer may miss it. A multilingual encoder (the setting encoder) would "
        "help."
    )


def _dates_in_english(question: str) -> str:
    """Return the question with its dates as English has them.

    >>> _dates_in_english("2024年7月9日")
    '2024 July 9'
    """

    def month(match: re.Match[str]) -> str:
        number = int(match[1])
        name = month_name[number] if 1 <= number <= 12 else match[1]
        return f" {name} {match[2] or ''} "

    return " ".join(_MONTH.sub(month, _YEAR.sub(r"\1 ", question)).split())


def _pieces(
    question: str, words: WordList, frequency: Callable[[str], int]
) -> Iterator[tuple[str, int]]:
    """Yield the Latin words, the numbers, the names that are spelled like one of `words`, meanings.

    With each, how many characters of the question it stands for; "" for one that means little.
    """
    from anyascii import anyascii

    for match in _PIECE.finditer(question):
        piece = match[0]
        if not _OTHER_SCRIPT.search(piece):
            yield piece.rstrip(".,&'’-"), sum(character.isalnum() for character in piece)
        elif "\u3400" <= piece[0] <= "\u9fff":
            yield from _of_chinese(piece, words, frequency)
        elif name := _name(anyascii(piece), words):
            yield name, len(piece)


def _of_chinese(
    run: str, words: WordList, frequency: Callable[[str], int]
) -> Iterator[tuple[str, int]]:
    """Yield the names and the meanings of the words in a run of Chinese, the longest at each place.

    Of a name and a word of one length the name; before a given name, the family's.
    """
    from anyascii import anyascii

    syllables = [anyascii(character) for character in run]
    at = 0
    while at < len(run):
        name, length = _chinese_name(syllables, at, words)
        for longest in range(min(LONGEST, len(run) - at), length, -1):
            word = run[at : at + longest]
            meaning = "" if word in _HOLDING else _meaning(word, frequency)
            if meaning or word in _HOLDING:
                yield meaning, longest
                length = longest
                break
        else:
            if name:
                if at and (family := _name(syllables[at - 1], words, least=2)):
                    yield family, 1
                yield name, length
        at += max(1, length)


def _chinese_name(syllables: Sequence[str], at: int, words: WordList) -> tuple[str, int]:
    """Return the longest name that is spelled at a place, and its characters; or "", 0."""
    for length in range(min(_MOST_CHARACTERS, len(syllables) - at), 1, -1):
        if name := _name("".join(syllables[at : at + length]), words):
            return name, length
    return "", 0


def _meaning(word: str, frequency: Callable[[str], int]) -> str:
    """Return the meaning of a word that the articles have most often; or, of longer words, one.

    Of a name, what they have of it: of "Acme Holdings Limited" mostly "Acme".
    """
    best, most = "", 0
    found = meanings(word)
    for meaning in found:
        had = [each for each in meaning.split() if frequency(each)]
        named = [each for each in had if each[0].isupper() and len(word) > 1]
        kept = named or (had if meaning.split() == had else [])
        count = min(map(frequency, kept), default=0)
        if count > most:
            best, most = " ".join(kept), count
    return best or (found[0] if found and len(word) > 1 else "")


def _name(spelled: str, words: WordList, *, least: int = _LEAST_LETTERS) -> str:
    """Return the articles' name that is spelled so, or ""."""
    folded = spelled.casefold()
    known = len(folded) >= least and folded in words.forms and words.is_name(folded)
    return words.forms[folded] if known else ""
