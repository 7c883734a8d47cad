"""The bundled reader: what it reads, what it refuses; windows and batches change nothing."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file
from safetensors.torch import save_file

from rag.encoder import bundled_encoder
from rag.errors import ModelError
from rag.reader import BundledReader, Reading
from rag.reader.batches import collate, group
from rag.reader.bundled import BUNDLED_FOLDER, window_bounds
from rag.reader.decode import LOOKS, best_span
from rag.reader.features import PieceSplitter, content_stems, make_row, sentence_numbers, stem
from rag.reader.network import FROZEN, Network, from_encoder
from rag.reader.shape import encoder_shape
from rag.reader.weights import (
    ENCODER_FILES,
    SETTINGS,
    WEIGHTS,
    Calibration,
    pack,
    read_settings,
    unpack,
)
from rag.training.export import compile_onnx, export, recalibrate
from rag.training.learn import start

TEXT = "The river Nile is long. A question of water in the sea. The Rhine is a river."
SENTENCES = [(0, 23), (24, 55), (56, 77)]
QUESTION = "How long is the Nile?"


@pytest.fixture(scope="module")
def folder(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reader on the tiny encoder whose weights were all moved a little."""
    torch.manual_seed(3)
    network = start(tiny_model, dropout=0.0)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name not in FROZEN:
                parameter.add_(0.05 * torch.randn_like(parameter))
    out = tmp_path_factory.mktemp("reader")
    state = {n: v.contiguous() for n, v in network.state_dict().items() if n not in FROZEN}
    save_file(state, out / "checkpoint.safetensors")
    export(
        out / "checkpoint.safetensors",
        out / "reader",
        calibration=Calibration(pair=0.5, margin=0.25, constant=-1.0),
        window_pieces=128,
        encoder=tiny_model,
    )
    return out / "reader"


@pytest.fixture(scope="module")
def reader(folder: Path, tiny_model: Path) -> BundledReader:
    return BundledReader.from_folder(folder, encoder=tiny_model)


def close(a: Reading, b: Reading) -> bool:
    return a.span == b.span and np.allclose(
        [a.margin, a.logit, a.answerable, *a.sentences],
        [b.margin, b.logit, b.answerable, *b.sentences],
        atol=1e-4,
    )


def test_a_reading_has_a_span_of_the_passage_a_probability_and_a_score_a_sentence(
    reader: BundledReader,
) -> None:
    [reading] = reader.read(QUESTION, [TEXT], [SENTENCES])
    assert reading.span is not None
    start_, end = reading.span
    assert 0 <= start_ < end <= len(TEXT)
    assert TEXT[start_:end] == TEXT[start_:end].strip()
    assert reading.answerable == pytest.approx(1 / (1 + math.exp(-reading.logit)))
    assert len(reading.sentences) == len(SENTENCES)
    assert all(map(math.isfinite, reading.sentences))


def test_a_reading_is_the_networks_own_output_of_two_looks(
    reader: BundledReader, folder: Path, tiny_model: Path
) -> None:
    """An independent way from the weights to the reading, without batches and windows."""
    shape = encoder_shape(tiny_model / "config.json")
    base = from_encoder(load_file(tiny_model / "model.safetensors"), shape.layers)
    weights = unpack(load_file(folder / WEIGHTS), base)
    network = Network(shape).eval()
    network.load_state_dict({n: torch.from_numpy(np.array(v)) for n, v in weights.items()})
    splitter = PieceSplitter.from_file(tiny_model / "tokenizer.json")
    passage, question = splitter.split(TEXT), splitter.question(QUESTION)
    numbers = sentence_numbers(passage, SENTENCES)

    def look(low: int, high: int) -> tuple[np.ndarray, float, float]:
        """Return the logits of the pieces from `low` to `high`, of "no answer" and of the pair."""
        row = make_row(question, passage, numbers, splitter.ends, low=low, high=high)
        batch = collate([row])
        with torch.no_grad():
            tokens, pair = network(
                torch.from_numpy(batch.ids), torch.from_numpy(batch.kinds),
                torch.from_numpy(batch.marks), torch.from_numpy(batch.present),
            )  # fmt: skip
        none = float(tokens[0, 0, 0] + tokens[0, 0, 1])
        return tokens[0, row.first : -1].numpy(), none, float(pair)

    whole, none, pair = look(0, len(passage.ids))
    spans = [
        (start_, end)
        for start_ in range(len(numbers))
        for end in range(start_, min(len(numbers), start_ + 30))
        if numbers[start_] == numbers[end]
    ]
    first = {(a, b): float(whole[a, 0] + whole[b, 1]) - none for a, b in spans}
    best = {n: max(first[s] for s in spans if numbers[s[0]] == n) for n in set(numbers)}
    again = sorted(best, key=lambda n: (-best[n], n))[:2]
    both = {}
    for number in (n for n in again if best[n] >= best[again[0]] - 6):
        low, high = numbers.index(number), numbers.index(number) + numbers.count(number)
        alone, no_answer, _ = look(low, high)
        for a, b in (s for s in spans if numbers[s[0]] == number):
            second = float(alone[a - low, 0] + alone[b - low, 1]) - no_answer
            both[a, b] = (first[a, b] + 0.5 * second) / 1.5
    span = max(both, key=lambda s: (both[s], -s[0], -s[1]))

    [reading] = reader.read(QUESTION, [TEXT], [SENTENCES])
    assert reading.span == (passage.spans[span[0]][0], passage.spans[span[1]][1])
    assert reading.margin == pytest.approx(both[span], abs=1e-4)
    assert reading.logit == pytest.approx(0.5 * pair + 0.25 * both[span] - 1, abs=1e-4)
    for number, score in enumerate(reading.sentences):
        mine = [whole[at, 2] for at, n in enumerate(numbers) if n == number]
        assert score == pytest.approx(float(np.mean(mine)), abs=1e-4)


def test_neither_the_batch_nor_the_order_changes_a_reading(folder: Path, tiny_model: Path) -> None:
    passages = [TEXT, "Water.", TEXT[:55], "The sea is long. " * 9, TEXT]
    spans = [
        SENTENCES,
        [(0, 6)],
        SENTENCES[:2],
        [(17 * n, 17 * n + 16) for n in range(9)],
        SENTENCES,
    ]
    together = BundledReader.from_folder(folder, encoder=tiny_model).read(QUESTION, passages, spans)
    alone = BundledReader.from_folder(folder, encoder=tiny_model)
    for passage, sentences, reading in zip(passages, spans, together, strict=True):
        assert close(reading, alone.read(QUESTION, [passage], [sentences])[0])
    assert together[0] == together[4]


def test_a_pair_is_read_once(folder: Path, tiny_model: Path) -> None:
    reader = BundledReader.from_folder(folder, encoder=tiny_model)
    calls = []
    engine = reader._engine
    reader._engine = lambda batch: calls.append(len(batch.ids)) or engine(batch)  # type: ignore[func-returns-value]
    first = reader.read(QUESTION, [TEXT, "Water."], [SENTENCES, [(0, 6)]])
    rows = sum(calls)
    assert 2 < rows <= 2 + LOOKS  # a passage of one sentence needs no second look
    assert reader.read(QUESTION, ["Water.", TEXT], [[(0, 6)], SENTENCES]) == first[::-1]
    assert sum(calls) == rows
    reader.read("Who?", [TEXT], [SENTENCES])
    assert sum(calls) > rows


def test_a_long_passage_is_read_to_its_end(reader: BundledReader) -> None:
    text = "The river is long. " * 120
    sentences = [(19 * n, 19 * n + 18) for n in range(120)]
    [reading] = reader.read(QUESTION, [text], [sentences])
    assert reading.span is not None
    assert all(map(math.isfinite, reading.sentences))
    assert 0 <= reading.answerable <= 1


@pytest.mark.parametrize("passage", ["", "  \n "])
def test_nothing_to_read_is_no_answer(reader: BundledReader, passage: str) -> None:
    [reading] = reader.read(QUESTION, [passage], [[]])
    assert reading == Reading(None, -math.inf, -math.inf, 0.0, ())


def test_a_passage_without_sentences_and_a_question_without_words_are_read(
    reader: BundledReader,
) -> None:
    [reading] = reader.read("?", ["A river."], [[]])
    assert reading.span is not None
    assert reading.sentences == ()
    assert reader.read("", [], []) == []


def test_spans_count_code_points(reader: BundledReader) -> None:
    text = "😀 Ünïcode 智谱 is a river. 🏞️ Naïve."
    [reading] = reader.read("Where is the river?", [text], [[(0, 25), (26, len(text))]])
    assert reading.span is not None
    assert text[slice(*reading.span)].strip()


def test_as_many_lists_of_sentences_as_passages(reader: BundledReader) -> None:
    with pytest.raises(ValueError, match="2 passages, but sentences of 1"):
        reader.read(QUESTION, [TEXT, TEXT], [SENTENCES])


def test_a_truncated_file_is_refused(folder: Path, tiny_model: Path, tmp_path: Path) -> None:
    copy = _copy(folder, tmp_path)
    data = (copy / WEIGHTS).read_bytes()
    (copy / WEIGHTS).write_bytes(data[:-100])
    with pytest.raises(ModelError, match=rf"has {len(data) - 100} bytes, expected {len(data)}"):
        BundledReader.from_folder(copy, encoder=tiny_model)


def test_a_changed_file_is_refused(folder: Path, tiny_model: Path, tmp_path: Path) -> None:
    copy = _copy(folder, tmp_path)
    data = bytearray((copy / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (copy / WEIGHTS).write_bytes(data)
    with pytest.raises(ModelError, match="changed or swapped"):
        BundledReader.from_folder(copy, encoder=tiny_model)


def test_a_missing_file_is_refused(folder: Path, tiny_model: Path, tmp_path: Path) -> None:
    copy = _copy(folder, tmp_path)
    (copy / WEIGHTS).unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        BundledReader.from_folder(copy, encoder=tiny_model)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "has format 2, this version reads 1"),
        ({"surprise": 1}, "cannot be read"),
        ({"base_sha256": "0" * 64}, "expected 000000000000"),
        ({"encoder_sha256": [1]}, "cannot be read"),
        ({"window_pieces": 67}, "window_pieces must be at least 68, got 67"),
        ({"window_pieces": "384"}, "cannot be read"),
        ({"window_pieces": 129}, "at most 128, as many positions as the encoder has, got 129"),
    ],
    ids=["newer", "unknown", "other encoder", "hashes", "narrow", "no number", "wide"],
)
def test_other_settings_are_refused(
    folder: Path, tiny_model: Path, tmp_path: Path, change: dict[str, object], message: str
) -> None:
    copy = _copy(folder, tmp_path)
    found = json.loads((copy / SETTINGS).read_text(encoding="utf-8"))
    (copy / SETTINGS).write_text(json.dumps({**found, **change}), encoding="utf-8")
    with pytest.raises(ModelError, match=message):
        BundledReader.from_folder(copy, encoder=tiny_model)


def test_the_encoder_s_other_files_are_checked_and_shape_the_fingerprint(
    folder: Path, tiny_model: Path, tmp_path: Path
) -> None:
    """Two pieces whose ids were swapped are read as each other: no error would tell of it."""
    encoder = tmp_path / "encoder"
    shutil.copytree(tiny_model, encoder)
    text = (encoder / "tokenizer.json").read_text(encoding="utf-8")
    found = json.loads(text)
    words = found["model"]["vocab"]
    words["river"], words["water"] = words["water"], words["river"]
    (encoder / "tokenizer.json").write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(ModelError, match=r"tokenizer\.json has sha256 .* changed or swapped"):
        BundledReader.from_folder(folder, encoder=encoder)
    copy = _copy(folder, tmp_path)  # as it was exported before these were written down
    older = json.loads((copy / SETTINGS).read_text(encoding="utf-8"))
    assert older.pop("encoder_sha256") == {
        name: hashlib.sha256((tiny_model / name).read_bytes()).hexdigest()
        for name in ("config.json", "tokenizer.json")
    }
    (copy / SETTINGS).write_text(json.dumps(older), encoding="utf-8")
    first, second = (
        BundledReader.from_folder(copy, encoder=each).fingerprint for each in (tiny_model, encoder)
    )
    assert first != second
    (encoder / "tokenizer.json").write_text(text, encoding="utf-8")
    (encoder / "config.json").write_bytes(b" " + (encoder / "config.json").read_bytes())
    with pytest.raises(ModelError, match=r"config\.json has sha256 .* changed or swapped"):
        BundledReader.from_folder(folder, encoder=encoder)


@pytest.mark.parametrize("size", [None, [], "six"], ids=["null", "list", "word"])
def test_an_encoder_that_states_no_size_is_told(
    tiny_model: Path, tmp_path: Path, size: object
) -> None:
    found = json.loads((tiny_model / "config.json").read_text(encoding="utf-8"))
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**found, "hidden_size": size}), encoding="utf-8")
    with pytest.raises(ModelError, match=r"config\.json cannot be read: (Type|Value)Error"):
        encoder_shape(path)


def test_the_bundled_reader_states_the_files_of_its_encoder() -> None:
    settings, encoder = read_settings(BUNDLED_FOLDER), bundled_encoder()
    assert sorted(settings.encoder_sha256) == sorted(ENCODER_FILES)
    for name, digest in settings.encoder_sha256.items():
        assert hashlib.sha256((encoder / name).read_bytes()).hexdigest() == digest
    assert (BUNDLED_FOLDER / SETTINGS).read_text(encoding="utf-8") == settings.to_json()


@pytest.mark.parametrize("pieces", [67, 129])
def test_a_window_that_no_question_or_no_encoder_fits_is_not_exported(
    folder: Path, tiny_model: Path, tmp_path: Path, pieces: int
) -> None:
    with pytest.raises(ModelError, match=rf"window_pieces must be at .* got {pieces}"):
        export(
            folder.parent / "checkpoint.safetensors", tmp_path / "out",
            calibration=Calibration(), window_pieces=pieces, encoder=tiny_model,
        )  # fmt: skip
    assert not (tmp_path / "out").exists()


def test_settings_come_back_as_they_were_written_and_shape_the_fingerprint(
    folder: Path, tiny_model: Path, tmp_path: Path
) -> None:
    copy = _copy(folder, tmp_path)
    settings = read_settings(copy)
    assert settings.calibration == Calibration(0.5, 0.25, -1.0)
    before = BundledReader.from_folder(copy, encoder=tiny_model).fingerprint
    assert BundledReader.from_folder(copy, encoder=tiny_model).fingerprint == before
    changed = recalibrate(copy, Calibration(1.0, 0.0, 0.0))
    assert read_settings(copy) == changed == replace(settings, calibration=Calibration())
    assert BundledReader.from_folder(copy, encoder=tiny_model).fingerprint != before


def test_the_8_bit_model_reads_like_the_float_one(
    folder: Path, tiny_model: Path, reader: BundledReader, tmp_path: Path
) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    copy = _copy(folder, tmp_path)
    with pytest.raises(ModelError, match="was not compiled"):
        BundledReader.from_folder(copy, encoder=tiny_model, backend="onnx")
    splitter = PieceSplitter.from_file(tiny_model / "tokenizer.json")
    asked, passage = splitter.question(QUESTION), splitter.split(TEXT)
    numbers = sentence_numbers(passage, SENTENCES)
    row = make_row(asked, passage, numbers, splitter.ends, low=0, high=len(passage.ids))
    compile_onnx(copy, [row], encoder=tiny_model)
    eight = BundledReader.from_folder(copy, encoder=tiny_model, backend="onnx")
    passages, spans = [TEXT, "Water.", TEXT[:55]], [SENTENCES, [(0, 6)], SENTENCES[:2]]
    for a, b in zip(
        reader.read(QUESTION, passages, spans), eight.read(QUESTION, passages, spans), strict=True
    ):
        assert a.logit == pytest.approx(b.logit, abs=0.2)
        assert a.sentences == pytest.approx(b.sentences, abs=0.3)
    (copy / "reader.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="changed or swapped"):
        BundledReader.from_folder(copy, encoder=tiny_model, backend="onnx")


def test_packing_is_off_by_less_than_a_254th_of_a_rows_greatest_change() -> None:
    draw = np.random.default_rng(5)
    base = {"m": draw.normal(size=(4, 6)).astype(np.float32), "kept": np.ones((2, 2), np.float32)}
    change = draw.normal(size=(4, 6)).astype(np.float32) * [[1.0], [1e-3], [0.0], [50.0]]
    weights = {"m": base["m"] + change.astype(np.float32), "new": np.array([1.5, -2.0])}
    found = unpack(pack(weights, base), base)
    limit = np.abs(change).max(axis=1, keepdims=True) / 254 * 1.001 + 1e-5
    assert (np.abs(found["m"] - weights["m"]) <= limit).all()
    assert found["new"].tolist() == [1.5, -2.0]
    assert found["kept"] is base["kept"]
    with pytest.raises(ModelError, match="change m, which"):
        unpack(pack(weights, base), {"kept": base["kept"]})


@given(st.integers(0, 300), st.integers(1, 60), st.integers(0, 80))
def test_windows_cover_every_piece_and_overlap(pieces: int, room: int, overlap: int) -> None:
    windows = window_bounds(pieces, room=room, overlap=overlap)
    assert {at for low, high in windows for at in range(low, high)} == set(range(pieces))
    assert all(high - low == min(room, pieces) for low, high in windows)
    least = min(overlap, room // 4)
    assert all(a[1] - b[0] >= least for a, b in pairwise(windows))


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(1, 200))
def test_groups_hold_everything_once_within_the_limit(lengths: list[int], most: int) -> None:
    groups = group(lengths, most=most)
    assert sorted(at for members in groups for at in members) == list(range(len(lengths)))
    for members in groups:
        assert len(members) == 1 or max(lengths[at] for at in members) * len(members) <= most


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=12))
def test_the_best_span_is_the_brute_force_one(logits: list[tuple[int, int]]) -> None:
    start_, end = np.array(logits, np.float32).T
    spans = [(a, b) for a in range(len(logits)) for b in range(a, min(a + 3, len(logits)))]
    best = max(spans, key=lambda s: (start_[s[0]] + end[s[1]], -s[0], -s[1]))
    assert best_span(start_, end, longest=3) == (*best, float(start_[best[0]] + end[best[1]]))


def test_marks_by_hand(tiny_model: Path) -> None:
    splitter = PieceSplitter.from_file(tiny_model / "tokenizer.json")
    question, passage = (
        splitter.question("Long river Rhine ?"),
        splitter.split("The river. Is long"),
    )
    assert question.stems == ("long", "river", "rhine", "")
    assert passage.stems == (".the", "river", "", ".is", "long")
    numbers = sentence_numbers(passage, [(0, 10), (11, 18)])
    assert numbers == [0, 0, 0, 1, 1]
    row = make_row(question, passage, numbers, splitter.ends, low=0, high=5)
    assert row.first == 6
    assert row.kinds == [0] * 6 + [1] * 6
    # found, found, missing, no word; other, asked, other, other, asked
    assert row.word_marks == [0, 3, 3, 4, 1, 0, 5, 7, 5, 5, 7, 0]
    # each sentence holds one of the two words that the window has: half
    assert row.sentence_marks == [0] * 6 + [10] * 5 + [0]


def test_stems() -> None:
    assert content_stems("How many Companies were in the 2024 company's list?") == {
        "compa", "2024", "list",
    }  # fmt: skip
    assert stem("1990s") == "1990s"


def _copy(folder: Path, to: Path) -> Path:
    copy = to / "reader"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    return copy
