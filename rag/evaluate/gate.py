"""A gate: minimum values that an evaluation has to keep, written in a TOML file.

[minimum]
right = 0.80
"hit@5" = 0.95

[maximum]
risk_coverage_area = 0.25

[kind.follow-up.minimum]
right = 0.60
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.errors import GateError, QuestionSetError
from rag.evaluate.lines import read_text
from rag.evaluate.metrics import BY_NAME, near_names
from rag.evaluate.run import Run
from rag.evaluate.summary import Figure


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound: a metric, of all questions or of one kind (""), and the value it has to keep."""

    metric: str
    side: Literal["minimum", "maximum"]
    value: float
    kind: str = ""

    def broken_by(self, figures: Mapping[str, Figure]) -> str | None:
        """What is wrong, as a part of a sentence, or None where the bound is kept."""
        named = f"{self.metric} of {self.kind}" if self.kind else self.metric
        figure = figures.get(self.metric)
        if figure is None or figure.value is None:
            return f"{named} was not measured"
        metric = BY_NAME[self.metric]
        if self.side == "minimum" and figure.value < self.value:
            return f"{named} is {metric.text(figure.value)}, below {metric.text(self.value)}"
        if self.side == "maximum" and figure.value > self.value:
            return f"{named} is {metric.text(figure.value)}, above {metric.text(self.value)}"
        return None


def read_gate(path: str | Path) -> tuple[Bound, ...]:
    """The bounds of a gate file.

    Raises QuestionSetError where it is not TOML, is empty, or names a metric that there is not.
    """
    path = Path(path)
    try:
        table = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise QuestionSetError(f"{path}: not TOML: {error}") from error
    kinds = table.pop("kind", {})
    bounds = list(_bounds(path, table, ""))
    if not isinstance(kinds, dict):
        raise QuestionSetError(f"{path}: 'kind' must be a table of kinds, got {kinds!r:.60}")
    for kind, part in kinds.items():
        bounds += _bounds(path, part, kind)
    if not bounds:
        raise QuestionSetError(
            f"{path}: holds no bound; write [minimum] and, below it, right = 0.8"
        )
    return tuple(bounds)


def _bounds(path: Path, table: object, kind: str) -> Iterator[Bound]:
    if not isinstance(table, dict):
        raise QuestionSetError(f"{path}: {kind!r} must be a table, got {table!r:.60}")
    for side, values in table.items():
        if side not in ("minimum", "maximum") or not isinstance(values, dict):
            raise QuestionSetError(
                f"{path}: {side!r} is not a table [minimum] or [maximum], nor [kind.NAME.minimum]"
            )
        for metric, value in values.items():
            if metric not in BY_NAME:
                raise QuestionSetError(f"{path}: unknown metric {metric!r}; {near_names(metric)}")
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise QuestionSetError(f"{path}: {metric} must be a number, got {value!r}")
            if BY_NAME[metric].unit == "share" and not 0 <= value <= 1:
                raise QuestionSetError(f"{path}: {metric} is a share, from 0 to 1, got {value!r}")
            yield Bound(metric, "minimum" if side == "minimum" else "maximum", float(value), kind)


def _of_kind(run: Run, kind: str) -> Mapping[str, Figure]:
    """Return the figures of a kind of question, {} where there is none of it."""
    if all(record.question.kind == kind for record in run.records):
        return run.figures
    return run.kinds.get(kind, {})


def check_gate(run: Run, bounds: tuple[Bound, ...]) -> None:
    """Raise GateError, naming each metric that fell and what it had to keep, if any did."""
    broken = []
    for bound in bounds:
        figures = _of_kind(run, bound.kind) if bound.kind else run.figures
        if message := bound.broken_by(figures):
            broken.append(message)
    if broken:
        raise GateError(f"{run.name} does not keep its gate: {'; '.join(broken)}")
