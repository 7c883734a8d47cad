"""Any extractive question-answering model of transformers as a Reader. Owns transformers.

Such a model gives each token a score as the start and one as the end of the answer; a pair of the
two is a span's, and the pair of the first token ([CLS]) stands for "no answer here" (Devlin et
al., BERT, 2019, section 4.3). Of one window, with S the log of the sum of exp over its spans and N
the score of "no answer",

    log-odds that it answers = S - N,

the model's own probability: choose a model that was trained to say "no answer" (SQuAD 2.0). A
sentence's score is the same with the spans that begin in it alone. torch and transformers are
imported when a model is loaded, not before.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.encoder import encodable
from rag.errors import ModelError
from rag.hub import file_digests, fingerprint, first_line, model_folder
from rag.odds import logistic
from rag.reader.batches import group
from rag.reader.datatypes import Reading, Span
from rag.reader.memory import Memory, Page

WINDOW_TOKENS = 384  # the most of a question and a passage that is read at once
OVERLAP_TOKENS = 128  # what a window repeats of the one before it
QUESTION_TOKENS = 64  # the most of a question that is read
SPAN_TOKENS = 30  # the longest answer
_BATCH_POSITIONS = 4096  # rows x longest of a batch
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Window:
    """One window of a passage: the model's inputs, and where its tokens stand in the passage.

    `places` has one (start, end) in code points for each token that an answer may hold, `tokens`
    its position in the window; `none` is the position of the token of "no answer".
    """

    inputs: dict[str, list[int]]
    page: int
    tokens: list[int]
    places: list[Span]
    none: int


@dataclass(frozen=True, slots=True)
class _Found:
    """What one window gave; `sentences` is number -> (tokens in the window, score)."""

    span: Span
    margin: float
    logit: float
    sentences: dict[int, tuple[int, float]]


class TransformersReader:
    """A Reader on a model of transformers.

    >>> reader = TransformersReader.from_name("deepset/minilm-uncased-squad2")  # doctest: +SKIP
    >>> text = "The ferry sank on 3 May. Nobody was hurt."  # doctest: +SKIP
    >>> reader.read("When did the ferry sink?", [text], [[(0, 24), (25, 41)]])  # doctest: +SKIP
    """

    def __init__(self, model_id: str, folder: Path, tokenizer: Any, model: Any) -> None:
        self.model_id = model_id
        self._folder = folder
        self._tokenizer = tokenizer
        self._tokenising = Lock()
        self._model = model
        self._memory = Memory()
        self._window_tokens = _window_tokens(model.config, tokenizer)

    @classmethod
    def from_name(cls, name: str) -> TransformersReader:
        """Return the reader in the folder `name`, or the hub's model of that name, loaded.

        Raises:
            ModelError: there is no such model, or it is no extractive question-answering model.
        """
        folder = model_folder(name, instead="'bundled' or 'none'")
        with _quiet():
            tokenizer, model = _loaded(name, folder)
        return cls(name, folder, tokenizer, model)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the model's files: taken when it is asked for, as they may be large."""
        return fingerprint(file_digests(self._folder))

    def read(
        self, question: str, passages: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> list[Reading]:
        """Return one Reading for each passage, in order; a pair read before is not read again.

        Raises:
            ModelError: the model gives scores that are not finite.
            ValueError: there are not as many lists of sentences as passages.
        """
        return self._memory.read(question, passages, sentences, partial(self._read_new, question))

    def _read_new(self, question: str, pages: Sequence[Page]) -> list[Reading]:
        windows = self._windows(question, [passage for passage, _ in pages])
        found: dict[int, list[_Found]] = {}
        lengths = [len(window.inputs["input_ids"]) for window in windows]
        for rows in group(lengths, most=_BATCH_POSITIONS):
            members = [windows[row] for row in rows]
            starts, ends = self._logits([window.inputs for window in members])
            for window, start, end in zip(members, starts, ends, strict=True):
                _, spans = pages[window.page]
                found.setdefault(window.page, []).append(_decode(window, start, end, spans))
        return [_reading(found.get(page, []), len(spans)) for page, (_, spans) in enumerate(pages)]

    def _windows(self, question: str, passages: Sequence[str]) -> list[_Window]:
        """Return the windows of the passages in which there is something to read."""
        texts = [encodable(passage) for passage in passages]
        found = self._tokenised(question, texts)
        first = self._tokenizer.cls_token_id
        windows = []
        for row, page in enumerate(found["overflow_to_sample_mapping"]):
            tokens, places = [], []
            for at, (part, span) in enumerate(
                zip(found.sequence_ids(row), found["offset_mapping"][row], strict=True)
            ):
                if part == 1:
                    start, end = _stripped(texts[page], *span)
                    if start < end:
                        tokens.append(at)
                        places.append((start, end))
            if places:
                inputs = {name: list(found[name][row]) for name in _INPUTS if name in found}
                ids = inputs["input_ids"]
                none = ids.index(first) if first in ids else 0
                windows.append(_Window(inputs, page, tokens, places, none))
        return windows

    def _tokenised(self, question: str, texts: list[str]) -> Any:
        """Return the tokens of the question beside each text's windows, as the tokenizer does."""
        tokenizer, most = self._tokenizer, self._window_tokens
        # It keeps where to cut from one call to the next, for all threads.
        with self._tokenising:
            asked = self._shortened(question, most=min(QUESTION_TOKENS, most // 2))
            used = len(tokenizer(asked, add_special_tokens=False)["input_ids"])
            room = most - used - tokenizer.num_special_tokens_to_add(pair=True)
            return tokenizer(
                [asked] * len(texts), texts, max_length=most, truncation="only_second",
                stride=min(OVERLAP_TOKENS, room // 4), return_overflowing_tokens=True,
                return_offsets_mapping=True, padding=False,
            )  # fmt: skip

    def _shortened(self, question: str, *, most: int) -> str:
        """Return `question` cut after its first `most` tokens."""
        clean = encodable(question)
        found = self._tokenizer(
            clean, add_special_tokens=False, truncation=True, max_length=most,
            return_offsets_mapping=True,
        )  # fmt: skip
        spans = found["offset_mapping"]
        return clean[: spans[-1][1]] if len(spans) == most else clean

    def _logits(self, rows: Sequence[dict[str, list[int]]]) -> tuple[Floats, Floats]:
        """Return the start and the end scores of the rows' positions, (b, t) each."""
        import torch

        longest = max(len(row["input_ids"]) for row in rows)
        feed = {}
        for name in rows[0]:
            filler = (self._tokenizer.pad_token_id or 0) if name == "input_ids" else 0
            filled = np.full((len(rows), longest), filler, np.int64)
            for at, row in enumerate(rows):
                filled[at, : len(row[name])] = row[name]
            feed[name] = torch.from_numpy(filled).to(self._model.device)
        with torch.inference_mode():
            given = self._model(**feed)
        starts = given.start_logits.double().cpu().numpy()
        ends = given.end_logits.double().cpu().numpy()
        present = feed["attention_mask"].cpu().numpy() == 1
        if not (np.isfinite(starts[present]).all() and np.isfinite(ends[present]).all()):
            raise ModelError(f"the reader {self.model_id!r} gave scores that are not finite")
        return starts, ends


def _decode(window: _Window, start: Floats, end: Floats, sentences: Sequence[Span]) -> _Found:
    """Return what the scores of one window's positions, (t,) each, say."""
    sums = start[window.tokens][:, None] + end[window.tokens][None, :]
    at = np.arange(len(window.tokens))
    length = at[None, :] - at[:, None]
    sums = np.where((length >= 0) & (length < SPAN_TOKENS), sums, -np.inf)
    low, high = divmod(int(sums.argmax()), len(at))
    none = float(start[window.none] + end[window.none])
    by_first = np.logaddexp.reduce(sums, axis=1)  # the mass of the spans that begin at each token
    begins = [begin for begin, _ in sentences]
    within: dict[int, list[float]] = {}
    if sentences:
        for (place, _), mass in zip(window.places, by_first.tolist(), strict=True):
            # A token between two sentences belongs to the one before it, as in rag.reader.features.
            number = max(0, bisect.bisect_right(begins, place) - 1)
            within.setdefault(number, []).append(mass)
    return _Found(
        span=(window.places[low][0], window.places[high][1]),
        margin=float(sums[low, high]) - none,
        logit=float(np.logaddexp.reduce(by_first)) - none,
        sentences={
            number: (len(masses), float(np.logaddexp.reduce(masses)) - none)
            for number, masses in within.items()
        },
    )


def _reading(found: Sequence[_Found], sentences: int) -> Reading:
    """Return the reading of a passage's windows: of each thing, the best window's.

    A sentence that windows cut is judged where most of it stands.
    """
    if not found:
        return Reading(None, -math.inf, -math.inf, 0.0, (-math.inf,) * sentences)
    best = max(found, key=lambda one: one.margin)
    logit = max(one.logit for one in found)
    scores = [
        max((one.sentences[n] for one in found if n in one.sentences), default=(0, -math.inf))[1]
        for n in range(sentences)
    ]
    return Reading(best.span, best.margin, logit, logistic(logit), tuple(scores))


def _loaded(name: str, folder: Path) -> tuple[Any, Any]:
    """Return the tokenizer and the model in `folder`, in float32, on a GPU where there is one."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    try:
        model, info = AutoModelForQuestionAnswering.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32, output_loading_info=True
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # transformers raises what its many parts raise
        raise ModelError(
            f"the reader {name!r} in {folder} cannot be loaded as an extractive question-answering "
            f"model ({first_line(error)}): name a model that was trained on SQuAD 2.0 or the like"
        ) from error
    trained = {key for key, _ in model.named_parameters()}
    if missing := sorted(trained & set(info["missing_keys"])):
        raise ModelError(
            f"the reader {name!r} is no question-answering model: its weights lack {missing[0]!r}; "
            "name a model that was trained on SQuAD 2.0 or the like"
        )
    if not tokenizer.is_fast:
        raise ModelError(
            f"the reader {name!r} has no fast tokenizer, which alone tells where a token stands in "
            "the text; name another model"
        )
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return tokenizer, model.to(device).eval()


def _window_tokens(config: Any, tokenizer: Any) -> int:
    """Return how many tokens are read at once: no more than the model has positions for."""
    # RoBERTa counts its positions from 2.
    positions = int(getattr(config, "max_position_embeddings", 0) or 0) - 2
    known = [n for n in (positions, int(tokenizer.model_max_length)) if n > 0]
    return min([WINDOW_TOKENS, *known])


def _stripped(text: str, start: int, end: int) -> Span:
    """Return the span without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers from writing to the screen while a model is loaded."""
    from transformers.utils import logging

    level: int = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)
