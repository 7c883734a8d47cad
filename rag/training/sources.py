"""The question sets that may be trained on -> examples.

`data` is a folder with `yardsticks/SET/questions.jsonl.gz` (and `corpus.jsonl.gz`) and
`training/*.jsonl`; what was written for this project beside these lies in WRITTEN. Sets that are
for measuring only are not read here at all.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.errors import QuestionSetError
from rag.reader.datatypes import Span
from rag.text import put_together, sentence_spans
from rag.training.examples import Example, answer_places, places_of, sentence_at

LICENCES = {
    "squad-1.1": "CC BY-SA 4.0",
    "squad-2.0": "CC BY-SA 4.0",
    "clapnq": "Apache-2.0",
    "trecqa-train": "research use",
    "news": "CC0",
    "written": "CC0",
}
WRITTEN = Path(__file__).parent / "written"
_LONGEST_SENTENCE_CHARS = 500  # of trecqa: some lines are whole tables


def read_squad(data: Path) -> list[Example]:
    """Return the questions of both SQuAD sets, each once; a group is an article."""
    texts = {
        document["_id"]: document
        for name in ("squad-1.1", "squad-2.0")
        for document in _lines(_path(data, name, "corpus"))
    }
    spans = {key: tuple(sentence_spans(texts[key]["text"])) for key in texts}
    found: dict[str, Example] = {}
    for name in ("squad-1.1", "squad-2.0"):
        for question in _lines(_path(data, name, "questions")):
            if question["_id"] in found:
                continue
            key = question["relevant"][0]
            text, sentences = texts[key]["text"], spans[key]
            places: tuple[Span, ...] = ()
            if question["answerable"]:
                places = answer_places(question["text"], text, sentences, question["answers"])
            found[question["_id"]] = Example(
                source=name, group=texts[key]["title"], id=question["_id"],
                question=question["text"], passage=text, sentences=sentences,
                answerable=question["answerable"], spans=places,
                gold=_numbers(sentences, places), answers=tuple(question["answers"]),
            )  # fmt: skip
    return list(found.values())


def squad_2_articles(data: Path) -> set[str]:
    """Return the titles of the articles that have unanswerable questions."""
    return {document["title"] for document in _lines(_path(data, "squad-2.0", "corpus"))}


def read_clapnq(data: Path) -> list[Example]:
    """Return the long-form questions: gold sentences without spans; a group is a question."""
    documents = {line["_id"]: line for line in _lines(_path(data, "clapnq", "corpus"))}
    found = []
    for question in _lines(_path(data, "clapnq", "questions")):
        document = documents[question["relevant"][0]]
        text = document["text"]
        sentences = _find_in_order(text, document["sentences"])
        gold = _numbered(text, sentences, question.get("gold_sentences", ()))
        if not sentences or (question["answerable"] and not gold):
            continue
        found.append(
            Example(
                source="clapnq",
                group=question["_id"],
                id=question["_id"],
                question=question["text"],
                passage=text,
                sentences=sentences,
                answerable=question["answerable"],
                gold=gold,
                together=True,
            )
        )
    return found


def read_news(data: Path) -> list[Example]:
    """Return the invented news' questions and near misses; a group is a piece of news."""
    return _read_pieces("news", data / "training")


def read_written(folder: Path = WRITTEN) -> list[Example]:
    """Return the questions and near misses over the pieces in `folder`; a group is a piece."""
    return _read_pieces("written", folder)


def pieces(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the group and the line of each piece in a folder, in the order of the files' names.

    Raises:
        QuestionSetError: there are none, as in an installed package: they come with a clone; or
            one of them is not as rag/training/written has them.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise QuestionSetError(f"no pieces (*.jsonl) to train on in {folder}: train from a clone")
    for path in paths:
        for number, (place, line) in enumerate(_numbered_lines(path)):
            try:
                _check(line)
            except (KeyError, TypeError, ValueError) as error:
                raise QuestionSetError(f"{path}, line {place}: {_told(error)}") from error
            yield f"{path.name}:{number}", line


def _check(piece: dict[str, Any]) -> None:
    """Raise what is wrong with a piece."""
    text = piece["text"]
    if not isinstance(text, str):
        raise TypeError(f"its text is {text!r}")
    for qa in piece["qas"]:
        if fault := _fault(text, qa):
            raise ValueError(f"of {qa.get('q')!r}, {fault}")
    for claim in piece.get("claims", ()):
        _ = claim["claim"], claim["supported"]


def _fault(text: str, qa: dict[str, Any]) -> str:
    """Return what is wrong with a question: an answer that is lost would train as one of none."""
    if "q" not in qa or not qa.keys() & {"a", "sentences"}:
        return "the question or its answer is missing"
    if wanted := qa.get("sentences"):
        lost = set(wanted) - {text[slice(*span)] for span in sentence_spans(text)}
        return f"{min(lost)!r} is no sentence of the text" if lost else ""
    if answer := qa.get("a"):
        sentence = qa.get("sentence", "")
        if sentence not in text:
            return f"the sentence {sentence!r} is not in the text"
        if answer not in sentence:
            return f"the answer {answer!r} is not in its sentence"
    return ""


def _told(error: Exception) -> str:
    return f"there is no {error}" if isinstance(error, KeyError) else str(error)


def _read_pieces(source: str, folder: Path) -> list[Example]:
    found = []
    for group, line in pieces(folder):
        text = line["text"]
        sentences = tuple(sentence_spans(text))
        for number, qa in enumerate(line["qas"]):
            together = "sentences" in qa  # in place of an answer: all that make up one
            answer = "" if together else qa["a"]
            places = _within(text, qa["sentence"], answer) if answer else ()
            gold = (
                _numbered(text, sentences, qa["sentences"])
                if together
                else _numbers(sentences, places)
            )
            found.append(
                Example(
                    source=source,
                    group=group,
                    id=f"{group}:{number}",
                    question=qa["q"],
                    passage=text,
                    sentences=sentences,
                    answerable=bool(gold),
                    spans=places,
                    gold=gold,
                    answers=(answer,) if answer else (),
                    together=together,
                )
            )
    return found


def read_trecqa(data: Path) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """Return (id, question, sentences that answer, sentences that don't) of the newswire set."""
    found = []
    for line in _lines(_path(data, "trecqa-train", "questions")):
        right: list[str] = []
        wrong: list[str] = []
        for sentence, label in zip(line["sentences"], line["labels"], strict=True):
            if len(sentence) < _LONGEST_SENTENCE_CHARS:
                (right if label else wrong).append(sentence)
        if len(wrong) >= 2:
            found.append((line["_id"], line["text"], tuple(right), tuple(wrong)))
    return found


def sentences_example(
    key: str, question: str, right: Sequence[str], sentences: Sequence[str]
) -> Example:
    """Return the example of sentences set beside each other; those in `right` answer."""
    passage, spans = put_together(sentences)
    gold = frozenset(n for n, sentence in enumerate(sentences) if sentence in right)
    return Example("trecqa-train", key, key, question, passage, spans, bool(gold), gold=gold)


def files(data: Path, written: Path = WRITTEN) -> dict[str, list[Path]]:
    """Return the files of each set, by its name."""
    found = {
        name: [
            path for kind in ("questions", "corpus") if (path := _path(data, name, kind)).is_file()
        ]
        for name in LICENCES
        if name not in ("news", "written")
    }
    for name, folder in (("news", data / "training"), ("written", written)):
        found[name] = sorted(folder.glob("*.jsonl"))
    return found


def _path(data: Path, name: str, kind: str) -> Path:
    return data / "yardsticks" / name / f"{kind}.jsonl.gz"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [line for _, line in _numbered_lines(path)]


def _numbered_lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Return what stands in the lines of a file that are not blank, and their numbers from 1."""
    place = f"the question set {path}"
    found = []
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        # str.splitlines would cut at U+2028 and the like, which JSON lets stand in a text.
        for number, line in enumerate(raw.decode("utf-8").split("\n"), start=1):
            if line.strip():
                place = f"line {number} of the question set {path}"
                found.append((number, _object(line)))
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise QuestionSetError(f"{place} cannot be read: {error}") from error
    return found


def _object(line: str) -> dict[str, Any]:
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError(f"an object is expected, got {line[:40]!r}")
    return found


def _numbers(sentences: Sequence[Span], places: Sequence[Span]) -> frozenset[int]:
    return frozenset(sentence_at(sentences, start) for start, _ in places)


def _numbered(text: str, sentences: Sequence[Span], wanted: Collection[str]) -> frozenset[int]:
    """Return the numbers of the sentences whose text is one of `wanted`."""
    return frozenset(n for n, span in enumerate(sentences) if text[slice(*span)] in wanted)


def _find_in_order(text: str, parts: Sequence[str]) -> tuple[Span, ...]:
    """Return where the parts stand in the text, one after another; others are left out."""
    found, at = [], 0
    for part in parts:
        start = text.find(part, at)
        if start >= 0:
            at = start + len(part)
            found.append((start, at))
    return tuple(found)


def _within(text: str, sentence: str, answer: str) -> tuple[Span, ...]:
    """Return where the answer stands in its sentence, as code points of the text."""
    offset = text.index(sentence)
    return tuple((offset + start, offset + end) for start, end in places_of(answer, sentence))
