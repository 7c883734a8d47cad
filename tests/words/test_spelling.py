"""Misspellings: what was surely meant is put right, and nothing else is touched."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from rag.text import normalise, tokenise
from rag.words.spelling import MOST_CORRECTED, corrected, is_form, within_two_edits
from rag.words.wordlist import WordList, by_opening
from tests.making import make_article, texts

ARTICLE = make_article(
    """Free flour from Kaltwerk

Kaltwerk is offering 150 sacks of free flour to the bakers of Velm, who have no mill of their own.
The committee of the guild made the announcement in August. Kim Olsen spoke of what the old
headquarters cost, and said that many more sacks are separated for Shirley Orbison-Bakersfield.
"""
)
WORDS = WordList.from_articles([ARTICLE])
STEMS = set(tokenise(f"{ARTICLE.title}\n{ARTICLE.text}"))


def is_known(word: str) -> bool:
    return STEMS.issuperset(tokenise(word))


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("how many scaks does kaltwrk offfer", "how many sacks does Kaltwerk offer"),
        ("Wich bakers hav no milll?", "Which bakers have no mill?"),
        ("Wat did Kim say?", "What did Kim say?"),
        ("hoo is Kim", "who is Kim"),
        ("teh anouncement of the comittee", "the announcement of the committee"),
        ("HEADQUATERS in Agust", "HEADQUARTERS in August"),
        ("What did Shirly Orbison say?", "What did Shirley Orbison say?"),
        ("thnaks, sumarise the newst artcile", "thanks, summarise the newest article"),
        ("how much is kaltwerks flour", "how much is Kaltwerk's flour"),
        ("whos the baker and why dont they bake", "who's the baker and why don't they bake"),
    ],
)
def test_what_was_surely_meant_is_put_right(question: str, meant: str) -> None:
    assert corrected(question, WORDS, is_known) == meant


def test_a_word_of_the_articles_is_likelier_than_another_with_two_letters_swapped() -> None:
    words = WordList.from_articles([make_article("Ships go to China.\n")])
    assert corrected("ships to chna", words, lambda _: False) == "ships to China"  # not "chan"


def test_a_rare_word_with_two_letters_swapped_is_the_word_of_the_articles() -> None:
    words = WordList.from_articles([make_article("Ships go to China on a trial.\n")])
    assert corrected("Who ships to Chian?", words, lambda _: False) == "Who ships to China?"
    asked = "Is the trail steep?"  # as common a word as the other
    assert corrected(asked, words, lambda _: False) == asked


def test_the_form_of_an_english_word_is_no_misspelling() -> None:
    words = WordList.from_articles([make_article("The cooks are sharing one oven.\n")])
    assert corrected("What of sharding?", words, lambda _: False) == "What of sharding?"
    assert corrected("What of shraing?", words, lambda _: False) == "What of sharing?"


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("shard", "sharding sharded shards"),
        ("vlog", ""),  # no word of the dictionary
        ("bake", "baking baked bakes"),
        ("carry", "carrying carried carries"),
    ],
)
def test_forms_by_the_rules(word: str, forms: str) -> None:
    endings = ("ing", "ed", "s", "es", "d")
    made = {f"{base}{ending}" for base in (word, word[:-1], word + word[-1]) for ending in endings}
    made |= {f"{word[:-1]}ied", f"{word[:-1]}ies"}
    assert {form for form in made if is_form(form)} >= set(forms.split())


@pytest.mark.parametrize("word", ["runing", "stoping", "writting", "bakerys", "bakeing", "acress"])
def test_a_letter_too_many_or_too_few_makes_no_form(word: str) -> None:
    assert not is_form(word)


@pytest.mark.parametrize(
    "question",
    [
        "How many sacks of flour does Kaltwerk offer?",
        "What is the best sourdough recipe with walnuts?",
        "Wat is de prijs van het meel?",  # not English
        "Wat Arun is where?",
        "Who is Kimi?",  # another name, not Kim
        "How many Kaltwerks are there in the world?",  # they own nothing
        "who is kimi",
        "How old is Velma?",  # a name of four letters and one more
        "Did Milligan, Bakker or Flur bake?",  # names are not taken for words
        "How many in 1505 or 15O?",
        "what about kime, imf, opec and byd",  # may be names in small letters
        "What do moths and yen cost?",  # words, though near to others
        "Wie viele Säcke Mehl bietet Kaltwerk an?",
        "combien de sacs de farine offre Kaltwerk",
        "智谱AI提供多少免费令牌？",
    ],
)
def test_all_else_is_left_exactly_alone(question: str) -> None:
    assert corrected(question, WORDS, is_known) == question


def test_without_words_to_hold_it_against_a_question_stays() -> None:
    assert corrected("how many scaks", WordList({}, {}), is_known) == "how many scaks"


@given(texts(2))
def test_what_the_articles_say_is_well_spelled_and_a_correction_is_one_of_their_words(
    text: str,
) -> None:
    article = make_article(text)
    own = WordList.from_articles([article])
    known = set(tokenise(f"{article.title}\n{article.text}"))
    assert corrected(text, own, lambda word: known.issuperset(tokenise(word))) == text
    put = set(normalise(corrected(text, WORDS, is_known)).split()) - set(normalise(text).split())
    assert all(is_known(word) for word in put)


@given(st.text("abcdef", min_size=3, max_size=7), st.lists(st.text("abcdef", min_size=1)))
def test_what_is_near_is_what_measuring_every_word_finds(word: str, others: list[str]) -> None:
    others = [*others, word[1::-1] + word[2:], word[0] + word, word[1:], "b" + word[1:]]
    near = {
        other
        for other in others
        if OSA.distance(word, other) <= 2 and (other[0] == word[0] or other[:2] == word[1::-1])
    }
    assert set(within_two_edits(word, by_opening(others))) == near


def test_of_very_many_strange_words_the_first_are_put_right_and_at_once() -> None:
    asked = "how many scaks " + "offfer and the wakht of " * 80
    began = time.process_time()
    meant = corrected(asked, WORDS, is_known)
    assert time.process_time() - began < 2
    assert meant.startswith("how many sacks offer")
    strange = MOST_CORRECTED // 2
    assert meant.count("offer ") == strange
    assert meant.endswith("offfer and the wakht of ")
