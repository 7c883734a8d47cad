"""The encoder: which model is loaded, that it is the right one, and what vectors it gives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from rag import encoder as encoder_module
from rag.config import BUNDLED_MODEL
from rag.encoder import SentenceEncoder
from rag.errors import ModelError
from tests.conftest import make_tiny_model

TEXTS = [
    "The Nile is about 6,650 kilometres long.",
    "Barges carry goods on the Rhine.",
    "智谱清言是一个模型。",
    "Is it? 😀 It is.",
    "x",
]


@pytest.fixture
def bundled_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the bundled folder that stands in its place."""
    folder = tmp_path / "model"
    shutil.copytree(encoder_module.bundled_encoder(), folder)
    monkeypatch.setattr(encoder_module, "bundled_encoder", lambda: folder)
    return folder


def test_the_bundled_model_is_found_by_its_name_and_its_weights_are_checked(
    bundled_copy: Path,
) -> None:
    found = SentenceEncoder.from_name(BUNDLED_MODEL)
    assert (found.model_id, found.folder) == (BUNDLED_MODEL, bundled_copy)


def test_one_flipped_byte_in_the_bundled_weights_is_refused(bundled_copy: Path) -> None:
    with (bundled_copy / "model.safetensors").open("r+b") as file:
        file.seek(50_000_000)
        byte = file.read(1)[0]
        file.seek(50_000_000)
        file.write(bytes([byte ^ 1]))
    with pytest.raises(ModelError, match=r"sha256 [0-9a-f]{12}, expected 53aa51172d14: reinstall"):
        SentenceEncoder.from_name(BUNDLED_MODEL)


def test_missing_bundled_weights_are_refused(bundled_copy: Path) -> None:
    (bundled_copy / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="sha256 missing, expected 53aa51172d14"):
        SentenceEncoder.from_name(BUNDLED_MODEL)


def test_the_fingerprint_follows_the_files(tiny_model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny_model, copy)
    first = SentenceEncoder.from_name(str(tiny_model)).fingerprint
    assert SentenceEncoder.from_name(str(copy)).fingerprint == first, "the place plays no part"
    config = copy / "config.json"
    config.write_text(config.read_text().replace("}", " }", 1))
    assert SentenceEncoder.from_name(str(copy)).fingerprint != first
    other = make_tiny_model(tmp_path / "other", seed=8)
    assert SentenceEncoder.from_name(str(other)).fingerprint != first


def test_a_model_is_taken_by_its_path(tiny: SentenceEncoder, tiny_model: Path) -> None:
    """The vectors are sentence-transformers' own, to the bit, for one text."""
    from sentence_transformers import SentenceTransformer

    oracle = SentenceTransformer(str(tiny_model), device="cpu")
    expected = oracle.encode([TEXTS[0]], normalize_embeddings=True, show_progress_bar=False)
    assert np.array_equal(tiny.encode([TEXTS[0]]), expected)
    assert tiny.encode(TEXTS).shape == (5, 32)


@pytest.mark.parametrize("name", ["./nothing", "/nowhere/at/all", "~/no such model here"])
def test_a_path_that_is_no_folder_is_told(name: str) -> None:
    with pytest.raises(ModelError, match="there is no model folder"):
        SentenceEncoder.from_name(name)


def test_an_unknown_hub_name_is_one_line_and_does_not_hang() -> None:
    code = (
        "from rag.encoder import SentenceEncoder\n"
        "from rag.errors import ModelError\n"
        "try: SentenceEncoder.from_name('nobody/no-such-model')\n"
        "except ModelError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        check=True,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("the model 'nobody/no-such-model' is neither a folder here nor")
    assert "'all-MiniLM-L6-v2'" in lines[0]


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no model"):
        SentenceEncoder.from_name(str(tmp_path))


def test_weights_that_cannot_be_loaded_are_one_line(tiny_model: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(tiny_model, broken)
    (broken / "model.safetensors").write_bytes(b"not weights")
    encoder = SentenceEncoder.from_name(str(broken))
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        encoder.encode(["a text"])
    assert "\n" not in str(caught.value)


def test_vectors_have_unit_length(tiny: SentenceEncoder) -> None:
    assert np.linalg.norm(tiny.encode(TEXTS), axis=1) == pytest.approx([1] * 5, abs=1e-6)


def test_a_text_has_one_vector_whatever_stands_beside_it(tiny: SentenceEncoder) -> None:
    together = tiny.encode(TEXTS)
    reverse = tiny.encode(TEXTS[::-1])[::-1]
    alone = np.concatenate([tiny.encode([text]) for text in TEXTS])
    many = tiny.encode([f"another text of some length, number {n}" for n in range(70)] + TEXTS)
    for other in (reverse, alone, many[-5:]):
        assert np.abs(together - other).max() < 1e-6
    assert np.array_equal(together, tiny.encode(TEXTS)), "and the same call gives the same bits"


def test_batches_of_any_size_give_the_same_vectors(tiny: SentenceEncoder, tiny_model: Path) -> None:
    one = SentenceEncoder.from_name(str(tiny_model), batch_size=1)
    assert np.abs(one.encode(TEXTS * 3) - tiny.encode(TEXTS * 3)).max() < 1e-6


def test_different_texts_have_different_vectors(tiny: SentenceEncoder) -> None:
    vectors = tiny.encode(TEXTS)
    cosines = vectors @ vectors.T - np.eye(len(TEXTS))
    assert cosines.max() < 0.99


def test_no_texts_give_no_vectors(tiny: SentenceEncoder) -> None:
    assert tiny.encode([]).shape == (0, 32)
    assert tiny.count_tokens([]) == []


@pytest.mark.parametrize(
    "text",
    ["", " \n", "\ud800 lone", "a\udfff\ud800", "😀👩‍👩‍👧🇩🇪", "\x00\x07\x1b",
     "\u202eمرحبا", "a " * 50_000, "x" * 100_000],
    ids=["empty", "blank", "lone", "lones", "emoji", "control", "rtl", "long", "one-word"],
)  # fmt: skip
def test_any_text_has_a_vector(tiny: SentenceEncoder, text: str) -> None:
    vectors = tiny.encode([text, "another"])
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-6)
    assert tiny.count_tokens([text])[0] >= 0


def test_tokens_are_counted_without_the_special_ones_and_past_the_window(
    tiny: SentenceEncoder,
) -> None:
    assert tiny.count_tokens(["the river", "", "the " * 500, "智谱"]) == [2, 0, 500, 2]


def test_tokens_are_counted_by_a_tokenizer_without_its_own_file(
    tiny: SentenceEncoder, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model without tokenizer.json counts through the loaded model, and counts the same."""
    other = SentenceEncoder.from_name(str(tiny_model))
    monkeypatch.setitem(other.__dict__, "_tokenizer", None)
    samples = ["the river", "", "the " * 500, "智谱", "\ud800"]
    assert other.count_tokens(samples) == tiny.count_tokens(samples)


def test_progress_ends_at_the_number_of_texts(tiny_model: Path) -> None:
    told: list[int] = []
    encoder = SentenceEncoder.from_name(str(tiny_model), batch_size=2)
    encoder.encode([f"text {n}" for n in range(40)], progress=told.append)
    assert told == [16, 32, 40]


def test_vectors_that_are_not_finite_are_refused(tiny_model: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    broken = tmp_path / "broken"
    shutil.copytree(tiny_model, broken)
    weights = load_file(broken / "model.safetensors")
    name = next(name for name in weights if name.endswith("LayerNorm.weight"))
    weights[name] = np.full_like(weights[name], np.nan)
    save_file(weights, broken / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="not finite"):
        SentenceEncoder.from_name(str(broken)).encode(["a text"])


def test_threads_that_encode_at_once_get_the_same_vectors(tiny_model: Path) -> None:
    encoder = SentenceEncoder.from_name(str(tiny_model))
    expected = SentenceEncoder.from_name(str(tiny_model)).encode(TEXTS)
    found: list[np.ndarray] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            found.extend(encoder.encode(TEXTS) for _ in range(10))
        except BaseException as error:  # told in the main thread
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(found) == 40
    assert all(np.array_equal(vectors, expected) for vectors in found)


def test_the_bundled_model_knows_what_a_text_is_about() -> None:
    encoder = SentenceEncoder.from_name(BUNDLED_MODEL)
    question, near, far = encoder.encode(
        ["How long is the Nile?", "The river is 6,650 kilometres in length.", "I like cheese."]
    )
    assert question @ near > 0.5 > question @ far
