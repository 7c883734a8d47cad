"""What becomes of questions that articles answer differently?

    python -m tests.benchmarks.disagreement FOLDER

FOLDER holds folders of public question sets with their own documents, pooled in each: `ramdocs`
(several right answers, and wrong ones), `evotemp` (answers that changed over time, dated
documents) and `newspolluted` (one true article among false ones). Nothing was chosen on their
scores.

- ramdocs: the answer holds all right answers and none of the wrong ones.
- evotemp: the first statement holds the fresh value.
- newspolluted, of the questions whose documents state at least two of the options: the answer is
  told to differ between articles ("told"), its statements hold two of the options ("shown"), both.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rag.assistant import Assistant
from rag.cli import progress_bar
from rag.config import Config
from rag.evaluate import load_questions
from rag.evaluate.answers import contains_any
from rag.evaluate.documents import write_documents
from tests.benchmarks.yardsticks import rows_of


def main(folder: Path) -> None:
    """Measure and print."""
    for name, measure in (("ramdocs", _ramdocs), ("evotemp", _evotemp), ("newspolluted", _news)):
        rows = list(rows_of(folder / name / "questions.jsonl.gz"))
        texts = {row["_id"]: row["text"] for row in rows_of(folder / name / "corpus.jsonl.gz")}
        assistant = _opened(folder / name)
        figures = [measure(row, texts, assistant) for row in rows]
        print(f"{name}, {len(rows)} questions")
        for figure in figures[0]:
            values = [each[figure] for each in figures if each[figure] is not None]
            print(f"  {figure:<44}{sum(map(float, values)) / len(values):>7.3f} of {len(values)}")


Figures = dict[str, bool | None]


def _ramdocs(row: dict, texts: dict[str, str], assistant: Assistant) -> Figures:
    answer = assistant.ask(row["text"])
    right = all(contains_any(answer.text, [each]) for each in row["all_answers"])
    # A wrong answer that is among the right ones as well cannot be told from it.
    wrong = set(row["wrong_answers"]) - set(row["all_answers"])
    clean = not contains_any(answer.text, sorted(wrong)) if wrong else True
    several = len({*row["all_answers"], *wrong}) > 1
    return {
        "all right answers and no wrong one": right and clean,
        "all right answers": right,
        "no wrong answer": clean,
        "told to differ, several answers": bool(answer.differing) if several else None,
        "told to differ, one answer": None if several else bool(answer.differing),
    }


def _evotemp(row: dict, texts: dict[str, str], assistant: Assistant) -> Figures:
    answer = assistant.ask(row["text"])
    first = answer.statements[0].text if answer.statements else ""
    found = " ".join(p.chunk.text for p in answer.passages)
    return {
        "the fresh value first": bool(contains_any(first, row["answers"])),
        "in the answer": bool(contains_any(answer.text, row["answers"])),
        "in the passages": bool(contains_any(found, row["answers"])),
    }


def _news(row: dict, texts: dict[str, str], assistant: Assistant) -> Figures:
    articles = [texts[name] for name in row["candidates"]]
    if len(_options(articles, row["choices"])) < 2:
        return dict.fromkeys(("told", "shown", "told and shown", "two of them in the passages"))
    answer = assistant.ask(row["text"])
    told = bool(answer.differing)
    shown = len(_options([s.text for s in answer.statements], row["choices"])) > 1
    passages = [p.chunk.text for p in answer.passages]
    return {
        "told": told,
        "shown": shown,
        "told and shown": told and shown,
        "two of them in the passages": len(_options(passages, row["choices"])) > 1,
    }


def _options(texts: Sequence[str], choices: Sequence[str]) -> set[str]:
    """Return the choices that one of the texts holds, as whole words."""
    said = " ".join(f" {_words(text)} " for text in texts)
    return {choice for choice in choices if _words(choice) and f" {_words(choice)} " in said}


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _opened(folder: Path) -> Assistant:
    work = Path(tempfile.gettempdir()) / "rag-yardsticks" / f"{folder.name}-dated"
    write_documents(load_questions(folder).documents, work / "articles")
    with progress_bar() as progress:
        return Assistant.open(work / "articles", work / "index", config=Config(), progress=progress)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
