"""A short question that names nothing, after an answer: likelier of the articles cited there."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.cite import Place
from rag.datatypes import Message
from rag.searching.cited_before import (
    BESIDE,
    LIKELIER,
    cited_before,
    is_told_without_reason,
    leans_by_a_word,
    names_nothing_itself,
    reasons_near,
)
from tests.making import CountingEncoder, make_article, make_generation, write_folder

TEXTS = {
    "bats.md": """# Bats of the Orm caves counted

There are 310 bats in the Orm caves. The count was run by Inga Tolle, who has climbed there since
2001. It took nine nights.

The count has weak points. Young bats hang in cracks that nobody can look into.

The caves are closed in winter. The next count is paid for by the county, with 7,000 euros.
""",
    "ferry.md": """# A new ferry for Lund island

The island of Lund gets a ferry with a battery. It costs 12 million euros and takes forty cars.

Two other ways were looked at: a bridge and a tunnel. The bridge would have been open to the wind.

The ferry sails from May. Its captain is Per Holm.
""",
    "bread.md": """# The bread study of Kell

Bread that rises for a day keeps longer, a study at Kell finds. The study was led by Dr Mara Quill.
It was paid for by the bakers' union with 90,000 euros.

Forty bakers took part. The authors say that the ovens were all new, so that the result may not hold
for old ones.
""",
}
BATS, FERRY = "How many bats are in the Orm caves?", "How much does the ferry for Lund cost?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("cited_before")
    return Assistant.open(write_folder(folder / "corpus", TEXTS), folder / "index")


def asked(assistant: Assistant, question: str, *, form: str = "printed") -> list[Message]:
    """Return a conversation of one turn, with the answer in one of the forms that it comes in."""
    answer = assistant.ask(question)
    content = {
        "printed": str(answer),
        "prose": answer.text,
        "with markers": answer.joined([one.marked_with(("", "")) for one in answer.statements]),
    }[form]
    return [Message(role="user", content=question), Message(role="assistant", content=content)]


@pytest.mark.parametrize(
    ("before", "question", "first"),
    [
        (BATS, "What were the weak points?", "weak points"),
        (BATS, "Who was the leader?", "Inga Tolle"),
        (BATS, "What were the limitations?", "weak points"),
        (BATS, "Who pays for the next one?", "the county"),
        (FERRY, "What other options were considered?", "Two other ways"),
        # What another article alone says comes first.
        (BATS, "Who is the captain of the ferry?", "Per Holm"),
        (BATS, "How many bakers took part?", "Forty bakers"),
        (FERRY, "Who led the study of bread?", "Mara Quill"),
    ],
)
def test_what_names_nothing_is_answered_from_the_article_that_was_cited(
    assistant: Assistant, before: str, question: str, first: str
) -> None:
    answer = assistant.ask(question, history=asked(assistant, before))
    assert first in answer.statements[0].text


@pytest.mark.parametrize("form", ["printed", "prose", "with markers"])
def test_the_article_is_known_in_whatever_form_the_answer_came(
    assistant: Assistant, form: str
) -> None:
    history = asked(assistant, BATS, form=form)
    answer = assistant.ask("Who was the leader?", history=history)
    assert "Inga Tolle" in answer.statements[0].text
    assert answer.grounds is not None
    assert answer.grounds.likelier[0] == "bats"
    assert answer.to_dict()["grounds"]["likelier"] == list(answer.grounds.likelier)


def test_no_article_is_likelier_where_nothing_was_told_or_the_words_alone_are_asked(
    assistant: Assistant,
) -> None:
    history = asked(assistant, BATS)
    plain = assistant.ask("Who led the study?")
    as_it_stands = assistant.ask("Who led the study?", history=history, as_it_stands=True)
    named = assistant.ask("Who led the study of Kell?", history=history)
    for answer in (plain, as_it_stands, named):
        assert answer.grounds is not None
        assert not answer.grounds.likelier
        assert "Mara Quill" in answer.statements[0].text


def test_all_that_was_found_stays_and_passages_of_the_article_stand_behind_it(
    assistant: Assistant,
) -> None:
    plain = assistant.ask("Who led the study?")
    after = assistant.ask("Who led the study?", history=asked(assistant, BATS))
    assert {p.chunk.id for p in plain.passages} <= {p.chunk.id for p in after.passages}


@pytest.mark.parametrize(
    ("question", "names_nothing"),
    [
        ("How are backups made?", True),
        ("And is that the final decision?", True),
        ("How are the backups of Orla made?", False),
        ("What happened in 2019?", False),
        ("What does --fast do?", False),
        ("What does `save` do?", False),
        ("What is max_size?", False),
        ("Which articles are there?", False),
        ("What is done in the spring by those who grow pears in the valley?", False),
        ("", False),
    ],
)
def test_a_name_a_number_and_a_command_name_something(question: str, names_nothing: bool) -> None:
    assert names_nothing_itself(question) is names_nothing


@pytest.mark.parametrize(
    ("question", "leans"),
    [
        ("What were the limitations?", True),
        ("What other options were considered?", True),
        ("Who else was asked?", True),
        ("Are there new ones?", True),
        ("Who works there?", True),
        ("What are the next steps?", True),
        ("Are there plans?", True),
        ("What are the results of the vote?", False),
        ("Are there new roofs?", False),
        ("Which is larger than the others?", True),
        ("Who led the study?", False),
    ],
)
def test_others_and_parts_of_a_document_are_of_what_was_told(question: str, leans: bool) -> None:
    assert leans_by_a_word(question) is leans


LARK, MOLE, TOWN = (
    make_article(f"{title}\n\n{text}\n", name=title.lower())
    for title, text in (
        ("Lark", "The lark sings in the early morning. It nests on the ground."),
        ("Mole", "The mole digs a tunnel each day. It has small eyes."),
        ("Town", "The town has a market on every Monday. It is old."),
    )
)


def told(*answers: str) -> list[Message]:
    turns: list[Message] = []
    for answer in answers:
        turns += [Message(role="user", content="What?"), Message(role="assistant", content=answer)]
    return turns


SINGS, DIGS, MARKET = (
    "The lark sings in the early morning.",
    "The mole digs a tunnel each day.",
    "The town has a market on every Monday.",
)


@pytest.mark.parametrize(
    ("answers", "likely"),
    [
        ((), {}),
        (("Nothing was found.",), {}),
        ((SINGS,), {"lark": 1.0}),
        ((f"{SINGS} {DIGS}",), {"lark": 1.0, "mole": 0.25}),
        ((DIGS, SINGS), {"lark": 1.0, "mole": 0.5}),
        ((f"{DIGS} {MARKET}", SINGS), {"lark": 1.0, "mole": 0.5}),
        ((SINGS, SINGS), {"lark": 1.0}),
        ((MARKET, DIGS, SINGS), {"lark": 1.0, "mole": 0.5}),
        ((SINGS, "You are welcome."), {"lark": 1.0}),
        (("It is old.",), {}),  # too short to tell whose it is
    ],
)
def test_the_last_answers_count_and_their_first_articles_most(
    counting: CountingEncoder, answers: tuple[str, ...], likely: dict[str, float]
) -> None:
    generation = make_generation([LARK, MOLE, TOWN], counting)
    assert cited_before(told(*answers), generation) == likely


def test_what_is_far_better_elsewhere_outweighs_it() -> None:
    assert 0 < LIKELIER < 8


WHY = {
    "wall.md": """# The wall of Ebb

Erik Sund voted against the sea wall of Ebb. The wall is to be two metres high. It opens in June.

He said no because nobody could see the sea behind it.
""",
    "pier.md": """# The pier

The pier is closed because its posts are rotten. Divers found that.
""",
}


@pytest.fixture(scope="module")
def of_the_wall(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("why")
    return Assistant.open(write_folder(folder / "corpus", WHY), folder / "index")


@pytest.mark.parametrize("why", ["Why?", "Interesting, why?", "How come?"])
def test_a_reason_is_looked_for_near_what_was_told(of_the_wall: Assistant, why: str) -> None:
    history = asked(of_the_wall, "Who voted against the sea wall of Ebb?")
    answer = of_the_wall.ask(why, history=history)
    assert "nobody could see the sea" in answer.statements[0].text


def test_a_reason_counts_within_two_sentences_and_what_was_told_without_one_gives_way() -> None:
    article = make_article("Ebb\n\nIt is new. He voted no. It is tall. It is grey. It is so.\n")
    told = "He voted no."
    found = reasons_near([article], lambda p: article.text[p.start : p.end] == told)
    stated = {article.text[start:].split(".")[0]: added for (_, start), added in found.items()}
    near = BESIDE
    assert stated == {
        "It is new": near,
        "He voted no": -2 * LIKELIER,
        "It is tall": near,
        "It is grey": near,
    }


def test_of_two_sections_called_alike_that_of_the_cited_article_is_stated(tmp_path: Path) -> None:
    texts = {
        "oven.md": "# Our new oven\n\nThe bakers of Ebb bought a stone oven from Orion.\n\n"
        "## What went wrong\n\nThe door would not shut. Two loaves burned.\n",
        "march.md": "# The outage in March\n\nThe servers of Tarn Lines stood still.\n\n"
        "## What went wrong\n\nA cable was cut. Nobody was awake.\n",
    }
    assistant = Assistant.open(write_folder(tmp_path / "corpus", texts), tmp_path / "index")
    for question, wanted in (
        ("Who bought a stone oven from Orion?", "The door would not shut."),
        ("Whose servers stood still?", "A cable was cut."),
    ):
        history = asked(assistant, question)
        answer = assistant.ask("What went wrong?", history=history)
        assert answer.statements[0].text == wanted


NOTES = {
    "pumps": "# Pumps\n\n| Pump | Price |\n| - | - |\n| Kolb | 340 |\n| Sava | 410 |\n\n"
    "| Pump | Weight |\n| - | - |\n| Kolb | 12 |\n",
    "mill": "# The mill of Ebb\n\nThe roof fell in on 4 May 2019. Two men were in the loft that "
    "night, and both came out alive.\n",
    "storm": "# The storm at Lund\n\nA child of six survived the storm of 2020.\n\n"
    "| Pump | Weight |\n| - | - |\n| Punt | 70 |\n",
}


@pytest.mark.parametrize(
    ("told", "cited"),
    [
        ("Pump | Price [1]\nSava | 410 [2]", ["pumps"]),  # a row has few words
        ("Pump | Price\nKolb | 340", ["pumps"]),
        ("4 May 2019: The roof fell in on 4 May 2019. [1]", ["mill"]),
        ("published 9 May 2019: The roof fell in on 4 May 2019.", ["mill"]),
        ("Pump | Weight", []),  # two articles hold it
    ],
)
def test_an_article_is_known_by_a_row_and_behind_the_date_that_it_is_told_under(
    counting: CountingEncoder, told: str, cited: list[str]
) -> None:
    generation = make_generation([make_article(t, name=n) for n, t in NOTES.items()], counting)
    history = [Message(role="user", content="And?"), Message(role="assistant", content=told)]
    assert list(cited_before(history, generation)) == cited


def test_what_follows_a_timeline_is_likelier_of_its_article(tmp_path: Path) -> None:
    corpus = write_folder(tmp_path / "corpus", {f"{name}.md": text for name, text in NOTES.items()})
    assistant = Assistant.open(corpus, tmp_path / "index")
    history = asked(assistant, "What happened on 4 May 2019?")
    assert "4 May 2019: The roof" in history[1]["content"]
    answer = assistant.ask("Did they survive?", history=history)
    assert "both came out alive" in answer.statements[0].text


ROPE = {
    "lark.md": """# The Lark sinks

The harbour of Ebb closed its east quay after a punt had sunk there. Six people were on board.

The quay has lamps. They are dark at night for the sake of the moths. The harbour master, Ivo Renn,
said that the mud had reached the steps. One can go up to the tower on Sundays.
""",
    "moth.md": """# Moths

To go up a hill in the dark is a joy, because moths shine. A punt is seldom seen there.
""",
}


def test_what_was_told_is_no_less_likely_the_reason_where_it_may_hold_it(tmp_path: Path) -> None:
    assistant = Assistant.open(write_folder(tmp_path / "corpus", ROPE), tmp_path / "index")
    history = asked(assistant, "Which quay did the harbour of Ebb close?")
    answer = assistant.ask("Why?", history=history)
    assert "after a punt had sunk" in answer.statements[0].text


@pytest.mark.parametrize(
    ("text", "gives_way"),
    [
        ("The mill shut in May.", True),
        ("Do not mill oats: the husks take years to rot.", False),
        ("The mill shut, as it was too old.", False),
    ],
)
def test_what_was_told_gives_way_to_a_reason_where_it_holds_none(
    text: str, gives_way: bool
) -> None:
    place, articles = Place("a", 0, len(text)), {"a": make_article(text)}
    assert is_told_without_reason(place, lambda _: True, articles) is gives_way
    assert not is_told_without_reason(place, lambda _: False, articles)


def test_one_may_be_called_you(tmp_path: Path) -> None:
    assistant = Assistant.open(write_folder(tmp_path / "corpus", ROPE), tmp_path / "index")
    history = asked(assistant, "Which quay did the harbour of Ebb close?")
    answer = assistant.ask("Can you go up?", history=history)
    assert "to the tower" in answer.statements[0].text


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("It closed after a wall had fallen.", BESIDE),
        ("It closed after that.", -2 * LIKELIER),
        ("It closed for 20 days.", -2 * LIKELIER),
    ],
)
def test_what_was_told_may_be_the_reason_itself(text: str, added: float) -> None:
    article = make_article(f"# Velm\n\n{text}\n", name="velm")
    assert list(reasons_near([article], lambda place: True).values())[-1] == added


def test_what_was_told_is_judged_by_itself(tmp_path: Path) -> None:
    texts = {
        "pony.md": "# Ponies\n\nLast year 88 ponies were shod at Ebb, more than in any year. "
        "A pony costs a lot to feed.\n"
    }
    assistant = Assistant.open(write_folder(tmp_path / "corpus", texts), tmp_path / "index")
    history = asked(assistant, "How many ponies were shod at Ebb?")
    answer = assistant.ask("Is that a lot?", history=history)
    assert "more than in any year" in answer.statements[0].text
