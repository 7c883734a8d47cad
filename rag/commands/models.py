"""The command line of the chat models: `rag models`."""

from __future__ import annotations

import os
from typing import Any

import click

from rag.chat_model import WORD_S, ChatModel, word_of
from rag.cli import as_json, print_json, print_table, settings, with_key
from rag.commands.terminal import printable
from rag.config import Sourced
from rag.errors import ChatError, ConfigError
from rag.providers import NO_MODEL, PROVIDERS, Endpoint, endpoint, is_meant_for, preset_of

LOCAL_S = 2.0  # how long a server on this machine is waited for


@click.command()
@click.argument("server", required=False)
@settings("model", "base_url")
@as_json
def models(server: str | None, as_json: bool, sourced: Sourced) -> None:
    """List the presets of chat models, or the models of a SERVER, or try one out.

    \b
    rag models                         the presets, and what the servers on this machine offer
    rag models ollama                  the models of one server
    rag models ollama:qwen3            asks the model for a word
    rag models --base-url http://127.0.0.1:11434/v1 --model qwen3

    Keys are read from the variables named in the list. The exit code is 2 where a server that was
    named cannot be reached.
    """
    config = sourced.config
    if server is None and config.model != NO_MODEL:
        server = config.model
    if server is None and not config.base_url:
        _presets(as_json)
        return
    reached = _reached(server, sourced)
    chat = ChatModel(with_key(reached), timeout_s=min(WORD_S, config.model_timeout_s))
    if reached.model:
        _test(chat, as_json)
    else:
        _list(chat, as_json)


def _reached(server: str | None, sourced: Sourced) -> Endpoint:
    """Return what SERVER names, at the base_url only where that was given for it."""
    config = sourced.config
    if server is None:
        reached = endpoint("server", config.base_url)
        return Endpoint("", reached.base_url, reached.key_variable)
    meant = sourced.sources["base_url"] == "flag" or is_meant_for(server, config.model)
    base_url = config.base_url if meant else ""
    if not base_url and preset_of(server) is None:
        raise ConfigError(f"no preset is called {server!r}: `rag models` lists them")
    return endpoint(server, base_url)


def _presets(as_json: bool) -> None:
    rows = []
    for one in PROVIDERS.values():
        row: dict[str, Any] = {
            "name": one.name,
            "title": one.title,
            "base_url": one.base_url,
            "key_variable": one.key_variable,
            "key_is_set": bool(os.environ.get(one.key_variable, "")) if one.key_variable else None,
            "models": _offered(endpoint(one.name)) if one.local else None,
        }
        rows.append(row)
    if as_json:
        print_json(rows)
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("preset", "server", "base URL", "key"):
        table.add_column(name, overflow="fold")  # a part of an address leads nowhere
    for row in rows:
        key = row["key_variable"] + (" (set)" if row["key_is_set"] else "")
        table.add_row(row["name"], row["title"], row["base_url"] or "yours", key)
    print_table(table)
    local = [one.title for one in PROVIDERS.values() if one.local]
    if not any(row["models"] is not None for row in rows):
        click.echo(f"\nNo server of a model answers on this machine: {', '.join(local)}.")
    for row in rows:
        if row["models"] is not None:
            named = ", ".join(row["models"]) or "no models"
            click.echo(printable(f"\n{row['title']} runs here with {named}."))


def _offered(reached: Endpoint) -> list[str] | None:
    """Return the models of a server on this machine; None where there is no such server."""
    try:
        return ChatModel(reached, timeout_s=LOCAL_S).models(timeout_s=LOCAL_S)
    except ChatError:
        return None


def _list(chat: ChatModel, as_json: bool) -> None:
    names = chat.models()
    if as_json:
        print_json(names)
    else:
        click.echo(printable("\n".join(names) or "The server offers no models."))


def _test(chat: ChatModel, as_json: bool) -> None:
    word = word_of(chat)
    if as_json:
        print_json({"model": chat.name, "seconds": word.seconds, "said": word.said})
    else:
        shown = printable(" ".join(word.said.split()))[-80:]
        click.echo(f"{printable(chat.name)} answered in {word.seconds:.1f} s: {shown}")
