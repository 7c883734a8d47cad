"""The Articles view's addresses: the articles listed and drawn, files added, removed, brought back.

It does not go through Gradio, whose uploads are closed: files come and go by a few addresses of
their own, which take requests of this page alone.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from rag.backend import Opening, library_of, progress_told
from rag.datatypes import passages_counted
from rag.errors import CorpusError, NoArticles, RagError, ServeError
from rag.hosting.loopback import is_loopback
from rag.indexing.library import Library
from rag.searching.plane import Plane
from rag.ui.collection import (
    Listing,
    Wanted,
    cited_in,
    file_html,
    table_html,
    wanted_of,
)
from rag.ui.markup import escape
from rag.ui.picture import map_html, timeline_html
from rag.ui.render import collection_html

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

    from rag.datatypes import Article, SyncReport

    Act = Callable[["Holding", Request], Awaitable[str]]

log = logging.getLogger(__name__)

PREFIX = "/library/"
MOST_ASKED_BYTES = 1_000_000  # of a request to list or draw, or of the names of files
_HOST = re.compile(r"(?P<plain>[^:\[\]]+|\[(?P<bare>[^\]]+)\])(?::\d+)?")  # "localhost:80", "[::1]"
_PASSED_ON = ("x-forwarded-for", "forwarded")
_UNEXPECTED = "Something went wrong. The program's log has the details."


class Holding(Protocol):
    """What has articles: an assistant, or a folder that has none yet."""

    @property
    def articles(self) -> Mapping[str, Article]:
        """Every article by id."""
        ...


class Empty:
    """A folder without articles: with the first ones `opening` opens the assistant."""

    articles: Mapping[str, Article] = MappingProxyType({})

    def __init__(self, opening: Opening, without: NoArticles, most_bytes: int) -> None:
        self._opening = opening
        self.library = Library(
            Path(without.folder),
            lambda _: self._open(),
            lambda: self.articles,
            max_bytes=most_bytes,
            unread=lambda: without.unread,
        )

    def _open(self) -> SyncReport:
        began = time.perf_counter()
        self._opening.again()
        opened = library_of(self._opening.assistant())
        if opened is None:
            raise ServeError("the articles of this page cannot be changed")
        report = opened.sync()  # in step already: it tells what there is
        return replace(
            report,
            added=report.unchanged,
            unchanged=(),
            encoded=report.chunks,
            seconds=time.perf_counter() - began,
        )


def mount(
    app: FastAPI, opening: Opening, *, changes: bool, everywhere: bool, most_bytes: int
) -> None:
    """Add the addresses to `app`; unless `everywhere`, for browsers on this machine only.

    Without `changes` the articles are listed and drawn, and stay as they are. `most_bytes` is the
    size of the largest file that is taken.
    """
    from fastapi import Response

    def guarded(act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def respond(request: Request) -> Response:
            if not _is_of_the_page(request, everywhere=everywhere):
                said = "The articles can only be reached from the page itself."
                return Response(said, 403, media_type="text/plain")
            try:
                if not opening.wait(0):
                    raise ServeError("the articles are still being opened: try again in a moment")
                without = opening.without_articles
                holding = Empty(opening, without, most_bytes) if without else opening.assistant()
                told, refused = await act(holding, request), False
            except RagError as error:
                told, refused = f'<p role="alert">{escape(str(error))}</p>', True
            except Exception:
                log.exception("The articles could not be shown or changed")
                told, refused = f'<p role="alert">{_UNEXPECTED}</p>', True
            # Not by the status: a browser would log what is no fault of the page.
            headers = {"x-refused": "yes"} if refused else {}
            return Response(told, headers=headers, media_type="text/html; charset=utf-8")

        return respond

    def with_wanted(show: Callable[[Holding, Wanted], str]) -> Act:
        async def respond(holding: Holding, request: Request) -> str:
            wanted = wanted_of(await _body(request, "what is asked", MOST_ASKED_BYTES))
            return await asyncio.to_thread(show, holding, wanted)

        return respond

    def changing(act: Callable[[Library, Request], Awaitable[str]]) -> Act:
        async def respond(holding: Holding, request: Request) -> str:
            library = library_of(holding)
            if library is None:
                raise ServeError("the articles of this page cannot be changed")
            return await act(library, request)  # the page asks for the list as it shows it

        return respond

    listed = partial(_listed, listing=Listing(), changes=changes)
    acts = {"list": with_wanted(listed), "picture": with_wanted(_drawn)}
    if changes:
        acts |= {
            "add": changing(_add),
            "progress": changing(_progress),
            "sync": changing(_sync),
            "remove": changing(_remove),
            "restore": changing(_restore),
        }
    for name, act in acts.items():
        app.add_route(f"{PREFIX}{name}", guarded(act), methods=["POST"])


def _listed(holding: Holding, wanted: Wanted, *, listing: Listing, changes: bool) -> str:
    articles, chunks = getattr(holding, "held", None) or (holding.articles, ())
    rows = cited_in(listing.rows(articles, chunks), wanted.cited)
    library = library_of(holding)
    unread = library.unread() if library is not None else {}
    removed = library.removed() if library is not None and changes else ()
    # The last files are not removed: there would be nothing to bring the index in step with.
    changes = changes and bool(articles)
    return table_html(
        rows, wanted, collection_html(articles),
        changes=changes, unread=unread, removed=removed, says=lambda name: articles[name].text,
    )  # fmt: skip


def _drawn(holding: Holding, wanted: Wanted) -> str:
    plane = getattr(holding, "plane", None)
    picture = map_html(plane.drawn(wanted.lit)) if isinstance(plane, Plane) else ""
    return timeline_html(holding.articles, {name for name, _, _ in wanted.lit}) + picture


async def _add(library: Library, request: Request) -> str:
    name = request.query_params.get("name", "")
    data = await _body(request, name, library.max_bytes)
    return escape(await asyncio.to_thread(library.add, name, data))


async def _sync(library: Library, request: Request) -> str:
    # In the body: the names of many files are too long for an address.
    data = await _body(request, "the list of files", MOST_ASKED_BYTES)
    try:
        asked = json.loads(data or b"[]")
    except ValueError:
        asked = None
    if not isinstance(asked, list):
        raise CorpusError('the list of files must be JSON like ["a.txt"]')
    names = [str(name) for name in asked]
    # The report too: of thousands of files it takes a while, in which every answer would wait.
    return await asyncio.to_thread(lambda: report_html(library.sync(), names))


async def _progress(library: Library, request: Request) -> str:
    at = library.progress
    return progress_told(*at) if at is not None else ""


async def _remove(library: Library, request: Request) -> str:
    source = request.query_params.get("source", "")
    count = await asyncio.to_thread(library.held, source)
    ticket, _ = await asyncio.to_thread(library.remove, source)
    together = f", with {count:,} articles" if count > 1 else ""
    undo = f'<button type="button" data-do="restore" data-ticket="{ticket}">Undo</button>'
    return f"<p>Removed <bdi>{escape(source)}</bdi>{together}. {undo}</p>"


async def _restore(library: Library, request: Request) -> str:
    source, _ = await asyncio.to_thread(library.restore, request.query_params.get("ticket", ""))
    return f"<p><bdi>{escape(source)}</bdi> is back.</p>"


def _is_of_the_page(request: Request, *, everywhere: bool) -> bool:
    """Whether it is the page's own script that asks.

    Another page cannot set the header without a question to this program that nobody answers, and
    cannot come by a name of its own for this machine, as its Host header would tell.
    """
    of_the_page = request.headers.get("x-page") == "articles"
    return of_the_page and (everywhere or is_from_here(request.headers))


def is_from_here(headers: Mapping[str, str]) -> bool:
    """Whether it is a browser on this machine that asks, as far as a request can tell.

    A program that passes requests on to this one says so in its headers.
    """
    host = _HOST.fullmatch(str(headers.get("host", "")))
    is_here = host is not None and is_loopback(host["bare"] or host["plain"])
    return is_here and not any(headers.get(name) for name in _PASSED_ON)


async def _body(request: Request, name: str, most: int) -> bytes:
    """Return the request's body. Raises CorpusError where it is larger than `most` bytes."""
    data, size = bytearray(), 0
    # To its end in any case: a browser that is cut off while it sends does not read why.
    async for part in request.stream():
        size += len(part)
        if size <= most:
            data += part
    if size > most:
        raise CorpusError(
            f"{name} is too large: {size / 1e6:.1f} MB, at most {most / 1e6:g} MB are taken"
        )
    return bytes(data)


def report_html(report: SyncReport, asked: Sequence[str]) -> str:
    """What became of the files `asked`, a line each, and of everything else in one line.

    Why a file was not read stands in the list of such, which comes with the table.
    """
    became: dict[str, str] = {
        **dict.fromkeys(report.unchanged, "was there already"),
        **dict.fromkeys(report.added, "added"),
        **dict.fromkeys(report.changed, "changed"),
        **{moved.after: f"moved, was {moved.before}" for moved in report.moved},
        **{skipped.source: "not read: see below" for skipped in report.skipped},
    }
    named = set(asked)
    bad = {skipped.source for skipped in report.skipped}
    lines = "".join(
        file_html(name, f" {became.get(name, 'not found')}", bad=name in bad, changes=False)
        for name in asked
    )
    others = [
        f"{len(files)} {word}"
        for word, files in (
            ("added", [s for s in report.added if s not in named]),
            ("changed", [s for s in report.changed if s not in named]),
            ("removed", report.removed),
        )
        if files
    ]
    told = (
        [f"{passages_counted(report.encoded)} read in {report.seconds:.1f} s."]
        if report.encoded
        else []
    )
    if others:
        told.append(f"Also in the folder: {', '.join(others)}.")
    return f'<ul class="report-lines">{lines}</ul><p>{" ".join(told)}</p>'
