"""The assistant: open, sync, retrieve, ask."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import Assistant, Config, store, understanding
from rag.chunk import statement_spans
from rag.cite import broken_citations
from rag.datatypes import Answer, Citation, Message, Score, Scores, Statement
from rag.encoder import SentenceEncoder
from rag.errors import CorpusError, IndexFormat, IndexWrite, ModelError, QuestionError
from rag.reading.declining import NO_WORD, TOO_LITTLE
from rag.text import normalise
from rag.words.spelling import corrected
from tests.making import CountingEncoder, texts, write_folder
from tests.test_store import rewrite_manifest

ANY = Config(min_confidence=0.0)
QUESTIONS = [
    "How long is the Nile?",
    "Which capitals lie on the Danube?",
    "the largest inland port",
    "quarks",
    "长江有多长？",
]


@pytest.fixture
def opened(rivers: Path, tmp_path: Path, counting: CountingEncoder) -> Assistant:
    """Return an assistant over three short articles that answers whatever is asked."""
    return Assistant.open(rivers, tmp_path / "index", config=ANY, encoder=counting)


def timeless(answer: Answer) -> dict[str, Any]:
    """Return everything of an answer but the time it took."""
    return {**answer.to_dict(), "seconds": sorted(answer.seconds)}


# --- conversations -------------------------------------------------------------------------------


def test_a_follow_up_is_answered_as_the_question_that_it_means(opened: Assistant) -> None:
    history: list[Message] = [
        {"role": "user", "content": "How long is the Nile?"},
        {"role": "assistant", "content": "The Nile is about 6,650 kilometres long."},
    ]
    followed = opened.ask("And the Danube?", history=history)
    assert followed.question == "And the Danube?"
    assert followed.searched_for == "How long is the Danube?"
    assert followed.reworded
    assert str(followed).startswith("Searched for “How long is the Danube?”\n\n")
    alone = opened.ask("How long is the Danube?")
    assert timeless(followed) == {**timeless(alone), "question": "And the Danube?"}
    as_it_stands = opened.ask("And the Danube?", history=history, as_it_stands=True)
    alone = timeless(opened.ask("And the Danube?"))
    assert timeless(as_it_stands) == {**alone, "as_it_stands": True}
    assert not as_it_stands.reworded


def test_names_without_capitals_are_names_all_the_same(opened: Assistant) -> None:
    history: list[Message] = [
        {"role": "user", "content": "how long is the nile?"},
        {"role": "assistant", "content": "6,650 kilometres"},
    ]
    assert opened.whole_question("and the rhine?", history=history) == "how long is the Rhine?"
    assert opened.whole_question("how long is the rhine?") == "how long is the Rhine?"
    assert not opened.ask("how long is the rhine?").reworded  # the same question, nothing to tell


def test_a_misspelled_question_is_answered_as_what_was_meant(opened: Assistant) -> None:
    answer = opened.ask("how many countries does the danbue cross")
    assert answer.searched_for == "how many countries does the Danube cross"
    assert opened.ask("where is khartum", as_it_stands=True).searched_for == "where is khartum"
    assert opened.whole_question("where is khartum") == "where is Khartoum"


def test_an_answer_that_rests_on_a_guessed_word_alone_is_not_told_as_sure(tmp_path: Path) -> None:
    text = "Velm's terms\n\nA lease is a loan of a mill for years. At night the sluice is shut.\n"
    assistant = Assistant.open(write_folder(tmp_path / "t", {"t.txt": text}), tmp_path / "index")
    sure, guessed = assistant.ask("What is a lease?"), assistant.ask("What is a laese?")
    assert guessed.searched_for == "What is a lease?"
    assert guessed.statements == sure.statements
    assert guessed.confidence == min(sure.confidence, understanding.MOST_GUESSED)
    assert sure.confidence > understanding.MOST_GUESSED
    spelled = assistant.ask("When is the sluise shut at night?")
    assert spelled.searched_for == "When is the sluice shut at night?"
    assert spelled.confidence == assistant.ask(spelled.searched_for).confidence


def test_the_turns_of_a_conversation_are_spelled_once(
    opened: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    spelled: list[str] = []

    def spell(message: str, *given: Any) -> str:
        spelled.append(message)
        return corrected(message, *given)

    monkeypatch.setattr(understanding, "corrected", spell)
    history: list[Message] = [
        {"role": "user", "content": "how many countries does the danbue cross here"},
        {"role": "assistant", "content": "Ten."},
    ]
    for question in ("And the Nile?", "And the Rhine?"):
        assert opened.whole_question(question, history).startswith("how many countries does the")
    assert sum("Danube" in message for message in spelled) == 1


@pytest.mark.parametrize("question", ["Which authors?", "Who wrote them?", "And the Rhine?", "Hi!"])
def test_the_whole_question_is_what_is_searched_for(opened: Assistant, question: str) -> None:
    history: list[Message] = [
        {"role": "user", "content": "How long is the Nile?"},
        {"role": "assistant", "content": "6,650 kilometres"},
    ]
    answer = opened.ask(question, history=history)
    assert opened.whole_question(question, history) == answer.searched_for


def test_a_question_in_a_language_that_the_encoder_does_not_know_is_told_so(
    seeds: Assistant,
) -> None:
    answer = seeds.ask("智谱AI提供多少免费令牌？")
    assert answer.searched_for == "how many Zhipu AI offer free token"
    assert any("Zhipu AI" in statement.text for statement in answer.statements)
    assert "in Chinese" in answer.reason
    assert "setting encoder" in answer.reason
    assert "in Chinese" in seeds.ask("天空为什么是蓝色的？").reason
    assert "encoder" not in seeds.ask("How many free tokens does Zhipu AI offer?").reason


def test_a_question_of_which_nothing_is_spelled_alike_stays_as_it_is(opened: Assistant) -> None:
    assert opened.whole_question("Какая река длиннее?") == "Какая река длиннее?"


def test_a_follow_up_in_chinese_asks_the_question_before_it_of_something_else(
    seeds: Assistant,
) -> None:
    before: list[Message] = [
        {"role": "user", "content": "智谱AI提供多少免费token？"},
        {"role": "assistant", "content": "150 million"},
    ]
    answer = seeds.ask("那百度呢？", history=before)
    assert "Baidu" in answer.searched_for
    assert "free token" in answer.searched_for
    assert any("50 million" in statement.text for statement in answer.statements)
    assert seeds.ask("那百度呢？").searched_for == "Baidu"


def test_what_is_asked_of_the_collection_is_told_without_a_search(opened: Assistant) -> None:
    answer = opened.ask("which articles do you have?")
    assert (answer.outcome, answer.passages, answer.citations) == ("answered", (), ())
    assert str(answer).splitlines() == [
        "3 articles:",
        "1. The Danube crosses ten countries (2021-03-04)",
        "2. Measuring the Nile",
        "3. Ships on the Rhine",
    ]
    history: list[Message] = [
        {"role": "user", "content": "What is the second article about?"},
        {"role": "assistant", "content": "The Nile is long."},
    ]
    author = opened.ask("Who wrote it?", history=history)
    assert "Amira Hassan [1]" in str(author)
    assert broken_citations(author, opened.articles) == []


@pytest.mark.parametrize("question", ["asdfgh qwertz", "blubb xyzzyq?"])
def test_what_holds_no_known_word_is_declined(seeds: Assistant, question: str) -> None:
    answer = seeds.ask(question)
    assert (answer.outcome, answer.reason) == ("declined", NO_WORD)
    assert seeds.ask("Who penned novels?").reason != NO_WORD


@pytest.mark.parametrize(
    "question",
    ["a", "Who?", "why is it so", "what are they", "What did she say?", "x\ufffd\ufffdb"],
)
def test_what_says_too_little_is_not_searched_for(seeds: Assistant, question: str) -> None:
    answer = seeds.ask(question)
    assert (answer.outcome, answer.reason) == ("declined", TOO_LITTLE)


@pytest.mark.parametrize("question", ["What about the US?", "117", "What is AI?", "Kling"])
def test_short_questions_of_something_are_searched_for(seeds: Assistant, question: str) -> None:
    assert seeds.ask(question).reason != TOO_LITTLE


def test_an_article_that_a_question_names_is_asked_alone(seeds: Assistant) -> None:
    second = list(seeds.articles)[1]
    answer = seeds.ask("What does the second article say about patents?")
    assert answer.among == (second,)
    assert {c.article_id for c in answer.citations} == {second}
    assert (
        seeds.ask("Which articles don't mention patents?").statements[0].text.startswith("4 of 5")
    )


def test_whether_two_agree_is_answered_with_what_each_of_them_says(
    tmp_path: Path, tiny: SentenceEncoder
) -> None:
    folder = write_folder(
        tmp_path / "ferry",
        {
            "one.txt": "The ferry\n\nThe ferry will stop in May. “It costs too much,” said Ana "
            "Ruiz, who runs the ferry. The council met in Velm and spoke of the ferry.\n",
            "two.txt": "Letters\n\nTom Hall said that the ferry would pay for itself. Nobody else "
            "spoke of the ferry that day. The harbour was closed.\n",
        },
    )
    assistant = Assistant.open(folder, tmp_path / "index", encoder=tiny)
    answer = assistant.ask("Do Ana Ruiz and Tom Hall agree about the ferry?")
    assert [s.text for s in answer.statements] == [
        "The ferry will stop in May. “It costs too much,” said Ana Ruiz, who runs the ferry.",
        "Tom Hall said that the ferry would pay for itself.",
    ]


def test_of_more_parts_than_are_answered_the_answer_tells(
    tmp_path: Path, tiny: SentenceEncoder
) -> None:
    folder = write_folder(
        tmp_path / "mill", {"one.txt": "The mill\n\nThe mill was built in 1900.\n"}
    )
    assistant = Assistant.open(folder, tmp_path / "index", encoder=tiny)
    question = " ".join(f"Who built mill number {at}?" for at in range(9))
    assert assistant.ask(question).reason.endswith("Of 9 parts the first 8 were answered.")
    assert "parts" not in assistant.ask(question.rpartition("Who")[0]).reason


def test_what_one_of_two_questions_leaves_out_is_judged_by_neither(
    tmp_path: Path,
) -> None:
    folder = write_folder(
        tmp_path / "ferry",
        {
            "ana.txt": "Keep the ferry\n\nBy Ana Ruiz\n\nI want the old ferry to sail on. I have "
            "crossed the bay on it a thousand times, and I was late once.\n",
            "tom.txt": "Let it go\n\nBy Tom Hall\n\nWhen people like Ana Ruiz talk about boats, I "
            "want them to count the hours. The council answers that the glass will be frosted.\n",
        },
    )
    assistant = Assistant.open(folder, tmp_path / "index")
    said: list[Message] = []
    for question in ("What does Ana Ruiz want?", "Who disagrees?"):
        answer = assistant.ask(question, history=said)
        said += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer.text},
        ]
    assert answer.searched_for == "What does Ana Ruiz want? Who disagrees?"
    assert not any("count the hours" in statement.text for statement in answer.statements)


def test_the_row_of_what_a_question_names_comes_before_a_sentence_like_it(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "boats",
        {
            "prices.csv": "Boat,Kind,Daily rate (crowns),Deposit (crowns)\n"
            "Rowing skiff,Rowing,14,50\nPedal boat,Pedal,19,60\nSailing dinghy,Sailing,38,200\n"
            "Sea kayak,Rowing,11,40\n",
            "blog.txt": "Our week on the lake\n\nWe went to the island each day. It rained "
            "twice.\n\nFood 86 crowns, the hire of a skiff for a week 48, new oars 19. A friend "
            "had paid 230 for a motor.\n",
        },
    )
    assistant = Assistant.open(folder, tmp_path / "index")
    answer = assistant.ask("How much is the rowing skiff a day?")
    named, row, *_ = (statement.text for statement in answer.statements)
    assert named.startswith("| Boat | Kind | Daily rate (crowns) |")
    assert row.startswith("| Rowing skiff | Rowing | 14 |")


def test_a_question_and_a_word_by_itself_are_no_answer(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "ferry",
        {
            "one.txt": "The ferry\n\nIs the ferry of Velm too dear? The council said on Monday "
            "that it costs four crowns a trip, and that nobody has to pay more.\n\nFerries. By "
            "boat and by bridge the town is reached by some 900 people a day, the port says.\n"
        },
    )
    answer = Assistant.open(folder, tmp_path / "index").ask("Is the ferry of Velm dear?")
    assert answer.statements
    assert not [
        s.text
        for s in answer.statements
        if s.text in ("Is the ferry of Velm too dear?", "Ferries.")
    ]


def test_thanks_in_a_conversation_are_answered_as_such(opened: Assistant) -> None:
    history: list[Message] = [
        {"role": "user", "content": "How long is the Nile?"},
        {"role": "assistant", "content": "The Nile is about 6,650 kilometres long."},
    ]
    answer = opened.ask("thnks, that helped a lot", history=history)
    assert answer.statements[0].text.startswith("You’re welcome.")
    assert (answer.passages, answer.citations) == ((), ())
    assert opened.whole_question("Thank you!", history) == "Thank you!"
    history += [
        {"role": "user", "content": "Thank you, that helped!"},
        {"role": "assistant", "content": "You’re welcome."},
    ]
    assert opened.ask("And the Rhine?", history=history).searched_for == "How long is the Rhine?"


def test_the_articles_of_a_time_are_told_of_from_their_dates(opened: Assistant) -> None:
    answer = opened.ask("Which articles were published in March 2021?")
    assert [statement.text for statement in answer.statements] == [
        "1 article published in March 2021:",
        "1. The Danube crosses ten countries (2021-03-04)",
        "2 of all 3 articles state no date.",
    ]
    assert answer.passages == ()
    assert answer.dates is None  # nothing was searched for
    searched = opened.ask("Which articles were published in March 2021?", as_it_stands=True)
    assert searched.passages


def test_as_it_stands_a_question_about_the_collection_is_answered_from_it(
    opened: Assistant,
) -> None:
    history: list[Message] = [
        {"role": "user", "content": "How long is the Nile?"},
        {"role": "assistant", "content": "The Nile is about 6,650 kilometres long."},
    ]
    for question in (
        "Which articles mention the Danube?",
        "Which articles do you have?",
        "Who wrote the newest article?",
    ):
        answer = opened.ask(question, history=history, as_it_stands=True)
        assert timeless(answer) == {**timeless(opened.ask(question)), "as_it_stands": True}
    assert opened.ask("Thank you!", history=history, as_it_stands=True).passages == ()


def test_what_happened_when_is_told_by_date(opened: Assistant) -> None:
    answer = opened.ask("What happened when?")
    assert [s.when for s in answer.statements] == ["1970", "2018"]
    assert str(answer).startswith("1970: The Aswan High Dam was finished in 1970")
    assert "\n2018: Low water in 2018 stopped many ships for weeks. [2]\n" in str(answer)
    assert answer.to_dict()["statements"][1]["when"] == "2018"
    of_a_time = opened.ask("What happened in 2018?")
    assert [s.when for s in of_a_time.statements] == ["2018"]
    assert of_a_time.dates is None  # the time is what is asked for: nothing was left out


def test_a_question_of_its_own_is_answered_the_same_on_every_turn(opened: Assistant) -> None:
    history: list[Message] = []
    for question in ("How long is the Nile?", "How old is Saturn?") * 5:
        answer = opened.ask(question, history=history)
        assert timeless(answer) == timeless(opened.ask(question))
        history += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer.text},
        ]


def test_what_the_articles_lack_is_declined_on_every_turn(seeds: Assistant) -> None:
    history: list[Message] = []
    outcomes = []
    for question in (
        "How many free tokens does Zhipu AI offer?",
        "How do I bake a sourdough bread with walnuts?",
        "And a rye bread?",
        "Why?",
    ):
        answer = seeds.ask(question, history=history)
        outcomes.append(answer.outcome)
        history += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer.text},
        ]
    assert outcomes == ["answered", "declined", "declined", "declined"]


def test_the_question_before_does_not_drown_what_is_asked_beside_it(seeds: Assistant) -> None:
    asked = "How many large AI models are there in the world?"
    first = seeds.ask(asked)
    history: list[Message] = [
        {"role": "user", "content": asked},
        {"role": "assistant", "content": str(first)},
    ]
    answer = seeds.ask("How many of them are Chinese?", history=history)
    assert answer.searched_for == f"{asked} How many of the large AI models are Chinese?"
    assert "36 percent" in answer.statements[0].text


# --- open ----------------------------------------------------------------------------------------


def test_a_second_opening_encodes_and_writes_nothing(
    opened: Assistant, rivers: Path, tmp_path: Path, counting: CountingEncoder
) -> None:
    assert len(counting.encoded) > 0
    counting.encoded.clear()
    pointer = (tmp_path / "index" / "CURRENT").stat().st_mtime_ns
    chunks, articles = list(opened.chunks), dict(opened.articles)
    again = Assistant.open(rivers, tmp_path / "index", config=ANY, encoder=counting)
    assert counting.encoded == []
    assert (tmp_path / "index" / "CURRENT").stat().st_mtime_ns == pointer
    assert list(again.chunks) == chunks
    assert dict(again.articles) == articles


def test_articles_and_chunks_are_in_order_and_whole(opened: Assistant) -> None:
    assert list(opened.articles) == ["danube", "nile", "rhine"]
    places = [(chunk.article_id, chunk.start) for chunk in opened.chunks]
    assert places == sorted(places)
    for chunk in opened.chunks:
        assert opened.articles[chunk.article_id].text[chunk.start : chunk.end] == chunk.text


@pytest.mark.parametrize(
    "damage",
    [
        shutil.rmtree,
        lambda index: (index / "CURRENT").unlink(),
        lambda index: (index / "CURRENT").write_text("{"),
        lambda index: next(index.rglob("vectors.npy")).write_bytes(b""),
        lambda index: next(index.rglob("chunks.npy")).unlink(),
        lambda index: shutil.rmtree(index / "generations"),
        lambda index: rewrite_manifest(index, lambda m: m.update(format=0)),
        lambda index: rewrite_manifest(index, lambda m: m.update(model_fingerprint="other")),
    ],
    ids=["gone", "no-pointer", "bad-pointer", "truncated", "file-gone", "generation-gone",
         "old-format", "other-model"],
)  # fmt: skip
def test_an_index_that_cannot_serve_is_built_again(
    opened: Assistant, rivers: Path, tmp_path: Path, counting: CountingEncoder, damage: Any
) -> None:
    # Before: what is open moves to the generation that is built.
    chunks, said = list(opened.chunks), timeless(opened.ask(QUESTIONS[0]))
    damage(tmp_path / "index")
    again = Assistant.open(rivers, tmp_path / "index", config=ANY, encoder=counting)
    assert list(again.chunks) == chunks
    assert timeless(again.ask(QUESTIONS[0])) == said
    store.load(tmp_path / "index")


def test_the_log_says_why_an_index_was_built_anew(
    opened: Assistant,
    rivers: Path,
    tmp_path: Path,
    counting: CountingEncoder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    index = tmp_path / "index"
    rewrite_manifest(index, lambda m: m.update(model_id="another"))
    rewrite_manifest(index, lambda m: m.update(model_fingerprint="another"))
    Assistant.open(rivers, index, config=ANY, encoder=counting)
    (record,) = caplog.records
    assert record.getMessage() == (
        f"the index was made with the model another, not {counting.model_id}: all was built anew"
    )


def test_a_newer_index_is_refused_and_left_alone(
    opened: Assistant, rivers: Path, tmp_path: Path, counting: CountingEncoder
) -> None:
    index = tmp_path / "index"
    rewrite_manifest(index, lambda m: m.update(format=store.FORMAT + 1))
    before = {path: path.read_bytes() for path in index.rglob("*") if path.is_file()}
    with pytest.raises(IndexFormat, match="use the newer version, or another folder"):
        Assistant.open(rivers, index, config=ANY, encoder=counting)
    assert {path: path.read_bytes() for path in index.rglob("*") if path.is_file()} == before


def test_an_edit_is_seen_at_the_next_opening(
    opened: Assistant, rivers: Path, tmp_path: Path, counting: CountingEncoder
) -> None:
    (rivers / "nile.txt").unlink()
    again = Assistant.open(rivers, tmp_path / "index", config=ANY, encoder=counting)
    assert list(again.articles) == ["danube", "rhine"]
    assert list(opened.articles) == ["danube", "rhine"], "the one at work moves on too"
    assert "6,650" not in str(opened.ask("How long is the Nile?"))


def test_other_settings_are_seen_at_the_next_opening(
    opened: Assistant, rivers: Path, tmp_path: Path, counting: CountingEncoder
) -> None:
    smaller = ANY.replace(chunk_tokens=16)
    again = Assistant.open(rivers, tmp_path / "index", config=smaller, encoder=counting)
    assert len(again.chunks) > len(opened.chunks)


def test_a_model_by_its_path(rivers: Path, tmp_path: Path, tiny_model: Path) -> None:
    config = ANY.replace(encoder=str(tiny_model))
    assistant = Assistant.open(rivers, tmp_path / "index", config=config)
    assistant.warm()
    assert assistant.ask("How long is the Nile?").statements
    assert store.read_manifest(tmp_path / "index").model_id == str(tiny_model)


def test_an_unknown_model_is_told_and_the_index_stays(
    opened: Assistant, rivers: Path, tmp_path: Path
) -> None:
    before = store.current(tmp_path / "index")
    with pytest.raises(ModelError, match=r"there is no model folder './none'"):
        Assistant.open(rivers, tmp_path / "index", config=ANY.replace(encoder="./none"))
    assert store.current(tmp_path / "index") == before


def test_a_folder_that_cannot_be_written_is_told(
    rivers: Path, tmp_path: Path, counting: CountingEncoder
) -> None:
    (tmp_path / "file").write_text("of somebody")
    with pytest.raises(IndexWrite, match="cannot be written"):
        Assistant.open(rivers, tmp_path / "file" / "index", config=ANY, encoder=counting)


# --- sync ----------------------------------------------------------------------------------------


def test_after_a_sync_a_deleted_article_is_gone_from_answers(
    opened: Assistant, rivers: Path
) -> None:
    assert "6,650" in str(opened.ask("How long is the Nile?"))
    (rivers / "nile.txt").unlink()
    report = opened.sync()
    assert (report.removed, report.encoded) == (["nile.txt"], 0)
    answer = opened.ask("How long is the Nile?")
    assert "6,650" not in str(answer)
    assert {p.article.id for p in answer.passages} == {"danube", "rhine"}
    assert all(chunk.article_id != "nile" for chunk in opened.chunks)


def test_after_a_sync_an_edited_article_answers_anew(opened: Assistant, rivers: Path) -> None:
    path = rivers / "nile.txt"
    path.write_text(path.read_text().replace("6,650", "7,000"))
    assert opened.sync().changed == ["nile.txt"]
    assert "7,000" in str(opened.ask("How long is the Nile?"))
    assert "6,650" not in str(opened.ask("How long is the Nile?"))


def test_a_sync_in_the_middle_of_a_question_does_not_mix_two_indexes(
    opened: Assistant, rivers: Path, counting: CountingEncoder
) -> None:
    """While the question is being encoded, the folder changes and a sync takes it over."""
    expected = timeless(opened.ask("How long is the Nile?"))
    synced: list[object] = []

    def change(texts: object) -> None:
        counting.before = lambda texts: None
        (rivers / "nile.txt").unlink()
        (rivers / "rhine.txt").write_text("Short.\n")
        synced.append(opened.sync())

    counting.before = change
    answer = opened.ask("How long is the Nile?")
    assert len(synced) == 1
    assert timeless(answer) == expected, "it keeps to the index that it began with"
    assert "nile" not in opened.articles


# --- ask -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
def test_ask_is_the_last_of_stream(opened: Assistant, question: str) -> None:
    growing = list(opened.stream(question))
    assert timeless(growing[-1]) == timeless(opened.ask(question))
    counts = [len(answer.statements) for answer in growing]
    assert counts == list(range(1, len(growing) + 1)), "a statement at a time"
    for before, after in pairwise(growing):
        assert after.statements[: len(before.statements)] == before.statements
        assert (after.passages, after.confidence) == (before.passages, before.confidence)


def test_a_declined_answer_shows_what_came_nearest(
    rivers: Path, tmp_path: Path, counting: CountingEncoder
) -> None:
    strict = Config(min_confidence=1.0)
    assistant = Assistant.open(rivers, tmp_path / "index", config=strict, encoder=counting)
    (answer,) = assistant.stream("Who discovered quarks?")
    assert (answer.outcome, answer.statements, answer.citations) == ("declined", (), ())
    assert answer.text == answer.reason == "The articles don’t say who discovered quarks."
    assert 0 <= answer.confidence < 1
    nearest = answer.passages[0]
    assert str(answer).splitlines()[:3] == [
        answer.reason, "", f"Nearest: {nearest.article.title}" + (
            f" ({nearest.article.published})" if nearest.article.published else ""),
    ]  # fmt: skip


def test_statements_stand_in_a_line_each_unless_they_go_on_in_their_article() -> None:
    def said(text: str, article: str, start: int, **more: object) -> Statement:
        cited = Citation(1, article, start, start + len(text), text)
        return Statement(text, (cited,), **more)  # type: ignore[arg-type]

    first, second = said("Oats grow.", "a", 0), said("They ripen.", "a", 20)
    other, before = said("Rye sleeps.", "b", 30), said("It waits.", "b", 2)
    answer = Answer("?", "?", (first, second, other, before), (), "answered", "", 0.9, "extractive")
    lines = ["Oats grow. [1] They ripen. [1]", "Rye sleeps. [1]", "It waits. [1]"]
    assert str(answer).splitlines()[:4] == [*lines, ""]
    rows = (said("Year | Oats", "a", 0), said("2021 | 385", "a", 40))
    table = replace(answer, statements=rows)
    assert str(table).splitlines()[:2] == ["Year | Oats [1]", "2021 | 385 [1]"]
    written = replace(answer, answered_by="model tiny")
    assert str(written).splitlines()[0] == " ".join(lines)
    dated = replace(answer, statements=tuple(replace(s, when="2024") for s in (first, second)))
    assert str(dated).splitlines()[1] == "2024: They ripen. [1]"


def test_an_answer_prints_prose_and_its_sources(opened: Assistant) -> None:
    answer = opened.ask("How long is the Nile?")
    prose, _, below = str(answer).partition("\n\n")
    head, *sources = below.splitlines()
    markers = [c.marker for c in answer.citations]
    assert (head, markers) == ("Sources:", list(range(1, len(markers) + 1)))
    for marker, statement in zip(markers, answer.statements, strict=True):
        assert f"{statement.text} [{marker}]" in prose
    for citation, line in zip(answer.citations, sources, strict=True):
        title = opened.articles[citation.article_id].title
        assert line.startswith(f"[{citation.marker}] {title}")


def test_the_form_of_an_answer(opened: Assistant) -> None:
    """Exactly what `rag ask --json` prints: these keys, in this order, and JSON's own types."""
    written = opened.ask("  How long is\nthe Nile? ").to_dict()
    assert json.loads(json.dumps(written)) == written
    assert list(written) == [
        "question", "searched_for", "outcome", "reason", "statements", "passages", "confidence",
        "answered_by", "dates", "among", "as_it_stands", "differing", "grounds", "seconds",
    ]  # fmt: skip
    assert written["question"] == "  How long is\nthe Nile? "
    assert written["searched_for"] == "How long is the Nile?"
    assert (written["outcome"], written["reason"]) == ("answered", "")
    for statement in written["statements"]:
        assert list(statement) == [
            "text", "citations", "highlight", "supported", "support", "when", "article_id",
        ]  # fmt: skip
        for citation in statement["citations"]:
            assert list(citation) == ["marker", "article_id", "start", "end", "quote"]
    for passage in written["passages"]:
        assert list(passage) == [
            "article_id", "title", "published", "start", "end", "text", "scores",
        ]  # fmt: skip
        assert list(passage["scores"]) == [
            "lexical", "vector", "fused", "reranker", "reader", "reordered",
        ]  # fmt: skip
        for score in passage["scores"].values():
            assert score is None or list(score) == ["rank", "value"]
    assert {p["published"] for p in written["passages"]} == {None, "2021-03-04"}
    assert list(written["seconds"])[-1] == "answer"


def test_scores_that_no_stage_gave_are_null(opened: Assistant) -> None:
    passage = opened.retrieve("quarks", k=1)[0]
    assert passage.scores == Scores(
        lexical=None, vector=passage.scores.vector, fused=passage.scores.fused, reader=None
    )
    assert isinstance(passage.scores.vector, Score)
    assert passage.to_dict()["scores"]["lexical"] is None


def test_an_answer_holds_the_articles_it_names(opened: Assistant) -> None:
    for question in QUESTIONS:
        answer = opened.ask(question)
        named = {p.article.id for p in answer.passages} | {c.article_id for c in answer.citations}
        assert dict(answer.articles) == {name: opened.articles[name] for name in sorted(named)}


HISTORY = [
    {"role": "user", "content": "How long is the Nile?"},
    {"role": "assistant", "content": "About 6,650 kilometres."},
]


def test_history_is_taken(opened: Assistant) -> None:
    assert opened.ask("Which port is the largest?", history=HISTORY).outcome == "answered"
    assert timeless(opened.ask("Which port is the largest?", history=[])) == timeless(
        opened.ask("Which port is the largest?")
    )


@pytest.mark.parametrize(
    "turn", ["text", {"role": "user"}, {"role": "user", "content": 3}, None, ("user", "content")]
)
def test_a_turn_of_another_form_is_told(opened: Assistant, turn: Any) -> None:
    with pytest.raises(QuestionError, match=r"turn 3 of the history must be .*, got"):
        opened.ask("And then?", history=[*HISTORY, turn])


def test_a_turn_of_an_unknown_role_is_told(opened: Assistant) -> None:
    turns = [{"role": "system", "content": "Be brief."}, *HISTORY]
    assert opened.ask("Which port is the largest?", history=turns).outcome == "answered"
    for turn in ({"role": "wizard", "content": "x"}, {"content": "x"}):
        with pytest.raises(QuestionError, match=r"role of turn 3 .*'user' or 'assistant', got"):
            opened.ask("And then?", history=[*HISTORY, turn])


# --- the law -------------------------------------------------------------------------------------


def assert_cited(answer: Answer, articles: Mapping[str, Any]) -> None:
    """Every citation is whole statements of its article, marked in order, once."""
    assert broken_citations(answer, articles) == []
    for statement in answer.statements:
        assert statement.citations
        for citation in statement.citations:
            article = articles[citation.article_id]
            assert article.text[citation.start : citation.end] == citation.quote
            starts, ends = zip(*statement_spans(article), strict=True)
            assert citation.start in starts
            assert citation.end in ends
            assert normalise(citation.quote) == normalise(statement.text)
    markers = [c.marker for statement in answer.statements for c in statement.citations]
    assert markers == list(range(1, len(markers) + 1))
    stated = [normalise(statement.text) for statement in answer.statements]
    assert len(set(stated)) == len(stated)
    for passage in answer.passages:
        start, end = passage.chunk.start, passage.chunk.end
        assert articles[passage.article.id].text[start:end] == passage.chunk.text


@settings(max_examples=12)
@given(files=st.lists(texts(3), min_size=1, max_size=3), which=st.integers(0, 10_000))
def test_every_citation_of_every_answer_holds(
    tmp_path_factory: pytest.TempPathFactory, tiny: SentenceEncoder, files: list[str], which: int
) -> None:
    """Random corpora, asked in their own words and in others, through the whole of the program."""
    base = tmp_path_factory.mktemp("law")
    folder = write_folder(base / "c", {f"{n}.txt": text for n, text in enumerate(files)})
    (folder / "last.txt").write_text("The river reaches the sea.\n")
    assistant = Assistant.open(
        folder, base / "index", config=ANY.replace(most_statements=6, chunk_tokens=48), encoder=tiny
    )
    articles = assistant.articles
    chunk = assistant.chunks[which % len(assistant.chunks)]
    own = [chunk.text[:200]] if any(map(str.isalnum, chunk.text[:200])) else []
    for question in [
        *own,
        "Does the river reach the sea?",
        "智谱清言是什么？",
        "<script>x</script>",
    ]:
        answer = assistant.ask(question)
        assert answer.outcome == "answered"
        assert_cited(answer, articles)
    shutil.rmtree(base)


@pytest.mark.parametrize("k", range(0, 60, 6))
def test_every_citation_over_the_seeds_holds(seeds: Assistant, k: int) -> None:
    """Asked with the words of the articles themselves, each from another place."""
    chunk = seeds.chunks[k % len(seeds.chunks)]
    for words in (chunk.text.split()[:9], chunk.text.split()[-7:]):
        answer = seeds.ask(" ".join(words) + "?")
        assert_cited(answer, seeds.articles)
        assert answer.passages


def test_a_fact_of_the_seeds_is_answered_and_what_they_lack_is_declined(seeds: Assistant) -> None:
    answer = seeds.ask("How many free tokens does Zhipu AI offer?")
    assert answer.outcome == "answered"
    assert "million" in answer.statements[0].text
    assert seeds.ask("How do I bake a sourdough bread with walnuts?").outcome == "declined"


# --- together ------------------------------------------------------------------------------------


def test_threads_that_ask_at_once_get_what_one_gets(
    rivers: Path, tmp_path: Path, tiny_model: Path
) -> None:
    encoder = SentenceEncoder.from_name(str(tiny_model))
    assistant = Assistant.open(rivers, tmp_path / "index", config=ANY, encoder=encoder)
    again = Assistant.open(rivers, tmp_path / "index", config=ANY, encoder=encoder)
    found: list[tuple[str, dict[str, Any]]] = []
    failed: list[BaseException] = []

    def work(shift: int) -> None:
        try:
            for at in range(3 * len(QUESTIONS)):
                question = QUESTIONS[(at + shift) % len(QUESTIONS)]
                found.append((question, timeless(assistant.ask(question))))
        except BaseException as error:  # told in the main thread
            failed.append(error)

    threads = [threading.Thread(target=work, args=(shift,)) for shift in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(found) == 9 * len(QUESTIONS)
    expected = {question: timeless(again.ask(question)) for question in QUESTIONS}
    for question, answer in found:
        assert answer == expected[question]


HEAVY = """
import json, sys
HEAVY = ("torch", "faiss", "gradio", "numpy", "scipy", "transformers", "sentence_transformers",
         "rank_bm25", "sentencex", "py3langid", "snowballstemmer", "onnxruntime", "onnx",
         "tokenizers", "charset_normalizer", "pandas", "rich", "click")
steps = []
def step(name):
    steps.append([name, [module for module in HEAVY if module in sys.modules]])

before = dict(__import__("os").environ)
import rag
step("import rag")
from rag import Config, load_config, RagError, Answer, Article
load_config(environ={})
step("settings")
from rag import Assistant
step("the assistant")
assistant = Assistant.open(sys.argv[1], sys.argv[2], config=Config(encoder=sys.argv[3]))
step("open")
try:
    assistant.ask("")
except RagError:
    pass
step("a bad question")
assert dict(__import__("os").environ) == before, "the environment was changed"
print(json.dumps(steps))
"""


def test_nothing_heavy_is_loaded_before_it_is_used(
    rivers: Path, tmp_path: Path, tiny_model: Path
) -> None:
    config = Config(encoder=str(tiny_model))
    Assistant.open(rivers, tmp_path / "index", config=config)
    done = subprocess.run(
        [sys.executable, "-c", HEAVY, str(rivers), str(tmp_path / "index"), str(tiny_model)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    loaded = dict(json.loads(done.stdout))
    assert loaded["import rag"] == []
    assert loaded["settings"] == []
    assert set(loaded["the assistant"]) <= {"numpy"}
    opened = {"numpy", "faiss"}
    assert set(loaded["open"]) <= opened, "an index that is in step needs no model"
    assert set(loaded["a bad question"]) <= opened


def test_the_public_names_are_what_they_say() -> None:
    import rag

    assert set(rag.__all__) <= set(dir(rag))
    for name in rag.__all__:
        assert getattr(rag, name).__name__ == name
    with pytest.raises(AttributeError, match="module 'rag' has no attribute 'nothing'"):
        _ = rag.nothing


def test_a_missing_folder_keeps_what_was_open(opened: Assistant, rivers: Path) -> None:
    shutil.rmtree(rivers)
    with pytest.raises(CorpusError, match="there is no folder of articles"):
        opened.sync()
    assert "6,650" in str(opened.ask("How long is the Nile?"))


def test_items_of_a_list_are_printed_below_each_other(tmp_path: Path) -> None:
    text = "# The ferry\n\n## Fares\n\n- Adults: 54 kroner\n- Children: free\n- Cars: 90 kroner\n"
    corpus = write_folder(tmp_path / "corpus", {"ferry.md": text})
    answer = Assistant.open(corpus, tmp_path / "index").ask("What are the fares of the ferry?")
    lines = str(answer).split("\n")
    assert [line for line in lines if line.startswith(("Adults", "Children", "Cars"))] == [
        "Adults: 54 kroner [1]", "Children: free [2]", "Cars: 90 kroner [3]",
    ]  # fmt: skip
