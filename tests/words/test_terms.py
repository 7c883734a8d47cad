"""How much of what is asked a text holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.words.terms import term_share, terms_for
from tests.making import make_article

IDF = {"robot": 3.0, "robots": 9.0, "harbour": 1.0}


def test_the_terms_that_a_question_has_in_the_language_of_an_article() -> None:
    assert terms_for(IDF, "Robots of the harbour", "en") == {"robot": 3.0, "harbour": 1.0}
    assert terms_for(IDF, "Robots", "zh") == {"robots": 9.0}


def test_the_share_of_the_terms_weighted_by_their_idf() -> None:
    article = replace(make_article("A text."), language="en")
    idf = {"robot": 3.0, "harbour": 1.0}
    assert term_share(idf, "Two robots came.", article) == pytest.approx(0.75)
    assert term_share(idf, "The harbour's robots", article) == 1.0
    assert term_share({}, "Two robots came.", article) == 0.0
