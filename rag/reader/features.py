"""A question and a passage as the numbers that the network reads. Owns tokenizers for the reader.

A row is `[CLS] question [SEP] passage [SEP]`. Beside its word piece, each position carries two
marks, so that the network need not learn from few examples which words are the same:

- of its word: in the question, whether the passage has it; in the passage, whether the question
  has it; function words apart;
- of its sentence: which share of the question's words that the window has stands in it.

Two words are the same when their first five letters are.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.encoder import encodable
from rag.errors import ModelError
from rag.reader.datatypes import Span

if TYPE_CHECKING:
    from tokenizers import Tokenizer

QUESTION_PIECES = 64  # the most of a question that is read
MARKS = 12  # marks are numbers below this

_FUNCTION_WORDS = frozenset(
    """a all also an and any are as at be been being but by can could did do does done for from
    had has have having he her his how i if in into is it its many may me might much must my no
    nor not of on or our over s shall she should so some such t than that the their theirs them
    then there these they this those to was we were what when where which who whom whose why will
    with would you your up us out about after am before here hers him""".split()
)
_WORD = re.compile(r"\w+")

Ends = tuple[int, int]  # the ids of [CLS] and [SEP]

# Marks of words. 0 is a special token's.
_QUESTION_NO_WORD, _QUESTION_FUNCTION, _QUESTION_FOUND, _QUESTION_MISSING = 1, 2, 3, 4
_PASSAGE_OTHER, _PASSAGE_FUNCTION, _PASSAGE_ASKED = 5, 6, 7
# Marks of sentences: 8 for a share below a quarter, up to 11 for three quarters and more.
_SENTENCE, _SENTENCE_LEVELS = 8, 4


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a text: ids, code-point offsets, and the stem of each one's word.

    A function word's stem begins with a dot; a piece that is no part of a word has "".
    """

    ids: tuple[int, ...]
    spans: tuple[Span, ...]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What the network reads of a question and one window of a passage; four lists of one length.

    `kinds` is 0 for the question and 1 for the passage. The window's pieces begin at `first`.
    """

    ids: list[int]
    kinds: list[int]
    word_marks: list[int]
    sentence_marks: list[int]
    first: int


def stem(word: str) -> str:
    """Return the first five letters in lower case; a word with a digit stays whole.

    >>> stem("Companies"), stem("19th"), stem("2024")
    ('compa', '19th', '2024')
    """
    lower = word.lower()
    return lower if any(character.isdigit() for character in lower) else lower[:5]


def is_function_word(word: str) -> bool:
    """Return whether `word` says how something is asked rather than what."""
    return word.lower() in _FUNCTION_WORDS


def says_nothing(word: str) -> bool:
    """Return whether `word` is a function word and no name: in capitals it may be one, as the US.

    >>> says_nothing("us"), says_nothing("US"), says_nothing("I")
    (True, False, True)
    """
    return is_function_word(word) and (len(word) < 2 or not word.isupper())


def content_stems(text: str) -> frozenset[str]:
    """Return the stems of the words of `text` that are no function words."""
    words = (match.group() for match in _WORD.finditer(text))
    return frozenset(stem(word) for word in words if not is_function_word(word))


class PieceSplitter:
    """Splits texts into the word pieces of an encoder's vocabulary."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
        if cls is None or sep is None:
            raise ModelError(
                "the encoder's tokenizer has no [CLS] and [SEP]: the reader needs them"
            )
        self.ends: Ends = (cls, sep)

    @classmethod
    def from_file(cls, path: Path) -> PieceSplitter:
        """Return the splitter of a tokenizer.json.

        Raises:
            ModelError: the file is missing or is no tokenizer.
        """
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the binding raises bare Exception
            raise ModelError(f"the tokenizer {path} cannot be loaded: {error}") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return cls(tokenizer)

    def split(self, text: str) -> Pieces:
        """Return the pieces of `text`, in order."""
        encoding = self._tokenizer.encode(encodable(text), add_special_tokens=False)
        words = list(_WORD.finditer(text))
        starts = [word.start() for word in words]
        stems = []
        for start, _ in encoding.offsets:
            at = bisect.bisect_right(starts, start) - 1
            if at < 0 or start >= words[at].end():
                stems.append("")
                continue
            word = words[at].group()
            stems.append(("." if is_function_word(word) else "") + stem(word))
        return Pieces(tuple(encoding.ids), tuple(encoding.offsets), tuple(stems))

    def question(self, text: str) -> Pieces:
        """Return the first `QUESTION_PIECES` pieces of a question."""
        pieces = self.split(text)
        most = QUESTION_PIECES
        return Pieces(pieces.ids[:most], pieces.spans[:most], pieces.stems[:most])


def sentence_numbers(pieces: Pieces, sentences: Sequence[Span]) -> list[int]:
    """Return the sentence that each piece belongs to, counted from 0.

    A piece between two sentences belongs to the one before it, and to the first if there is none.
    """
    starts = [start for start, _ in sentences]
    return [max(0, bisect.bisect_right(starts, start) - 1) for start, _ in pieces.spans]


def make_row(
    question: Pieces, passage: Pieces, numbers: Sequence[int], ends: Ends, *, low: int, high: int
) -> Row:
    """Return the row of `question` and the passage's pieces `low` to `high` (half-open).

    `numbers` are the passage's sentence numbers, one a piece.
    """
    window = passage.stems[low:high]
    present, asked = set(window), set(question.stems) - {""}
    content = {stem_ for stem_ in asked if not stem_.startswith(".")}
    held: dict[int, set[str]] = {}
    for number, stem_ in zip(numbers[low:high], window, strict=True):
        held.setdefault(number, set()).update({stem_} & content)
    most = max(1, len(content & present))
    levels = {
        number: _SENTENCE + min(_SENTENCE_LEVELS - 1, _SENTENCE_LEVELS * len(stems) // most)
        for number, stems in held.items()
    }
    first = len(question.ids) + 2
    return Row(
        ids=[ends[0], *question.ids, ends[1], *passage.ids[low:high], ends[1]],
        kinds=[0] * first + [1] * (high - low + 1),
        word_marks=[
            0, *(_question_mark(stem_, present) for stem_ in question.stems), 0,
            *(_passage_mark(stem_, asked) for stem_ in window), 0,
        ],
        sentence_marks=[0] * first + [levels[number] for number in numbers[low:high]] + [0],
        first=first,
    )  # fmt: skip


def _question_mark(stem_: str, present: set[str]) -> int:
    if not stem_:
        return _QUESTION_NO_WORD
    if stem_.startswith("."):
        return _QUESTION_FUNCTION
    return _QUESTION_FOUND if stem_ in present else _QUESTION_MISSING


def _passage_mark(stem_: str, asked: set[str]) -> int:
    if stem_ not in asked:
        return _PASSAGE_OTHER
    return _PASSAGE_FUNCTION if stem_.startswith(".") else _PASSAGE_ASKED
