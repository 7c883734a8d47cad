"""Verb forms against a table by hand, and the laws that hold of every verb."""

from __future__ import annotations

import pytest

from rag.words import verbs
from rag.words.verbs import is_base, is_finite, is_participle, participle, past, third

FORMS = {
    "take": ("took", "taken", "takes"), "stop": ("stopped", "stopped", "stops"),
    "carry": ("carried", "carried", "carries"), "play": ("played", "played", "plays"),
    "have": ("had", "had", "has"), "go": ("went", "gone", "goes"), "do": ("did", "done", "does"),
    "cost": ("cost", "cost", "costs"), "offer": ("offered", "offered", "offers"),
    "admit": ("admitted", "admitted", "admits"), "develop": ("developed", "developed", "develops"),
    "visit": ("visited", "visited", "visits"), "refer": ("referred", "referred", "refers"),
    "reach": ("reached", "reached", "reaches"), "fix": ("fixed", "fixed", "fixes"),
    "agree": ("agreed", "agreed", "agrees"), "die": ("died", "died", "dies"),
    "show": ("showed", "shown", "shows"), "begin": ("began", "begun", "begins"),
    "pay": ("paid", "paid", "pays"), "buy": ("bought", "bought", "buys"),
    "control": ("controlled", "controlled", "controls"), "find": ("found", "found", "finds"),
    "found": ("founded", "founded", "founds"),
    "lie": ("lay", "lain", "lies"), "bet": ("bet", "bet", "bets"),
}  # fmt: skip


@pytest.mark.parametrize(("base", "forms"), FORMS.items(), ids=list(FORMS))
def test_by_hand(base: str, forms: tuple[str, str, str]) -> None:
    assert (past(base), participle(base), third(base)) == forms
    assert is_base(base)
    assert is_finite(forms[0])
    assert is_participle(forms[1])
    assert is_finite(forms[2])


def test_every_verb_is_one_lower_case_word_and_has_its_forms() -> None:
    assert len(verbs._BASES) > 900
    for base in verbs._BASES:
        assert base.isalpha()
        assert base.islower()
        assert not base.endswith("ed") or base in {"need", "feed", "breed", "exceed", "proceed",
                                                   "succeed", "concede", "bleed", "speed", "shed",
                                                   "embed"}  # fmt: skip
        assert third(base).endswith("s")


def test_a_word_ending_in_a_vowel_and_one_consonant_is_doubled_only_on_purpose() -> None:
    """English doubles the last letter of a stressed short syllable; of one syllable, always."""
    for base in verbs._BASES - set(verbs._FORMS):
        vowels = sum(letter in "aeiou" for letter in base)
        single = len(base) > 2 and base[-1] not in "aeiouwxy" and base[-2] in "aeiou"
        if single and vowels == 1:
            assert base in verbs._DOUBLED, base


def test_what_is_no_verb_is_not_taken_for_one() -> None:
    for word in ("company", "token", "Zhipu", "the", ""):
        assert not is_base(word)
        assert not is_finite(word)
        assert not is_participle(word)
    assert is_participle("headquartered")
    assert is_participle("rebranded")
