"""A conversation and a message -> the question that the message asks, standing on its own.

No language model: a message that leans on the turn before (rag.conversation.leaning) is completed
from the last question, itself standing on its own by then, and from the opening of its answer;
every other one is left exactly alone. What a pronoun means (rag.conversation.spoken_of) is put in
its place where that is clear, a fragment (rag.conversation.fragments) into the question before;
else that is asked together with the message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from rag.changes.succession import holder_by
from rag.conversation.articles_meant import with_articles_named
from rag.conversation.asked_of import measure_of, of_an_act
from rag.conversation.by_number import as_an_article
from rag.conversation.elsewhere import Together, always, without_place
from rag.conversation.fragments import (
    names_a_new_thing,
    of_the_same_form,
    substituted,
    with_new_asking,
)
from rag.conversation.going_on import MORE, goes_on
from rag.conversation.last_asked import is_whole, put_beside, questions_in
from rag.conversation.leaning import (
    RELATIVE_TIME,
    asks_of_nothing,
    asks_to_go_on,
    asks_what_came_of_it,
    corrects,
    elliptic,
    is_pointed,
    judges_what_was_told,
    names_nothing,
    only_asks,
    opened,
    points_back,
    refers_to_an_event,
    without_false_start,
    without_opener,
    words_of,
    written_out,
)
from rag.conversation.meant import AT, TELL, source_asked
from rag.conversation.other_time import at_relative_time
from rag.conversation.pronouns import unresolved
from rag.conversation.resolved import resolved, with_name, with_one_named
from rag.conversation.shown import BY_DATE, at_place, place_of, shown_asked, with_statement_named
from rag.conversation.spoken_of import (
    Context,
    first_sentence,
    is_a_time,
    of_two_people,
    proper,
    topic_meant,
)
from rag.conversation.turns import MOST_TURNS, exchanges
from rag.conversation.who_meant import person_meant, with_people
from rag.datatypes import Message
from rag.questions.manners import JOINER, LED
from rag.questions.talk import asks_to_repeat, is_talk
from rag.questions.topic import asks_who_is_quoted
from rag.text import sentence_spans
from rag.words.phrases import BE, DO, HAVE, PREPOSITIONS, phrases
from rag.words.phrases import names as names_in
from rag.words.verbs import base_of, past

_QUESTION_CHARS = 300  # a longer question before counts by its last words
_ANSWER_CHARS = 300  # how much of an answer is its opening
# "Who is the head of Orion?", and who was it before her?
_WHO_ELSE_HELD_IT = re.compile(
    r"(?:who (?:(?:was|is)(?: (?:it|that|there))?|(?:did|had|held|led|ran)(?: (?:it|that))?|came)"
    r" )?"
    r"(?P<side>before|after)(?: (?P<whom>him|her|them|that))?",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"who (?:(?:is|was) (?P<role>(?:the\s|(?=[a-z]+(?: [a-z]+)? (?:of|in|at|for)\s))[^?()]+?)"
    r"|(?P<leads>runs|leads|heads|manages|chairs|owns|edits|directs|coaches) (?P<what>[^?()]+?))"
    r"(?: (?:before|after) [^?()]+)?(?:\?? (?P<of>\([^()]*\)))?",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    rf"{LED}{TELL} (?!.*\barticles\b)(?=.*\b(?:article|piece|story)\b)",
    re.IGNORECASE,
)
# "What did Quill say about the bridge?", and any more?
_WHAT_WAS_SAID = re.compile(
    r"what(?= (?:do|does|did|has|have) [^?]{2,60}? (?:say|said|think|tell|told|write|written)\b)",
    re.I,
)
_ORDINAL = re.compile(rf"\bthe (?P<at>{AT})(?: (?P<one>one)\b|(?=\W*$))", re.IGNORECASE)
_COUNTED = re.compile(rf"the (?:{AT}) (?P<what>[a-z-]+(?: [a-z-]+)?)", re.IGNORECASE)
_OF_ARTICLES = re.compile(
    r"\b(?:which|what|how many|newest|latest|oldest)\s+(?:\w+\s+)?articles?\b", re.I
)
# "What about Alibaba, will they give any away too?"
_WHAT_ABOUT = re.compile(
    rf"(?:{LED}(?:what|how)\s+about\s+|{JOINER}\s+(?=the\s|(?-i:[A-Z])))"
    r"(?P<name>[^,?]{2,60}),\s+(?:and\s+)?"
    rf"(?P<rest>(?:{'|'.join(sorted(BE | DO | HAVE))}|will|would|can|could|should|may|might|"
    r"what|when|where|why|how|who)\s.+)",
    re.IGNORECASE,
)
# "What is new in version 5.2?", and in 5.0, what was removed?
_OF_ANOTHER = re.compile(
    rf"(?P<other>(?:{'|'.join(sorted(PREPOSITIONS))})\s[^,?]{{1,60}}),\s+(?P<rest>[^,]+)",
    re.IGNORECASE,
)
_IF = re.compile(r"(?:if|unless)\s", re.IGNORECASE)  # what opens no question
_THEY = re.compile(r"\b(?P<word>they|it|he|she|their|its|his|her)\b", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:,|,?\s*(?:and|or|&)(?=\s))\s*(?:the\s+)?", re.IGNORECASE)
# What compares what the question before asked how much of.
_OF_MUCH = re.compile(
    r"\b(?:more|most|less|least|fewer|fewest|bigger|biggest|larger|largest|higher|highest|smaller|"
    r"smallest|lower|lowest|greater|greatest|ahead|first)\b",
    re.IGNORECASE,
)
# "Which one is more accurate?", "Which is cheaper?"
_WHICH_IS_MORE = re.compile(
    r"which(?: ones?)?(?: of (?:them|these|those))? (?:is|are|was|were) (?:the )?"
    r"(?:(?:more|less|most|least) [a-z-]+|[a-z]{2,}(?:er|est)|better|best|worse|worst)\W*$",
    re.IGNORECASE,
)
# "When was that released?": what can be released is a thing.
_THAT_THING = re.compile(
    r"\b(?P<be>is|was|are|were) (?:that|this) (?P<done>(?:first |originally )?(?:released|published"
    r"|launched|built|opened|closed|shipped|introduced|removed|deprecated|installed|demolished|founded|made"
    r"|sold|written|printed|invented|patented|discontinued))\b",
    re.IGNORECASE,
)


# And the other one, the Pebble?
_THE_OTHER = re.compile(r"^the other(?: [a-z]+)?, (?=the\s|(?-i:[A-Z]))", re.IGNORECASE)
# "What's the main point of it?", of an article that was spoken of.
_MAIN_POINT = re.compile(
    r"what(?:['’]s| is| was) (?:the|its) (?:main |key |central |whole )?"
    r"(?:point|message|idea|gist|takeaway|upshot)(?: of (?:it|that|this))?",
    re.IGNORECASE,
)
_SAID_TWICE = re.compile(r"\b(\w+ [\w’'-]+) \1\b", re.IGNORECASE)  # "in winter in winter"
_AN_ARTICLE = re.compile(r"\b(?:article|piece|story)\b", re.IGNORECASE)


def standalone(
    question: str,
    history: Sequence[Message],
    *,
    together: Together = always,
    people_of: Callable[[str], Mapping[str, str]] = lambda _: {},
) -> str:
    """Return what `question` asks after the turns of `history`, oldest first, as a whole question.

    The very same text comes back where the question does not lean on the conversation, or nothing
    of the conversation can be leant on. `together` tells whether an article holds two words;
    `people_of` an answer gives "she" or "he" -> whom the article is mostly of that it is from.

    >>> said = [{"role": "user", "content": "How many tokens does Zhipu AI give away?"},
    ...         {"role": "assistant", "content": "150 million."}]
    >>> standalone("And Alibaba?", said)
    'How many tokens does Alibaba give away?'
    >>> standalone("Who founded 01.AI?", said)
    'Who founded 01.AI?'
    """
    context: Context | None = None
    for turn, answer in exchanges(history)[-MOST_TURNS:]:
        asked = written_out(turn)
        whole, base = (without_place(w, asked, together) for w in _completed(asked, context))
        # Talk is not leant on: what was said before it stands.
        if not is_talk(asked, alone=context is None):
            if whole in (asked, without_false_start(asked)):
                whole = base = without_opener(whole)
            now = Context(
                question=_shortened(whole),
                base=_shortened(base),
                answer=answer[:_ANSWER_CHARS],
                earlier=context.base if context else "",
                turns=((asked, _shortened(base)), *(context.turns if context else ())),
                told_of=partial(people_of, answer),
            )
            context = with_people(now, asked, answer, context)
    message = written_out(question)
    whole = without_place(_completed(message, context)[0], message, together)
    return question if whole == message else whole


def asked_alone(whole: str, message: str) -> str:
    """Return what `message` asks of a `whole` question that holds the one before it; "" of another.

    All of it where the message has nothing of its own to look for.

    >>> asked_alone("How many came? How many of the pupils stayed?", "How many of them stayed?")
    'How many of the pupils stayed?'
    >>> asked_alone("How many pupils came? Why?", "Why?")
    'How many pupils came? Why?'
    """
    own, asked = len(questions_in(message)), questions_in(whole)
    if not message.strip() or len(asked) <= own:
        return ""
    core, after_opener, _ = opened(message)
    if only_asks(core, after_opener=after_opener) or judges_what_was_told(message):
        return whole
    return " ".join(question.strip() for question in asked[-own:])


def _shortened(question: str) -> str:
    if len(question) <= _QUESTION_CHARS:
        return question
    return question[-_QUESTION_CHARS:].partition(" ")[2]


def _completed(message: str, context: Context | None) -> tuple[str, str]:
    """Return the message as a whole question, and the same without what only completes another."""
    message = without_false_start(message)
    if context is not None and asks_to_repeat(message):
        return context.question, context.base
    if context is None or is_talk(message, alone=False):
        return (as_an_article(message),) * 2
    if whole := _of_what_it_names(message):
        return whole, whole
    core, after_opener, after_about = opened(message)
    core = _THE_OTHER.sub("", core)
    if asks_who_is_quoted(core):  # in all that is asked
        return core, core
    if whole := _gone_on(message, context.base) or _point_of(core, context):
        return whole, whole
    told = shown_asked(context.base)
    # Whoever asked for the source goes on with what it was asked of.
    before = context.question if source_asked(context.question) else context.base
    if whole := (told is None and with_articles_named(core, before)) or _shown(core, context):
        return whole, context.base if source_asked(whole) == context.base else whole
    if told is not None:
        if further := BY_DATE.search(told.of.what) and with_articles_named(core, told.of.what):
            return further, further
        # What else is said is of what that statement tells.
        sentence = first_sentence(context.answer)
        names_some = any(proper(sentence, phrase) for phrase in phrases(sentence))
        context = replace(context, question=sentence if names_some else told.of.what, base=sentence)
    if anew := _who_else_held_it(core, context) or of_an_act(core, context.base):
        return anew, anew
    if topic_meant(context, thing=True):
        core = _THAT_THING.sub(r"\g<be> it \g<done>", core)
    core, named = with_one_named(core, context), core
    if core != named and not unresolved(core):
        return core, core
    if _WHICH_IS_MORE.match(core) and (whole := _of_two(core, context, message)):
        return whole, whole
    if relative := RELATIVE_TIME.search(core):
        if at := at_relative_time(relative, context):
            return at
        whole = put_beside(context.base, message)
    elif pronouns := unresolved(core):
        whole = resolved(core, pronouns, context)
        if whole == core:
            return message, message
        leans = refers_to_an_event(core) or _IF.match(core) is not None
        if leans and not whole.endswith(f" {core}"):
            whole = put_beside(context.base, whole)
    elif only_asks(core, after_opener=after_opener):
        # Whatever its words are, they are not what is searched for.
        return _asked_anew(core, message, context.base), context.base
    elif asks_of_nothing(core) and (topic := topic_meant(context)):
        whole = f"{core.strip().rstrip('?!. ')} ({topic})?"
    elif elliptic(
        core, after_opener=after_opener, after_about=after_about, corrects=corrects(message)
    ):
        base = told.of.what if told else _counted_before(core, context)
        whole = _of_a_fragment(core, message, base, context)
    elif (of := _OF_ANOTHER.fullmatch(core)) and names_nothing(of["rest"]):
        base = substituted(of["other"], context.base) or context.base
        whole = put_beside(base, f"{of['rest'][:1].upper()}{of['rest'][1:]}")
    elif refers_to_an_event(core) or (after_opener and asks_what_came_of_it(core)):
        whole = (
            _counted(core, context)
            or _of_two(core, context, message)
            or put_beside(context.base, message)
        )
    elif names_nothing(core, after_opener=after_opener):
        whole = put_beside(context.base, message)
    elif points_back(core, f"{context.question} {context.answer}"):
        whole = _pointed_at(core, message, context)
    else:
        whole = as_an_article(message)
    return whole, whole


def _asked_anew(core: str, message: str, base: str) -> str:
    """Return the last question as a message asks it that names nothing: "Why?", "Since when?"."""
    *others, last = questions_in(base)
    fills = not others or is_whole(last)
    beside = MORE if goes_on(core) else message
    return (fills and with_new_asking(core, last)) or put_beside(base, beside)


def _of_a_fragment(core: str, message: str, base: str, context: Context) -> str:
    """Return what a message asks that names a thing and asks nothing of it: "and the price?"."""
    _, _, after_about = opened(message)
    return (
        _SAID_TWICE.sub(r"\1", substituted(core, base, corrects=corrects(message)))
        or measure_of(core, context)
        or of_the_same_form(core, base)
        or (f"What about {core}" if after_about and names_a_new_thing(core, base) else "")
        or put_beside(base, message)
    )


def _gone_on(message: str, base: str) -> str:
    """Return the question for more of what `base` asks for, a summary or what was said; or "".

    >>> _gone_on("Go on", "What did Quill say about the bridge?")
    'What else did Quill say about the bridge?'
    """
    if not asks_to_go_on(message):
        return ""
    if summed := _SUMMARY.match(base):
        return f"Summarise more of {base[summed.end() :]}"
    said = _WHAT_WAS_SAID.match(base)
    return f"{said[0]} else{base[said.end() :]}" if said else ""


def _point_of(core: str, context: Context) -> str:
    """Return the question for what an article says, where its point is asked for; or ""."""
    if not _MAIN_POINT.fullmatch(core.strip("?!. ")):
        return ""
    whole, _ = _completed("summarise it", context)
    return whole if _AN_ARTICLE.search(whole) else ""


def _of_what_it_names(message: str) -> str:
    """Return what a message asks of what it begins with, "" where it asks so of nothing.

    "What about Alibaba, will they cut jobs?", "And the trust, what did they say?"
    """
    about = _WHAT_ABOUT.fullmatch(message.strip())
    they = _THEY.search(about["rest"]) if about else None
    if about is None or they is None or is_a_time(about["name"]):
        return ""
    whole = with_name(about["rest"], they, about["name"])
    return f"{whole[:1].upper()}{whole[1:]}"


def _who_else_held_it(core: str, context: Context) -> str:
    """Return who held an office before or after its holder, asked in full; "" of anything else."""
    other = _WHO_ELSE_HELD_IT.fullmatch(core.strip().rstrip("?!. "))
    held = _HELD.fullmatch(context.base.rstrip("?!. ")) if other else None
    if other is None or held is None:
        return ""
    told = [context.answer[start:end] for start, end in sentence_spans(context.answer, "en")]
    # Of a change of hands that was told it is who has it by now.
    person = holder_by(told[:2]) or person_meant(context, (other["whom"] or "").lower())
    if not person or person in (held["role"] or held["what"]):  # whose office it is
        person = "that"
    done = f"{past(base_of(held['leads'].lower()))} {held['what']}" if held["leads"] else ""
    of = f" {held['of']}" if held["of"] else ""
    return f"Who {done or 'was ' + held['role']} {other['side'].lower()} {person}?{of}"


def _shown(core: str, context: Context) -> str:
    """Return `core` with what it means of what was just shown, "" where it means none of it.

    That is a name that was listed, or else a statement.
    """
    whole = with_statement_named(core, context.base, goes_on=asks_to_go_on(core))
    named = whole and shown_asked(context.base) is None and _counted(core, context)
    return named or whole


def _pointed_at(core: str, message: str, context: Context) -> str:
    """Return a message that points at a thing ("the company") with what the last turn was about.

    "When was the flood?" after "How many died in the flood?" says all that there is to say.
    """
    topic = topic_meant(context)
    if topic and not set(words_of(topic)) <= set(words_of(message)):
        return _named_in_place(message, topic) or f"{message} ({topic})"
    named = any(proper(context.base, phrase) for phrase in phrases(context.base))
    if is_pointed(core) or (named and not topic):
        return put_beside(context.base, message)
    return message


def _named_in_place(message: str, topic: str) -> str:
    """Return the message with "the harbour bridge of Velm" for "the bridge", "" without such.

    What the topic is of may be pointed at alone: "the bridge" after "the keeper of Orm Bridge".

    >>> _named_in_place("Who paints the bridge?", "the keeper of Orm Bridge")
    'Who paints Orm Bridge?'
    """
    whole, of, tail = topic.partition(" of ")
    things = [(whole, topic)] if topic.startswith("the ") else []
    things += [(tail, tail)] if of and " of " not in tail else []
    for thing, put in things:
        head = thing.rpartition(" ")[2]
        pointed = re.search(rf"\bthe {re.escape(head)}\b(?!['’-])", message, re.IGNORECASE)
        if pointed is not None and len(thing.split()) > 1:
            return f"{message[: pointed.start()]}{put}{message[pointed.end() :]}"
    return ""


def _counted(core: str, context: Context) -> str:
    """Return `core` with the name for which "the second one" stands, "" where none is the second.

    One of the names that the question lists, else of those that the answer's first sentence lists
    and the question lacks; of articles it is one of these.
    """
    match = _ORDINAL.search(core)
    if match is None:
        return ""
    if _OF_ARTICLES.search(context.base):
        return as_an_article(f"{core[: match.end('at')]} article{core[match.end() :]}")
    asked = _lists_of_names(context.question)
    known = {word for names in asked for name in names for word in words_of(name)}
    listed = _lists_of_names(first_sentence(context.answer))
    able = [names for names in asked if len(names) > 1] or [
        names for names in listed if not known & {word for name in names for word in words_of(name)}
    ]
    names = next((names for names in able if len(names) > 1), [])
    name = at_place(names, place_of(match["at"]) or 0)
    return f"{core[: match.start()]}{name}{core[match.end() :]}" if name else ""


def _counted_before(core: str, context: Context) -> str:
    """Return the question that a fragment is to fill: the last, or one that counted the same.

    "What was the first offer?", "Who rejected it?", and the second offer?
    """
    other = _COUNTED.fullmatch(core.strip().rstrip("?!. "))
    if other is None:
        return context.base
    alike = re.compile(rf"\bthe (?:{AT}) {re.escape(other['what'])}\b", re.IGNORECASE)
    return next((base for asked, base in context.turns if alike.search(asked)), context.base)


def _lists_of_names(text: str) -> list[list[str]]:
    """Return the names in `text`, those in one list that commas and "and" join."""
    lists: list[list[str]] = []
    last = 0
    for start, end in names_in(text):
        if lists and _LISTED.fullmatch(text[last:start]):
            lists[-1].append(text[start:end])
        else:
            lists.append([text[start:end]])
        last = end
    return lists


def _of_two(core: str, context: Context, message: str) -> str:
    """Return a message about "the two" after the question before, or the two that they are of.

    What is asked of them anew names them: "which of the two is older, Kaltwerk or Siltron?" ""
    where it is not about two.
    """
    of_one = _WHICH_IS_MORE.match(core)
    if of_one is None and not re.search(r"\b(?:two|both)\b", core):
        return ""
    bases = [context.base]
    words, before = (set(words_of(text)) for text in (context.base, context.earlier))
    if 0 < len(words ^ before) <= len(words & before) or (
        len(_lists_of_names(context.base)) == 1 and of_two_people(context)
    ):  # the same of another
        bases.insert(0, context.earlier)
    pair: dict[str, None] = {}
    for base in bases:
        found = [base[start:end] for start, end in names_in(base)]
        pair |= dict.fromkeys(name for name in found if len(found) == 1 or not name.isupper())
    if of_one and (len(bases) == 1 or len(pair) != 2):
        return ""
    if len(pair) == 2 and (of_one or not _OF_MUCH.search(core)):
        return f"{message.strip().rstrip('?!. ')}, {' or '.join(pair)}?"
    return f"{' '.join(bases)} {message}" if len(bases) > 1 else put_beside(bases[0], message)
