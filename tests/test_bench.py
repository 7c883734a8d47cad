"""Measuring: percentiles by hand, every stage there, and the whole no less than its parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.bench import STAGES, drawn_questions, measure, peak_memory_bytes, stage_of
from rag.config import Config
from rag.encoder import SentenceEncoder
from tests.making import write_folder


@pytest.fixture
def assistant(tiny: SentenceEncoder, rivers: Path, tmp_path: Path) -> Assistant:
    config = Config(reader="none", chunk_tokens=40, overlap_sentences=0)
    return Assistant.open(rivers, tmp_path / "index", config=config, encoder=tiny)


def test_percentiles_by_hand() -> None:
    stage = stage_of("read", [0.001, 0.002, 0.003, 0.004, 0.101])
    assert (stage.p50_ms, stage.p95_ms) == (3.0, 81.6)  # 4 + 0.8 * (101 - 4)
    assert stage_of("read", [0.005]).p95_ms == 5.0


def test_every_stage_is_measured(assistant: Assistant, tiny: SentenceEncoder) -> None:
    measured = measure(assistant, tiny, questions=4)
    assert [stage.name for stage in measured.stages] == [*STAGES.values(), "whole"]
    *parts, whole = measured.stages
    assert all(0 <= part.p50_ms <= part.p95_ms for part in measured.stages)
    assert max(part.p50_ms for part in parts) <= whole.p50_ms
    assert measured.questions == 4
    assert (measured.articles, measured.passages) == (3, len(assistant.chunks))
    assert measured.passages_a_second > 0
    folder = Path(assistant.config.index)
    assert measured.index_bytes == sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    peak = peak_memory_bytes()
    assert peak is None or measured.memory_bytes is None or 1e6 < measured.memory_bytes <= peak
    assert json.loads(json.dumps(measured.to_dict()))["stages"][0]["name"] == "encode"


def test_a_leg_that_is_not_used_is_not_told(
    tiny: SentenceEncoder, rivers: Path, tmp_path: Path
) -> None:
    config = Config(reader="none", retriever="lexical")
    opened = Assistant.open(rivers, tmp_path / "index", config=config, encoder=tiny)
    names = [stage.name for stage in measure(opened, tiny, questions=2).stages]
    assert names == ["lexical", "fuse", "read", "whole"]


def test_questions_are_drawn_from_the_articles(assistant: Assistant) -> None:
    drawn = drawn_questions(assistant.chunks, assistant.articles, count=5)
    assert drawn == drawn_questions(assistant.chunks, assistant.articles, count=5)
    assert len(set(drawn)) == 5
    texts = [" ".join(article.text.split()) for article in assistant.articles.values()]
    for question in drawn:
        assert any(question in text for text in texts)
        assert len(question.split()) <= 10
    assert len(drawn_questions(assistant.chunks, assistant.articles, count=1000)) <= len(
        assistant.chunks
    )


def test_a_single_sentence_is_measured(tiny: SentenceEncoder, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "one", {"a.txt": "Otters hold hands."})
    config = Config(reader="none")
    opened = Assistant.open(folder, tmp_path / "index", config=config, encoder=tiny)
    assert measure(opened, tiny, questions=9).questions == 1
