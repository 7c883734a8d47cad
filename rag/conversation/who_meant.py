"""Whom "she" and "he" mean: a person of the turn before, or else of one before that.

Who was called "she" is no "he": by a title, by the user before, or by what the answers told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import pairwise

from rag.conversation.called import (
    HE,
    MOST_CHARS,
    SHE,
    called_in,
    gender_of,
    is_called,
    people_in,
    relative_told,
)
from rag.conversation.leaning import opened, words_of
from rag.conversation.pronouns import unresolved
from rag.conversation.spoken_of import TIME, Context, bare, first_sentence, who_spoke
from rag.words.person import is_somebody, looks_like_a_person, person_within, without_titles
from rag.words.phrases import is_demonym, phrases
from rag.words.phrases import names as names_in

_BRACKETS = re.compile(r"\s*\([^()]*\)$")  # what a question was completed with
_MOST_PEOPLE = 24  # who were spoken of, that are kept
_WHO_IS = re.compile(r"(?i:who (?:is|was)) (?P<who>[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)\W*")
# "Who is Ana Ruiz?" asks of her, "who is the mayor?" for somebody whom the answer names.
_WHO = re.compile(r"(?i:who(?:se|m)?\b)(?!\s+(?i:is|was)\s+[A-Z])")
# "Who was Ana Ruiz’s father?", and how did he die?
_RELATION = (
    r"father|mother|brother|sister|son|daughter|husband|wife|uncle|aunt|cousin|teacher|boss"
    r"|successor|predecessor|deputy|apprentice|assistant|partner|lawyer|neighbou?r|colleague"
)
_RELATED = re.compile(
    rf"(?P<who_is>who (?:is|was) )?(?P<who>[^?]{{2,60}}['’]s? (?:\w+ )?(?P<as>{_RELATION}))",
    re.IGNORECASE,
)
_ANOTHER = re.compile(rf"(?:\b(?:an?|the|his|her|their)|['’]s?) (?:\w+ )?(?:{_RELATION})\b", re.I)
# "Her successor as captain, Bo Lind, ..."
_BESIDE_IT = r"\b{relation}\b(?:,| as [^,.;]{{2,40}},)?\s+$"
# "Count Albrecht Dornau" is no "she".
_LORDS = frozenset("mr sir lord count duke king prince emperor baron earl father brother".split())
_LADIES = frozenset(
    "mrs ms miss dame lady countess duchess queen princess empress baroness mother sister".split()
)
# "She follows Bo Lind", "since 2020 she has had an apprentice, Bo Lind": he is not "she". Of
# "when she was ill, Ana Ruiz left" nothing is told so.
_DOES = re.compile(
    r"(?<!\bwhen )(?<!\bwhile )(?<!\bafter )(?<!\bbefore )(?<!\bas )(?<!\bif )(?<!\bthough )"
    r"(?<!\bbecause )(?<!\bsince )(?<!\buntil )(?<!\bonce )\b(?P<word>she|he)\b(?!,)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])[”\"’']?\s+")
# "Whom did Ana Ruiz follow?" is for the other.
_WHOM = re.compile(r"who(?:m|se)?\s+(?:do|does|did)\b|whom\b|whose\b", re.IGNORECASE)
_LED = re.compile(r"\bthe\s+$", re.IGNORECASE)  # what stands before no person's name
# "The nurse at Ana Brandt's": a house, whoever it is called after.
_HOUSE_BEFORE = re.compile(r"\b(?:at|of|in|from|to)\s+$", re.IGNORECASE)
_HOUSE_BEHIND = re.compile(r"['’]s(?=\W*$|[,;:.?!]|\s+(?:\w+\s+)?(?:is|was|has|had|in|on)\b)")


def person_meant(context: Context, pronoun: str = "") -> str:
    """Return who was spoken of: a name of two to four words that is nothing else, or the like.

    "She" is nobody who was called "he", nobody of whom the answer tells what she did, and nobody
    whom only the answer names, if that goes on with "he". Where nobody of the turn before is surely
    meant it is somebody of an earlier one who was called so, else whom the article is mostly of
    that the answer is from, or "".
    """
    *others, last = _questions(context.question)
    beside = bool(others) and any(_without_names(last))
    asked, answered = (
        [text[start:end].partition(" of ")[0] for start, end in _not_led(text)]
        for text in (last if beside else context.question, context.answer)
    )
    others_told = _told_of_another(context, pronoun)
    answered = [name for name in answered if name not in others_told or name in asked]
    # "Who warned Ana Ruiz?" was for somebody whom only the answer names.
    told = _tells_who(context.question)
    called = {word in SHE for word in words_of(context.answer) if word in SHE | HE}
    related = _RELATED.fullmatch(context.question.rstrip("?!. "))
    if pronoun and related and (name := _named_beside(related["as"], context, pronoun)):
        return name
    relative = relative_told(first_sentence(context.answer), _subject(pronoun))
    # Asked of a woman, "she" is no other's daughter.
    if relative and not any(is_called(n, context.called) == _subject(pronoun) for n in asked):
        return relative
    if pronoun and called == {pronoun not in SHE}:
        told = False
        if related and related["who_is"]:
            return related["who"]
    known = {word for name in asked for word in words_of(name)}
    others = [name for name in answered if not known & set(words_of(name))]
    both = (*others, *answered, *asked) if told else (*asked, *answered)
    found = _able([name for name in both if _may_be(name, pronoun, context)], context)
    sentence = first_sentence(context.answer)
    if told and not any(name in sentence and name in others for name in found):
        alone = _who_is_told(sentence, known)
        found = [*(name for name in alone if _may_be(name, pronoun, context)), *found]
    # A speaker's label in a transcript is a name, too, however it is written.
    single = [n for n in asked if n.isalpha() and (n.istitle() or f"{n}:" in context.answer)]
    found = found or [name for name in single if _may_be(name, pronoun, context)]
    if not told:  # of those whom only the answer names, who is known to be called so goes first
        word = _subject(pronoun)
        found.sort(key=lambda n: n not in asked and is_called(n, context.called) != word)
    if beside and (nameless := _without_a_name(context, pronoun)):
        return nameless
    by_the_way = found and found[0] not in asked and found[0] not in sentence
    if by_the_way and is_called(found[0], context.called) == "":
        found = [*_called_so(pronoun, context), *found]
    if not found and not _speaks_of_another(context.question):
        found = _called_so(pronoun, context)
    return found[0] if found else _without_a_name(context, pronoun)


def pair_told(context: Context) -> str:
    """Return the two people whom the answer to a "who" names side by side, "" of no such.

    >>> asked = "Who runs the inn?"
    >>> pair_told(Context(asked, asked, "It is run by Bo and Ana Lind, who came in May."))
    'Bo and Ana Lind'
    """
    text = context.answer
    for (start, end), (at, until) in pairwise(
        names_in(text) if _tells_who(context.question) else ()
    ):
        one, other = text[start:end], text[at:until]
        is_pair = text[end:at] == " and " and looks_like_a_person(other)
        if is_pair and (looks_like_a_person(one) or (one.isalpha() and one.istitle())):
            return text[start:until]
    return ""


def is_somebody_told(meant: str, answer: str) -> bool:
    """Return whether an answer names somebody beside the words for what they are: "the porter".

    >>> is_somebody_told("the porter", "A night porter, Bo Lind, was dismissed.")
    True
    """
    noun = meant.rpartition(" ")[2]
    beside = re.compile(rf"\b{re.escape(noun)},?\s+$", re.IGNORECASE)
    return noun.isalpha() and noun.islower() and any(
        beside.search(answer[:start]) and looks_like_a_person(answer[start:end])
        for start, end in names_in(answer)
    )  # fmt: skip


def with_people(now: Context, asked: str, answer: str, before: Context | None) -> Context:
    """Return the context `now`, after `asked` and its `answer`, with the people known by then.

    Somebody is whoever "she" was said of, "who is X", and whose words were asked for, so that "it"
    does not mean them later. What the answer calls somebody goes before what the user does.
    """
    core, *_ = opened(asked)
    who = _WHO_IS.fullmatch(core.strip())
    found = [name for name in (who["who"] if who else "", who_spoke(asked)) if name]
    called = dict(before.called) if before else {}
    for pronoun in unresolved(core) if before else ():
        word = core[pronoun.start : pronoun.end].lower()
        if before and pronoun.person and (person := person_meant(before, word)):
            found.append(person)
            if _is_sure(person, word, before) and is_called(person, called) == "":
                called[person] = _subject(word)
    people = (before.people if before else frozenset()) | set(found)
    called |= called_in(answer, people)
    spoken = (*found, *people_in(now.question), *people_in(answer[:MOST_CHARS]))
    spoken += before.spoken if before else ()
    spoken = tuple(dict.fromkeys(spoken))[:_MOST_PEOPLE]
    return replace(now, people=people, called=called, spoken=spoken)


def _is_sure(person: str, pronoun: str, context: Context) -> bool:
    """Return whether a pronoun surely means somebody: it is no guess that may be wrong."""
    if person in context.question or context.told_of().get(_subject(pronoun)) == person:
        return True
    sentence = first_sentence(context.answer)
    return _tells_who(context.question) and people_in(sentence) == [without_titles(person)]


def names_somebody(context: Context) -> bool:
    """Return whether the turn before names a person: "she" is nobody else then."""
    both = [text[a:b] for text in (context.question, context.answer) for a, b in _not_led(text)]
    return bool(_able(both, context))


def _tells_who(question: str) -> bool:
    """Return whether the last of the questions asks for somebody whom its answer names."""
    return _WHO.match(_questions(question)[-1]) is not None


def _questions(question: str) -> list[str]:
    """Return the questions of which one is made, without what the last was completed with."""
    return re.split(r"(?<=\?)\s+", _BRACKETS.sub("", question))


def _told_of_another(context: Context, pronoun: str) -> set[str]:
    """Return the names in the answer of those of whom it tells what "she" or "he" did.

    None where somebody is asked for whom another did something with: "Who is her apprentice?"
    """
    word = _subject(pronoun)
    if not word or _WHOM.match(context.question) or _ANOTHER.search(context.question):
        return set()
    found = set()
    for sentence in _SENTENCE_END.split(context.answer):
        does = next((one for one in _DOES.finditer(sentence) if one["word"].lower() == word), None)
        if does and not people_in(sentence[: does.start()]):
            behind = (span for span in names_in(sentence) if span[0] >= does.end())
            found |= {sentence[start:end] for start, end in behind}
    return found


def _able(names: list[str], context: Context) -> list[str]:
    """Return those of the names that are full ones, or else as a person's where one is expected."""
    if full := [name for name in names if looks_like_a_person(name)]:
        return full
    likely = {  # "Sam Port": a place's word
        text[start:end]
        for text in (context.question, context.answer)
        for start, end in _not_led(text)
        if person_within(text, (start, end))
    }
    return [name for name in names if name in likely]


def _speaks_of_another(question: str) -> bool:
    """Return whether a question speaks of somebody without a name: "her apprentice"."""
    said = (question[phrase.start : phrase.end] for phrase in phrases(question))
    return _ANOTHER.search(question) is not None or any(map(is_somebody, said))


def _called_so(pronoun: str, context: Context) -> list[str]:
    """Return those who were spoken of and are called by the pronoun, the latest first.

    Behind them whom the article of the answer is mostly of.
    """
    word = _subject(pronoun)
    if not word:
        return []
    spoken = [name for name in context.spoken if is_called(name, context.called) == word]
    told = context.told_of().get(word, "")
    return [*spoken, *([told] if told and _may_be(told, pronoun, context) else [])]


def _named_beside(relation: str, context: Context, pronoun: str) -> str:
    """Return the person whom the answer names beside a relation's word, "" where it names none."""
    beside = re.compile(_BESIDE_IT.format(relation=re.escape(relation)), re.IGNORECASE)
    text = context.answer
    return next(
        (
            text[start:end]
            for start, end in _not_led(text)
            if beside.search(text[max(0, start - 80) : start])
            if _may_be(text[start:end], pronoun, context)
        ),
        "",
    )


def _without_a_name(context: Context, pronoun: str) -> str:
    """Return the one person whom the question before is about without a name: "the duke"."""
    *_, last = _questions(context.question)
    for said in (*_without_names(last), *_without_names(context.question)):
        if not _subject(pronoun) or gender_of(said) in ("", _subject(pronoun)):
            return said
    who = re.fullmatch(r"who (?:is|was) (\w+(?: \w+){0,2})\W*", context.question, re.IGNORECASE)
    return who[1] if who and _may_be(who[1], pronoun, context) else ""


def _without_names(question: str) -> Iterator[str]:
    """Yield whom a question speaks of without a name: "the duke"."""
    for phrase in phrases(question):
        said = bare(question, phrase)
        if said.startswith("the ") and said.islower() and is_somebody(said):
            yield said


def _subject(pronoun: str) -> str:
    """Return "she" for "her" and the like, "he" for "him", else ""."""
    return "she" if pronoun in SHE else "he" if pronoun in HE else ""


def _may_be(name: str, pronoun: str, context: Context) -> bool:
    """Return whether "she" or "he" may mean somebody: by their title, and by what they are called.

    >>> _may_be("Count Albrecht Dornau", "she", Context("", "", ""))
    False
    """
    title = name.partition(" ")[0].lower().rstrip(".")
    if title in (_LORDS if pronoun in SHE else _LADIES if pronoun in HE else ()):
        return False
    word = _subject(pronoun)
    return not word or is_called(name, context.called) in ("", word)


def _not_led(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of the names in `text` that no "the" stands before, and no houses."""
    return [
        (start, end)
        for start, end in names_in(text)
        if not _LED.search(text[:start])
        if not (_HOUSE_BEFORE.search(text[:start]) and _HOUSE_BEHIND.match(text, end))
    ]


def _who_is_told(sentence: str, known: Collection[str]) -> list[str]:
    """Return the name of one word that the answer to a "who" opens with, if it is not `known`."""
    return [
        name
        for start, end in names_in(sentence)[:1]
        if start == 0 and (name := sentence[:end]).isalpha() and name.istitle()
        if name.lower() not in known and not is_demonym(name) and not TIME.fullmatch(name)
    ]
