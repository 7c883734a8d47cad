"""Passages of an article by or about whom a question names are found without the name, too."""

from __future__ import annotations

from rag.config import Config
from rag.encoder import SentenceEncoder
from rag.retrieve import HybridRetriever
from rag.searching.of_person import OfPersonRetriever
from tests.making import make_article, make_generation

PORTRAIT = (
    "The woman of the weir\n\nAda Solvang keeps no clock. She counts the boats, she says, and she "
    "is seldom wrong.\n\n"
    + "She has told me of the mill, and she shows me the wheel. "
    * 20
    + "\n\n"
    "She learned her trade at a school in Brenn. Her uncle paid for it.\n"
)
NEWS = [
    f"Weir {at}\n\nAda Solvang opened weir {at}. Ada Solvang studied the plans of weir {at}.\n"
    for at in range(6)
]


def test_the_passages_of_a_portrait_are_found_without_the_name(tiny: SentenceEncoder) -> None:
    articles = [make_article(text, name=str(at)) for at, text in enumerate([PORTRAIT, *NEWS])]
    hybrid = HybridRetriever(make_generation(articles, tiny), tiny, Config())
    retriever = OfPersonRetriever(hybrid, hybrid)
    question = "At which school did Ada Solvang study?"
    found = hybrid.retrieve(question, k=8)
    more = retriever.retrieve(question, k=8)
    assert more.passages[:8] == found.passages
    behind = [passage for passage in more.passages if passage not in found.passages]
    assert {passage.article.id for passage in behind} <= {"0"}
    assert len({passage.chunk.id for passage in more.passages}) == len(more.passages)
    assert any("a school in Brenn" in passage.chunk.text for passage in more.passages)
    nobody = "At which school did Bo Lind study?"
    assert retriever.retrieve(nobody, k=3).passages == hybrid.retrieve(nobody, k=3).passages
    assert not retriever.retrieve(question, k=0).passages
