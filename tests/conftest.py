"""What the tests share: a tiny real model, and an assistant over the articles of this project."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from rag import cli
from rag.encoder import SentenceEncoder
from rag.providers import PROVIDERS
from tests.making import RIVERS, CountingEncoder, write_folder
from tests.tiny import drawn_from, make_reader, make_reranker, save_tokenizer

if TYPE_CHECKING:
    from rag.assistant import Assistant


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that drive a browser behind all others, which is kept with two processes, too.

    Playwright's event loop and its greenlets stay in a process: behind them asyncio.run is refused,
    and the compiler finds its recursion depth to differ.
    """
    items.sort(key=lambda item: "browser" in item.path.parts)


settings.register_profile(
    "rag",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("rag")

SEEDS = Path(__file__).parents[1] / "seeds"
Rag = Callable[..., tuple[int, str, str]]

# The settings and keys of whoever runs the tests must not change them; here, so that no fixture
# and no program that one starts has them, either.
_KEYS = {provider.key_variable for provider in PROVIDERS.values()}
for _name in list(os.environ):
    if _name.startswith("RAG_") or _name in _KEYS:
        del os.environ[_name]


@pytest.fixture(autouse=True)
def _no_conversations_of_whoever_tests(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """What a test asks is not kept among the questions of whoever runs it."""
    name = f"data-{zlib.crc32(request.node.nodeid.encode())}"
    path = tmp_path_factory.getbasetemp() / name / "conversations.sqlite3"
    monkeypatch.setattr("rag.hosting.conversations.default_path", lambda: path)


@pytest.fixture
def rag(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Rag:
    """Return a function that runs a command line in the test's folder: (code, stdout, stderr).

    `typed` are the lines that are typed into it; "^C" interrupts.
    """
    monkeypatch.chdir(tmp_path)  # where there is no rag.toml

    def run(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["rag", *words])
        lines = iter(typed.splitlines())

        def read(prompt: str) -> str:
            print(prompt, end="")
            line = next(lines, None)
            if line is None:
                raise EOFError
            if line == "^C":
                raise KeyboardInterrupt
            return line

        monkeypatch.setattr("builtins.input", read)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a real sentence-transformers model: 2 layers of 32 hidden units."""
    return make_tiny_model(tmp_path_factory.mktemp("models") / "tiny", seed=7)


def make_tiny_model(folder: Path, *, seed: int) -> Path:
    """Save a BERT with drawn weights and a word-piece vocabulary, and return its folder."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel

    base = folder.with_name(f"{folder.name}-base")
    size = save_tokenizer(base)
    with drawn_from(seed):
        # Weights drawn wider than a trained model's, so that different texts get different vectors.
        config = BertConfig(
            vocab_size=size, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
            intermediate_size=64, max_position_embeddings=128, initializer_range=0.3,
        )  # fmt: skip
        BertModel(config).eval().save_pretrained(base)
    transformer = Transformer(str(base), max_seq_length=128)
    pooling = Pooling(transformer.get_embedding_dimension(), "mean")
    SentenceTransformer(modules=[transformer, pooling], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="session")
def tiny_reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a real question-answering model that finds numbers."""
    return make_reader(tmp_path_factory.mktemp("readers") / "tiny")


@pytest.fixture(scope="session")
def tiny_reranker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a real cross-encoder with drawn weights."""
    return make_reranker(tmp_path_factory.mktemp("rerankers") / "tiny")


@pytest.fixture(scope="session")
def tiny(tiny_model: Path) -> SentenceEncoder:
    """Return the tiny model's encoder."""
    return SentenceEncoder.from_name(str(tiny_model))


@pytest.fixture
def counting(tiny: SentenceEncoder) -> CountingEncoder:
    """Return the tiny model's encoder, with a count of what it is asked for."""
    return CountingEncoder(tiny)


@pytest.fixture
def rivers(tmp_path: Path) -> Path:
    """Return a folder of three short articles, to change at will."""
    return write_folder(tmp_path / "rivers", RIVERS)


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Return an assistant over this project's own articles, with the bundled model."""
    from rag.assistant import Assistant

    return Assistant.open(corpus=SEEDS, index=tmp_path_factory.mktemp("seeds") / "index")
