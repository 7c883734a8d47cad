"""The History view: past conversations of this visitor, to search, open, rename, delete, export.

Those that were deleted can be brought back for a time.

Like the Articles view it has addresses of its own; a request is answered for the visitor whose
cookie it brings, who sees only what he asked himself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rag.datatypes import day_in_words
from rag.errors import ConversationsError, RagError
from rag.hosting.conversations import UNDO_S, Conversation, Conversations
from rag.hosting.transcript import FORMS, MEDIA_TYPES, file_name, transcript
from rag.ui.markup import escape
from rag.ui.render import export_html
from rag.ui.visitors import visitor

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

log = logging.getLogger(__name__)

PREFIX = "/history/"
SHOWN = 200  # conversations that are listed
_UNEXPECTED = "Something went wrong. The program's log has the details."

VIEW_HTML = (
    '<section class="history" aria-label="History"><h2>History</h2>'
    '<p class="lead">The conversations of this browser. They are kept on the computer that serves '
    "the page; its other visitors don’t see them.</p>"
    '<label class="search"><span>Search</span>'
    '<input type="search" dir="auto" autocomplete="off"></label>'
    '<div class="said" role="status"></div><div class="talks"></div></section>'
)


def mount(app: FastAPI, conversations: Conversations) -> None:
    """Add the addresses to `app`."""
    from fastapi import Response

    def told(text: str, *, refused: bool = False) -> Response:
        # Not by the status: a browser would log what is no fault of the page.
        headers = {"x-refused": "yes"} if refused else {}
        headers["cache-control"] = "no-store"
        return Response(text, headers=headers, media_type="text/html; charset=utf-8")

    def answered(act: Callable[[Conversations, str, Request], str]) -> Callable[..., object]:
        async def respond(request: Request) -> Response:
            if request.headers.get("x-page") != "history":
                said = "The conversations can only be changed from the page itself."
                return Response(said, 403, media_type="text/plain")
            try:
                who = visitor(request.cookies)
                if not who:
                    raise ConversationsError(
                        "this browser takes no cookies, so nothing is kept for it"
                    )
                return told(await asyncio.to_thread(act, conversations, who, request))
            except RagError as error:
                return told(f'<p role="alert">{escape(str(error))}</p>', refused=True)
            except Exception:
                log.exception("The conversations could not be shown or changed")
                return told(f'<p role="alert">{_UNEXPECTED}</p>', refused=True)

        return respond

    for name, act in {
        "list": _list, "rename": _rename, "delete": _delete, "restore": _restore
    }.items():  # fmt: skip
        app.add_route(f"{PREFIX}{name}", answered(act), methods=["POST"])  # type: ignore[arg-type]

    async def export(request: Request) -> Response:
        form = {str(each): each for each in FORMS}.get(request.query_params.get("form", ""))
        who, asked = visitor(request.cookies), request.query_params.get("id", "")
        try:
            if not who or form is None:
                raise ConversationsError("there is no such document")
            found = await asyncio.to_thread(conversations.find, who, asked)
            turns = await asyncio.to_thread(conversations.turns, who, found.id)
            text = transcript(found, turns, form)
        except (RagError, ValueError) as error:
            return Response(f"{error}\n", 404, media_type="text/plain; charset=utf-8")
        headers = {
            "content-disposition": f'attachment; filename="{file_name(found, form)}"',
            "cache-control": "no-store",
        }
        return Response(text, headers=headers, media_type=MEDIA_TYPES[form])

    app.add_route(f"{PREFIX}export", export, methods=["GET"])


def _list(conversations: Conversations, who: str, request: Request) -> str:
    search = request.query_params.get("search", "")
    found = conversations.listed(who, search=search)
    excerpts = conversations.excerpts(found[:SHOWN], search)
    deleted = () if search.strip() else conversations.deleted(who)
    return talks_html(found, excerpts, search=search, deleted=deleted)


def _rename(conversations: Conversations, who: str, request: Request) -> str:
    title = request.query_params.get("title", "")
    conversations.rename(who, request.query_params.get("id", ""), title)
    return "<p>Renamed.</p>" + _list(conversations, who, request)


def _delete(conversations: Conversations, who: str, request: Request) -> str:
    found = conversations.find(who, request.query_params.get("id", ""))
    conversations.delete(who, found.id)
    undo = (
        f'<button type="button" data-do="bring-back" data-id="{found.id}" data-for-s="{UNDO_S}">'
        "Undo</button>"
    )
    said = f"<p>Deleted “<bdi>{escape(found.title)}</bdi>”. {undo}</p>"
    return said + _list(conversations, who, request)


def _restore(conversations: Conversations, who: str, request: Request) -> str:
    conversations.restore(who, request.query_params.get("id", ""))
    return "<p>It is back.</p>" + _list(conversations, who, request)


def talks_html(
    found: Sequence[Conversation],
    excerpts: Mapping[str, str],
    *,
    search: str = "",
    deleted: Sequence[tuple[Conversation, datetime]] = (),
) -> str:
    """The conversations, a row each, with what was found in those whose titles do not show it.

    Below them those that were `deleted`, each with the time until which it can be brought back.
    """
    rows = "".join(_row(each, excerpts.get(each.id, "")) for each in found[:SHOWN])
    more = len(found) - SHOWN
    rest = f"<p>and {more:,} more: search for one</p>" if more > 0 else ""
    listed = f"<ul>{rows}</ul>{rest}"
    if not found:
        told = "No conversation is left." if deleted else "Nothing was asked yet."
        told = "Nothing was found." if search.strip() else told
        listed = f'<p class="none">{told}</p>'
    return f'<div class="talks">{listed}{_deleted_html(deleted)}</div>'


def _deleted_html(deleted: Sequence[tuple[Conversation, datetime]]) -> str:
    if not deleted:
        return ""
    rows = "".join(
        f"<li><div><bdi>{escape(talk.title)}</bdi> <span>{_questions(talk)} · can be brought back"
        f' until <time datetime="{until.isoformat(timespec="seconds")}">'
        f"{until.astimezone():%H:%M}</time></span></div>"
        f'<div class="acts"><button type="button" data-do="bring-back" data-id="{talk.id}"'
        f' aria-label="Bring back {escape(talk.title)}">Bring back</button></div></li>'
        for talk, until in deleted
    )
    return (
        f'<details class="deleted"><summary>Recently deleted ({len(deleted):,})</summary>'
        f"<ul>{rows}</ul></details>"
    )


def _questions(talk: Conversation) -> str:
    return f"{talk.questions:,} question{'s' * (talk.questions != 1)}"


def _row(talk: Conversation, excerpt: str) -> str:
    title = escape(talk.title)
    when = talk.updated.astimezone()
    asked = f"{day_in_words(when)}, {when:%H:%M}"
    acts = "".join(
        f'<button type="button" data-do="{do}" data-id="{talk.id}" data-title="{title}"'
        f' aria-label="{word} {title}">{word}</button>'
        for do, word in (("retitle", "Rename"), ("forget", "Delete"))
    )
    said = f'<p class="excerpt" dir="auto">{escape(excerpt)}</p>' if excerpt else ""
    exports = f"<details><summary>Export</summary>{export_html(talk.id)}</details>"
    return (
        f'<li data-id="{talk.id}"><div><button type="button" class="open" data-do="reopen"'
        f' data-id="{talk.id}"><bdi>{title}</bdi></button>{said}'
        f'<span><time datetime="{when.isoformat(timespec="seconds")}">{asked}</time> · '
        f"{_questions(talk)}</span></div>"
        f'<div class="acts">{acts}{exports}</div></li>'
    )
