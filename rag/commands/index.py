"""`rag sync` and `rag index`: bringing the index in step, looking at it, checking it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from rag.cli import ANSWERED, as_json, print_json, print_table, progress_bar, settings
from rag.commands.terminal import printable
from rag.config import Config, Sourced
from rag.errors import ConfigError, RagError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.datatypes import SyncReport

_MOST_ROWS = 200  # files that the table of a report lists


@click.command()
@click.argument("folder", required=False)
@settings("corpus", "index", "encoder")
@click.option("--rebuild", is_flag=True, help="Build the index anew, whatever is there.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--watch", is_flag=True, help="Go on: a sync after each change, until Ctrl-C.")
@as_json
def sync(
    folder: str | None, rebuild: bool, dry_run: bool, watch: bool, as_json: bool, sourced: Sourced
) -> None:
    """Build the index from FOLDER, or bring it in step with what changed there.

    Only what is new or changed is read and encoded again; a renamed file costs nothing. Files that
    cannot be read are listed with the reason, not fatal. A sync that was stopped goes on where it
    was.
    """
    from rag.compiled import open_encoder
    from rag.sync import sync as bring_in_step

    if watch and (dry_run or rebuild):
        raise ConfigError("--watch goes with neither --dry-run nor --rebuild")
    config = sourced.config.replace(corpus=folder) if folder else sourced.config
    encoder = open_encoder(config)
    with progress_bar() as progress:
        report = bring_in_step(config, encoder, rebuild=rebuild, dry_run=dry_run, progress=progress)
    if as_json and watch:
        _print_json_line(report)
    elif as_json:
        print_json(report.to_dict())
    else:
        _print_report(report, config)
    if watch:
        _watch(config, lambda: bring_in_step(config, encoder), as_json=as_json)


def _watch(config: Config, again: Callable[[], SyncReport], *, as_json: bool) -> None:
    from rag.indexing.watch import follow

    if not as_json:
        click.echo(f"Following {config.corpus} (Ctrl-C ends it)")
    sys.stdout.flush()

    def tell(report: SyncReport) -> None:
        if as_json:
            _print_json_line(report)
        else:
            _print_report(report, config)
        sys.stdout.flush()

    try:
        follow(
            Path(config.corpus),
            again,
            stop=Event(),
            on_report=tell,
            on_error=lambda error: click.echo(f"rag: {printable(str(error))}", err=True),
            but_not=Path(config.index),
        )
    except KeyboardInterrupt:
        sys.exit(ANSWERED)


@click.group(invoke_without_command=True)
@settings("index")
@as_json
@click.pass_context
def index(context: click.Context, as_json: bool, sourced: Sourced) -> None:
    """Show the generations of the index: size, model, counts.

    `rag index verify` checks every byte and every law of the one that serves.
    """
    if context.invoked_subcommand is not None:
        given = [
            name
            for name in context.params
            if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        ]
        if given:  # they would be passed over
            command = context.invoked_subcommand
            raise click.UsageError(f"put the options after {command}: rag index {command} ...")
        return
    from rag.verify import generations

    found = generations(Path(sourced.config.index))
    if as_json:
        print_json([one.to_dict() for one in found])
        return
    if not found:
        click.echo(f"There is no index in {sourced.config.index}: run `rag sync` to build it.")
        return
    from rich.table import Table

    table = Table("generation", "", "MB", "articles", "passages", "model", "written", box=None)
    for one in found:
        state = " ".join(
            word for word, holds in (("serves", one.current), ("held", one.held)) if holds
        )
        table.add_row(
            one.name, state or "left over", f"{one.size / 1e6:.1f}", f"{one.articles:,}",
            f"{one.chunks:,}", printable(one.model), one.written,
        )  # fmt: skip
    print_table(table)


@index.command()
@settings("index")
@as_json
def verify(as_json: bool, sourced: Sourced) -> None:
    """Check every checksum and every law of the index that serves, and say what to do.

    The exit code is 0 where all is well and 2 where something is not.
    """
    from rag.verify import verify as check

    with progress_bar() as progress:
        checks = check(sourced.config, progress=progress)
    if as_json:
        print_json([one.to_dict() for one in checks])
    else:
        for one in checks:
            mark = "ok    " if one.holds else "BROKEN"
            click.echo(printable(f"{mark}  {one.law}: {one.seen}"))
    broken = [one for one in checks if not one.holds]
    if broken:
        raise RagError(
            f"the index in {sourced.config.index} is not sound ({broken[0].law}): "
            "run `rag sync --rebuild` to build it again from the articles"
        )


def summary(report: SyncReport, config: Config) -> str:
    """Return the report's totals as one line."""
    done = "built" if report.built else "in step already"
    if report.dry_run and report.built:
        done = "would be built"
    counts = ", ".join(
        f"{len(files)} {name}"
        for name, files in (
            ("added", report.added),
            ("changed", report.changed),
            ("moved", report.moved),
            ("unchanged", report.unchanged),
            ("removed", report.removed),
            ("skipped", report.skipped),
        )
        if files
    )
    encoded = f"{report.encoded} {'to encode' if report.dry_run and report.built else 'encoded'}"
    if report.encoded_per_s:
        encoded += f" ({report.encoded_per_s:,.0f} passages/s)"
    if report.resumed:
        encoded += f", {report.resumed} taken over from a sync that was stopped"
    took = "" if report.dry_run else f" in {report.seconds:.1f} s"
    return (
        f"{config.index}: {done}{took}. {_many(report.articles, 'article')} "
        f"({counts}), {_many(report.chunks, 'passage')}, {encoded}."
    )


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _print_report(report: SyncReport, config: Config) -> None:
    from rich.markup import escape
    from rich.table import Table

    rows = [
        *((name, source, "") for name in ("added", "changed") for source in getattr(report, name)),
        *(("moved", moved.after, f"was {moved.before}") for moved in report.moved),
        *(("removed", source, "") for source in report.removed),
        *(("skipped", skipped.source, skipped.reason) for skipped in report.skipped),
    ]
    if rows:
        table = Table(box=None, pad_edge=False, show_header=False)
        for cells in rows[:_MOST_ROWS]:
            table.add_row(*(escape(printable(cell)) for cell in cells))
        print_table(table)
    if len(rows) > _MOST_ROWS:
        click.echo(f"and {len(rows) - _MOST_ROWS} more (--json lists all)")
    notes = [f"{report.anew}: all is built anew"] if report.anew else []
    for note in [*notes, *report.notes]:
        click.echo(printable(f"note     {note}"))
    click.echo(printable(summary(report, config)))


def _print_json_line(report: SyncReport) -> None:
    click.echo(json.dumps(report.to_dict(), ensure_ascii=True))
