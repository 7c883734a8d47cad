"""The command line: `rag search`, `ask`, `chat`, `serve`, `config`;
`sync`, `index`, `conversations`, `mcp`, `models`, `eval` and `bench` are in modules of their own.

Exit codes: 0 done or answered, 1 declined, 2 an error, in one line on stderr. Whatever is heavy is
imported by the command that uses it. Owns click and rich.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from rag.commands.terminal import in_terminal, printable
from rag.config import Config, Sourced, load_config
from rag.errors import ConfigError, RagError
from rag.indexing.origin import folder_of, over_own_folder
from rag.providers import NO_MODEL, Endpoint, endpoint
from rag.questions.question import checked_question

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.chat_model import ChatModel
    from rag.datatypes import Message, Passage, Progress
    from rag.hosting.conversations import Conversations, KeptAt

ANSWERED, DECLINED, FAILED = 0, 1, 2
_ENDS = frozenset(("exit", "quit", "/exit", "/quit", "/q"))  # of a conversation in the terminal


# Commands of their own modules: name -> (module, the command in it).
_ELSEWHERE = {
    "eval": ("rag.commands.evaluate", "evaluation"),
    "bench": ("rag.commands.bench", "bench"),
    "conversations": ("rag.commands.conversations", "conversations"),
    "index": ("rag.commands.index", "index"),
    "sync": ("rag.commands.index", "sync"),
    "mcp": ("rag.commands.mcp", "mcp"),
    "models": ("rag.commands.models", "models"),
}


class _LazyGroup(click.Group):
    """A group whose commands of other modules are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        asking = ["search", "ask", "chat", "conversations", "serve", "mcp", "models"]
        return ["sync", "index", *asking, "eval", "bench", "config"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _ELSEWHERE:
            module, name = _ELSEWHERE[cmd_name]
            found: click.Command = getattr(import_module(module), name)
            return found
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named; what is none is told with those that are like it."""
        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-"):
            like = " or ".join(f"`rag {name}`" for name in get_close_matches(args[0], names, n=2))
            meant = f": did you mean {like}?" if like else ""
            raise click.UsageError(f"there is no command {args[0]!r}{meant}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, in a whole sentence."""
        names = self.list_commands(ctx)
        commands = [(name, self.get_command(ctx, name)) for name in names]
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, each.get_short_help_str(limit=500)) for name, each in commands if each]
            )


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rag", message="rag %(version)s")
def program() -> None:
    """Ask questions of a folder of articles and get answers that cite their sources.

    \b
    Start with:
      rag serve                         the chat in your browser
      rag ask "Who founded 01.AI?"      one answer in the terminal

    The articles are the files in seeds/ (another folder: --corpus FOLDER): text, saved pages, PDF,
    Word, e-books, tables. The index over them is built when it is first needed and kept in index/.
    """


def settings(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds the flags of `names` and --set, and passes a Sourced config."""
    flags = {
        "corpus": click.option("--corpus", metavar="FOLDER", help="The folder of articles."),
        "index": click.option("--index", metavar="FOLDER", help="The folder of the built index."),
        "encoder": click.option("--encoder", metavar="NAME", help="The encoder: a name or a path."),
        "model": click.option(
            "--model", metavar="NAME", help="The chat model that writes, such as ollama:qwen3."
        ),
        "base_url": click.option("--base-url", metavar="URL", help="The server of the model."),
        "host": click.option("--host", metavar="ADDRESS", help="The address to serve on."),
        "port": click.option("--port", metavar="N", help="The port to serve on."),
    }

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, pairs: Sequence[str], **options: Any) -> Any:
            given = {name: options.pop(name) for name in names}
            for pair in pairs:
                key, equals, value = pair.partition("=")
                if not equals:
                    raise ConfigError(f"--set takes NAME=VALUE, got {pair!r}")
                given[key.strip()] = value
            sourced = load_config(given)
            if "corpus" in names:
                sourced = _of_the_index(sourced)
            return command(*args, sourced=sourced, **options)

        run.__name__ = command.__name__
        run.__doc__ = command.__doc__
        wrapped: Callable[..., Any] = click.option(
            "--set", "pairs", metavar="NAME=VALUE", multiple=True,
            help="Any other setting (see `rag config`); may be given several times.",
        )(run)  # fmt: skip
        for name in reversed(names):
            wrapped = flags[name](wrapped)
        wrapped.__click_params__ = [  # type: ignore[attr-defined]
            *getattr(wrapped, "__click_params__", []),
            *getattr(command, "__click_params__", []),
        ]
        return wrapped

    return decorate


def _of_the_index(sourced: Sourced) -> Sourced:
    """Return the settings over the index's own folder; if another is given, tell what that does."""
    if sourced.sources["corpus"] == "default":
        return over_own_folder(sourced)
    index, given = Path(sourced.config.index), Path(sourced.config.corpus)
    folder = folder_of(index)
    if folder is not None and given.is_dir() and folder != given.resolve():
        told = f"rag: the index in {index} is of {folder}; another --index keeps both"
        click.echo(printable(told), err=True)
    return sourced


as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
among = click.option(
    "--article", "articles", metavar="ID", multiple=True,
    help="Ask only this article; may be given several times.",
)  # fmt: skip
question_argument = click.argument("question", nargs=-1, required=True)


@program.command()
@question_argument
@settings("corpus", "index", "encoder")
@click.option("-k", "k", type=int, help="How many passages (default: the setting `passages`).")
@among
@as_json
def search(
    question: tuple[str, ...],
    k: int | None,
    articles: tuple[str, ...],
    as_json: bool,
    sourced: Sourced,
) -> None:
    """Show the passages found for QUESTION, best first, with every score.

    BM25 counts shared words, cosine compares meaning; the fused score orders the two together. With
    --set reorder=reader the reading model's judgement counts too.
    """
    if k is not None and k < 0:
        raise ConfigError(f"-k must be at least 0, got {k}")
    asked = checked_question(" ".join(question), most_chars=sourced.config.question_chars)
    # Nothing is written here: no model is opened, and no key asked for.
    config = sourced.config.replace(model=NO_MODEL, base_url="")
    passages = open_assistant(config).retrieve(asked, k=k, articles=articles)
    if as_json:
        print_json([passage.to_dict() for passage in passages])
    else:
        _print_passages(passages, k)


@program.command()
@question_argument
@settings("corpus", "index", "encoder", "model", "base_url")
@click.option(
    "--as-it-stands",
    is_flag=True,
    help="Put nothing right that looks misspelled, and filter by no date.",
)
@among
@as_json
def ask(
    question: tuple[str, ...],
    as_it_stands: bool,
    articles: tuple[str, ...],
    as_json: bool,
    sourced: Sourced,
) -> None:
    """Answer QUESTION from the articles, every statement with its source.

    The exit code is 0 for an answer, 1 where the articles don't say.
    """
    asked = checked_question(" ".join(question), most_chars=sourced.config.question_chars)
    assistant = open_assistant(sourced.config)
    answer = assistant.ask(asked, as_it_stands=as_it_stands, articles=articles)
    if as_json:
        print_json(answer.to_dict())
    else:
        click.echo(in_terminal(answer))
        if (answer.reworded or answer.dates) and sys.stdout.isatty():
            click.echo("\n(--as-it-stands asks it as it stands)")
    sys.exit(ANSWERED if answer.outcome == "answered" else DECLINED)


@program.command()
@settings("corpus", "index", "encoder", "model", "base_url")
@click.option(
    "--resume", metavar="[ID]", is_flag=False, flag_value="last",
    help="Go on with the last conversation, or with the one of that id.",
)  # fmt: skip
@among
def chat(resume: str | None, articles: tuple[str, ...], sourced: Sourced) -> None:
    """Hold a conversation in the terminal. /quit, Ctrl-D or Ctrl-C twice ends it.

    A question that leans on the one before is searched for as what it means; the answer then says
    what that was, and /asis asks the question as it stands. Conversations are kept: see
    `rag conversations`.
    """
    from rag.conversation.turns import MOST_TURNS
    from rag.hosting.conversations import TERMINAL, Conversations, Keeper
    from rag.indexing.chosen import checked_choice

    store = Conversations.of(sourced.config)
    keeper = Keeper(store, lambda told: click.echo(f"rag: {printable(told)}", err=True))
    history, kept = _resumed(store, resume) if resume is not None else ([], None)
    assistant = open_assistant(sourced.config)
    checked_choice(articles, assistant.articles)  # told now, not at the first question
    count = len(assistant.articles)
    click.echo(
        f"{count} article{'s' * (count != 1)} in {sourced.config.corpus}. Ask a question; "
        "/quit ends it."
    )
    asked = next((turn["content"] for turn in history[-2:-1]), "")
    for typed in _typed():
        as_it_stands = typed == "/asis"
        if re.fullmatch(r"/\w+", typed) and not as_it_stands:
            if typed != "/help":
                click.echo(f"There is no {typed}.")
            click.echo("/asis asks the last question as it stands, /quit ends the conversation.")
            continue
        if as_it_stands and not asked:
            click.echo("There is no question to ask as it stands yet: ask one.")
            continue
        asked = question = asked if as_it_stands else typed
        try:
            answer = assistant.ask(
                question, history=history, as_it_stands=as_it_stands, articles=articles
            )
        except RagError as error:
            click.echo(f"rag: {error}", err=True)
            continue
        click.echo("\n" + in_terminal(answer))
        if answer.dates and not answer.reworded:
            asked = answer.dates.rest
        if answer.reworded or answer.dates:
            click.echo("\n(/asis asks it as it stands)")
        kept = keeper.keep(TERMINAL, kept, question, answer) or kept
        history += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer.lines},
        ]
        del history[: -2 * MOST_TURNS]


def _typed() -> Iterator[str]:
    """Yield the lines that are typed, until a word or a key ends them.

    Empty ones are none: a text that was pasted may hold them. Ctrl-C takes back what was typed of a
    line, and ends them where nothing was typed since the last one.
    """
    interrupted = False
    while True:
        try:
            line = input("\n> ").strip()
        except EOFError:
            click.echo()
            return
        except KeyboardInterrupt:
            click.echo()
            if interrupted or not sys.stdin.isatty():
                return
            interrupted = True
            click.echo("Ctrl-C once more or /quit ends it.")
            continue
        interrupted = False
        if line.lower() in _ENDS:
            return
        if line:
            yield line


def _resumed(store: Conversations | None, resume: str) -> tuple[list[Message], KeptAt]:
    """Return what was said in the conversation that is gone on with, and where it is kept."""
    from rag.errors import ConversationsError
    from rag.hosting.conversations import TERMINAL, KeptAt
    from rag.hosting.recall import recalled

    if store is None:
        raise ConversationsError('none are kept: the setting `conversations` is "none"')
    if resume == "last":
        mine = store.listed(TERMINAL)
        if not mine:
            raise ConversationsError("there is no conversation to go on with yet")
        found = mine[0]
    else:
        found = store.find(None, resume)
    click.echo(f"Going on with “{printable(found.title)}”.")
    said: list[Message] = []
    for turn in store.turns(None, found.id):
        said.append({"role": "user", "content": turn.question})
        said.append({"role": "assistant", "content": recalled(turn.answer, {}).lines})
    return said, KeptAt(found.id, "")


@program.command()
@settings("corpus", "index", "encoder", "model", "base_url", "host", "port")
@click.option("--open/--no-open", "opens", default=None, help="Open the page in a browser.")
@click.option("--watch", is_flag=True, help="Bring the index in step whenever the folder changes.")
@click.option("--page/--no-page", default=True, help="Serve the API without the page.")
@click.option(
    "--auth", metavar="NAME[:PASSWORD]", envvar="RAG_AUTH",
    help="Ask everyone for this login. Without a password here, it is asked for.",
)  # fmt: skip
@click.option(
    "--token", metavar="TOKEN", envvar="RAG_TOKEN", help="Ask every program for this token."
)
@click.option("--public-without-login", is_flag=True, help="Let other machines in unasked.")
def serve(
    opens: bool | None,
    watch: bool,
    page: bool,
    auth: str | None,
    token: str | None,
    public_without_login: bool,
    sourced: Sourced,
) -> None:
    """Serve the chat page, the HTTP API and MCP. Ctrl-C stops it.

    A login is better set as RAG_AUTH=name:password or RAG_TOKEN: other users of this machine see
    the flags of a program.
    """
    from rag.backend import Backend
    from rag.hosting.conversations import Conversations
    from rag.service import Login
    from rag.service import serve as serve_all
    from rag.sync import check

    if auth and ":" not in auth:
        auth += ":" + str(click.prompt(f"Password for {auth}", hide_input=True, err=True))
    login = Login.given(auth, token)
    if public_without_login:
        sourced = replace(sourced, config=sourced.config.replace(public="open"))
    config = sourced.config
    chat = chat_model(config)  # here, where a key can be asked for
    check(config)  # before it is said where the page is

    def open_with_bar(shown_in_page: Progress) -> Backend:
        with progress_bar() as shown_here:

            def tell(stage: str, done: int, total: int) -> None:
                shown_here(stage, done, total)
                shown_in_page(stage, done, total)

            assistant = open_assistant(config, tell, chat=chat)
        if watch:
            _follow(assistant)
        return assistant

    serve_all(
        open_with_bar,
        config,
        login=login,
        conversations=Conversations.of(config),
        open_browser=sys.stdout.isatty() if opens is None else opens,
        page=page,
    )


@program.command()
@settings("corpus", "index", "encoder", "model", "base_url", "host", "port")
@as_json
def config(as_json: bool, sourced: Sourced) -> None:
    """Print every setting in force and where it came from."""
    rows = sourced.to_dict()
    if as_json:
        print_json(rows)
        return
    from rich.table import Table

    table = Table("setting", "value", "from", box=None, pad_edge=False)
    for name, row in rows.items():
        value = row["value"]
        shown = " | ".join(value) if isinstance(value, (tuple, list)) else str(value)
        table.add_row(name, printable(shown), row["from"])
    print_table(table)


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    # Libraries read these when they are first imported; the page sends nothing anywhere.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        # Not program.main(): it ends with 1, which means declined here, where the reader of a
        # pipe has gone.
        with program.make_context("rag", sys.argv[1:]) as context:
            program.invoke(context)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "")
        sys.exit(FAILED)
    except click.UsageError as error:
        told = error.format_message().rstrip(".")
        asked = error.ctx.command_path if error.ctx else "rag"
        fail(told if told.endswith("?") else f"{told}; `{asked} --help` shows what there is")
    except click.ClickException as error:
        fail(error.format_message())
    except click.Abort:
        fail("stopped")
    except KeyboardInterrupt:
        fail("stopped")
    except RagError as error:
        fail(str(error))
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        sys.exit(ANSWERED)
    except OSError as error:
        if error.errno != errno.ENOSPC or sys.flags.dev_mode:
            _fail_unforeseen(error)
        fail("there is no room left where the output is written")
    except Exception as error:
        _fail_unforeseen(error)
    sys.exit(ANSWERED)


def _fail_unforeseen(error: Exception) -> NoReturn:
    if sys.flags.dev_mode:
        raise error
    fail(
        f"something went wrong that should not ({type(error).__name__}: {error}); "
        "`python -X dev -m rag ...` shows where"
    )


def fail(message: str) -> NoReturn:
    """Print `message` as one line on stderr and exit with the code of an error."""
    click.echo("rag: " + " ".join(printable(message).split()), err=True)
    sys.exit(FAILED)


def _follow(assistant: Assistant) -> None:
    """Keep the assistant in step with its folder, in a thread that ends with the program."""
    import threading

    from rag.commands.index import summary
    from rag.indexing.watch import follow

    config = assistant.config
    threading.Thread(
        target=follow,
        args=(Path(config.corpus), assistant.sync),
        kwargs={
            "stop": threading.Event(),
            "on_report": lambda report: click.echo(printable(summary(report, config))),
            "on_error": lambda error: click.echo(f"rag: {printable(str(error))}", err=True),
            "but_not": Path(config.index),
        },
        name="follow-folder",
        daemon=True,
    ).start()


def open_assistant(
    config: Config, progress: Progress | None = None, *, chat: ChatModel | None = None
) -> Assistant:
    """Return the assistant of `config`; `progress` or else a bar is told of a build.

    `chat` is the model of `config` where it was opened already (`chat_model`).
    """
    from rag.assistant import Assistant

    chat = chat or chat_model(config)

    def opened(told: Progress) -> Assistant:
        return Assistant.open(
            config.corpus, config.index, config=config, chat_model=chat, progress=told
        )

    if progress is not None:
        return opened(progress)
    with progress_bar() as bar:
        return opened(bar)


def chat_model(config: Config) -> ChatModel | None:
    """Return the chat model of `config`, or None where it names none.

    A key that stands in no variable is asked for, where there is a terminal.

    Raises:
        ConfigError: there is an address and no model.
    """
    from rag.chat_model import ChatModel

    if config.model == NO_MODEL:
        if config.base_url:
            raise ConfigError(
                f"base_url is {config.base_url} and no model is named: add --model NAME "
                f"(`rag models --base-url {config.base_url}` lists them)"
            )
        return None
    reached = with_key(endpoint(config.model, config.base_url))
    return ChatModel(reached, timeout_s=config.model_timeout_s)


def with_key(reached: Endpoint) -> Endpoint:
    """Return the endpoint with its key, asked for where it is needed, not set, and can be typed.

    What is typed is kept in memory alone.
    """
    if not reached.needs_key or reached.found_key(os.environ) or not sys.stdin.isatty():
        return reached
    typed = click.prompt(
        f"The key of {reached.base_url} ({reached.key_variable} is not set)",
        hide_input=True,
        default="",
        show_default=False,
        err=True,
    )
    return replace(reached, key=str(typed).strip())


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yield a Progress that draws a bar on stderr, with the speed and the time left."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )

    names = {
        "reading": "Reading articles",
        "encoding": "Encoding passages",
        "writing": "Writing the index",
    }
    screen = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
        console=screen,
    )
    tasks: dict[str, TaskID] = {}
    told: set[str] = set()

    def tell(stage: str, done: int, total: int) -> None:
        if not screen.is_terminal:
            if total and stage == "encoding" and stage not in told:
                told.add(stage)
                click.echo(f"{names.get(stage, stage)} ({total}) ...", err=True)
            return
        if stage not in tasks:
            bar.start()
            tasks[stage] = bar.add_task(names.get(stage, stage), total=total, speed="")
        speed = bar.tasks[tasks[stage]].speed
        shown = f"{speed:,.0f}/s" if speed and stage == "encoding" else ""
        bar.update(tasks[stage], completed=done, total=total, speed=shown)

    try:
        yield tell
    finally:
        if tasks:
            bar.stop()


def console() -> Any:
    """Return the console for results; its width is the terminal's, or 100 columns in a pipe."""
    from rich.console import Console

    class Results(Console):
        """A console that ends as done, not as declined, where the reader of a pipe has gone."""

        def on_broken_pipe(self) -> None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(ANSWERED)

    return Results(width=None if sys.stdout.isatty() else 100, highlight=False)


def print_table(table: Any) -> None:
    """Print a table: where stdout is no terminal, each row in one line, whole and not padded."""
    if sys.stdout.isatty():
        console().print(table)
        return
    from rich.console import Console

    wide = Console(width=_WIDE, highlight=False, file=io.StringIO(), color_system=None)
    wide.print(table)
    for line in wide.file.getvalue().splitlines():  # type: ignore[attr-defined]
        click.echo(line.rstrip())


def print_json(value: Any) -> None:
    """Print `value` as JSON, as UTF-8 text."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    click.echo(text.encode("utf-8", "replace").decode("utf-8"))


_WIDE = 100_000  # columns: no row is longer


def _print_passages(passages: Sequence[Passage], k: int | None) -> None:
    from rich.markup import escape
    from rich.table import Table

    if not passages:
        click.echo("No passages: -k 0 asks for none." if k == 0 else "No passage was found.")
        return
    legs = {
        "reordered": "reader + fused",
        "reader": "reader",
        "reranker": "reranker",
        "fused": "fused",
        "lexical": "BM25",
        "vector": "cosine",
    }
    asked = ("fused", "lexical", "vector")  # always shown: these every search has
    shown = [leg for leg in legs if leg in asked or any(getattr(p.scores, leg) for p in passages)]
    table = Table("#", *(legs[leg] for leg in shown), "passage", box=None, pad_edge=False)
    for number, passage in enumerate(passages, start=1):
        scores = passage.scores
        cells = [
            "–" if score is None else f"{score.value:.3f}\n(rank {score.rank})"
            for score in (getattr(scores, leg) for leg in shown)
        ]
        chunk = passage.chunk
        where = f"{passage.article.title} [{chunk.article_id} {chunk.start}–{chunk.end}]"
        text = escape(printable(f"{where}\n{chunk.text}\n"))
        table.add_row(str(number), *cells, text)
    console().print(table)
