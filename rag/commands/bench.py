"""The command line of the measuring: `rag bench`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rag.cli import as_json, console, print_json, progress_bar, settings
from rag.config import Sourced

if TYPE_CHECKING:
    from rag.bench import Measured


@click.command()
@settings("corpus", "index", "encoder")
@click.option(
    "-n", "--questions", type=click.IntRange(1), default=50, show_default=True,
    help="How many questions to ask.",
)  # fmt: skip
@as_json
def bench(questions: int, as_json: bool, sourced: Sourced) -> None:
    """Measure how long each stage of an answer takes, on this machine and over your articles.

    \b
    encode   the question's vector       lexical  BM25        vector  the nearest vectors
    fuse     the two put together        read     the answer taken from the passages
    whole    from the question to the answer

    The questions are drawn from the articles. Also told: passages encoded a second, the time to
    open the index and to the first answer, and memory.
    """
    from rag.assistant import Assistant
    from rag.bench import measure
    from rag.compiled import open_encoder

    config = sourced.config
    encoder = open_encoder(config)
    with progress_bar() as progress:
        assistant = Assistant.open(
            config.corpus, config.index, config=config, encoder=encoder, progress=progress
        )
    measured = measure(assistant, encoder, questions=questions)
    if as_json:
        print_json(measured.to_dict())
    else:
        _print(measured)


def _print(measured: Measured) -> None:
    from rich.table import Table

    table = Table("stage", box=None, pad_edge=False)
    table.add_column("median, ms", justify="right")
    table.add_column("95th percentile, ms", justify="right")
    for stage in measured.stages:
        table.add_row(stage.name, f"{stage.p50_ms:.1f}", f"{stage.p95_ms:.1f}")
    console().print(table)
    memory = measured.memory_bytes
    for name, value in (
        ("encoder", measured.encoder),
        ("questions asked", f"{measured.questions}"),
        ("articles, passages", f"{measured.articles:,}, {measured.passages:,}"),
        ("index on disk", _megabytes(measured.index_bytes)),
        ("opening the index", f"{measured.open_s * 1000:,.1f} ms"),
        ("first answer", f"{measured.first_s:.2f} s, with the loading of the models"),
        ("encoding", f"{measured.passages_a_second:,.0f} passages a second"),
        ("most memory held", "not told here" if memory is None else _megabytes(memory)),
    ):
        click.echo(f"{name:<20}{value}")


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
