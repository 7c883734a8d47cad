"""The question turned round: a table by hand, and laws over whatever is asked."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.declining import PLAIN, indirect, not_said
from rag.words.verbs import past, third

TURNED = {
    # do, does, did: the verb takes their form
    "How many employees does Zhipu AI have?": "how many employees Zhipu AI has",
    "When did the ban take effect?": "when the ban took effect",
    "When did the US ban take effect?": None,  # "the US ban" or "ban take"?
    "Why did the price increase?": "why the price increased",
    "Why did the price increase hurt users?": None,
    "What did Thomas Bach say about Alibaba?": "what Thomas Bach said about Alibaba",
    "How much does a click cost in customer service?": "how much a click costs in customer service",
    "Where does the Rhine carry its water?": "where the Rhine carries its water",
    "In which year did it open?": "in which year it opened",
    "To whom did the company pay the fine?": "to whom the company paid the fine",
    "Who did Alibaba Cloud hire?": "who Alibaba Cloud hired",
    "What did the man who founded it say?": None,
    "Did it buy chips or sell them?": None,
    "When did they finally stop?": "when they finally stopped",
    "What does the company's new chief want to do?": "what the company's new chief wants to do",
    "How many first downs did the Panthers have?": "how many first downs the Panthers had",
    "What does the thing smell like?": "what the thing smells like",
    # be: before the participle, or after the subject
    "When was Zhipu AI founded?": "when Zhipu AI was founded",
    "When was the newly built bridge opened?": "when the newly built bridge was opened",
    "When was Victoria first settled?": "when Victoria was first settled",
    "Where is the company based?": "where the company is based",
    "Where is the headquarters of Zhipu AI?": "where the headquarters of Zhipu AI is",
    "Who is the CEO of Zhipu AI?": "who the CEO of Zhipu AI is",
    "Who are the founders of 01.AI?": "who the founders of 01.AI are",
    "What is the best recipe for pancakes?": "what the best recipe for pancakes is",
    "What was Alibaba's revenue in 2023?": "what Alibaba's revenue in 2023 was",
    "What is the model called?": "what the model is called",
    "What is the name of the model released by Zhipu AI?": None,
    "What is the fastest growing area in the industry?": None,
    "What is Zhipu AI offering to users?": "what Zhipu AI is offering to users",
    "What is the money used for?": "what the money is used for",
    "How old is Kai-Fu Lee?": "how old Kai-Fu Lee is",
    "How long was the port closed for repairs?": "how long the port was closed for repairs",
    "How many countries are there in Africa?": "how many countries there are in Africa",
    "Why was it banned?": "why it was banned",
    "Why is Kai-Fu Lee famous?": "why Kai-Fu Lee is famous",
    "Why is the chief executive?": None,
    "Where is the model available?": "where the model is available",
    "Which company is the biggest?": None,
    "What's the price of a token?": "what the price of a token is",
    "What is inflation?": None,
    "When was the Tokyo Olympics?": "when the Tokyo Olympics was",
    "When is the fair in town?": None,
    # have and modals
    "How many tokens has Zhipu AI given away?": "how many tokens Zhipu AI has given away",
    "What has the company been accused of?": "what the company has been accused of",
    "Why have house prices fallen in Truro?": "why house prices have fallen in Truro",
    "When will the bridge open?": "when the bridge will open",
    "How much could a user save in a month?": "how much a user could save in a month",
    "Where can the report be found?": "where the report can be found",
    # the asking word is the subject: nothing moves
    "Who founded 01.AI?": "who founded 01.AI",
    "Who will lead the company?": "who will lead the company",
    "Who has bought the port?": "who has bought the port",
    "Who was born in 1970?": "who was born in 1970",
    "Who is in charge of it?": "who is in charge of it",
    "Which company released the model?": "which company released the model",
    "How many people live in Vienna?": "how many people live in Vienna",
    "How many people were injured in the crash?": "how many people were injured in the crash",
    "What happened to the ferry?": "what happened to the ferry",
    "What is paired oxygen?": None,
    # yes or no
    "Is Zhipu AI a unicorn?": "whether Zhipu AI is a unicorn",
    "Is it free?": "whether it is free",
    "Is it free of charge?": "whether it is free of charge",
    "Is the ban permanent?": "whether the ban is permanent",
    "Was the plan approved by the minister?": "whether the plan was approved by the minister",
    "Was this footage compatible with live broadcast TV?": None,
    "Are there any exceptions to the ban?": "whether there are any exceptions to the ban",
    "Did Tesla graduate from the university?": "whether Tesla graduated from the university",
    "Can users switch to another model?": "whether users can switch to another model",
    "Has the law been passed?": "whether the law has been passed",
    # no questions, not plain ones, or not to be answered in the third person
    "Tell me about Alibaba": None,
    "What about Alibaba?": None,
    "And Alibaba?": None,
    "Why, oh why?": None,
    "How do you make pancakes?": None,
    "What can I do with it?": None,
    "When was it founded and who leads it?": None,
    "Who didn’t sign the letter?": None,
    "What did Alibaba not say about it?": None,
    "智谱AI有多少员工？": None,
    "Wie viele Mitarbeiter hat Zhipu AI?": None,
    "When was the mass shooting?": None,
    "When was the first moon landing?": None,
    "How far is Paris from London?": None,
    "What if the vote fails?": None,
    "": None,
    "?": None,
}  # fmt: skip


@pytest.mark.parametrize(
    "question",
    ["What do the articles say about prices?", "What are the articles about?",
     "Are there any articles about schools?", "How many articles are in there?"],
)  # fmt: skip
def test_what_is_asked_of_the_articles_is_not_turned_round(question: str) -> None:
    assert not_said(question) == PLAIN


@pytest.mark.parametrize(("question", "clause"), TURNED.items(), ids=list(TURNED))
def test_by_hand(question: str, clause: str | None) -> None:
    assert indirect(question) == clause
    expected = PLAIN if clause is None else f"The articles don’t say {clause}."
    assert not_said(question) == expected
    assert not_said(f"  {question} ".replace(" ", "\n ")) == expected


def test_a_full_stop_at_the_end_is_not_doubled() -> None:
    assert (
        not_said("When did it enter the U.S.?") == "The articles don’t say when it entered the U.S."
    )


WORDS = st.sampled_from(
    "who what which when where why how many much old is are was were do does did has have had can "
    "will the a of in to by and that it they Zhipu AI Kai-Fu Lee's Alibaba 01.AI company companies "
    "price ban model employees founded take took offer offers report called known given been be "
    "not you open free available newly 2024 $5 “quoted” 智谱 😀 it’s (aside) a,b".split()
)


@given(st.lists(WORDS, max_size=12), st.sampled_from(["?", "", ".", " ?", "!?"]))
def test_no_word_is_lost_or_made_up(words: list[str], end: str) -> None:
    """The clause has the question's words: an auxiliary may move, or go into the verb."""
    question = " ".join(words) + end
    said = not_said(question)
    assert said.endswith(".")
    assert not re.search(r"[?\n]|\.\.$|  ", said)
    clause = indirect(question)
    if clause is None:
        assert said == PLAIN
        return
    asked = Counter(" ".join(words).lower().split())
    told = Counter(clause.lower().split()) - Counter(["whether"])
    lost, made = list((asked - told).elements()), list((told - asked).elements())
    if not lost or lost == ["do"]:
        assert not made
    else:
        (auxiliary,) = set(lost) & {"does", "did"}
        lost.remove(auxiliary)
        inflect = past if auxiliary == "did" else third
        assert [inflect(base) for base in lost] == made


@given(st.text(max_size=60))
def test_whatever_is_asked_something_is_said(question: str) -> None:
    assert not_said(question).startswith("The articles don’t s")
