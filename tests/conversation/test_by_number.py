"""An article may be meant by its number."""

from __future__ import annotations

import pytest

from rag.conversation.by_number import as_an_article, with_ordinals


@pytest.mark.parametrize(
    ("message", "means"),
    [
        ("summarise number 3", "summarise the third article"),
        ("and #2?", "Summarise the second article?"),
        ("article 3", "Summarise the third article"),
        ("#12", "Summarise the twelfth article"),
        ("Open article 2, please.", "Open the second article."),
        ("please show me number 2", "please show me the second article"),
        ("Who wrote article no. 12?", "Who wrote the twelfth article?"),
        ("What is the 3rd one about?", "What is the third article about?"),
        ("Summarise article 21", "Summarise the 21st article"),
        ("what about article 7", "what about article 7"),  # as of a contract
        ("Open article 7", "Open the seventh article"),
        ("Summarise 2024", "Summarise 2024"),
        ("When was Article 5 invoked?", "When was Article 5 invoked?"),
    ],
)
def test_an_article_by_its_number(message: str, means: str) -> None:
    is_said = {("article", "7"), ("Article", "7")}.__contains__
    assert as_an_article(with_ordinals(message, lambda *words: is_said(words))) == means
