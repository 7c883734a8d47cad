"""What a declined answer says: the question turned round, where that is safe.

    How many employees does Zhipu AI have?
    -> The articles don’t say how many employees Zhipu AI has.

An indirect question has its subject before its verb. Rules find the two without a parser, so they
give up wherever a question could be read in more than one way, and a general sentence is said
instead: better plain than ungrammatical. English only; a question in another language is plain too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from rag.words.verbs import is_base, is_finite, is_participle, past, third

PLAIN = "The articles don’t seem to answer this question."
TOO_LITTLE = "That says too little to search for: ask a whole question."

NO_WORD = "None of these words stands in the articles, and none is a known one: check the spelling."

_MOST_WORDS = 25
_LONGEST_PHRASE = 7  # words of "how many new employees", "which of the companies"
_LONGEST_SUBJECT = 12  # words of a subject that a form of "be" comes after

_BE = frozenset("is are was were".split())
_HAVE = frozenset("has have had".split())
_DO = frozenset("do does did".split())
_MODALS = frozenset("can could may might must shall should will would".split())
_AUXILIARIES = _BE | _HAVE | _DO | _MODALS

_ASKING = frozenset("who whom whose what which when where why how".split())
_TAKES_NOUN = frozenset("what which whose".split())
_ADVERBIAL = frozenset("when where why how".split())
_MEASURES = frozenset(
    "many much long old far often big large tall high deep wide fast quickly soon late early heavy "
    "expensive frequently widely strong likely important successful popular".split()
)
_PREPOSITIONS = frozenset(
    "about above across after against among around as at before behind below between by during for "
    "from in inside into near of off on onto out outside over per since through to toward towards "
    "under until up upon with within without".split()
)
_DETERMINERS = frozenset(
    "a an the this that these those its their his her some any each every no all both another "
    "such many most several other".split()
)
_PRONOUNS = frozenset("it he she they there".split())
_FIRST_AND_SECOND = frozenset("i me my mine we us our ours you your yours".split())
_JOINERS = frozenset(
    "that which who whom whose where when why because if while although though whether what".split()
)
_ADVERBS = frozenset(
    "again also always already currently ever finally first initially just last later mainly "
    "mostly never normally now often once only originally really recently sometimes still today "
    "typically usually yet".split()
)
# Adjectives that stand after "be" far more often than before a noun.
_PREDICATES = frozenset(
    "able active alive available aware dead different effective equal equivalent famous free ill "
    "important involved legal illegal open popular possible proportional ready related responsible "
    "safe short sick similar true useful worth wrong necessary successful unusual unique".split()
)
_ADJECTIVAL = re.compile(r"(?:able|ible|ous|ful|less|ive)$")
_NAMING = frozenset("called named known titled nicknamed entitled dubbed".split())
_CONTRACTION = re.compile(r"^(who|what|where|when|how)['’]s$", re.I)
_POSSESSIVE = re.compile(r"(?:['’]s|s['’])$")
# "What are the articles about?": what the articles don't say is not about them.
_OF_THE_ARTICLES = re.compile(r"\b(?:any|these|those|your|the|many|which|what) articles\b", re.I)
_WORDS_ONLY = re.compile(r"[\w$€£%][\w$€£%&+/.,’'-]*", re.UNICODE)

Words = list[str]


def not_said(question: str) -> str:
    """Return the sentence that tells what the articles don't say.

    >>> not_said("When did the ban take effect?")
    'The articles don’t say when the ban took effect.'
    >>> not_said("Why, oh why?")
    'The articles don’t seem to answer this question.'
    """
    clause = None if _OF_THE_ARTICLES.search(question) else indirect(question)
    if clause is None:
        return PLAIN
    return f"The articles don’t say {clause.removesuffix('.')}."


def indirect(question: str) -> str | None:
    """Return `question` as an indirect one, or None where it cannot be told how.

    >>> indirect("Who founded 01.AI?"), indirect("Is Zhipu AI a unicorn?")
    ('who founded 01.AI', 'whether Zhipu AI is a unicorn')
    """
    words = _words(question)
    if words is None:
        return None
    turned = _whether(words) if words[0] in _AUXILIARIES else _asked(words)
    return " ".join(turned) if turned else None


def _words(question: str) -> Words | None:
    """Return the words of a plain question, the first in lower case, or None where it is not."""
    text = " ".join(question.split()).rstrip("?").rstrip()
    words = text.split(" ")
    if not 2 < len(words) <= _MOST_WORDS:
        return None
    if not all(_WORDS_ONLY.fullmatch(word) and not word.endswith(",") for word in words):
        return None
    words[0] = words[0].lower()
    if match := _CONTRACTION.fullmatch(words[0]):
        if words[1] in ("been", "got", "had") or is_participle(words[1]):
            return None
        words[:1] = [match[1], "is"]
    if any("n’t" in word or "n't" in word for word in words) or "not" in words:
        return None
    if any(word.lower() in _FIRST_AND_SECOND and word != "US" for word in words):
        return None
    # "When was it founded and who leads it": two questions.
    for at in range(1, len(words) - 1):
        after = words[at + 1].lower()
        if words[at] in ("and", "or", "but") and after in _ASKING | _AUXILIARIES:
            return None
    return words


# --- questions that begin with an asking word ----------------------------------------------------


def _asked(words: Words) -> Words | None:
    at = 1 if words[0] in _PREPOSITIONS else 0  # "in which year", "to whom"
    asking = words[at]
    if asking not in _ASKING or (at and asking in ("who", "when", "where", "why")):
        return None
    if words[at + 1] == "if":
        return None
    first = next((i for i in range(at + 1, len(words)) if words[i] in _AUXILIARIES), None)
    measured = asking == "how" and words[at + 1] in _MEASURES
    with_noun = asking in _TAKES_NOUN or measured
    if first is None or (first > at + 1 and not with_noun):
        return words if not at and _is_subject_question(words, with_noun=with_noun) else None
    if first > at + _LONGEST_PHRASE or first == len(words) - 1:
        return None
    phrase, auxiliary, rest = words[:first], words[first], words[first + 1 :]
    bare = first == at + 1
    if with_noun and any(word in _JOINERS for word in phrase[at + 1 :]):
        return None
    if measured and bare:
        return None
    # A finite verb before the auxiliary ("which company said it will") may be the main one.
    if auxiliary not in _DO and any(_finite_among(phrase[at + 1 :])):
        return None
    adverbial = bool(at) or (asking in _ADVERBIAL and not (measured and _counts(phrase)))
    if auxiliary in _DO:
        return _with_do(phrase, auxiliary, rest)
    if auxiliary in _BE:
        noun = not bare and not measured
        return _with_be(phrase, auxiliary, rest, adverbial=adverbial, noun=noun)
    if not adverbial and _opens_predicate(rest, auxiliary):
        return words
    find = _find_participle if auxiliary in _HAVE else _find_base
    return _moved(phrase, auxiliary, rest, find)


def _counts(phrase: Sequence[str]) -> bool:
    """Whether the phrase is "how many" or "how much" of something."""
    return phrase[-1] not in _MEASURES and any(word in ("many", "much") for word in phrase)


def _finite_among(words: Sequence[str]) -> list[str]:
    return [word for word in words if is_finite(word) and word.islower()]


def _is_subject_question(words: Words, *, with_noun: bool) -> bool:
    """Whether the asking words are the subject: "who founded it", "how many people live there"."""
    if words[0] in ("when", "where", "why", "whose", "whom"):
        return False
    if words[0] == "how" and not _counts(words[:3]):
        return False
    if words[0] in ("who", "what") and is_finite(words[1]):
        return True
    if not with_noun:
        return False
    plural = words[0] == "how" or words[1].endswith("s")
    for at in range(3 if words[0] == "how" else 2, min(len(words), _LONGEST_PHRASE + 1)):
        if words[at - 1] in _DETERMINERS | _PREPOSITIONS:
            continue
        if is_finite(words[at]) or (plural and is_base(words[at])):
            return True
    return False


def _opens_predicate(rest: Sequence[str], auxiliary: str) -> bool:
    """Whether what follows "who will", "who has" begins with the verb, not with a subject."""
    first = rest[1] if rest[0] in _ADVERBS and len(rest) > 1 else rest[0]
    if auxiliary in _HAVE:
        return is_participle(first) and first.islower()
    return is_base(first)


def _with_do(phrase: Words, auxiliary: str, rest: Words) -> Words | None:
    verb = _find_base(rest)
    if verb is None:
        return None
    if auxiliary == "do":
        return [*phrase, *rest]
    # "did it buy or sell": the second verb would have to change too.
    joined = (at for at in range(verb + 1, len(rest) - 1) if rest[at] in ("and", "or", "but"))
    if any(is_base(rest[at + 1]) for at in joined):
        return None
    form = past if auxiliary == "did" else third
    return [*phrase, *rest[:verb], form(rest[verb]), *rest[verb + 1 :]]


def _with_be(phrase: Words, be: str, rest: Words, *, adverbial: bool, noun: bool) -> Words | None:
    """Turn round "phrase be rest"; `noun` where the phrase names what may be the subject."""
    first = rest[0]
    if first in _PRONOUNS:
        return [*phrase, first, be, *rest[1:]]
    if not adverbial and first in _PREPOSITIONS | _PREDICATES:
        return [*phrase, be, *rest]
    if not adverbial and first.islower() and _is_be_participle(first):
        return [*phrase, be, *rest] if _ends_subject(rest, 0) else None
    if not _opens_subject(first) or _has_other_verb(rest):
        return None
    # "When was the moon landing": to land, or the landing?
    if phrase[0] in ("when", "where") and first in _DETERMINERS and rest[-1].endswith("ing"):
        return None
    found = _candidates(rest, _is_be_participle)
    if len(found) == 1 and not _joined(rest[: found[0]]) and _ends_subject(rest, found[0]):
        at = _before_adverb(rest, found[0])
        last = found[0] == len(rest) - 1
        strands = not last and rest[-1] in _PREPOSITIONS
        named = rest[found[0]] in _NAMING and last
        short = at in (_name_length(rest), 2 if rest[0] in _DETERMINERS else 0)
        going_on = rest[found[0]].endswith("ing") and short
        if adverbial or named or strands or going_on:
            return [*phrase, *rest[:at], be, *rest[at:]]
        return None
    if found or noun or _joined(rest) or len(rest) > _LONGEST_SUBJECT:
        return None
    return _with_be_last(phrase, be, rest)


def _with_be_last(phrase: Words, be: str, rest: Words) -> Words | None:
    """Turn round "what is NOUN": the whole rest is the subject, or all but its last word."""
    last = rest[-1]
    second = any(
        word in _DETERMINERS and rest[at - 1] not in _PREPOSITIONS
        for at, word in enumerate(rest)
        if at
    )
    if second:  # "the engine a part of": two things, and no telling where the first ends
        return None
    if len(rest) > 1 and (last in _PREDICATES or last in _PREPOSITIONS or last == "like"):
        short = _name_length(rest) == len(rest) - 1 or (len(rest) < 4 and rest[0] in _DETERMINERS)
        return [*phrase, *rest[:-1], be, last] if short else None
    if any(a in _PREPOSITIONS and b in _PREPOSITIONS for a, b in pairwise(rest)):
        return None
    if "why" in phrase or phrase == ["how"] or (last.islower() and _ADJECTIVAL.search(last)):
        return None
    if any(word in _PREDICATES or word in _ADVERBS or word in _INGS for word in rest[1:]):
        return None
    if any(word.endswith("ly") and word.islower() for word in rest):
        return None
    # "when the fair in town is": what stands after the subject is what is asked of it.
    placed = _PREPOSITIONS - {"of"}
    of_a_place = phrase[0] in ("when", "where") or phrase == ["how", "far"]
    if of_a_place and any(word in placed for word in rest):
        return None
    return [*phrase, *rest, be]


def _moved(
    phrase: Words, auxiliary: str, rest: Words, find: Callable[[Sequence[str]], int | None]
) -> Words | None:
    """Return the words with the auxiliary moved before the verb that `find` finds in `rest`."""
    verb = find(rest)
    if verb is None:
        return None
    at = _before_adverb(rest, verb)
    return [*phrase, *rest[:at], auxiliary, *rest[at:]]


# --- questions to be answered with yes or no -----------------------------------------------------


def _whether(words: Words) -> Words | None:
    auxiliary, rest = words[0], words[1:]
    if auxiliary in _DO:
        return _with_do(["whether"], auxiliary, rest)
    if auxiliary in _HAVE:
        return _moved(["whether"], auxiliary, rest, _find_participle)
    if auxiliary in _MODALS:
        return _moved(["whether"], auxiliary, rest, _find_base)
    if rest[0] in _PRONOUNS:
        return ["whether", rest[0], auxiliary, *rest[1:]]
    if not _opens_subject(rest[0]) or _joined(rest) or _has_other_verb(rest):
        return None
    name = _name_length(rest)
    found = _candidates(rest, _is_be_participle)
    if 0 < name < len(rest) and (
        rest[name] in _DETERMINERS | _PREPOSITIONS | _PREDICATES or [name] == found
    ):
        at = name
    elif len(found) == 1 and _ends_subject(rest, found[0]):
        at = _before_adverb(rest, found[0])
    elif not found and len(rest) == 3 and rest[0] in _DETERMINERS and rest[2].islower():
        at = 2  # "the ban permanent": a subject of one noun, for something must be left to ask
    else:
        return None
    return ["whether", *rest[:at], auxiliary, *rest[at:]]


# --- where a subject ends ------------------------------------------------------------------------


def _opens_subject(word: str) -> bool:
    """Whether a subject begins with `word`: a determiner, a name, a possessive, a number."""
    return word in _DETERMINERS or not word[0].islower() or bool(_POSSESSIVE.search(word))


def _name_length(rest: Sequence[str]) -> int:
    """Return how many words the name at the start of `rest` has; 0 where there is none."""
    length = 0
    for at, word in enumerate(rest):
        if word[0].isupper() or (at and word[0].isdigit()):
            length = at + 1
        elif not (word in ("of", "the", "and", "&", "de") and at and rest[at + 1 : at + 2]
                  and rest[at + 1][0].isupper()):  # fmt: skip
            break
    return 0 if length and _POSSESSIVE.search(rest[length - 1]) else length


def _find_base(rest: Sequence[str]) -> int | None:
    """Return where the verb of "does SUBJECT VERB" stands, or None where that cannot be told."""
    for subject in (1 if rest[0] in _PRONOUNS else 0, _name_length(rest)):
        at = subject + (subject < len(rest) and rest[subject] in _ADVERBS)
        if subject > 0 and at < len(rest) and is_base(rest[at]):
            follows = at + 1 < len(rest) and is_base(rest[at + 1])
            return None if follows and rest[0] not in _PRONOUNS else at
    if not _opens_subject(rest[0]) and not rest[0].endswith("s") and len(rest) > 3:
        return None
    found = [at for at in _candidates(rest, is_base) if rest[at] != "like" and rest[at - 1] != "be"]
    if len(found) != 1 or _joined(rest[: found[0]]):
        return None
    return found[0]


def _find_participle(rest: Sequence[str]) -> int | None:
    """Return where the participle of "has SUBJECT PARTICIPLE" stands, or None."""
    if rest[0] in _PRONOUNS:
        at = 1 + (len(rest) > 1 and rest[1] in _ADVERBS)
        return at if at < len(rest) and is_participle(rest[at]) else None
    found = _candidates(rest, is_participle)
    if not found or _joined(rest[: found[0]]) or "be" in rest[: found[0]]:
        return None
    alone = len(found) == 1 or (rest[found[0]] == "been" and found[1:] == [found[0] + 1])
    return found[0] if alone else None


def _candidates(rest: Sequence[str], is_verb: Callable[[str], bool]) -> list[int]:
    """Return where `rest` has what may be its verb: not first, nor after "the", "of", "to"."""
    found = []
    for at in range(1, len(rest)):
        before = rest[at - 1]
        after_adverb = at > 1 and (before in _ADVERBS or before.endswith("ly"))
        governed = before in _DETERMINERS or before in _PREPOSITIONS or before in ("and", "or")
        attributive = after_adverb and rest[at - 2] in _DETERMINERS
        if is_verb(rest[at]) and not governed and not attributive:
            found.append(at)
    return found


def _ends_subject(rest: Sequence[str], verb: int) -> bool:
    """Whether the participle at `verb` can end the subject before it, by its neighbours.

    "the revised plan" has a noun after it; "the footage compatible with live broadcast" has another
    predicate before it.
    """
    before = rest[1:verb]
    if any(w in _PREDICATES or (w.islower() and _ADJECTIVAL.search(w)) for w in before):
        return False
    if verb + 1 == len(rest):
        return True
    after = rest[verb + 1]
    closed = _PREPOSITIONS | _DETERMINERS | _ADVERBS | _PRONOUNS | _JOINERS | _PREDICATES
    return after in closed or after in ("and", "or") or after[-2:] == "ly" or not after[0].islower()


def _before_adverb(rest: Sequence[str], verb: int) -> int:
    before = rest[verb - 1]
    adverb = before in _ADVERBS or (before.endswith("ly") and before.islower())
    return verb - 1 if adverb and verb > 1 else verb


def _joined(words: Sequence[str]) -> bool:
    """Whether a clause begins within the words: "the man who"."""
    return any(word in _JOINERS for word in words[1:])


def _is_be_participle(word: str) -> bool:
    return is_participle(word) or (
        len(word) > 4 and word.endswith("ing") and word.islower() and word not in _INGS
    )


def _has_other_verb(rest: Sequence[str]) -> bool:
    """Whether a second auxiliary stands among the words."""
    return any(word in _AUXILIARIES or word in ("be", "been", "being") for word in rest)


_INGS = frozenset(
    "during thing something anything nothing everything morning evening building meeting king ring "
    "spring string funding ruling training meaning engineering marketing housing hearing".split()
)
