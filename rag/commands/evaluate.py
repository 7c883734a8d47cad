"""`rag eval`: a question set in, numbers and a report out.

`rag eval QUESTIONS` evaluates; `rag eval compare`, `ablate` and `metrics` are commands beside it.
Exit codes: 0 done, 1 a gate did not hold or a check found problems, 2 an error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.cli import console, open_assistant, print_json, progress_bar, settings
from rag.commands.terminal import printable
from rag.config import Sourced
from rag.datatypes import counted
from rag.errors import GateError, RagError

if TYPE_CHECKING:
    from rag.config import Config
    from rag.datatypes import Progress
    from rag.evaluate.compare import Comparison
    from rag.evaluate.observe import Part
    from rag.evaluate.questions import QuestionSet
    from rag.evaluate.run import Run

BROKEN = 1
WORDS_SHOWN = 20
TURNED_SHOWN = 10


class _EvaluationGroup(click.Group):
    """A group in which anything that is no command's name is a question set to evaluate."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {*self.commands, "-h", "--help"}
        if args and args[0] not in known:
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        run = self.commands["run"]
        within = click.Context(run, info_name=ctx.info_name, parent=ctx.parent)
        within.help_option_names = ctx.help_option_names
        run.format_help(within, formatter)
        with formatter.section("Beside it"):
            formatter.write_dl(
                [
                    (f"{ctx.command_path} {name}", command.get_short_help_str(70))
                    for name, command in self.commands.items()
                    if not command.hidden
                ]
            )


@click.group(cls=_EvaluationGroup, name="eval", no_args_is_help=True)
def evaluation() -> None:
    """Evaluate answers against a question set: numbers, intervals, a report."""


def which_questions(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options about what is evaluated to a command."""
    decorators = [
        click.option(
            "--only",
            type=click.Choice(["retrieval", "answers"]),
            help="Evaluate the search alone (fast), or the answers alone.",
        ),
        click.option("--limit", type=int, metavar="N", help="N questions, evenly spread."),
        click.option(
            "--candidates",
            is_flag=True,
            help="Of a set's own documents, take those alone that come with the questions asked.",
        ),
        click.option(
            "--depth", type=click.IntRange(min=1), metavar="N", help="Passages of each search."
        ),
    ]
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


@evaluation.command(hidden=True)
@click.argument("questions", metavar="QUESTIONS")
@settings("corpus", "index", "encoder")
@which_questions
@click.option("--report", metavar="FILE", help="Write the report, one HTML file.")
@click.option("--json", "json_file", metavar="FILE", help="Write the run, for --baseline.")
@click.option("--export", metavar="FOLDER", help="Write TREC, SQuAD and ragas files of the run.")
@click.option("--baseline", metavar="RUN", help="Compare with a run that --json wrote.")
@click.option("--gate", metavar="FILE", help="Fail (exit code 1) below the values in a TOML file.")
@click.option("--name", metavar="TEXT", help="Name the run (default: the question set's name).")
@click.option("--check", is_flag=True, help="Only check the question set against the articles.")
@click.option("--resume", is_flag=True, help="Go on with a run that was cut off; needs --json.")
def run(
    *,
    questions: str,
    sourced: Sourced,
    only: str | None,
    limit: int | None,
    candidates: bool,
    depth: int | None,
    report: str | None,
    json_file: str | None,
    export: str | None,
    baseline: str | None,
    gate: str | None,
    name: str | None,
    check: bool,
    resume: bool,
) -> None:
    """Ask every question of QUESTIONS and measure the answers. No judge model, no network.

    \b
    QUESTIONS is a file or a folder:
      .jsonl   this project's question set, or ragas rows
      .csv     question, answer, article
      .json    SQuAD 1.1 or 2.0
      folder   BEIR, or questions.jsonl and corpus.jsonl

    A set that brings its own documents is evaluated over those, unless --corpus is given.
    """
    if check:
        if limit is not None:
            raise click.UsageError("--check reads the whole set: leave --limit out")
        sys.exit(_check(questions, sourced.config, own_corpus=_is_given(sourced, "corpus")))
    if resume and not json_file:
        raise click.UsageError("--resume needs the same --json FILE as the run that was cut off")
    from rag.evaluate.gate import check_gate, read_gate
    from rag.evaluate.run import DEPTH, Run, evaluate

    bounds = read_gate(gate) if gate else ()
    before = Run.load(baseline).renamed(Path(baseline).stem) if baseline else None
    question_set, config = _settled(_loaded(questions, limit, candidates), sourced)
    assistant = open_assistant(config)
    journal = Path(f"{json_file}.part") if json_file else None
    try:
        with _asking() as progress:
            result = evaluate(
                assistant,
                question_set,
                part=_part(only),
                depth=depth or DEPTH,
                name=name,
                journal=journal,
                resume=resume,
                standalone=assistant.whole_question,
                progress=progress,
            )
        if json_file and journal:
            result.save(json_file)
            journal.unlink(missing_ok=True)
    except KeyboardInterrupt:
        hint = "; the same command with --resume goes on" if json_file else ""
        raise RagError(f"stopped{hint}") from None
    comparison = None
    if before is not None:
        from rag.evaluate.compare import compare

        comparison = compare(before, result)
    _print_run(result)
    if comparison is not None:
        _print_comparison(comparison)
    if export:
        from rag.evaluate.exports import export as write_exports

        write_exports(result, export)
    if report:
        from rag.evaluate.report import render_report
        from rag.evaluate.run import write_whole

        write_whole(Path(report), render_report(result, comparison))
    for written in (json_file, export, report):
        if written:
            click.echo(f"wrote {written}", err=True)
    if bounds:
        try:
            check_gate(result, bounds)
        except GateError as error:
            click.echo(f"rag: {error}", err=True)
            sys.exit(BROKEN)
        click.echo(f"the gate {gate} holds", err=True)


@evaluation.command()
@click.argument("runs", metavar="A B [C ...]", nargs=-1, required=True)
@click.option("--report", metavar="FILE", help="Write a report of the last run against the first.")
@click.option("--json", "as_json", is_flag=True, help="Print the comparisons as JSON.")
def compare(runs: tuple[str, ...], report: str | None, as_json: bool) -> None:
    """Compare runs that --json wrote: each with the first.

    Differences come with a paired permutation test, and with the questions that turned.
    """
    if len(runs) < 2:
        raise click.UsageError("give at least two runs, as written by `rag eval ... --json FILE`")
    from rag.evaluate.compare import compare as compare_runs
    from rag.evaluate.run import Run, write_whole

    loaded = [
        run.renamed(name)
        for run, name in zip([Run.load(path) for path in runs], _short_names(runs), strict=True)
    ]
    comparisons = [compare_runs(loaded[0], other) for other in loaded[1:]]
    if report:
        from rag.evaluate.report import render_report

        write_whole(Path(report), render_report(loaded[-1], comparisons[-1]))
        click.echo(f"wrote {report}", err=True)
    if as_json:
        print_json([comparison.to_dict() for comparison in comparisons])
        return
    if len(comparisons) == 1:
        _print_comparison(comparisons[0])
    else:
        _print_runs(loaded, comparisons)


@evaluation.command()
@click.argument("questions", metavar="QUESTIONS")
@settings("corpus", "index", "encoder")
@which_questions
@click.option("--json", "json_folder", metavar="FOLDER", help="Write each run into a folder.")
def ablate(
    *,
    questions: str,
    sourced: Sourced,
    only: str | None,
    limit: int | None,
    candidates: bool,
    depth: int | None,
    json_folder: str | None,
) -> None:
    """Evaluate with parts of the search switched off.

    The runs are: lexical only, vector only, hybrid without the reading model, and as configured.
    """
    from dataclasses import fields

    from rag.evaluate import ablate as ablation
    from rag.evaluate.compare import compare as compare_runs
    from rag.evaluate.run import DEPTH

    question_set, config = _settled(_loaded(questions, limit, candidates), sourced)
    names = ablation.variants([setting.name for setting in fields(config)])
    whole_question = open_assistant(config).whole_question  # the same for every variant
    with _asking() as progress:
        results = ablation.ablate(
            lambda changes: open_assistant(config.replace(**changes)),
            question_set,
            names,
            part=_part(only),
            depth=depth or DEPTH,
            standalone=whole_question,
            progress=progress,
        )
    if json_folder:
        for result in results:
            result.save(Path(json_folder) / f"{result.name.replace(' ', '-')}.json")
        click.echo(f"wrote {json_folder}", err=True)
    _print_runs(results, [compare_runs(results[0], other) for other in results[1:]])


def _part(only: str | None) -> Part:
    return "retrieval" if only == "retrieval" else "answers" if only == "answers" else "all"


def _is_given(sourced: Sourced, name: str) -> bool:
    """Whether a setting was given as a flag; a set's own documents come before other settings."""
    return sourced.sources[name] == "flag"


def _loaded(path: str, limit: int | None, candidates: bool) -> QuestionSet:
    from rag.evaluate.formats import load_questions

    found = load_questions(path, limit=limit)
    return found.with_candidates() if candidates else found


def _settled(questions: QuestionSet, sourced: Sourced) -> tuple[QuestionSet, Config]:
    """The set and the configuration with the folders to use; documents of the set written out.

    They are written once, below the user's cache folder, under a name made of what they hold.
    """
    config = sourced.config
    if not questions.documents:
        return questions, config
    if _is_given(sourced, "corpus"):
        return replace(questions, documents=()), config
    from rag.evaluate.documents import fingerprint, write_documents

    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "rag-eval" / f"{questions.name}-{fingerprint(questions.documents)}"
    names = write_documents(questions.documents, folder / "articles")
    index = config.index if _is_given(sourced, "index") else str(folder / "index")
    click.echo(f"{counted(len(names), 'document')} of the set in {folder}", err=True)
    return questions.with_articles(names), config.replace(
        corpus=str(folder / "articles"), index=index
    )


def _check(path: str, config: Config, *, own_corpus: bool) -> int:
    """Check a question set; print each problem on a line. Returns the exit code."""
    from rag.datatypes import Article
    from rag.evaluate.formats import read_set
    from rag.evaluate.places import check_places
    from rag.evaluate.questions import kinds_of
    from rag.sync import articles_of

    questions, problems = read_set(Path(path))
    if questions.documents and not own_corpus:
        articles: Mapping[str, Article] = {
            document.id: Article(document.id, document.title, document.text, document.id)
            for document in questions.documents
        }
    else:
        articles = {article.id: article for article in articles_of(config).articles}
    problems = problems + check_places(questions.questions, articles)
    for problem in sorted(problems, key=lambda problem: problem.line):
        click.echo(printable(problem.at(Path(path))))
    kinds = kinds_of(questions.questions)
    found = len(problems)
    unanswerable = sum(not question.answerable for question in questions.questions)
    click.echo(
        f"{path}: {counted(len(questions.questions), 'question')} ({unanswerable:,} not answered "
        f"by the articles), {counted(len(kinds), 'kind')}, "
        f"{counted(found, 'problem') if found else 'no problems'}",
        err=bool(problems),
    )
    return BROKEN if problems else 0


@contextmanager
def _asking() -> Iterator[Progress]:
    """A Progress that draws a bar on stderr for questions asked."""
    with progress_bar() as bar:
        yield lambda stage, done, total: bar(
            "Asking" if stage == "questions" else stage, done, total
        )


@evaluation.command("metrics")
def explain() -> None:
    """Say what each figure means."""
    from rich.markup import escape
    from rich.table import Table

    from rag.evaluate.metrics import GROUPS, METRICS

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column()
    for group in GROUPS:
        table.add_row(f"[bold]{group}[/bold]")
        for metric in METRICS:
            if metric.group == group:
                better = " Lower is better." if metric.better == "lower" else ""
                end = "" if metric.meaning.endswith(".") else "."
                table.add_row(f"  {metric.name}", escape(f"{metric.meaning}{end}{better}"))
    console().print(table)


def _short_names(paths: Sequence[str]) -> list[str]:
    """The names of the files without their suffix; the whole paths where those are not unique."""
    stems = [Path(path).stem for path in paths]
    return stems if len(set(stems)) == len(stems) else list(paths)


def _print_run(run: Run) -> None:
    from rich.markup import escape
    from rich.table import Table

    from rag.evaluate.metrics import GROUPS, METRICS

    table = Table(box=None, pad_edge=False, title_justify="left")
    table.title = escape(
        f"{run.name}: {counted(len(run.records), 'question')}, {counted(run.articles, 'article')}"
    )
    table.add_column("metric")
    for heading in ("value", "95% interval", "questions"):
        table.add_column(heading, justify="right")
    for group in GROUPS:
        shown = [m for m in METRICS if m.group == group and m.name in run.figures]
        if shown:
            table.add_row(f"[bold]{group}[/bold]")
        for metric in shown:
            figure = run.figures[metric.name]
            table.add_row(
                f"  {metric.name}",
                metric.text(figure.value),
                f"{metric.text(figure.low)} – {metric.text(figure.high)}",
                str(figure.count),
            )
    console().print(table)
    if run.kinds:
        _print_kinds(run)
    click.echo("`rag eval metrics` says what each figure means.", err=True)


def _print_kinds(run: Run) -> None:
    from rich.markup import escape
    from rich.table import Table

    from rag.evaluate.metrics import BY_NAME, KIND_METRICS, SEARCH_KIND_METRICS

    names = SEARCH_KIND_METRICS if run.part == "retrieval" else KIND_METRICS
    table = Table(box=None, pad_edge=False)
    table.add_column("kind")
    for heading in ("questions", *names):
        table.add_column(heading, justify="right")
    for kind, figures in run.kinds.items():
        count = sum((record.question.kind or "other") == kind for record in run.records)
        cells = [BY_NAME[n].text(figures[n].value if n in figures else None) for n in names]
        table.add_row(escape(printable(kind)), str(count), *cells)
    console().print("", table)


def _print_comparison(comparison: Comparison) -> None:
    from rich.markup import escape
    from rich.table import Table

    from rag.evaluate.compare import said
    from rag.evaluate.metrics import BY_NAME, chance_text

    table = Table(box=None, pad_edge=False, title_justify="left")
    before, after = comparison.before.name, comparison.after.name
    table.title = escape(f"{before} → {after}, {counted(comparison.shared, 'question')} in both")
    table.add_column("metric")
    for heading in ("before", "after", "change", "p", ""):
        table.add_column(heading, justify="right")
    colours = {"better": "green", "worse": "red", "": ""}
    for difference in comparison.differences:
        metric = BY_NAME[difference.metric]
        change = ("+" if difference.change >= 0 else "−") + metric.text(abs(difference.change))
        table.add_row(
            difference.metric,
            metric.text(difference.before),
            metric.text(difference.after),
            change,
            chance_text(difference.p),
            difference.verdict,
            style=colours[difference.verdict],
        )
    console().print("", table)
    for heading, turned in (
        ("turned right", comparison.turned_right),
        ("turned wrong", comparison.turned_wrong),
    ):
        click.echo(f"\n{len(turned)} {heading}")
        for pair in turned[:TURNED_SHOWN]:
            click.echo(printable(f"  {pair.after.question.id}: {pair.after.question.question}"))
            click.echo(printable(f"    before: {_clipped(said(pair.before))}"))
            click.echo(printable(f"    after:  {_clipped(said(pair.after))}"))
        if len(turned) > TURNED_SHOWN:
            click.echo(f"  ... and {len(turned) - TURNED_SHOWN} more")


def _print_runs(runs: Sequence[Run], comparisons: Sequence[Comparison]) -> None:
    """A table of several runs; a mark where one surely differs from the first."""
    from rich.markup import escape
    from rich.table import Table

    from rag.evaluate.metrics import METRICS

    table = Table(box=None, pad_edge=False, caption_justify="left")
    table.add_column("metric")
    for run in runs:
        table.add_column(escape(printable(run.name)), justify="right")
    verdicts = [{d.metric: d.verdict for d in c.differences} for c in comparisons]
    marks = {"better": " [green]▲[/]", "worse": " [red]▼[/]", "": "  "}
    for metric in METRICS:
        if any(metric.name in run.figures for run in runs):
            cells = [
                metric.text(run.figures[metric.name].value if metric.name in run.figures else None)
                for run in runs
            ]
            marked = [cells[0] + "  "] + [
                cell + marks[verdict.get(metric.name, "")]
                for cell, verdict in zip(cells[1:], verdicts, strict=True)
            ]
            table.add_row(metric.name, *marked)
    table.caption = "▲ better, ▼ worse than the first: p < 0.05, paired permutation test"
    console().print(table)


def _clipped(text: str) -> str:
    """The first words of a text, on one line."""
    words = text.split()
    return " ".join(words[:WORDS_SHOWN]) + (" …" if len(words) > WORDS_SHOWN else "")
