"""A cross-encoder of sentence-transformers reorders what was retrieved."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from rag import Assistant, Config
from rag.cli import program
from rag.datatypes import Chunk, Passage, Score, Scores
from rag.errors import ModelError
from rag.retrieve import Retrieved
from rag.searching.rerank import CrossReranker, RerankingRetriever, reranked
from tests.making import CountingEncoder, make_article
from tests.tiny import make_reranker

QUESTION = "How long is the river?"
TEXTS = ["The river is long.", "A question of water.", "😀 智谱清言", "the sea " * 200]
ARTICLE = make_article("A title\n\nA text that is long enough to be one.")


def passages(*values: float) -> tuple[Passage, ...]:
    """Return passages whose fused scores fall; the text of each is the value it is worth."""
    return tuple(
        Passage(
            Chunk(f"c{rank}", ARTICLE.id, 0, 7, str(value)),
            ARTICLE,
            Scores(fused=Score(rank, 1 / rank)),
        )
        for rank, value in enumerate(values, start=1)
    )


class Literally:
    """A Reranker whose score of a text is the number that the text is."""

    model_id = "literal"
    fingerprint = "literal"

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        return [float(text) for text in texts]


class Fixed:
    """A retriever that finds the same passages whatever is asked."""

    def __init__(self, found: Sequence[Passage]) -> None:
        self.found = tuple(found)

    def retrieve(self, question: str, *, k: int) -> Retrieved:
        return Retrieved(self.found[:k], ("river",), None, {"lexical": 0.5})


# --- the model -----------------------------------------------------------------------------------


def test_a_score_is_the_model_s_own_logit(tiny_reranker: Path) -> None:
    """An independent way to the number: transformers alone, one pair at a time."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_reranker)
    model = AutoModelForSequenceClassification.from_pretrained(tiny_reranker).eval()
    expected = []
    with torch.no_grad():
        for text in TEXTS:
            pair = tokenizer(QUESTION, text, truncation=True, return_tensors="pt")
            expected.append(float(model(**pair).logits[0, 0]))
    assert len(set(expected)) == len(TEXTS)
    reranker = CrossReranker.from_name(str(tiny_reranker))
    assert reranker.score(QUESTION, TEXTS) == pytest.approx(expected, abs=1e-4)
    assert reranker.score(QUESTION, TEXTS[::-1]) == pytest.approx(expected[::-1], abs=1e-4)
    assert reranker.score(QUESTION, []) == []
    assert reranker.score("\ud800", ["a \udfff"])[0] == reranker.score("?", ["a ?"])[0]


def test_a_model_of_another_kind_is_refused(
    tiny_model: Path, tiny_reader: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="is no cross-encoder: it is made as BertModel"):
        CrossReranker.from_name(str(tiny_model))
    with pytest.raises(ModelError, match="is no cross-encoder: it is made as BertForQuestion"):
        CrossReranker.from_name(str(tiny_reader))
    three = make_reranker(tmp_path / "three", labels=3)
    with pytest.raises(ModelError, match="gives 3 scores a pair, a reranker gives one"):
        CrossReranker.from_name(str(three))


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
def test_a_broken_file_is_one_line(tiny_reranker: Path, tmp_path: Path, file: str) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(tiny_reranker, broken)
    (broken / file).write_bytes(b"not what it should be")
    with pytest.raises(ModelError, match="cannot be loaded as a cross-encoder") as caught:
        CrossReranker.from_name(str(broken))
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_or_empty_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no model folder './nothing'"):
        CrossReranker.from_name("./nothing")
    with pytest.raises(ModelError, match="holds no model"):
        CrossReranker.from_name(str(tmp_path))


def test_a_cross_encoder_that_was_saved_by_its_library_is_taken(
    tiny_reranker: Path, tmp_path: Path
) -> None:
    from sentence_transformers import CrossEncoder

    CrossEncoder(str(tiny_reranker), local_files_only=True).save_pretrained(str(tmp_path / "saved"))
    again = CrossReranker.from_name(str(tmp_path / "saved"))
    first = CrossReranker.from_name(str(tiny_reranker))
    assert again.score(QUESTION, TEXTS) == pytest.approx(first.score(QUESTION, TEXTS), abs=1e-5)


# --- the order -----------------------------------------------------------------------------------


def test_by_hand() -> None:
    found = reranked(QUESTION, passages(1, 5, 5, 2, 9), Literally(), depth=4)
    assert [p.chunk.id for p in found] == ["c2", "c3", "c4", "c1", "c5"]
    assert [p.scores.reranker for p in found] == [
        Score(1, 5.0), Score(2, 5.0), Score(3, 2.0), Score(4, 1.0), None,
    ]  # fmt: skip
    assert [p.scores.fused and p.scores.fused.rank for p in found] == [2, 3, 4, 1, 5]


@given(st.lists(st.integers(-3, 3), max_size=12), st.integers(0, 12), st.integers(1, 12))
def test_it_orders_the_first_and_leaves_the_others_and_every_score(
    values: list[int], k: int, depth: int
) -> None:
    given_ = passages(*map(float, values))
    found = RerankingRetriever(Fixed(given_), Literally, depth=depth).retrieve(QUESTION, k=k)
    whole = sorted(given_[:depth], key=lambda p: -float(p.chunk.text)) + list(given_[depth:])
    assert [p.chunk.id for p in found.passages] == [p.chunk.id for p in whole][:k]
    stripped = {
        p.chunk.id: replace(p, scores=replace(p.scores, reranker=None)) for p in found.passages
    }
    assert all(stripped[p.chunk.id] == p for p in given_ if p.chunk.id in stripped)
    ranks = [p.scores.reranker.rank for p in found.passages if p.scores.reranker]
    assert ranks == list(range(1, len(ranks) + 1))


def test_the_model_is_opened_at_the_first_question_and_once() -> None:
    opened: list[Literally] = []

    def open_one() -> Literally:
        opened.append(Literally())
        return opened[-1]

    retriever = RerankingRetriever(Fixed(passages(1.0, 2.0)), open_one, depth=5)
    assert retriever.retrieve(QUESTION, k=0).passages == ()
    assert opened == []
    for _ in range(2):
        found = retriever.retrieve(QUESTION, k=1)
        assert [p.chunk.id for p in found.passages] == ["c2"]
        assert list(found.seconds) == ["lexical", "rerank"]
    assert len(opened) == 1


# --- where it is named ---------------------------------------------------------------------------


def test_an_assistant_searches_and_answers_in_its_order(
    rivers: Path, tmp_path: Path, counting: CountingEncoder, tiny_reranker: Path
) -> None:
    config = Config(reader="none", min_confidence=0.0, passages=2, chunk_tokens=32)
    plain = Assistant.open(rivers, tmp_path / "index", config=config, encoder=counting)
    named = config.replace(reranker=str(tiny_reranker))
    assistant = Assistant.open(rivers, tmp_path / "index", config=named, encoder=counting)
    every = plain.retrieve(QUESTION, k=99)
    scores = CrossReranker.from_name(str(tiny_reranker)).score(
        QUESTION, [p.chunk.text for p in every]
    )
    best = sorted(range(len(every)), key=lambda at: -scores[at])
    expected = [every[at].chunk.id for at in best]
    assert expected != [p.chunk.id for p in every]
    assert [p.chunk.id for p in assistant.retrieve(QUESTION, k=99)] == expected
    assert {p.chunk.id for p in assistant.ask(QUESTION).passages} == set(expected[:2])
    assert all(p.scores.reranker is None for p in plain.retrieve(QUESTION))
    assert "rerank" in assistant.ask(QUESTION).seconds


def test_the_terminal_shows_its_scores_and_tells_what_is_wrong_in_one_line(
    rivers: Path, tmp_path: Path, tiny_model: Path, tiny_reranker: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    flags = [
        "search", QUESTION, "--corpus", str(rivers), "--index", str(tmp_path / "index"),
        "--encoder", str(tiny_model), "--set", "runtime=torch",
    ]  # fmt: skip
    without = CliRunner().invoke(program, flags).output
    assert "reranker" not in without
    shown = CliRunner().invoke(program, [*flags, "--set", f"reranker={tiny_reranker}"])
    assert shown.exit_code == 0
    assert "# reranker fused BM25 cosine passage" in " ".join(shown.output.split())
    wrong = CliRunner().invoke(program, [*flags, "--set", f"reranker={tiny_model}"])
    assert isinstance(wrong.exception, ModelError)
