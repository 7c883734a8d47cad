"""What the reader tells, weighed: the formulas that tests/test_read.py does not ask for."""

from __future__ import annotations

import numpy as np
import pytest

from rag.cite import Place
from rag.datatypes import Chunk, Passage, Scores
from rag.reading.signals import Features, Judged
from rag.reading.weighed import size_penalty, whole_of, whose
from tests.making import make_article


@pytest.mark.parametrize(
    ("passages", "wanted"), [(1, 0.0), (100, 0.0), (1000, 1.01151), (10**7, 2.73)]
)
def test_what_is_taken_off_for_the_number_of_passages(passages: int, wanted: float) -> None:
    """2.73 * ln(1000 / 100) / ln(50000 / 100) = 1.01151."""
    assert size_penalty(passages) == pytest.approx(wanted, abs=1e-4)


def test_whoever_says_i_is_met_by_their_sentences() -> None:
    text = "# The pond\n\nBy Ana Ruiz, 3 May 2024\n\nThe newts left. I kept the spoon.\n"
    article = make_article(text)
    left, at, end = text.index("The newts"), text.index("I kept"), len(text) - 1
    passage = Passage(Chunk("c", article.id, left, end, text[left:end]), article, Scores())
    for start, stop, who in ((at, end, "Ana Ruiz\n"), (left, at - 1, "")):
        said = text[start:stop]
        judged = Judged(
            Place(article.id, start, stop), passage, said, Features(0, 0, 0), np.ones(1), said
        )
        assert whole_of(judged) == f"The pond\n{who}{said}"
    assert whose(passage).startswith("Ana Ruiz\n")
