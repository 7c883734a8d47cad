"""Plots as SVG text: small pure functions of plain numbers, coloured by the page's style sheet.

Each returns one <svg> with a title and a description for those who do not see it. The classes of
series are s1, s2, s3 and s4, in the order given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from rag.evaluate.metrics import seconds_text

WIDTH, HEIGHT = 360, 240
LEFT, RIGHT, TOP, BOTTOM = 46, 16, 26, 38


@dataclass(frozen=True, slots=True)
class PlotLine:
    """A line of a plot: points with x and y in 0..1, in the order of x."""

    name: str
    points: Sequence[tuple[float, float]]


def risk_coverage_plot(lines: Sequence[PlotLine], operating: tuple[float, float] | None) -> str:
    """Risk over coverage. `operating` is the point at which the system stops answering."""
    parts = [_axes("coverage: share of questions, surest first", "risk: share of errors")]
    for number, line in enumerate(lines, start=1):
        points = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in _thinned(line.points))
        parts.append(f'<polyline class="line s{number}" points="{points}"/>')
    if operating is not None:
        x, y = operating
        parts.append(f'<circle class="dot s1" cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="4.5"/>')
        side = "end" if x > 0.6 else "start"
        shift = -8 if x > 0.6 else 8
        above = -9 if y < 0.9 else 16
        parts.append(
            f'<text class="note" x="{_x(x) + shift:.1f}" y="{_y(y) + above:.1f}" '
            f'text-anchor="{side}">answers up to here</text>'
        )
    if len(lines) > 1:
        parts.append(_legend([line.name for line in lines]))
    described = "; ".join(f"{line.name} ends at {line.points[-1][1]:.2f}" for line in lines)
    return _svg("Risk over coverage", f"The lower the better. {described}.", "".join(parts))


def reliability_plot(bins: Sequence[tuple[float, float, int]]) -> str:
    """Share right over confidence. A bin is (mean confidence, share right, how many)."""
    parts = [
        _axes("confidence", "share right"),
        f'<line class="even" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>',
    ]
    most = max((count for _, _, count in bins), default=1)
    for confidence, share, count in bins:
        radius = 3 + 8 * math.sqrt(count / most)
        parts.append(
            f'<line class="gap" x1="{_x(confidence):.1f}" y1="{_y(confidence):.1f}" '
            f'x2="{_x(confidence):.1f}" y2="{_y(share):.1f}"/>'
            f'<circle class="bubble s1" cx="{_x(confidence):.1f}" cy="{_y(share):.1f}" '
            f'r="{radius:.1f}"><title>{count} answers, confidence {confidence:.2f}, '
            f"right {share:.2f}</title></circle>"
        )
    told = "; ".join(f"at {c:.2f} {s:.2f} of {n} right" for c, s, n in bins)
    return _svg(
        "Reliability", f"On the diagonal, confidence is the share right. {told}.", "".join(parts)
    )


def bars_plot(
    title: str,
    across: str,
    up: str,
    groups: Sequence[str],
    series: Mapping[str, Sequence[float]],
) -> str:
    """Grouped bars: for each series, a value in 0..1 a group."""
    top = max((value for values in series.values() for value in values), default=0) or 1
    top = min(1.0, math.ceil(top * 5) / 5)
    parts = [_axes(across, up, groups=groups, top=top)]
    room = (WIDTH - LEFT - RIGHT) / len(groups)
    wide = room * 0.8 / max(1, len(series))
    for number, (name, values) in enumerate(series.items(), start=1):
        for index, value in enumerate(values):
            x = LEFT + room * (index + 0.1) + wide * (number - 1)
            y = _y(value / top)
            parts.append(
                f'<rect class="bar s{number}" x="{x:.1f}" y="{y:.1f}" '
                f'width="{max(wide - 1, 1):.1f}" height="{_y(0) - y:.1f}">'
                f"<title>{escape(name)}, {escape(groups[index])}: {value:.3f}</title></rect>"
            )
    parts.append(_legend(list(series)))
    told = "; ".join(
        f"{name}: " + ", ".join(f"{g} {v:.2f}" for g, v in zip(groups, values, strict=True))
        for name, values in series.items()
    )
    return _svg(title, f"{told}.", "".join(parts))


def times_plot(stages: Mapping[str, tuple[float, float]]) -> str:
    """For each stage a bar to the median time and a line to the 95th percentile, in seconds."""
    row, label = 26, 84
    height = max(1, len(stages)) * row + 30
    most = max((p95 for _, p95 in stages.values()), default=1) or 1
    scale = (WIDTH - label - 78) / most
    parts = []
    for index, (stage, (p50, p95)) in enumerate(stages.items()):
        middle = index * row + row / 2 + 4
        end = label + p95 * scale
        parts.append(
            f'<text class="tick" x="{label - 6}" y="{middle + 4:.1f}" text-anchor="end">'
            f"{escape(stage[:13])}</text>"
            f'<rect class="bar s1" x="{label}" y="{middle - 7:.1f}" '
            f'width="{max(p50 * scale, 1):.1f}" height="14"/>'
            f'<line class="whisker" x1="{label + p50 * scale:.1f}" y1="{middle:.1f}" '
            f'x2="{end:.1f}" y2="{middle:.1f}"/>'
            f'<line class="whisker" x1="{end:.1f}" y1="{middle - 5:.1f}" '
            f'x2="{end:.1f}" y2="{middle + 5:.1f}"/>'
            f'<text class="note" x="{end + 5:.1f}" y="{middle + 4:.1f}">{seconds_text(p50)}</text>'
        )
    parts.append(
        f'<text class="axis" x="{label}" y="{height - 8}">bar: median · line: up to the 95th '
        "percentile</text>"
    )
    told = "; ".join(
        f"{stage} median {seconds_text(a)}, 95th percentile {seconds_text(b)}"
        for stage, (a, b) in stages.items()
    )
    return _svg("Time per stage", f"{told}.", "".join(parts), height=height)


def interval_bar(value: float, low: float | None, high: float | None) -> str:
    """A slim bar from 0 to a share, with its interval as a line; for one row of a table."""
    start, end = (low, high) if low is not None and high is not None else (value, value)
    return (
        '<svg class="mini" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="rail" x="0" y="3" width="100" height="4"/>'
        f'<rect class="bar s1" x="0" y="3" width="{100 * value:.1f}" height="4"/>'
        f'<rect class="span" x="{100 * start:.1f}" y="1" '
        f'width="{max(100 * (end - start), 0.8):.1f}" height="8"/></svg>'
    )


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _axes(across: str, up: str, *, groups: Sequence[str] = (), top: float = 1.0) -> str:
    parts = []
    for step in range(5):
        y = _y(step / 4)
        parts.append(
            f'<line class="guide" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">'
            f"{step / 4 * top:.2f}</text>"
        )
    if groups:
        room = (WIDTH - LEFT - RIGHT) / len(groups)
        for index, group in enumerate(groups):
            parts.append(
                f'<text class="tick" x="{LEFT + room * (index + 0.5):.1f}" '
                f'y="{HEIGHT - BOTTOM + 14}" text-anchor="middle">{escape(group)}</text>'
            )
    else:
        parts += [
            f'<text class="tick" x="{_x(step / 4):.1f}" y="{HEIGHT - BOTTOM + 14}" '
            f'text-anchor="middle">{step / 4:.2f}</text>'
            for step in range(5)
        ]
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(
        f'<text class="axis" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" '
        f'text-anchor="middle">{escape(across)}</text>'
        f'<text class="axis" x="9" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 9 {middle})">{escape(up)}</text>'
    )
    return "".join(parts)


def _legend(names: Sequence[str]) -> str:
    """The names of the series in a row above the plot."""
    parts = []
    x = float(LEFT)
    for number, name in enumerate(names, start=1):
        parts.append(
            f'<rect class="bar s{number}" x="{x:.1f}" y="3" width="9" height="9"/>'
            f'<text class="tick" x="{x + 13:.1f}" y="12">{escape(name)}</text>'
        )
        x += 28 + 6.2 * len(name)
    return "".join(parts)


def _thinned(points: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """At most about 300 of the points, with the first and the last."""
    step = max(1, len(points) // 300)
    return [*points[:-1:step], *points[-1:]]


def _svg(title: str, description: str, body: str, *, height: int = HEIGHT) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{body}</svg>"
    )
