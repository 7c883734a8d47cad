"""The collection drawn: its articles on a timeline, its passages on a map. Inline SVG."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from rag.datatypes import Article, articles_counted, day_in_words
from rag.searching.plane import Drawn, Point
from rag.ui.markup import escape, shorten

BINS = 40  # columns of the timeline
WIDE, HIGH, MAP_HIGH = 720, 120, 420
_EDGE = 12


def timeline_html(articles: Mapping[str, Article], lit: Collection[str] = ()) -> str:
    """How many articles are of which time; those of the ids `lit` stand out."""
    dated = [(a.published, a.id in lit) for a in articles.values() if a.published is not None]
    undated = len(articles) - len(dated)
    without = f"{undated:,} without a date" if undated else ""
    if not dated:
        return f"<figure><figcaption>{without or 'No articles'}</figcaption></figure>"
    columns = binned(dated)
    most = max(len(found) for _, _, found in columns)
    room = HIGH - 2 * _EDGE
    wide = (WIDE - 2 * _EDGE) / len(columns)
    bars = []
    for at, (first, last, found) in enumerate(columns):
        if not found:
            continue
        told = f"{_span(first, last)}: {articles_counted(len(found))}"
        if shining := sum(found):
            told += f", {shining:,} cited"
        x, width = _EDGE + at * wide + 1, max(wide - 2, 1)
        for count, kind in ((len(found), "all"), (shining, "lit")):
            if count:
                tall = room * count / most
                bars.append(
                    f'<rect class="{kind}" x="{x:.1f}" y="{HIGH - _EDGE - tall:.1f}"'
                    f' width="{width:.1f}" height="{tall:.1f}"><title>{told}</title></rect>'
                )
    begins, ends = columns[0][0], columns[-1][1]
    told = f"{len(dated):,} articles, {_span(begins, ends)}"
    scale = "".join(f"<span>{day_in_words(each)}</span>" for each in dict.fromkeys((begins, ends)))
    if most > 1:
        told += f", up to {most:,} of one {'day' if begins == columns[0][1] else 'column'}"
    caption = ", ".join(filter(None, (told, without)))
    return (
        f'<figure class="timeline"><svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label='
        f'"Timeline: {told}">{"".join(bars)}<line x1="{_EDGE}" x2="{WIDE - _EDGE}"'
        f' y1="{HIGH - _EDGE}" y2="{HIGH - _EDGE}"/></svg>'
        f'<div class="scale" aria-hidden="true">{scale}</div>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def binned(dated: Sequence[tuple[date, bool]]) -> list[tuple[date, date, list[bool]]]:
    """The days from the first to the last in at most BINS columns: (first day, last day, flags)."""
    first, last = min(when for when, _ in dated), max(when for when, _ in dated)
    days = (last - first).days + 1
    each = -(-days // BINS)
    columns: list[tuple[date, date, list[bool]]] = []
    for start in range(0, days, each):
        end = min(start + each, days) - 1
        columns.append((first + timedelta(start), first + timedelta(end), []))
    for when, flag in dated:
        columns[(when - first).days // each][2].append(flag)
    return columns


def _span(first: date, last: date) -> str:
    return (
        day_in_words(first) if first == last else f"{day_in_words(first)} to {day_in_words(last)}"
    )


def map_html(drawn: Drawn) -> str:
    """The passages as points, those of the last answer lit; each opens its article."""
    points = drawn.points
    if not points:
        return ""
    low_x, high_x = min(p.x for p in points), max(p.x for p in points)
    low_y, high_y = min(p.y for p in points), max(p.y for p in points)

    def place(point: Point) -> tuple[float, float]:
        across = (point.x - low_x) / (high_x - low_x) if high_x > low_x else 0.5
        up = (point.y - low_y) / (high_y - low_y) if high_y > low_y else 0.5
        room_x, room_y = WIDE - 2 * _EDGE, MAP_HIGH - 2 * _EDGE
        return _EDGE + across * room_x, MAP_HIGH - _EDGE - up * room_y

    circles = "".join(_circle(point, *place(point)) for point in points)
    lit = sum(point.lit for point in points)
    sampled = (
        f"{len(points):,} of {drawn.passages:,}"
        if len(points) < drawn.passages
        else (f"{len(points):,}")
    )
    told = f"{sampled} passages"
    shining = f", {lit:,} of them behind the last answer" if lit else ""
    return (
        f'<figure class="map"><svg viewBox="0 0 {WIDE} {MAP_HIGH}" role="group" aria-label='
        f'"Map of {told}{shining}">{circles}</svg><figcaption>{told}{shining}. Near each other '
        "stands what says similar things: these are the two directions in which the passages "
        f"differ most, {drawn.share:.0%} of all their differences.</figcaption></figure>"
    )


def _circle(point: Point, x: float, y: float) -> str:
    chunk = point.chunk
    told = escape(f"{chunk.article_id}: {shorten(chunk.text, 90)}")
    # Only what the answer rests on is in the way of the Tab key.
    name = f' class="lit" tabindex="0" role="button" aria-label="{told}"' if point.lit else ""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{7 if point.lit else 3.5}"{name} data-do="read"'
        f' data-article="{escape(chunk.article_id)}" data-start="{chunk.start}"'
        f' data-end="{chunk.end}"><title>{told}</title></circle>'
    )
