"""A question-answering model of transformers as the reader: what it reads, what is refused."""

from __future__ import annotations

import itertools
import json
import math
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from rag import Assistant, Config
from rag.chunk import statement_spans
from rag.errors import ModelError
from rag.reader import BundledReader, Reading, Span, open_reader
from rag.reader.transformers_reader import QUESTION_TOKENS, TransformersReader
from tests.making import CountingEncoder, make_article, texts, write_folder
from tests.started import variables
from tests.tiny import drawn_from

QUESTION = "How long is the Nile?"
TEXT = "The river Nile is long. A dam was built in 1970. The Rhine is a river."
SENTENCES = [(0, 23), (24, 48), (49, 70)]


@pytest.fixture(scope="module")
def reader(tiny_reader: Path) -> TransformersReader:
    return TransformersReader.from_name(str(tiny_reader))


@pytest.fixture(scope="module")
def byte_pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A RoBERTa with drawn weights, whose tokens are bytes and pairs of them."""
    from tokenizers import ByteLevelBPETokenizer
    from tokenizers.processors import RobertaProcessing
    from transformers import (
        PreTrainedTokenizerFast,
        RobertaConfig,
        RobertaForQuestionAnswering,
    )

    folder = tmp_path_factory.mktemp("readers") / "bytes"
    tokenizer = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator([TEXT, QUESTION], special_tokens=special, show_progress=False)
    tokenizer.post_processor = RobertaProcessing(("</s>", 2), ("<s>", 0))
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer._tokenizer, model_max_length=64, bos_token="<s>",
        eos_token="</s>", cls_token="<s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>",
    ).save_pretrained(folder)  # fmt: skip
    with drawn_from(5):
        config = RobertaConfig(
            vocab_size=tokenizer.get_vocab_size(), hidden_size=16, num_hidden_layers=1,
            num_attention_heads=2, intermediate_size=32, max_position_embeddings=66,
            type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2,
            initializer_range=0.5,
        )  # fmt: skip
        RobertaForQuestionAnswering(config).eval().save_pretrained(folder)
    return folder


def close(a: Reading, b: Reading) -> bool:
    return a.span == b.span and np.allclose(
        [a.margin, a.logit, a.answerable, *a.sentences],
        [b.margin, b.logit, b.answerable, *b.sentences],
        atol=1e-3,
    )


# --- what it reads -------------------------------------------------------------------------------


def test_it_finds_what_it_learned_to_find(reader: TransformersReader) -> None:
    [found, none] = reader.read(QUESTION, [TEXT, TEXT[:23]], [SENTENCES, SENTENCES[:1]])
    assert found.span is not None
    assert TEXT[slice(*found.span)] == "1970"
    assert found.margin > 0
    assert found.answerable > 0.9
    assert max(range(3), key=lambda number: found.sentences[number]) == 1
    assert none.margin < 0
    assert none.answerable < 0.1


def test_a_reading_is_the_model_s_own_output(tiny_reader: Path) -> None:
    """An independent way from the model to the reading: one pair, every span added up by hand."""
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_reader)
    model = AutoModelForQuestionAnswering.from_pretrained(tiny_reader).eval()
    pair = tokenizer(QUESTION, TEXT, return_tensors="pt", return_offsets_mapping=True)
    places = pair.pop("offset_mapping")[0].tolist()
    with torch.no_grad():
        given = model(**pair)
    start, end = given.start_logits[0].double().tolist(), given.end_logits[0].double().tolist()
    inside = [at for at, part in enumerate(pair.sequence_ids(0)) if part == 1]
    spans = {
        (a, b): start[a] + end[b] for a, b in itertools.product(inside, inside) if a <= b < a + 30
    }
    none = start[0] + end[0]
    best = max(spans, key=lambda span: spans[span])

    def mass(begins: Sequence[int]) -> float:
        return math.log(sum(math.exp(v - 10) for (a, _), v in spans.items() if a in begins)) + 10

    [reading] = TransformersReader.from_name(str(tiny_reader)).read(QUESTION, [TEXT], [SENTENCES])
    assert reading.span == (places[best[0]][0], places[best[1]][1])
    assert reading.margin == pytest.approx(spans[best] - none, abs=1e-4)
    assert reading.logit == pytest.approx(mass(inside) - none, abs=1e-4)
    assert reading.answerable == pytest.approx(1 / (1 + math.exp(-reading.logit)))
    for (low, high), score in zip(SENTENCES, reading.sentences, strict=True):
        within = [at for at in inside if low <= places[at][0] < high]
        assert score == pytest.approx(mass(within) - none, abs=1e-4)


def test_neither_the_batch_nor_the_order_changes_a_reading(tiny_reader: Path) -> None:
    passages = [TEXT, "Water.", TEXT[:48], "The sea is long. " * 30, TEXT]
    spans = [
        SENTENCES, [(0, 6)], SENTENCES[:2], [(17 * n, 17 * n + 16) for n in range(30)], SENTENCES,
    ]  # fmt: skip
    together = TransformersReader.from_name(str(tiny_reader)).read(QUESTION, passages, spans)
    back = TransformersReader.from_name(str(tiny_reader)).read(
        QUESTION, passages[::-1], spans[::-1]
    )
    alone = TransformersReader.from_name(str(tiny_reader))
    for passage, sentences, reading, other in zip(
        passages, spans, together, back[::-1], strict=True
    ):
        assert close(reading, alone.read(QUESTION, [passage], [sentences])[0])
        assert close(reading, other)
    assert together[0] == together[4]


@pytest.mark.parametrize("before", [0, 60, 200], ids=["at its start", "within", "at its end"])
def test_a_long_passage_is_read_wherever_the_answer_stands(
    reader: TransformersReader, before: int
) -> None:
    text = "the sea is. " * before + "it was 77 long. " + "the sea is. " * (200 - before)
    sentences = [(12 * n, 12 * n + 11) for n in range(before)]
    sentences.append((12 * before, 12 * before + 15))
    sentences += [(12 * n + 16, 12 * n + 27) for n in range(before, 200)]
    [reading] = reader.read(QUESTION, [text], [sentences])
    assert reading.span is not None
    assert text[slice(*reading.span)] == "77"
    assert max(range(201), key=lambda number: reading.sentences[number]) == before
    assert all(map(math.isfinite, reading.sentences))


@pytest.mark.parametrize(
    "text",
    [
        "😀😀 智谱 was 42 long 🏞️.",
        "👩‍👩‍👧 e\u0301e\u0301 in 42 清言",
        "智谱清言 42 智谱",
        "\ud800 42 \udfff",
    ],
    ids=["emoji", "joined and combining", "Chinese", "lone surrogates"],
)
def test_spans_count_code_points(reader: TransformersReader, text: str) -> None:
    [reading] = reader.read(QUESTION, [text], [[(0, len(text))]])
    assert reading.span is not None
    assert text[slice(*reading.span)] == "42"


@given(texts(most=3))
@settings(max_examples=25)
@pytest.mark.parametrize("name", ["tiny_reader", "byte_pairs"])
def test_a_span_lies_in_its_passage_and_every_sentence_has_its_score(
    request: pytest.FixtureRequest, name: str, text: str
) -> None:
    reader = TransformersReader.from_name(str(request.getfixturevalue(name)))
    spans: list[Span] = statement_spans(make_article(text))
    [reading] = reader.read(QUESTION, [text], [spans])
    assert len(reading.sentences) == len(spans)
    assert 0 <= reading.answerable <= 1
    if reading.span is None:
        assert reading.logit == -math.inf
        return
    start, end = reading.span
    assert 0 <= start < end <= len(text)
    assert text[start:end] == text[start:end].strip()
    assert reading.margin <= reading.logit + 1e-9  # one span's mass is at most that of all


@pytest.mark.parametrize("passage", ["", "  \n "])
def test_nothing_to_read_is_no_answer(reader: TransformersReader, passage: str) -> None:
    assert reader.read(QUESTION, [passage], [[]]) == [Reading(None, -math.inf, -math.inf, 0.0, ())]
    assert reader.read(QUESTION, [], []) == []


def test_a_question_without_words_and_one_without_end_are_read(reader: TransformersReader) -> None:
    assert reader.read("?", [TEXT], [[]])[0].sentences == ()
    assert reader.read("", [TEXT], [SENTENCES])[0].span is not None
    long = "river " * 1000
    cut = "river " * min(QUESTION_TOKENS, 63)
    assert close(
        reader.read(long, [TEXT], [SENTENCES])[0], reader.read(cut, [TEXT], [SENTENCES])[0]
    )


def test_a_pair_is_read_once(tiny_reader: Path) -> None:
    reader = TransformersReader.from_name(str(tiny_reader))
    rows: list[int] = []
    logits = reader._logits

    def counted(inputs: Any) -> Any:
        rows.append(len(inputs))
        return logits(inputs)

    reader._logits = counted  # type: ignore[method-assign]
    first = reader.read(QUESTION, [TEXT, "Water."], [SENTENCES, [(0, 6)]])
    assert reader.read(QUESTION, ["Water.", TEXT], [[(0, 6)], SENTENCES]) == first[::-1]
    assert sum(rows) == 2
    reader.read("Who?", [TEXT], [SENTENCES])
    assert sum(rows) == 3


def test_questions_asked_at_once_are_cut_into_their_own_windows(tiny_reader: Path) -> None:
    """The tokenizer keeps from call to call where it cuts; four threads share it."""
    reader = TransformersReader.from_name(str(tiny_reader))
    passages = [f"the sea is {n} long. " * (20 * n) for n in range(1, 6)]
    questions = [QUESTION, "river " * 90, "?", "how long is the river " * 3]
    expected = {question: reader._windows(question, passages) for question in questions}
    assert all(len(windows) > len(passages) for windows in expected.values())
    found: list[tuple[str, object]] = []
    together = threading.Barrier(len(questions))

    def read(question: str) -> None:
        together.wait()
        found.extend((question, reader._windows(question, passages)) for _ in range(40))

    threads = [threading.Thread(target=read, args=(question,)) for question in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 160
    assert sum(windows != expected[question] for question, windows in found) == 0


# --- what is refused -----------------------------------------------------------------------------


def test_a_model_that_answers_no_questions_is_refused(tiny_model: Path) -> None:
    with pytest.raises(ModelError, match=r"no question-answering model: its weights lack 'qa_outp"):
        TransformersReader.from_name(str(tiny_model))


def test_a_folder_that_is_not_there_or_empty_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no model folder './nothing'"):
        TransformersReader.from_name("./nothing")
    with pytest.raises(ModelError, match="holds no model"):
        TransformersReader.from_name(str(tmp_path))


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("model.safetensors", b"not weights"),
        ("config.json", b"{"),
        ("config.json", b'{"model_type": "no such kind"}'),
        ("tokenizer.json", b"{}"),
    ],
    ids=["weights", "no configuration", "unknown kind", "tokenizer"],
)
def test_a_broken_file_is_one_line(
    tiny_reader: Path, tmp_path: Path, file: str, content: bytes
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(tiny_reader, broken)
    (broken / file).write_bytes(content)
    with pytest.raises(ModelError, match="cannot be loaded as an extractive") as caught:
        TransformersReader.from_name(str(broken))
    assert "\n" not in str(caught.value)


def test_weights_that_are_not_numbers_are_told_when_it_reads(
    tiny_reader: Path, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    broken = tmp_path / "broken"
    shutil.copytree(tiny_reader, broken)
    weights = load_file(broken / "model.safetensors")
    weights["qa_outputs.bias"] = torch.tensor([float("nan"), 0.0])
    save_file(weights, broken / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="not finite"):
        TransformersReader.from_name(str(broken)).read(QUESTION, [TEXT], [SENTENCES])


def test_a_name_that_the_hub_does_not_give_is_one_line_and_no_traceback(rivers: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rag", "ask", QUESTION, "--corpus", str(rivers),
         "--index", str(rivers.parent / "index"), "--set", "reader=nobody/no-such-reader"],
        capture_output=True, text=True, check=False, cwd=rivers.parent,
        env=variables(HF_HUB_OFFLINE="1"),
    )  # fmt: skip
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert last.startswith("rag: the model 'nobody/no-such-reader' is neither a folder here nor")
    assert "use 'bundled' or 'none'" in last
    assert "Traceback" not in done.stderr


# --- where it is named ---------------------------------------------------------------------------


def test_the_fingerprint_follows_the_files(tiny_reader: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny_reader, copy)
    before = TransformersReader.from_name(str(tiny_reader)).fingerprint
    assert TransformersReader.from_name(str(copy)).fingerprint == before
    settings = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    (copy / "config.json").write_text(json.dumps({**settings, "layer_norm_eps": 0.1}))
    assert TransformersReader.from_name(str(copy)).fingerprint != before


def test_the_setting_names_the_reader(tiny_reader: Path) -> None:
    named = open_reader(Config(reader=str(tiny_reader)))
    assert isinstance(named, TransformersReader)
    assert named.model_id == str(tiny_reader)
    assert isinstance(open_reader(Config()), BundledReader)


def test_an_assistant_answers_with_it_and_loads_it_when_it_is_needed(
    tmp_path: Path, counting: CountingEncoder, tiny_reader: Path, tiny_model: Path
) -> None:
    corpus = write_folder(
        tmp_path / "dams",
        {
            "high.txt": "The high dam\n\nThe dam on the Nile was built in 1970. It holds a lake.\n",
            "low.txt": "The low dam\n\nThe dam on the Rhine is long. Nobody knows its age.\n",
        },
    )
    config = Config(reader=str(tiny_reader), min_confidence=0.0)
    assistant = Assistant.open(corpus, tmp_path / "index", config=config, encoder=counting)
    answer = assistant.ask("When was the dam built?")
    assert answer.answered_by == f"reader {tiny_reader}"
    first = answer.statements[0]
    assert first.highlight is not None
    assert first.text[slice(*first.highlight)] == "1970"
    scores = {p.article.id: p.scores.reader for p in answer.passages}
    assert {name: score and score.rank for name, score in scores.items()} == {"high": 1, "low": 2}
    wrong = config.replace(reader=str(tiny_model))
    assistant = Assistant.open(corpus, tmp_path / "index", config=wrong, encoder=counting)
    assert assistant.retrieve(QUESTION)
    with pytest.raises(ModelError, match="no question-answering model"):
        assistant.ask(QUESTION)
