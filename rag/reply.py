"""A chat model's reply, as it streams -> sentences with the numbers of the passages they cite.

    "Zhipu gives 50 million tokens [2][7]. It was" -> ("Zhipu gives 50 million tokens.", (2, 7))

A sentence is taken when the next one has begun, so that markers behind it are still its own and one
that is split between two pieces is whole. Only plain words come out: what a model writes as a
link, an image, HTML or emphasis is taken to its words, and an address that the passages do not
hold is left out. Thinking aloud is no part of a reply.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rag.prompt import SENTINEL
from rag.text import sentence_spans

_WORD = r"(?:passages?|sources?|documents?|docs?|articles?|refs?\.?|nos?\.?|numbers?|\#|\^)?"
_NUMBER = rf"{_WORD}\s*-?\d{{1,9}}"
_INSIDE = rf"\s*{_NUMBER}(?:\s*(?:,|;|&|and|[-–])\s*{_NUMBER})*\s*(?:†[^\]】\n]{{0,60}})?"
_THOUSANDS = r"(?!\d{1,3}(?:,\d{3})+[\]】])"  # [6,650] is a number
MARKER = re.compile(rf"(?i)[\[【]{_THOUSANDS}{_INSIDE}[\]】]")
_OPEN = re.compile(r"[\[【][^\]】\n]{0,80}$")  # what may become a marker
_OPEN_AT_END = re.compile(rf"(?i)[\[【]\s*{_WORD}[\d\s,;-]*$")
_SECOND_STOP = re.compile(r"([.!?。！？])\s+[.。]")
_RANGE = re.compile(r"(\d{1,9})\s*[-–]\s*(\d{1,9})")
_ONE = re.compile(r"(?<!\d)(?<![\[【,;\s]-)\d{1,9}")  # [-1] names no passage
_MOST_RANGE = 20  # numbers that [1-9] may stand for
_LEADING = re.compile(rf"(?i)^(?:\s*{MARKER.pattern.removeprefix('(?i)')})+")

_THOUGHT = re.compile(r"<(think(?:ing)?|thought|reasoning)>.*?(?:</\1>|\Z)", re.S | re.I)
_THOUGHT_END = re.compile(r"\A.*?</(?:think(?:ing)?|thought|reasoning)>", re.S | re.I)
_HALF_TAG = re.compile(r"<[a-z/]{0,10}$", re.I)

_TARGET = r"(?:\((?:[^()\n]|\([^()\n]*\))*\)?|\[[^\]\n]*\])"
_IMAGE = re.compile(rf"!\[([^\]]*)\]\s*{_TARGET}")
_LINK = re.compile(rf"\[([^\]\n]+)\]\s*{_TARGET}")
_DEFINITION = re.compile(r"^\s*\[[^\]\n]+\]:.*$", re.M)
_TAG = re.compile(r"</?[a-zA-Z!][^<>\n]*>?")
_ADDRESS = re.compile(
    r"(?i)(?:\b(?:https?|ftp|file|data|javascript|mailto|vbscript):[^\s<>\"'“”]*|"
    r"(?<![\w.])(?:www\.|//)[^\s<>\"'“”]+)"
)
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\w)[*_](?=\w)|(?<=[\w.,!?])[*_](?!\w)")
_LINE_START = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*+•]\s+|\d{1,2}[.)]\s+)+")
_HEADING = re.compile(r"\s*(?:#{1,6}\s|(\*\*|__)[^*_\n]+\1\s*:?\s*$)")
# What a model lists below its answer, which its markers have told.
_SOURCES = re.compile(
    r"(?i)\s*(?:#{1,6}\s*)?[*_]*(?:sources?|references?|citations?|passages? (?:cited|used))\s*"
    r"[*_]*\s*:?\s*[*_]*\s*$"
)
_ENDED = re.compile(r"[.!?:;。！？：；][\"'”’)*_\s]*$")  # a line that is no half sentence
_LISTED = re.compile(r"^\s*\d{1,2}\.(?=\s)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]")
_SPACE_BEFORE = re.compile(r"\s+([.,;:!?。，；：！？])")
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a reply in plain words, and the numbers it cites, each once, in order."""

    text: str
    numbers: tuple[int, ...]


class ReplyReader:
    """Reads a reply piece by piece. `own` are addresses that stand in the passages.

    `declined` tells that the sentinel was met. Where what came before turns out to have been a
    thought, `sentences` begins anew.
    """

    def __init__(self, own: Collection[str] = ()) -> None:
        self._own = own
        self._text = ""
        self._half = ""  # of a character that two pieces hold
        self._taken = 0  # of the text without thoughts: what `sentences` holds
        self._open = True  # no thought has ended yet that had no beginning
        self.declined = False
        self.sentences: list[Sentence] = []

    def read(self, piece: str) -> None:
        """Take the next piece, and the sentences that it made whole."""
        text = self._half + piece
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        self._text += _whole_characters(text.removesuffix(self._half))
        self._take(ended=False)

    def end(self) -> None:
        """Take the sentences that are left when the reply has ended."""
        self._take(ended=True)

    def _take(self, *, ended: bool) -> None:
        whole_text = _THOUGHT.sub("", self._text)
        if self._open and (thought := _THOUGHT_END.match(whole_text)):
            # Some servers leave the tag out that opens a thought.
            self._text, self._taken, self._open = whole_text[thought.end() :], 0, False
            self.sentences, self.declined = [], False
            whole_text = self._text
        if not ended:
            whole_text = _HALF_TAG.sub("", whole_text)
        said = (_OPEN_AT_END if ended else _OPEN).sub("", whole_text[self._taken :])
        pieces = list(_pieces(said))
        whole = pieces if ended else pieces[:-1]
        for start, end, markers_end in whole:
            sentence = self._sentence(said[start:end], said[start:markers_end])
            if sentence is not None:
                self.sentences.append(sentence)
        if whole:
            self._taken += whole[-1][2]

    def _sentence(self, text: str, with_markers: str) -> Sentence | None:
        if SENTINEL in text:
            self.declined = True
            text = text.replace(SENTINEL, " ")
        numbers = tuple(dict.fromkeys(_numbers(with_markers)))
        if _HEADING.match(text) and not numbers:
            return None
        plain = claimed(text, self._own)
        if not any(character.isalnum() for character in plain):
            return None
        if plain.endswith((":", "：")) and not numbers:
            return None  # "Here is what the passages say:" states nothing
        return Sentence(plain, numbers)


def _whole_characters(text: str) -> str:
    """Return `text` with halves of a character put together; one that is alone is left out."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def claimed(text: str, own: Collection[str] = ()) -> str:
    """Return what a sentence of a reply claims: its plain words, without markers.

    >>> claimed("**Zhipu** gives 50 million tokens [2][7].")
    'Zhipu gives 50 million tokens.'
    """
    return plain_words(_SECOND_STOP.sub(r"\1", MARKER.sub("", text)), own)


def plain_words(text: str, own: Collection[str] = ()) -> str:
    """Return `text` without its markup; addresses that are not among `own` are left out.

    >>> plain_words("**Zhipu** ([site](https://a.example/x)) <b>grew</b> ![](http://b.example/?q)")
    'Zhipu (site) grew'
    """
    text = _CONTROL.sub("", _LINE_START.sub("", _DEFINITION.sub("", text)))
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    text = _TAG.sub("", text)
    text = _ADDRESS.sub(lambda match: _kept(match[0], own), text)
    text = _EMPHASIS.sub("", text)
    text = _EMPTY.sub("", text.replace("](", "] (").replace("![", "["))
    return _SPACE_BEFORE.sub(r"\1", " ".join(text.split())).strip()


def addresses(text: str) -> set[str]:
    """Return the addresses of pages in `text`, as `plain_words` takes them."""
    found = {_bare(match[0]) for match in _ADDRESS.finditer(text)}
    return {one for one in found if one.casefold().startswith(("http://", "https://", "www."))}


def _kept(address: str, own: Collection[str]) -> str:
    bare = _bare(address)
    return address if bare in own else address[len(bare) :]


def _bare(address: str) -> str:
    return address.rstrip(".,;:!?)]}…")


def _pieces(said: str) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, end of the markers behind it) of each sentence of `said`, line by line.

    A line that goes on in small letters, or with markers, is one with the line before.
    """
    spans: list[list[int]] = []
    at = 0
    for line in _lines(said):
        # Markers ("[no. 3]") and list numbers ("2. ") hold dots that end no sentence.
        masked = MARKER.sub(lambda match: "[" + "0" * (len(match[0]) - 2) + "]", line)
        masked = _LISTED.sub(lambda match: match[0].replace(".", "0"), masked)
        for low, high in sentence_spans(masked, most_chars=4000):
            start, end = at + low, at + high
            if spans and spans[-1][3] == at and (lead := _LEADING.match(said[start:end])):
                spans[-1][2] = start + lead.end()
                rest = start + lead.end()
                # A full stop behind the markers belongs to the sentence before, too.
                while rest < end and said[rest] in " .,;:!?。":
                    rest += 1
                start = rest
                if start >= end:
                    spans[-1][2] = end
                    continue
            spans.append([start, end, end, at])
        at += len(line)
    for start, end, markers_end, _ in spans:
        yield start, end, max(end, markers_end)


def _lines(said: str) -> Iterator[str]:
    """Yield the lines, those that were broken within a sentence in one; none of a list of sources.

    Together they are the beginning of `said`.
    """
    whole = ""
    for line in said.splitlines(keepends=True):
        if _SOURCES.fullmatch(line) and line[-1:].isspace():
            break
        if whole and not _goes_on(whole, line):
            yield whole
            whole = ""
        whole += line
    if whole:
        yield whole


def _goes_on(before: str, line: str) -> bool:
    """Return whether a line goes on with the half sentence that stands `before` it."""
    if not before.strip() or not (line[:1].islower() or MARKER.match(line)):
        return False
    return not _ENDED.search(MARKER.sub("", before))


def _numbers(text: str) -> Iterator[int]:
    for match in MARKER.finditer(text):
        inside = match[0]
        for low, high in _RANGE.findall(inside):
            if 0 <= int(high) - int(low) < _MOST_RANGE:
                yield from range(int(low), int(high) + 1)
        yield from (int(number) for number in _ONE.findall(inside.split("†")[0]))
