"""`rag mcp`: the assistant for a program of the Model Context Protocol, over stdin and stdout."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import click

from rag.cli import chat_model, open_assistant, settings
from rag.config import Sourced
from rag.errors import ServeError


@click.command()
@settings("corpus", "index", "encoder", "model", "base_url")
def mcp(sourced: Sourced) -> None:
    """Answer a program of the Model Context Protocol over stdin and stdout.

    Its tools are ask, retrieve, list_articles and read_article. Nothing but the protocol is
    written to stdout. `rag serve` offers the same at /mcp.
    """
    if not find_spec("mcp"):
        raise ServeError("the package mcp is not installed: pip install 'rag[mcp]'")
    import anyio

    from rag.backend import Opening
    from rag.hosting.room import AT_ONCE, Room
    from rag.service.tools import run_stdio
    from rag.service.working import Work

    if sys.stdin.isatty():
        click.echo("Waiting for a program on stdin. Ctrl-D ends it.", err=True)
    chat = chat_model(sourced.config)  # here, where a key can be asked for
    opening = Opening(lambda progress: open_assistant(sourced.config, progress, chat=chat))
    opening.start()

    async def run() -> None:
        await run_stdio(Work(opening, room=Room(AT_ONCE)))

    anyio.run(run)
