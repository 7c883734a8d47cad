"""One frozen Config, and where each of its values came from.

Values are read from, later winning: the defaults here; `[tool.rag]` of pyproject.toml or, where
there is one, rag.toml in the working folder; `RAG_*` variables; flags or keyword arguments. A model
of a preset wins over an earlier base_url, too, unless that was given for the same preset: a preset
is a server by itself. The variable RAG_MODEL_KEY is none of them: a key is no setting, so that none
is printed or kept.
"""

from __future__ import annotations

import difflib
import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from rag.errors import ConfigError
from rag.providers import KEY_VARIABLE, NO_MODEL, checked_url, endpoint, is_meant_for

Retriever = Literal["hybrid", "lexical", "vector"]
Reorder = Literal["none", "reader"]
Uploads = Literal["auto", "on", "off"]
Public = Literal["login", "open"]
Unsupported = Literal["mark", "drop"]
BelowEvidence = Literal["decline", "ask"]
Runtime = Literal["auto", "torch", "onnx", "onnx-int8"]
BUNDLED_MODEL = "all-MiniLM-L6-v2"
# Variables that are no settings: they are never printed.
SECRETS = ("RAG_AUTH", "RAG_TOKEN", KEY_VARIABLE)
# An answer below this confidence is declined, by whether a model read the passages: without one
# the confidence hardly tells a near miss, and a higher threshold declines right answers as often.
# With the bundled one, 300 questions of realtimeqa-2023 over the 1,866 articles that come with them
# are declined for .66 of those without an answer there, and for .19 of those with one.
LEAST_CONFIDENCE, LEAST_CONFIDENCE_UNREAD = 0.08, 0.05
COLUMNS = ("text", "title", "date", "url", "author", "id")  # what a column of a table may be


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting, its default and its meaning.

    Raises:
        ConfigError: a value is out of its range; the message names the setting and the value.
    """

    corpus: str = "seeds"  # the folder of articles
    index: str = "index"  # the folder of the built index
    max_file_mb: int = 50  # larger files are not read
    columns: tuple[
        str, ...
    ] = ()  # of .csv and .jsonl, e.g. text=body|title=head; see formats.table
    encoder: str = BUNDLED_MODEL  # the bundled encoder, a hub name, or a path
    runtime: Runtime = (
        "auto"  # how the encoder runs: compiled to "onnx-int8", to "onnx", or "torch"
    )
    cache: str = ""  # the folder of compiled models; the user's cache folder if empty
    batch_size: int = 32  # passages encoded at once through torch
    chunk_tokens: int = 128  # the most tokens of a chunk, counted by the encoder's tokenizer
    overlap_sentences: int = 1  # sentences a chunk repeats from the one before
    bm25_k1: float = 0.6  # BM25: how fast repeated terms saturate
    bm25_b: float = 0.75  # BM25: how much long chunks are held back, 0 to 1
    retriever: Retriever = "hybrid"  # "lexical" and "vector" use one leg alone
    candidates: int = 100  # passages that each leg hands to the fusion
    exact_up_to: int = 50_000  # passages; above that their vectors are searched approximately
    probes: int = 256  # cells searched there: more is nearer to exact, and slower
    vector_weight: float = 0.5  # the vector leg's share of the fused score, 0 to 1
    reranker: str = "none"  # a cross-encoder, by hub name or path, that orders what was retrieved
    reranked: int = 32  # passages that it orders
    reorder: Reorder = "none"  # "reader": searching reads, too, and orders by it; slower
    passages: int = 8  # passages that are retrieved and read for an answer
    reader: str = "bundled"  # the model that reads them: the bundled one, a hub name or a path of
    # an extractive question-answering model; "none" judges by the retriever alone
    most_statements: int = 4  # statements of an answer at most
    list_statements: int = 6  # the same where a question asks for several things
    # an answer below this confidence is declined, 0 to 1; one that suits the reader if not given
    min_confidence: float | None = None
    model: str = NO_MODEL  # the chat model that writes answers, such as "ollama:qwen3", or the name
    # that a server at base_url knows it by; "none" answers in the articles' own sentences
    base_url: str = (
        ""  # where that server is, such as http://127.0.0.1:11434/v1; a preset's if empty
    )
    model_timeout_s: int = 120  # the longest that an answer of the model is waited for
    model_window_tokens: int = 4096  # what the model reads and writes at once; passages are fitted
    unsupported: Unsupported = "mark"  # statements that the passages don't bear out; "drop"
    below_evidence: BelowEvidence = "decline"  # below min_confidence the model isn't asked; "ask"
    question_chars: int = 2000  # the longest question that is taken
    conversations: str = ""  # the file that keeps them; in the user's data folder if empty; "none"
    # keeps nothing
    uploads: Uploads = "auto"  # files added in the page: only from this machine, "on", or "off"
    host: str = "127.0.0.1"  # the address the page is served on
    port: int = 7860  # the port the page is served on
    public: Public = "login"  # "open": other machines are let in without a login, too
    hosts: tuple[str, ...] = ()  # other names that it is served under, such as behind a proxy
    requests_per_minute: int = 120  # of a client on another machine; 0 is any number
    examples: tuple[
        str, ...
    ] = ()  # questions to click in the page; drawn from the articles if none

    def __post_init__(self) -> None:
        least: dict[str, float] = {
            "batch_size": 1, "chunk_tokens": 16, "overlap_sentences": 0, "bm25_k1": 0,
            "candidates": 1, "exact_up_to": 0, "probes": 1, "reranked": 1, "passages": 1,
            "most_statements": 1, "list_statements": 1, "question_chars": 1, "port": 0,
            "max_file_mb": 1, "requests_per_minute": 0, "model_timeout_s": 1,
            "model_window_tokens": 512,
        }  # fmt: skip
        for name, low in least.items():
            if not getattr(self, name) >= low:  # so that "not a number" is refused too
                raise ConfigError(f"{name} must be at least {low:g}, got {getattr(self, name)}")
            if getattr(self, name) == math.inf:
                raise ConfigError(f"{name} must be finite, got inf")
        for name in ("bm25_b", "vector_weight", "min_confidence"):
            share = getattr(self, name)
            if share is not None and not 0 <= share <= 1:
                raise ConfigError(f"{name} must be from 0 to 1, got {share}")
        if self.port > 65535:
            raise ConfigError(f"port must be at most 65535, got {self.port}")
        for name, choices in (
            ("retriever", get_args(Retriever)),
            ("runtime", get_args(Runtime)),
            ("uploads", get_args(Uploads)),
            ("reorder", get_args(Reorder)),
            ("public", get_args(Public)),
            ("unsupported", get_args(Unsupported)),
            ("below_evidence", get_args(BelowEvidence)),
        ):
            if getattr(self, name) not in choices:
                raise ConfigError(
                    f"{name} must be one of {', '.join(choices)}, got {getattr(self, name)!r}"
                )
        for pair in self.columns:
            what, equals, name = pair.partition("=")
            if what not in COLUMNS or not equals or not name.strip():
                raise ConfigError(
                    f"columns must be like text=NAME, for one of {', '.join(COLUMNS)}, got {pair!r}"
                )
        for name in ("corpus", "index", "encoder", "reranker", "reader", "model", "host"):
            if not getattr(self, name).strip():
                raise ConfigError(f"{name} must not be empty")
        if self.model != NO_MODEL:
            if not endpoint(self.model, self.base_url).model:
                raise ConfigError(
                    f"model {self.model!r} names a preset and no model: write {self.model}:NAME"
                )
        elif self.base_url:
            checked_url(self.base_url)
        if self.reorder == "reader" and self.reader == "none":
            raise ConfigError("reorder 'reader' needs a reader, got reader 'none'")

    def replace(self, **changes: Any) -> Config:
        """Return a copy with `changes`, checked like a new one."""
        _known(changes, "a keyword argument")
        return replace(self, **changes)

    @property
    def least_confidence(self) -> float:
        """The confidence below which an answer is declined: `min_confidence` where it is given."""
        if self.min_confidence is not None:
            return self.min_confidence
        return LEAST_CONFIDENCE_UNREAD if self.reader == "none" else LEAST_CONFIDENCE

    def in_force(self) -> dict[str, Any]:
        """Return every setting by name, those that were not given as they hold."""
        return asdict(self) | {"min_confidence": self.least_confidence}

    def index_settings(self) -> dict[str, Any]:
        """Return the settings that shape an index: one made with others is stale."""
        names = ("chunk_tokens", "overlap_sentences", "bm25_k1", "bm25_b", "exact_up_to")
        # As JSON gives it back: a list.
        return {name: getattr(self, name) for name in names} | {"columns": list(self.columns)}


@dataclass(frozen=True, slots=True)
class Sourced:
    """A Config and, for each setting, where its value came from."""

    config: Config
    sources: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Every setting with its value and source, as `rag config --json` prints it."""
        return {
            name: {"value": value, "from": self.sources[name]}
            for name, value in self.config.in_force().items()
        }


def load_config(
    flags: Mapping[str, Any] | None = None,
    *,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Sourced:
    """Return the configuration in force and its sources.

    Flags that are None count as not given. `folder` is where pyproject.toml and rag.toml are
    looked for (default: the working folder), `environ` the variables (default: the process's).

    Raises:
        ConfigError: a file cannot be read, a key is unknown, or a value is not valid.
    """
    folder = Path.cwd() if folder is None else folder
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    sources = {setting.name: "default" for setting in fields(Config)}
    layers = [_file_layer(folder), _environment_layer(environ)]
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    layers.append(("flag", given, "a flag"))
    for source, layer, seen_in in layers:
        _known(layer, seen_in)
        found = {name: _typed(name, value, seen_in) for name, value in layer.items()}
        told = {
            name: source if source != "environment" else f"RAG_{name.upper()}" for name in found
        }
        if _leaves_server(found, values):
            found["base_url"], told["base_url"] = "", told["model"]
        values |= found
        sources |= told
    return Sourced(Config(**values), sources)


def _leaves_server(layer: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a layer names a preset alone, over a base_url that was given for something else."""
    if "model" not in layer or "base_url" in layer or not before.get("base_url"):
        return False
    return not is_meant_for(layer["model"], before.get("model", NO_MODEL))


def _file_layer(folder: Path) -> tuple[str, dict[str, Any], str]:
    own = folder / "rag.toml"
    if own.is_file():
        return "rag.toml", _read_toml(own), str(own)
    project = folder / "pyproject.toml"
    if project.is_file():
        tables = _read_toml(project)
        for name in ("tool", "rag"):
            tables = tables.get(name, {})
            if not isinstance(tables, dict):
                raise ConfigError(f"{name} in {project} must be a table, got {tables!r}")
        return "pyproject.toml", tables, f"[tool.rag] of {project}"
    return "default", {}, "defaults"


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as TOML: {error}") from error


def _environment_layer(environ: Mapping[str, str]) -> tuple[str, dict[str, Any], str]:
    found = {
        name.removeprefix("RAG_").lower(): value
        for name, value in environ.items()
        if name.startswith("RAG_") and name not in SECRETS and value.strip()
    }
    return "environment", found, "the RAG_ variables"


def _known(layer: Mapping[str, Any], seen_in: str) -> None:
    names = [setting.name for setting in fields(Config)]
    for key in layer:
        if key not in names:
            near = difflib.get_close_matches(key, names, n=1, cutoff=0.6)
            hint = f"; did you mean {near[0]}?" if near else ": `rag config` lists them"
            raise ConfigError(f"unknown setting {key!r} in {seen_in}{hint}")


def _typed(name: str, value: Any, seen_in: str) -> Any:
    """Return `value` as the type of the setting's default."""
    default = next(setting.default for setting in fields(Config) if setting.name == name)
    try:
        if isinstance(default, tuple):
            texts = value.split("|") if isinstance(value, str) else list(value)
            return tuple(str(text).strip() for text in texts if str(text).strip())
        if isinstance(default, str):
            if not isinstance(value, (str, Path)):
                raise TypeError
            return str(value)
        if isinstance(value, bool):
            raise TypeError
        if isinstance(default, int):
            number = int(value)
            if number != float(value):
                raise ValueError
            return number
        return float(value)
    except (TypeError, ValueError, OverflowError):
        wanted = {tuple: "a list of texts", str: "text", int: "a whole number"}
        raise ConfigError(
            f"{name} in {seen_in} must be {wanted.get(type(default), 'a number')}, got {value!r}"
        ) from None
