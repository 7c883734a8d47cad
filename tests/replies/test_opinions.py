"""Who holds a view in a sentence, and what is told of it."""

from __future__ import annotations

import pytest

from rag.replies.opinions import holder_of
from rag.replies.quoted import sayings, speakers, words_of_others
from tests.making import make_article

NAME = "Ana Ruiz"


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("Some pilots, Ana Ruiz among them, think that the pier is a waste.", True),
        ("Ana Ruiz, who flies the ferry, has called it “a waste”.", True),
        (
            "Ana Ruiz, who flies the ferry, voted against with the words that it was “a waste”.",
            True,
        ),
        ("Ana Ruiz answered with the words “a waste”.", True),
        ("For Ana Ruiz it is a waste.", True),
        ("In Ana Ruiz’s view the pier is a waste.", True),
        ("Ana Ruiz, 43, doubts that the pier will last.", True),
        ("Her deputy, Ana Ruiz, is less certain.", True),
        ("Ana Ruiz does not believe in piers.", True),
        ("Ana Ruiz is against the pier.", True),
        ("Ana Ruiz called her brother on Monday.", False),
        ("Ana Ruiz found a coin on the pier.", False),
        ("Ana Ruiz built the pier, and the council thinks it a waste.", False),
        ("The council doubts Ana Ruiz.", False),
        ("For Ana Ruiz the council built a pier.", False),
    ],
)
def test_whose_view_a_sentence_tells(sentence: str, holds: bool) -> None:
    at = sentence.index(NAME)
    assert (holder_of(sentence, [(at, at + len(NAME))]) is not None) is holds


PIER = (
    "The pier\n\nTom Hall came. Some pilots, Ana Ruiz among them, think it a poor bargain; she "
    "calls it “a gift to gulls”. Tom Hall prefers the old one. “It leaks,” said Eva Lund. "
    "Ana Ruiz shrugged at that: “So do I.”\n"
)


def test_a_view_is_stated_and_its_holder_is_not_said_to_be_quoted_for_it() -> None:
    article = make_article(PIER)

    def told(name: str) -> list[str]:
        return [article.text[place.start : place.end] for place in sayings(article, name)]

    assert told("Ana Ruiz")[0].startswith("Some pilots, Ana Ruiz among them")
    assert told("Tom Hall") == ["Tom Hall prefers the old one."]
    assert [one.name for one in speakers(article)] == ["Eva Lund"]


def test_another_s_view_is_left_out_only_where_somebody_else_is_quoted() -> None:
    article = make_article(PIER)

    def others(name: str) -> list[str]:
        return [article.text[start:end] for start, end in words_of_others(article, name)]

    assert others("Ana Ruiz") == ["“It leaks,” said Eva Lund."]
    assert len(others("Eva Lund")) == 2
    assert "Tom Hall prefers the old one." not in others("Eva Lund")
