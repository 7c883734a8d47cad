"""The compiled encoder against the reference, and what happens where it cannot be had."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag import compiled
from rag.compiled import CompiledEncoder, open_encoder, runtime_of
from rag.config import Config
from rag.encoder import SentenceEncoder
from rag.errors import ModelError

VARIED = [
    "How many free tokens does Zhipu AI offer?",
    "tokens",
    "The river rises in the Black Forest and reaches the sea after 2,850 kilometres.",
    "智谱AI提供多少免费令牌？",
    "😀 👩‍👩‍👧 🇩🇪",
    "مرحبا بالعالم",
    "word " * 400,
    "a \ud800 lone surrogate",
    "<script>alert(1)</script>",
    "",
    "Who?",
    "x" * 500,
    "東京は日本の首都です。",
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def small(tiny: SentenceEncoder, cache: Path) -> CompiledEncoder:
    return CompiledEncoder.from_reference(tiny, cache)


def test_the_bundled_model_compiled_stays_close_to_the_reference() -> None:
    reference = open_encoder(Config(runtime="torch"))
    fast = open_encoder(Config(runtime="onnx-int8"))
    assert isinstance(reference, SentenceEncoder)
    assert isinstance(fast, CompiledEncoder)
    cosines = (reference.encode(VARIED) * fast.encode(VARIED)).sum(axis=1)
    assert cosines.min() > 0.98, dict(zip(VARIED, cosines.tolist(), strict=True))
    assert np.median(cosines) > 0.99


def test_in_float32_it_is_the_reference_but_for_rounding(
    tiny: SentenceEncoder, cache: Path
) -> None:
    exact = CompiledEncoder.from_reference(tiny, cache, precision="float32")
    assert np.abs(exact.encode(VARIED) - tiny.encode(VARIED)).max() < 1e-4


def test_the_runtime_is_told_by_the_fingerprint(
    tiny: SentenceEncoder, tiny_model: Path, cache: Path
) -> None:
    seen = set()
    for runtime, kept in (
        ("torch", "torch"), ("onnx", "onnx"), ("onnx-int8", "onnx-int8"), ("auto", "onnx-int8"),
    ):  # fmt: skip
        config = Config(encoder=str(tiny_model), cache=str(cache)).replace(runtime=runtime)
        encoder = open_encoder(config)
        assert runtime_of(encoder.fingerprint) == kept
        seen.add(encoder.fingerprint)
    assert len(seen) == 3


def test_a_model_of_another_precision_is_compiled_again(
    tiny: SentenceEncoder, tmp_path: Path
) -> None:
    """A foreign file in the place of the compiled one, whole in itself."""
    for precision in ("int8", "float32"):
        CompiledEncoder.from_reference(tiny, tmp_path, precision=precision)
    one, two = (tmp_path / "compiled").iterdir()
    for name in ("model.onnx", "compiled.json"):
        (one / name).write_bytes((two / name).read_bytes())
    told = {
        precision: CompiledEncoder.from_reference(tiny, tmp_path, precision=precision).encode(["a"])
        for precision in ("int8", "float32")
    }
    assert not np.array_equal(told["int8"], told["float32"])
    kept = {json.loads((f / "compiled.json").read_text())["precision"] for f in (one, two)}
    assert kept == {"int8", "float32"}


def test_a_text_has_one_vector_whoever_its_neighbours_are(small: CompiledEncoder) -> None:
    together = small.encode(VARIED)
    apart = np.concatenate([small.encode([text]) for text in VARIED])
    backwards = small.encode(VARIED[::-1])[::-1]
    assert np.array_equal(together, apart)
    assert np.array_equal(together, backwards)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_no_text_gives_no_vector(small: CompiledEncoder) -> None:
    assert small.encode([]).shape == (0, 32)


def test_progress_ends_at_the_number_of_texts(small: CompiledEncoder) -> None:
    told: list[int] = []
    small.encode(["river"] * 37, progress=told.append)
    assert told == [16, 32, 37]


def test_tokens_are_counted_as_the_reference_counts(
    small: CompiledEncoder, tiny: SentenceEncoder
) -> None:
    assert small.count_tokens(VARIED) == tiny.count_tokens(VARIED)


def test_it_is_another_model_to_the_index(small: CompiledEncoder, tiny: SentenceEncoder) -> None:
    assert small.fingerprint != tiny.fingerprint
    assert small.model_id == tiny.model_id


def test_a_second_time_nothing_is_compiled(
    small: CompiledEncoder, tiny: SentenceEncoder, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(compiled, "_compile", refuse)
    again = CompiledEncoder.from_reference(tiny, cache)
    assert np.array_equal(again.encode(["river"]), small.encode(["river"]))


@pytest.mark.parametrize("harm", ["flipped byte", "cut short", "no description", "not JSON"])
def test_a_harmed_file_is_compiled_again(
    harm: str, tiny: SentenceEncoder, small: CompiledEncoder, tmp_path: Path
) -> None:
    CompiledEncoder.from_reference(tiny, tmp_path)
    (folder,) = (tmp_path / "compiled").iterdir()
    model, described = folder / "model.onnx", folder / "compiled.json"
    whole = model.read_bytes()
    if harm == "flipped byte":
        model.write_bytes(whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:])
    elif harm == "cut short":
        model.write_bytes(whole[:1000])
    elif harm == "no description":
        described.unlink()
    else:
        described.write_text("{", encoding="utf-8")
    mended = CompiledEncoder.from_reference(tiny, tmp_path)
    assert np.array_equal(mended.encode(["river"]), small.encode(["river"]))
    assert json.loads(described.read_text(encoding="utf-8"))["least_cosine"] >= 0.98
    assert [path.name for path in (tmp_path / "compiled").iterdir()] == [folder.name]


def test_another_user_may_read_what_was_compiled(tiny: SentenceEncoder, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        CompiledEncoder.from_reference(tiny, tmp_path)
    finally:
        os.umask(before)
    (folder,) = (tmp_path / "compiled").iterdir()
    assert folder.stat().st_mode & 0o777 == 0o755
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in folder.iterdir())


def test_of_two_first_starts_the_slower_leaves_the_other_s_model_alone(
    tiny: SentenceEncoder, small: CompiledEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = compiled._export

    def slower(*args: object) -> object:
        """While this one compiles, the other one is done."""
        shutil.copytree(small._folder, tmp_path / "compiled" / small._folder.name)
        (tmp_path / "compiled" / small._folder.name / "first").touch()
        return export(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(compiled, "_export", slower)
    found = CompiledEncoder.from_reference(tiny, tmp_path)
    (folder,) = (tmp_path / "compiled").iterdir()
    assert (folder / "first").exists()
    assert np.array_equal(found.encode(["river"]), small.encode(["river"]))


def test_where_it_differs_too_much_it_is_refused(
    tiny: SentenceEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(compiled.LEAST_COSINE, "int8", 1.01)
    with pytest.raises(ModelError, match=r"differs too much .* at least 1\.01"):
        CompiledEncoder.from_reference(tiny, tmp_path)
    assert list((tmp_path / "compiled").iterdir()) == []


def test_a_cache_that_cannot_be_written_falls_back_with_a_line(
    tiny_model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    config = Config(encoder=str(tiny_model), cache=str(blocked))
    with caplog.at_level(logging.WARNING, logger="rag"):
        assert isinstance(open_encoder(config), SentenceEncoder)
    assert "using torch instead" in caplog.text
    with pytest.raises(ModelError, match="cannot be kept in"):
        open_encoder(config.replace(runtime="onnx-int8"))


def test_answering_with_the_compiled_encoder_imports_no_torch(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from rag import Assistant\n"
        f"assistant = Assistant.open('seeds', {str(tmp_path / 'index')!r})\n"
        "assert assistant.ask('Who founded 01.AI?').outcome == 'answered'\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'gradio', 'sklearn'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    open_encoder(Config())  # compiled here, where it was not yet
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert run.stdout.strip() == "[]"
