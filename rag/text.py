"""Pure functions over strings: normalise, tokenise, language, sentence spans.

Owns sentencex (sentence boundaries), snowballstemmer (stems) and py3langid (language).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from itertools import islice, pairwise
from typing import Any

# Scripts that are written without spaces between words; matched by character bigrams.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003134f"
_TOKEN = re.compile(
    rf"(?P<cjk>[{_CJK}]+)"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    rf"|(?P<word>[^\W\d_{_CJK}]+(?:'[^\W\d_{_CJK}]+)*)"
)
_ACRONYM = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"'})
_EASTERN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # kana, Han, hangul
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")
# "5.", "**4.1.", "(3)": what numbers a clause and says nothing itself.
_BARE_NUMBER = re.compile(r"[\W_]*\d{1,3}(?:\.\d{1,3})*[.)][\W_]*")

# The Snowball algorithm of each language that py3langid can name.
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "nb": "norwegian",
    "nn": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip

_SURE_LOG_ODDS = 8.0

# English words that say how something is asked, not what. Other function words are kept: they
# weigh little where they are common, and tell where they are not (tests/benchmarks/fusion.py).
_ASKING_WORDS = frozenset(
    """what which who whom whose when where why how do does did many much please tell me you know
    show give get got want say says said article articles according who's what's there's""".split()
)


def normalise(text: str) -> str:
    """Return `text` for comparing: NFKC, casefolded, straight quotes, single spaces.

    >>> normalise("The  “Ban”\\n")
    'the "ban"'
    """
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()
    return _SPACES.sub(" ", folded).strip()


def whole_characters(text: str) -> str:
    """Return `text` with U+FFFD for each half of a character, which no text may hold.

    Two halves that belong together are one again.

    >>> whole_characters("a\\ud83d b")
    'a� b'
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def holds_words(text: str, words: str) -> bool:
    """Whether `text` holds the whole words of `words` in a row, whatever stands between them.

    >>> holds_words("It gave 50-million tokens.", "50 million"), holds_words("150 million", "50")
    (True, False)
    """
    wanted = spaced_words(words)
    return not wanted.isspace() and wanted in spaced_words(text)


def spaced_words(text: str) -> str:
    """Return the words of `text`, normalised, with one space before and after each.

    >>> spaced_words("It’s the U.S.")
    ' it s the u s '
    """
    return f" {' '.join(_WORD.findall(normalise(text)))} "


def tokenise(text: str, language: str = "en") -> list[str]:
    """Return the lexical tokens of `text` in order, repeats kept.

    Words are stemmed by the Snowball algorithm of `language` (left whole where there is none),
    letters and digits part (GPT4 is "gpt", "4"), dotted acronyms join (U.S. is "us"), numbers lose
    their thousands separators, runs of CJK characters give character bigrams.

    >>> tokenise("Baidu's 1,328 U.S. models: 智谱清言")
    ['baidu', '1328', 'us', 'model', '智谱', '谱清', '清言']
    """
    return [token for token, _ in _tokens(normalise(text), language)]


def content_terms(text: str, language: str = "en") -> list[str]:
    """Return the tokens of `text` that say what it is about, each once, in order.

    English words that only ask are left out.

    >>> content_terms("How many free tokens does Zhipu AI offer?")
    ['free', 'token', 'zhipu', 'ai', 'offer']
    """
    kept = (
        token for token, word in _tokens(normalise(text), language) if word not in _ASKING_WORDS
    )
    return list(dict.fromkeys(kept))


def query_terms(text: str, languages: Iterable[str]) -> list[str]:
    """Return the tokens to look up for a question over articles in `languages`.

    Each language's stems count once; words that only ask are dropped unless nothing else is left.
    """
    languages = list(languages) or ["en"]
    found = [term for language in languages for term in content_terms(text, language)]
    if not found:
        found = [token for language in languages for token in tokenise(text, language)]
    return list(dict.fromkeys(found))


def _tokens(normalised: str, language: str) -> Iterable[tuple[str, str]]:
    """Yield (token, word as written) of a normalised text."""
    stem = _stem(language)
    joined = _ACRONYM.sub(lambda match: match.group().replace(".", ""), normalised)
    for match in _TOKEN.finditer(joined):
        word = match.group()
        if match.lastgroup == "cjk":
            if len(word) == 1:
                yield word, word
            for left, right in pairwise(word):
                yield left + right, left + right
        elif match.lastgroup == "number":
            number = _THOUSANDS.sub("", word)
            yield number, number
        else:
            bare = word.removesuffix("'s")
            yield stem(bare), word


@lru_cache(maxsize=64)
def _stemmer(algorithm: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(algorithm)


def _stem(language: str) -> Any:
    algorithm = _STEMMERS.get(language)
    if algorithm is None:
        return str
    return partial(_stem_word, algorithm)


@lru_cache(maxsize=200_000)
def _stem_word(algorithm: str, word: str) -> str:
    # The pure-Python stemmers take time in the square of a word's length; no real word is so long.
    return str(_stemmer(algorithm).stemWord(word)) if len(word) <= 64 else word


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`; "en" where it is too short to tell.

    The script decides where it can (kana, hangul, Han); py3langid decides among the others.
    """
    sample = text[:2000]
    if script := _script_language(sample):
        return script
    if len(list(islice(filter(str.isalpha, sample), 40))) < 40:
        return "en"
    import py3langid

    code = str(py3langid.classify(sample)[0])
    return code if re.fullmatch(r"[a-z]{2}", code) else "en"


def question_language(question: str) -> str:
    """Return the ISO 639-1 code of the language of a short text; "en" where that is not sure.

    Unlike `detect_language` it judges a few words: another language than English, of those that
    have a stemmer or a script of their own, has to be far likelier (e^8 times).
    """
    if script := _script_language(question):
        return script
    if not any(character.isalpha() for character in question):
        return "en"
    import py3langid

    scores = dict(py3langid.rank(question))
    best = max(sorted(_STEMMERS.keys() & scores.keys()), key=lambda code: scores[code])
    return best if scores[best] - scores["en"] >= _SURE_LOG_ODDS else "en"


def _script_language(sample: str) -> str:
    """Return "zh", "ja" or "ko" where the script tells, or ""."""
    eastern = _EASTERN.findall(sample)
    if not eastern:
        return ""
    letters = sum(map(str.isalpha, sample))
    kana = sum(character <= "\u30ff" for character in eastern)
    hangul = sum(character >= "\uac00" for character in eastern)
    han = len(eastern) - kana - hangul
    if letters and len(eastern) > 0.3 * letters:
        if hangul > han + kana:
            return "ko"
        return "ja" if kana > 0.1 * (kana + han) else "zh"
    return ""


def sentence_spans(
    text: str, language: str = "en", *, most_chars: int = 1000
) -> list[tuple[int, int]]:
    """Return the (start, end) of each sentence of `text`, in order, without surrounding space.

    Together the spans hold every character that is not white space. The number of a clause is of
    the sentence that follows it. A sentence longer than
    `most_chars` (a CJK character counts as four) is cut at white space, or within a word where
    there is none, so that no input can make a sentence that does not fit a model.
    """
    from sentencex import get_sentence_boundaries

    spans: list[tuple[int, int]] = []
    for boundary in get_sentence_boundaries(language, text):
        start, end = boundary["start_index"], boundary["end_index"]
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end:
            continue
        if spans and (
            not _WORD.search(text, start, end)  # a stray closing quote belongs to what it closes
            or (spans[-1][1] == start and text[start - 1] in ".!?")  # 01.AI, example.com
        ):
            spans[-1] = (spans[-1][0], end)
            continue
        spans.append((start, end))
    spans = _with_numbers(text, spans)
    return [piece for start, end in spans for piece in _cut(text, start, end, most_chars)]


def is_bare_number(text: str) -> bool:
    """Return whether a text is the number of a clause and no more.

    >>> is_bare_number("**5."), is_bare_number("5. Deposit"), is_bare_number("1,250")
    (True, False, False)
    """
    return len(text) <= 40 and _BARE_NUMBER.fullmatch(text) is not None


def _with_numbers(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans with each bare number in that after it, or in the question before it."""
    joined: list[tuple[int, int]] = []
    opened: int | None = None  # where numbers start that belong to what follows
    for at, (start, end) in enumerate(spans):
        is_number = is_bare_number(text[start:end])
        asked = bool(joined) and text[joined[-1][1] - 1] in "?？"
        if is_number and opened is None and joined and (asked or at == len(spans) - 1):
            joined[-1] = (joined[-1][0], end)
        elif is_number and at < len(spans) - 1:
            opened = start if opened is None else opened
        else:
            joined.append((start if opened is None else opened, end))
            opened = None
    return joined


def _cut(text: str, start: int, end: int, most_chars: int) -> Iterable[tuple[int, int]]:
    """Yield pieces of text[start:end] that are no wider than `most_chars`."""
    while end - start > most_chars // 4:
        width, at, space = 0, start, 0
        while at < end and width <= most_chars:
            width += 4 if ord(text[at]) >= 0x2E80 else 1
            if text[at].isspace():
                space = at
            at += 1
        if at == end and width <= most_chars:
            break
        at = space if space > start else at - 1
        yield start, start + len(text[start:at].rstrip())
        start = at
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def put_together(
    texts: Sequence[str], *, between: str = " "
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the texts as one passage, and where each of them stands in it.

    >>> put_together(["One.", "Two."])
    ('One. Two.', ((0, 4), (5, 9)))
    """
    spans, at = [], 0
    for text in texts:
        spans.append((at, at + len(text)))
        at += len(text) + len(between)
    return between.join(texts), tuple(spans)
