"""The command line of the index on disk: `rag index verify`."""

from __future__ import annotations

from pathlib import Path

import click

from rag.cli import as_json, print_json, settings
from rag.config import Sourced


@click.group(name="index")
def index_group() -> None:
    """Look after the index on disk."""


@index_group.command()
@settings("index")
@as_json
def verify(as_json: bool, sourced: Sourced) -> None:
    """Hash every file of the index and compare it with what was written.

    Small files are hashed whenever the index is opened; this does so for the large ones too. The
    exit code is 2 where a file is missing, cut short or changed.
    """
    from rag import store

    folder = Path(sourced.config.index)
    generation = store.load(folder, whole=True)
    manifest, name = generation.manifest, generation.name
    if as_json:
        counts = {"articles": manifest.articles, "chunks": manifest.chunks}
        print_json({"index": str(folder), "generation": name, "whole": True, **counts})
    else:
        click.echo(
            f"{folder}: {name} is whole. {manifest.articles} articles, {manifest.chunks} passages."
        )
