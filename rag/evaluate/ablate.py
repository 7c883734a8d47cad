"""The same questions with parts switched off: what each part is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rag.datatypes import Progress
from rag.evaluate.observe import Answerer, Part, Standalone
from rag.evaluate.questions import QuestionSet
from rag.evaluate.run import DEPTH, Run, evaluate

OFF = "none"


def variants(settings: Sequence[str]) -> dict[str, dict[str, str]]:
    """Name -> changed settings, of those that the configuration has; the last one is unchanged.

    >>> variants(["retriever"])
    {'lexical only': {'retriever': 'lexical'}, 'vector only': {'retriever': 'vector'}, 'hybrid': {}}
    """
    off = {name: OFF for name in ("reader", "reranker", "reorder") if name in settings}
    rows: dict[str, dict[str, str]] = {
        "lexical only": {"retriever": "lexical", **off},
        "vector only": {"retriever": "vector", **off},
        "hybrid": dict(off),
    }
    if off:
        rows["hybrid with reader"] = {}
    return rows


def ablate(
    open_variant: Callable[[Mapping[str, str]], Answerer],
    questions: QuestionSet,
    names: Mapping[str, Mapping[str, str]],
    *,
    part: Part = "all",
    depth: int = DEPTH,
    standalone: Standalone | None = None,
    progress: Progress | None = None,
) -> list[Run]:
    """One run for each variant, named by it, in their order."""
    runs = []
    for name, changes in names.items():
        told = None if progress is None else _named(progress, name)
        assistant = open_variant(changes)
        runs.append(
            evaluate(
                assistant,
                questions,
                part=part,
                depth=depth,
                name=name,
                standalone=standalone,
                progress=told,
            )
        )
    return runs


def _named(progress: Progress, name: str) -> Progress:
    return lambda _, done, total: progress(name, done, total)
