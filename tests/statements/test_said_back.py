"""A statement that only says the message back is neither first nor alone where it can be helped."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place
from rag.reading.lead import leads
from rag.statements.said_back import saying_more, with_replies
from tests.making import make_article

TEXT = """# Kettles

All about the kettle.

Some of you asked what I think of the brush. It is too stiff.

The lid sticks. Oil the hinge.

It weighs 900 g.

Would I buy it again? I would, at half the price.

People say that it is loud. It is not.

Many readers asked whether it may be left on, by night or by day. It may, I say.

I don't think that it is the lime that kills it. The rust does.

I don't think that it is dear.

## Care

You need:

- vinegar
- a brush

The spout drips.
"""
ARTICLE = make_article(TEXT)
LEADS = leads(ARTICLE, statement_spans(ARTICLE))


def stated(question: str, texts: Sequence[str]) -> list[str]:
    places = [Place("a", TEXT.index(text), TEXT.index(text) + len(text)) for text in texts]
    draft = saying_more(Draft(tuple(places), 0.9, ""), question, {"a": ARTICLE}, lambda _: LEADS)
    return [TEXT[place.start : place.end] for place in draft.places]


@pytest.mark.parametrize(
    ("question", "texts", "wanted"),
    [
        ("what if the lid sticks?", ["The lid sticks.", "It weighs 900 g."],
         ["It weighs 900 g.", "The lid sticks."]),
        ("the lid sticks", ["The lid sticks."], ["The lid sticks. Oil the hinge."]),
        ("what if the lid sticks?", ["It weighs 900 g.", "The lid sticks."],
         ["It weighs 900 g.", "The lid sticks."]),
        ("Does the lid stick?", ["The lid sticks.", "It weighs 900 g."],
         ["The lid sticks.", "It weighs 900 g."]),
        ("what do you need?", ["You need:", "vinegar"], ["You need:", "vinegar"]),
        ("the spout drips", ["The spout drips."], ["The spout drips."]),
        ("does it weigh 800 g, or what?", ["It weighs 900 g."], ["It weighs 900 g."]),
        ("what do you think of the brush?", ["Some of you asked what I think of the brush."],
         ["Some of you asked what I think of the brush. It is too stiff."]),
        ("the lid", [], []),
    ],
)  # fmt: skip
def test_what_says_more_comes_first(
    question: str, texts: Sequence[str], wanted: Sequence[str]
) -> None:
    assert stated(question, texts) == wanted


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["Would I buy it again?"], ["Would I buy it again? I would, at half the price."]),
        (["Would I buy it again?", "Oil the hinge.", "I would, at half the price."],
         ["Would I buy it again? I would, at half the price.", "Oil the hinge."]),
        (["Oil the hinge."], ["Oil the hinge."]),
        (["People say that it is loud."], ["People say that it is loud. It is not."]),
        (["It is not.", "People say that it is loud."], ["People say that it is loud. It is not."]),
        (["Many readers asked whether it may be left on, by night or by day."],
         ["Many readers asked whether it may be left on, by night or by day. It may, I say."]),
        (["I don't think that it is the lime that kills it."],
         ["I don't think that it is the lime that kills it. The rust does."]),
        (["I don't think that it is dear."], ["I don't think that it is dear."]),
        ([], []),
    ],
)  # fmt: skip
def test_a_question_in_a_text_is_stated_with_the_reply(
    texts: Sequence[str], wanted: Sequence[str]
) -> None:
    places = [Place("a", TEXT.index(text), TEXT.index(text) + len(text)) for text in texts]
    found = with_replies(Draft(tuple(places), 0.9, ""), {"a": ARTICLE}, lambda _: LEADS).places
    assert [TEXT[place.start : place.end] for place in found] == wanted
