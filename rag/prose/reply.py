"""A chat model's reply, as it streams -> sentences with the numbers of the passages they cite.

    "Zhipu gives 50 million tokens [2][7]. It was" -> ("Zhipu gives 50 million tokens.", (2, 7))

Each time, all of the reply so far is read, so that the same sentences come out however it is cut
into pieces. Until it ends its last sentence is held back: more of it may follow, or its markers.
Only plain words come out. Thinking aloud is no part of a reply, and a sentence that says that the
passages do not answer states nothing.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from rag.prose.blocks import blocks, is_entry, names_sources
from rag.prose.markers import KIND, masked, runs, without
from rag.prose.plain import plain_words
from rag.prose.prompt import SENTINEL
from rag.prose.silence import tells_nothing
from rag.text import sentence_spans

_THOUGHT = re.compile(r"<(think(?:ing)?|thought|reasoning)>.*?(?:</\1>|\Z)", re.S | re.I)
_THOUGHT_END = re.compile(r"\A.*?</(?:think(?:ing)?|thought|reasoning)>", re.S | re.I)
# What may become a tag or a marker yet, and what was to be one when the reply ended.
_HALF = re.compile(r"(?:<[^<>\n]{0,10}|[\[【［〔(（][^\[\]【】［］〔〕()（）\n]{0,80}|\\)\Z")
_HALF_AT_END = re.compile(rf"(?i)\\?[\[【［〔]\s{{0,3}}(?:{KIND}|\#|\^|no\.?)?[\d\s,;-]{{0,40}}\Z")
_SENTINEL = re.compile(SENTINEL.replace("_", r"(?:\\?_| )"))

_LISTED = re.compile(r"^\s*\d{1,2}\.(?=\s)")
_BETWEEN_SENTENCES = re.compile(r"[\s.,;:!?。，；：！？]*")
# "Passage 2 says that": whose words they are, as a marker would tell it.
_ATTRIBUTED = re.compile(
    r"(?i)(?:passage|source|document|excerpt)\s{1,3}\#?(?P<number>\d{1,2})\s{1,3}(?:also\s{1,3})?"
    r"(?:says|states|notes|mentions|reports|explains|indicates|tells\s{1,3}us|adds|confirms)"
    r"\s{0,3}(?:that\b|[:,])\s{0,3}"
)
_NO_CLAIMS = frozenset(("", "see", "see also", "cf", "source", "sources", "参见", "详见", "来源"))
_MOST_CHARS = 4000  # of a sentence
_MOST_KEPT = 1024  # blocks that are not read again as the reply grows


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a reply in plain words, and the numbers it cites, each once, in order."""

    text: str
    numbers: tuple[int, ...]


class ReplyReader:
    """Reads a reply piece by piece.

    `own` are addresses that stand in the passages; `passages` is how many there are, where it is
    known. `declined` tells that the sentinel was met, or a sentence that says that the passages do
    not answer. Where what follows shows that a sentence was half of one, or a thought, `sentences`
    begins anew.
    """

    def __init__(self, own: Collection[str] = (), *, passages: int | None = None) -> None:
        self._passages = passages
        self._text = ""
        self._half = ""  # of a character that two pieces hold
        self._read = lru_cache(_MOST_KEPT)(partial(_read, own=own, passages=passages))
        self.declined = False
        self.sentences: list[Sentence] = []

    def read(self, piece: str) -> None:
        """Take the next piece, and the sentences that it made whole."""
        text = self._half + piece
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        self._text += _whole_characters(text.removesuffix(self._half))
        found = self._stated(_HALF.sub("", _without_thoughts(self._text)))
        out = len(self.sentences) if found[: len(self.sentences)] == self.sentences else 0
        self.sentences = found[: max(out, len(found) - 1)]

    def end(self) -> None:
        """Take the sentences that are left when the reply has ended."""
        self.sentences = self._stated(_HALF_AT_END.sub("", _without_thoughts(self._text)))

    def _stated(self, text: str) -> list[Sentence]:
        """Return the sentences of `text`, without a list at its end of what they cite."""
        self.declined = False
        found = list(blocks(text, self._passages))
        end = len(found)
        while end and is_entry(found[end - 1], self._passages):
            end -= 1
        said, closing = self._sentences(found[:end]), self._sentences(found[end:])
        is_list = not _cited(said).isdisjoint(_cited(closing))
        return said if is_list else said + closing

    def _sentences(self, found: Iterable[str]) -> list[Sentence]:
        read = [self._read(block) for block in found]
        self.declined |= any(declines for _, declines in read)
        return [sentence for sentences, _ in read for sentence in sentences]


def claimed(text: str, own: Collection[str] = ()) -> str:
    """Return what a sentence of a reply claims: its plain words, without markers.

    >>> claimed("**Zhipu** gives 50 million tokens [2][7].")
    'Zhipu gives 50 million tokens.'
    """
    return plain_words(without(text, runs(text)), own)


def _whole_characters(text: str) -> str:
    """Return `text` with halves of a character put together; one that is alone is left out."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _without_thoughts(text: str) -> str:
    text = _THOUGHT.sub("", text)
    # Some servers leave the tag out that opens a thought.
    thought = _THOUGHT_END.match(text) if "</" in text else None
    return text[thought.end() :] if thought else text


def _cited(sentences: Collection[Sentence]) -> set[int]:
    return {number for sentence in sentences for number in sentence.numbers}


def _read(block: str, own: Collection[str], passages: int | None) -> tuple[list[Sentence], bool]:
    """Return what the sentences of a block state, and whether one says that there is no answer."""
    found, declines = [], False
    for written, numbers in _pieces(block, passages):
        text = _SENTINEL.sub(" ", written)
        plain = plain_words(text, own).lstrip(" ,;:，；：、")
        silent = tells_nothing(plain)
        declines |= silent or text != written
        # "Here is what the passages say:" states nothing.
        leads_on = plain.endswith((":", "：")) and not numbers
        if any(map(str.isalnum, plain)) and not silent and not leads_on:
            found.append(Sentence(plain, tuple(dict.fromkeys(numbers))))
    return found, declines


def _pieces(block: str, passages: int | None) -> list[tuple[str, list[int]]]:
    """Return the sentences of a block as they are written, without their markers, and the numbers.

    Markers that a sentence begins with belong to the one before, as does a full stop behind them.
    """
    found = runs(block, passages)
    pieces: list[tuple[str, list[int]]] = []
    # A number that lists ("2. ") and a marker ("[no. 3]") hold stops that end no sentence.
    text = _LISTED.sub(lambda match: match[0].replace(".", "0"), masked(block, found))
    ahead = deque(found)
    for low, end in sentence_spans(text, most_chars=_MOST_CHARS):
        start, here = low, []
        while ahead and ahead[0].start < end:
            run = ahead.popleft()
            if pieces and run.start <= start and not block[run.start].isalpha():
                pieces[-1][1].extend(run.numbers)
                between = _BETWEEN_SENTENCES.match(block, run.end, end)
                start = between.end() if between else end
            else:
                here.append(replace(run, start=run.start - start, end=run.end - start))
        said = block[start:end]
        written, numbers = without(said, here), [number for run in here for number in run.numbers]
        if here and here[0].start == 0 and said[0].isupper():
            written = _begun(written)  # "According to [1], the firm grew."
        if named := _ATTRIBUTED.match(written.lstrip()):
            written = _begun(written.lstrip()[named.end() :])
            numbers.insert(0, int(named["number"]))
        if names_sources(said, passages) or (numbers and _claims_nothing(written)):
            if pieces:
                pieces[-1][1].extend(numbers)
        else:
            pieces.append((written, numbers))
    return pieces


def _begun(written: str) -> str:
    written = written.lstrip()
    return written[:1].upper() + written[1:]


def _claims_nothing(written: str) -> bool:
    """Return whether no more than "see" or "source" is left of a sentence without its markers."""
    return re.sub(r"\W+", " ", written).strip().casefold() in _NO_CLAIMS
