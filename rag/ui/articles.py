"""The Articles view: the files, what became of those dropped in, and an undo for those removed.

It does not go through Gradio, whose uploads are closed: files come and go by a few addresses of
their own, which take requests of this page alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from rag.errors import CorpusError, RagError, ServeError
from rag.ui.backend import Opening
from rag.ui.markup import day, escape
from rag.ui.render import collection_html

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

    from rag.datatypes import SyncReport
    from rag.library import File, Library

log = logging.getLogger(__name__)

PREFIX = "/library/"
SHOWN = 500  # files that are listed
_HERE = ("127.0.0.1", "localhost", "[::1]")
_UNEXPECTED = "Something went wrong. The program's log has the details."

VIEW_HTML = (
    '<section class="articles" aria-label="Articles"><h2>Articles</h2>'
    '<p class="lead">Drop files anywhere on the page: text, saved pages, PDF, Word, e-books, '
    "tables. They are kept in the folder of articles and can be asked about at once.</p>"
    '<label class="drop"><input type="file" multiple><span>Choose files</span></label>'
    '<div class="said" role="status"></div><div class="files"></div></section>'
)


def mount(app: FastAPI, opening: Opening, *, everywhere: bool) -> None:
    """Add the addresses to `app`; unless `everywhere`, for browsers on this machine only."""
    from fastapi import Response

    from rag.library import Library

    def guarded(
        act: Callable[[Library, Request], Awaitable[str]],
    ) -> Callable[[Request], Awaitable[Response]]:
        async def respond(request: Request) -> Response:
            if not _is_of_the_page(request, everywhere=everywhere):
                said = "The articles can only be changed from the page itself."
                return Response(said, 403, media_type="text/plain")
            try:
                if not opening.wait(0):
                    raise ServeError("the articles are still being opened: try again in a moment")
                library = getattr(opening.assistant(), "library", None)
                if not isinstance(library, Library):
                    raise ServeError("the articles of this page cannot be changed")
                told, refused = await act(library, request), False
            except RagError as error:
                told, refused = f'<p role="alert">{escape(str(error))}</p>', True
            except Exception:
                log.exception("The articles could not be changed")
                told, refused = f'<p role="alert">{_UNEXPECTED}</p>', True
            # Not by the status: a browser would log what is no fault of the page.
            headers = {"x-refused": "yes"} if refused else {}
            return Response(told, headers=headers, media_type="text/html; charset=utf-8")

        return respond

    async def listed(library: Library, request: Request) -> str:
        return await asyncio.to_thread(_files, library)

    async def add(library: Library, request: Request) -> str:
        name = request.query_params.get("name", "")
        data = await _body(request, name, library.max_bytes)
        return escape(await asyncio.to_thread(library.add, name, data))

    async def sync(library: Library, request: Request) -> str:
        asked = request.query_params.getlist("name")
        report = await asyncio.to_thread(library.sync)
        return report_html(report, asked) + await asyncio.to_thread(_files, library)

    async def remove(library: Library, request: Request) -> str:
        source = request.query_params.get("source", "")
        ticket, _ = await asyncio.to_thread(library.remove, source)
        undo = f'<button type="button" data-do="restore" data-ticket="{ticket}">Undo</button>'
        said = f"<p>Removed <bdi>{escape(source)}</bdi>. {undo}</p>"
        return said + await asyncio.to_thread(_files, library)

    async def restore(library: Library, request: Request) -> str:
        source, _ = await asyncio.to_thread(library.restore, request.query_params.get("ticket", ""))
        said = f"<p><bdi>{escape(source)}</bdi> is back.</p>"
        return said + await asyncio.to_thread(_files, library)

    acts = {"add": add, "sync": sync, "remove": remove, "restore": restore, "list": listed}
    for name, act in acts.items():
        app.add_route(f"{PREFIX}{name}", guarded(act), methods=["POST"])


def _is_of_the_page(request: Request, *, everywhere: bool) -> bool:
    """Whether it is the page's own script that asks.

    Another page cannot set the header without a question to this program that nobody answers, and
    cannot come by a name of its own for this machine, as its Host header would tell.
    """
    host = request.headers.get("host", "").rsplit(":", 1)[0] or ""
    return request.headers.get("x-page") == "articles" and (everywhere or host in _HERE)


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
    """What became of the files `asked`, a line each, and of everything else in one line."""
    became: dict[str, str] = {
        **dict.fromkeys(report.unchanged, "was there already"),
        **dict.fromkeys(report.added, "added"),
        **dict.fromkeys(report.changed, "changed"),
        **{moved.after: f"moved, was {moved.before}" for moved in report.moved},
        **{skipped.source: f"not read: {skipped.reason}" for skipped in report.skipped},
    }
    bad = {skipped.source for skipped in report.skipped}
    lines = "".join(
        f"<li{' class=bad' if name in bad else ''}><bdi>{escape(name)}</bdi> "
        f"{escape(became.get(name, 'not found'))}</li>"
        for name in asked
    )
    others = [
        f"{len(files)} {word}"
        for word, files in (
            ("added", [s for s in report.added if s not in asked]),
            ("changed", [s for s in report.changed if s not in asked]),
            ("removed", report.removed),
        )
        if files
    ]
    more = f" Also in the folder: {', '.join(others)}." if others else ""
    return (
        f'<ul class="report-lines">{lines}</ul><p>{report.encoded:,} passages read in '
        f"{report.seconds:.1f} s.{more}</p>"
    )


def _files(library: Library) -> str:
    return files_html(library.files(), collection_html(library.articles()))


def files_html(files: Sequence[File], collection: str) -> str:
    """The files with a button each; `collection` is what the welcome says of them."""
    rows = "".join(_row(file) for file in files[:SHOWN])
    more = f"<p>and {len(files) - SHOWN:,} more</p>" if len(files) > SHOWN else ""
    return f'<div class="files"><p class="collection">{collection}</p><ul>{rows}</ul>{more}</div>'


def _row(file: File) -> str:
    source = escape(file.source)
    told = [f"<bdi>{source}</bdi>"]
    if file.published is not None:
        told.append(day(file.published))
    if file.articles > 1:
        told.append(f"{file.articles:,} articles")
    return (
        f'<li><div><strong dir="auto">{escape(file.title)}</strong>'
        f'<span>{" · ".join(told)}</span></div><button type="button" data-do="remove"'
        f' data-source="{source}" aria-label="Remove {source}">Remove</button></li>'
    )
