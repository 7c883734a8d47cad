"""What is worked out of a generation and kept: statements, likeness, vectors."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from rag.config import Config
from rag.datatypes import Passage, Scores
from rag.encoder import SentenceEncoder
from rag.extract import ExtractiveAnswerer
from rag.reading import desk
from rag.reading.desk import Desk
from rag.retrieve import HybridRetriever
from rag.store import Generation
from tests.making import RIVERS, make_article, make_generation

ANY = Config(min_confidence=0.0)


@pytest.fixture(scope="module")
def generation(tiny: SentenceEncoder) -> Generation:
    articles = [make_article(text, name=name) for name, text in sorted(RIVERS.items())]
    return make_generation(articles, tiny, chunk_tokens=60, overlap=1)


def test_the_number_of_a_clause_is_no_statement(tiny: SentenceEncoder) -> None:
    table = "| 3 | 12 |\n|---|---|\n| 4 | 9 |\n"
    text = f"Berths\n\nAll boats are moored here.\n\n17.\n\nThe fee is due.\n\n{table}"
    generation = make_generation([make_article(text)], tiny, chunk_tokens=60, overlap=1)
    (chunk,) = generation.chunks
    article = generation.articles["a"]
    desk = Desk(generation, tiny)
    passage = Passage(chunk, article, Scores())
    stated = [article.text[start:end] for start, end in desk.sentences(passage)]
    assert stated == ["All boats are moored here.", "The fee is due.", "| 4 | 9 |"]


def test_how_alike_the_nearest_passages_are_leaves_the_passage_itself_out(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    desk = Desk(generation, tiny)
    vectors = generation.vectors.vectors(range(len(generation.chunks)))
    nearest = np.sort(vectors @ vectors[0])[::-1][1:6]
    assert desk.near(vectors[0]) == pytest.approx(float(nearest.mean()), abs=1e-5)
    alone = make_generation([make_article("Rain fell on Velm.", name="a")], tiny)
    one = alone.vectors.vectors([0])[0]
    assert Desk(alone, tiny).near(one) == pytest.approx(0.3)


def test_threads_share_the_vectors_that_are_kept(
    generation: Generation, tiny: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where there is no room for them, and each question drops those of the others."""
    monkeypatch.setattr(desk, "_MOST_VECTORS", 4)
    questions = [
        "How long is the Nile?",
        "Which port is the largest?",
        "What are the capitals on the Danube?",
    ]
    retriever = HybridRetriever(generation, tiny, Config())
    found = {question: retriever.retrieve(question, k=1) for question in questions}
    alone = {
        q: ExtractiveAnswerer(Desk(generation, tiny), ANY).answer(q, found[q]) for q in questions
    }
    answerer = ExtractiveAnswerer(Desk(generation, tiny), ANY)
    wrong: list[object] = []

    def work(question: str) -> None:
        for _ in range(15):
            try:
                draft = answerer.answer(question, found[question])
            except Exception as error:  # told in the main thread
                wrong.append(error)
                return
            if draft.places != alone[question].places:
                wrong.append(draft)

    threads = [threading.Thread(target=work, args=(question,)) for question in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
