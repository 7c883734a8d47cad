"""The command line of what was asked before: `rag conversations`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli import as_json, print_json, print_table, settings
from rag.commands.terminal import printable
from rag.config import Sourced
from rag.errors import ConfigError, ConversationsError
from rag.hosting.conversations import TERMINAL, Conversations
from rag.hosting.recall import recalled
from rag.hosting.transcript import FORMS, SUFFIXES, transcript

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.hosting.conversations import Conversation

# A command here reads the file itself, so it sees what every owner asked.
EVERYONE = None


@click.group()
def conversations() -> None:
    """Show, search, rename, delete and export the conversations that are kept.

    Those over the folder of articles in force, held in the page and in `rag chat`, out of one local
    file (the setting `conversations`). An ID may be cut to its first letters.
    """


@conversations.command("list")
@settings("corpus")
@as_json
def list_all(as_json: bool, sourced: Sourced) -> None:
    """List the conversations, the newest first."""
    _show(_store(sourced).listed(EVERYONE), as_json=as_json)


@conversations.command()
@click.argument("words", nargs=-1, required=True)
@settings("corpus")
@as_json
def search(words: tuple[str, ...], as_json: bool, sourced: Sourced) -> None:
    """List those that hold all WORDS in a title, a question, an answer or a quote."""
    _show(_store(sourced).listed(EVERYONE, search=" ".join(words)), as_json=as_json)


@conversations.command()
@click.argument("id")
@settings("corpus")
@as_json
def show(id: str, as_json: bool, sourced: Sourced) -> None:
    """Print a conversation with its answers and sources."""
    store = _store(sourced)
    found = _found(store, id)
    turns = store.turns(EVERYONE, found.id)
    if as_json:
        click.echo(transcript(found, turns, "json"), nl=False)
        return
    click.echo(printable(found.title))
    for turn in turns:
        click.echo(printable(f"\n> {turn.question}\n\n{recalled(turn.answer, {})}"))


@conversations.command()
@click.argument("id")
@click.argument("title", nargs=-1, required=True)
@settings("corpus")
def rename(id: str, title: tuple[str, ...], sourced: Sourced) -> None:
    """Give a conversation another TITLE."""
    store = _store(sourced)
    store.rename(EVERYONE, _found(store, id).id, " ".join(title))


@conversations.command()
@click.argument("id")
@settings("corpus")
@click.option("--yes", is_flag=True, help="Don't ask whether it is meant.")
def delete(id: str, yes: bool, sourced: Sourced) -> None:
    """Wipe a conversation for good."""
    store = _store(sourced)
    found = _found(store, id)
    if not yes:
        click.confirm(f"Wipe “{printable(found.title)}” for good?", abort=True)
    store.forget(EVERYONE, found.id)


@conversations.command()
@click.argument("id")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@settings("corpus")
def export(id: str, file: Path | None, sourced: Sourced) -> None:
    """Write a conversation to FILE: .md, .html or .json. Without one, print it as Markdown."""
    form = next((f for f in FORMS if file and SUFFIXES[f] == file.suffix.lower()), None)
    if file is not None and form is None:
        raise ConfigError(f"a file ends with {', '.join(SUFFIXES.values())}, got {file.name!r}")
    store = _store(sourced)
    found = _found(store, id)
    written = transcript(found, store.turns(EVERYONE, found.id), form or "markdown")
    if file is None:
        click.echo(written, nl=False)
        return
    try:
        file.write_text(written, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConversationsError(f"{file} cannot be written: {error.strerror}") from error


def _store(sourced: Sourced) -> Conversations:
    store = Conversations.of(sourced.config)
    if store is None:
        raise ConversationsError('none are kept: the setting `conversations` is "none"')
    return store


def _show(found: Sequence[Conversation], *, as_json: bool) -> None:
    if as_json:
        print_json([
            {
                "id": c.id,
                "title": c.title,
                "created": c.created.isoformat(),
                "updated": c.updated.isoformat(),
                "questions": c.questions,
                "held_in": _held_in(c),
            }
            for c in found
        ])  # fmt: skip
        return
    if not found:
        click.echo("No conversation.")
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table("id", "last asked", "questions", "in", "title", box=None, pad_edge=False)
    for c in found:
        when = f"{c.updated.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(c.id[:8], when, str(c.questions), _held_in(c), escape(printable(c.title)))
    print_table(table)


def _held_in(conversation: Conversation) -> str:
    return "terminal" if conversation.owner == TERMINAL else "page"


def _found(store: Conversations, id: str) -> Conversation:
    """Return the conversation with that id; where there is none, what lists them is told."""
    try:
        return store.find(EVERYONE, id)
    except ConversationsError as error:
        raise ConversationsError(f"{error} (`rag conversations list` shows them)") from error
