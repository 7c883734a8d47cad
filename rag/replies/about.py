"""Replies to small talk, and to questions about the articles as a whole, from what is known.

    "hello", "what can you do?"              -> what this program is for
    "Which articles do you have?"            -> their titles and dates
    "What is the newest article?"            -> by the dates that the articles state
    "Summarise all articles"                 -> their opening sentences, cited

Only a message that is nothing else is taken for one of these. What is asked of one article is in
rag.replies.about_one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from rag.articles.catalogue import catalogue_of
from rag.chunk import statement_spans
from rag.cite import Place, cite, numbered
from rag.conversation.meant import AGES
from rag.datatypes import Article, DateFilter, Statement, articles_counted, source_line
from rag.questions.dates import Dated
from rag.questions.kinds import ARTICLE, ARTICLES, SOURCE
from rag.questions.manners import LED
from rag.questions.talk import Talk, asks_about_the_program, kind_of_talk
from rag.questions.topic import absent_topic, coverage_topic
from rag.replies.named import oldest_or_newest, plain_question

MOST_LISTED = 20  # articles that are named one by one

_THE = r"(?:the|this|that|your|my|these|those|all(?: the)?)"
_COLLECTION = rf"(?:{SOURCE}|titles?|headlines?)"
_HERE = (
    r"(?: (?:here|there|in (?:here|there|the (?:collection|folder|index))|you have"
    r"|of (?:yours|all)))?"
)
# "Which articles [from July]?"
_OF_NOTHING_ELSE = re.compile(rf"^((?:which|what|how many) {_COLLECTION})[\s?.!]*$", re.IGNORECASE)
_PUBLISHED = re.compile(
    rf"^{LED}what (?:was|were|has been|have been|is) (?:published|written|printed)\b",
    re.IGNORECASE,
)
_BY_AGE = re.compile(
    r"(?P<of>\barticles) (?:are|is|were|was) (?P<how>newer|later|more recent|older|earlier) than\b",
    re.IGNORECASE,
)
_ARTICLES_ALONE = re.compile(rf"^(?:all )?(?:the )?{_COLLECTION}[\s?.!]*$", re.IGNORECASE)
_TOPICS = r"(?:topics?|subjects?|themes?)"
_ARE_HERE = r"are (?:in )?(?:here|there|(?:the|this|your|my) (?:collection|folder|index))"
_LIST = re.compile(
    rf"(?:(?:which|what) {_COLLECTION} (?:do you (?:have|know|use)|are there"
    rf"|{_ARE_HERE}|have you (?:got|read)|can you (?:read|see))"
    rf"|(?:list|show(?: me)?|name|give me)"
    rf"(?: (?:a|the) (?:list|titles|names|headlines) of)? (?:{_THE} )?(?:{_COLLECTION}){_HERE}"
    r"(?:,? (?:with|and) (?:their |the )?(?:dates?|titles?|dates and titles|titles and dates))?"
    rf"|what {ARTICLE} (?:is|are) (?:this|it|they)"
    rf"|what is in {_THE} (?:collection|{ARTICLE}|folder)"
    rf"|(?:what|which) {_TOPICS} (?:do you (?:cover|know|have)|are (?:there|covered))"
    rf"|what (?:do you have|have you got)(?: here)?)"
)
_COUNT = re.compile(
    rf"how many {_COLLECTION} (?:do you (?:have|know)|are there|{_ARE_HERE}"
    rf"|have you (?:got|read)){_HERE}(?: (?:in total|altogether|in all|now|today))?"
)
_UNDATED = re.compile(
    rf"(?:which|what|how many)(?: of (?:the|these|your))? {ARTICLE} "
    r"(?:(?:have|has|states?|gives?|bears?) no dates?"
    r"|(?:are|is) (?:not dated|undated|without a date))"
)
_DATED = re.compile(
    rf"(?:which|what)(?: of (?:the|these|your))? {ARTICLE} "
    rf"(?:(?:have|has|states?|gives?|bears?) (?:a |their |its |the )?dates?|(?:are|is) dated)"
)
_ANONYMOUS = re.compile(
    rf"(?:which|what|how many)(?: of (?:the|these|your))? {ARTICLE} "
    r"(?:(?:have|has|states?|names?|gives?) no (?:authors?|bylines?)"
    r"|(?:are|is) (?:anonymous|without an? (?:author|byline)))"
)
_BY = re.compile(
    rf"(?:which|what|how many)(?: of the)? {ARTICLE} (?:(?:are|is|were|was|come|came|do you have|"
    r"are there)? ?(?:here )?(?:written |authored |published )?(?:by|from) (?P<by>.{2,60})"
    r"|(?:did|does|do|has|have) (?P<who>(?!you\b|each\b|every\b).{2,60}?) "
    r"(?:write|written|author|authored|publish|published|have))"
    r"|what (?:else )?(?:did|has|have) (?P<what>(?!it\b|they\b|the\b|you\b).{2,60}?)"
    r" (?:write|written|author|authored)"
    rf"|(?:list|show(?: me)?|give me) (?:all )?(?P<whose>.{{2,60}}?)(?:['’]s|['’]) {ARTICLE}"
    rf"|(?:list |show(?: me)? |give me )?(?:all )?(?:the )?{ARTICLE} (?:by|from) "
    r"(?P<those>.{2,60})"
)
_LENGTH = re.compile(
    rf"(?:(?:what|which)(?: {ARTICLE})? is )?the (?P<most>longest|shortest) {ARTICLE}"
    rf"|which {ARTICLE} is (?:the )?(?P<only>longest|shortest)"
)
_SUMMARY_OF_ALL = re.compile(
    rf"what (?:are|is) {_THE} {_COLLECTION}(?: all)? about"
    rf"|what (?:are|is) the (?:main |key |major |most important )?{_TOPICS}"
    rf"(?: (?:of|in|covered (?:in|by)) {_THE} {_COLLECTION})?|"
    r"(?:summari[sz]e|sum up|(?:give me )?a summary of"
    rf"|(?:give me )?an overview of) (?:{_THE}(?: of the)? )?"
    rf"(?:{ARTICLES}|collection|folder|everything)"
    rf"|(?:give me )?an overview|(?:the )?(?:main )?{_TOPICS}"
)
_AGE = rf"(?P<age>{'|'.join(AGES)}) {ARTICLE}"
_WHICH_IS = rf"(?:(?:what|which)(?: {ARTICLE})?(?: is|'s) )?(?:the |your )?"
_WHICH_OF_AGE = rf"{_WHICH_IS}{_AGE}"
_WHICH_AGE = re.compile(
    rf"{_WHICH_OF_AGE}{_HERE}|which {ARTICLE} is (?:the )?(?P<only>{'|'.join(AGES)})"
)
_WHICH_AGE_ABOUT = re.compile(
    rf"{_WHICH_IS}(?P<age>{'|'.join(AGES)}|longest|shortest) {ARTICLE} "
    r"(?:about|on|mentioning|that mentions|which mentions) (?P<topic>.{2,120})"
)


def small_talk(message: str, count: int, *, alone: bool) -> tuple[Statement, ...]:
    """Return the reply to small talk or to a question about this program, else ().

    `count` is the number of articles; `alone` tells that nothing was said before the message.
    """
    number = articles_counted(count)
    if talk := kind_of_talk(message):
        return told_line(_reply_to(talk, number, "they say" if count != 1 else "it says"))
    if asks_about_the_program(message, alone=alone):
        return told_line(
            f"I answer questions from {number}, in their own sentences, and show where each one "
            "stands. Where they don’t say, I say so. A question may follow up on the one before; "
            "you can also ask which articles there are, which is the newest, who wrote one, for "
            "a summary of one, or for a timeline."
        )
    return ()


# What about_articles replies to.
_OF_ARTICLES = (
    _COUNT,
    _LIST,
    _WHICH_AGE,
    _UNDATED,
    _DATED,
    _ANONYMOUS,
    _BY,
    _LENGTH,
    _SUMMARY_OF_ALL,
)


def about_articles(message: str, articles: Mapping[str, Article]) -> tuple[Statement, ...]:
    """Return the reply to a question about the articles themselves, else ().

    What is quoted is cited; what is told of the collection has no citation.
    """
    asked = plain_question(message)
    number = articles_counted(len(articles))
    if _COUNT.fullmatch(asked):
        return told_line(f"There {'is' if len(articles) == 1 else 'are'} {number}.")
    if (those := _chosen(asked, articles)) is not None:
        return _listed(those.head, those.names, articles) if those.names else told_line(those.none)
    if match := _WHICH_AGE.fullmatch(asked):
        return _by_age(match["age"] or match["only"], articles)
    if match := _LENGTH.fullmatch(asked):
        return _by_length(match["most"] or match["only"], articles)
    if _SUMMARY_OF_ALL.fullmatch(asked):
        return _openings(articles)
    return ()


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The ids of some of the articles, and the line above the list of them."""

    head: str
    names: Sequence[str]
    none: str = ""  # what is told where there are none


def _chosen(asked: str, articles: Mapping[str, Article]) -> _Chosen | None:
    """Return which articles a plain question asks to list; None where it asks for no list."""
    known, total = catalogue_of(articles), articles_counted(len(articles))
    if _LIST.fullmatch(asked):
        return _Chosen(f"{total}:", known.names, f"There are {total}.")
    if _UNDATED.fullmatch(asked):
        undated = known.undated
        head = f"{len(undated):,} of {total} {_state(len(undated))} no date:"
        return _Chosen(head, undated, "Each of the articles states its date.")
    if _DATED.fullmatch(asked):
        dated = known.dated
        states = "states its date" if len(dated) == 1 else "state their dates"
        head = f"{len(dated):,} of {total} {states}:"
        return _Chosen(head, dated, "None of the articles states its date.")
    if _ANONYMOUS.fullmatch(asked):
        anonymous = known.anonymous
        head = f"{len(anonymous):,} of {total} {_state(len(anonymous))} no author:"
        return _Chosen(head, anonymous, "Each of the articles names who wrote it or its outlet.")
    if match := _BY.fullmatch(asked):
        theirs = known.credited_to(next(filter(None, match.groups())))
        # None: nobody is meant by it.
        return _Chosen(f"{len(theirs):,} of {total}:", theirs) if theirs else None
    return None


def articles_listed(
    question: str,
    dates: Dated,
    articles: Mapping[str, Article],
    mentioning: Callable[[str], Collection[str]],
) -> tuple[str, ...]:
    """Return the ids of the articles that the reply to `question` lists, in its order.

    `dates` is what it says of dates; `mentioning` gives the ids of those that mention a topic.
    """
    if absent := absent_topic(question):
        found = mentioning(absent.text)
        return tuple(name for name in articles if name not in found)
    if (topic := coverage_topic(question)) and topic.whole:
        found = mentioning(topic.text)
        return tuple(name for name in articles if name in found)
    if _SUMMARY_OF_ALL.fullmatch(plain_question(question)):
        return tuple(articles)
    for asked, those in ((question, articles), _of_a_time(dates, articles)):
        if those and (chosen := _chosen(plain_question(asked), those)) is not None:
            return tuple(chosen.names)
    return ()


def about_some_of(
    names: Sequence[str], those: int, articles: Mapping[str, Article]
) -> tuple[Statement, ...]:
    """Return the list of the articles `names`, asked for among so many that were told of before."""
    told = articles_counted(those)
    if not names:
        none = "There are none among which to look." if not those else f"None of those {told}."
        return told_line(none if those != 1 else "Not that one.")
    return _listed(f"{len(names):,} of those {told}:", names, articles)


def about_those_without(
    topic: str, found: Collection[str], articles: Mapping[str, Article]
) -> tuple[Statement, ...]:
    """Return the list of the articles that do not mention `topic`; those in `found` do."""
    others = [name for name in articles if name not in found]
    if not others:
        return told_line(f"Each of the {articles_counted(len(articles))} mentions “{topic}”.")
    verb = "does" if len(others) == 1 else "do"
    head = f"{len(others):,} of {articles_counted(len(articles))} {verb} not mention “{topic}”:"
    return _listed(head, others, articles)


def about_the_age_of_those(
    question: str, found: Callable[[str], Collection[str]], articles: Mapping[str, Article]
) -> tuple[Statement, ...]:
    """Return the reply to "What is the newest article about the dam?", else ().

    `found` gives the ids of those that mention a topic.
    """
    match = _WHICH_AGE_ABOUT.fullmatch(plain_question(question))
    if match is None:
        return ()
    those = found(match["topic"].strip('“”"'))
    among = catalogue_of({name: articles[name] for name in sorted(those) if name in articles})
    if match["age"] in AGES:
        return _by_age(match["age"], among)
    return _by_length(match["age"], among)


def naming_articles(question: str) -> str:
    """Return "What was published ...?" as a question for articles, any other as it is.

    >>> naming_articles("Which articles are newer than 2022?")
    'Which articles were published after 2022?'
    """
    asked = _PUBLISHED.sub("Which articles were published", question.strip())
    return _BY_AGE.sub(
        lambda match: (
            f"{match['of']} were published "
            f"{'before' if match['how'].lower() in ('older', 'earlier') else 'after'}"
        ),
        asked,
    )


def about_dated_articles(dates: Dated, articles: Mapping[str, Article]) -> tuple[Statement, ...]:
    """Return the reply to a question about the articles of a time, else ().

    How many others state no date is told with it.
    """
    asked, within = _of_a_time(dates, articles)
    about = about_articles(asked, within) if asked else ()
    if not about or dates.filter is None:
        return ()
    undated = len(catalogue_of(articles).undated)
    others = f"{undated:,} of all {articles_counted(len(articles))} {_state(undated)} no date."
    if not within:
        told = told_line(none_of_the_time(dates.filter))
    else:  # "in March" may mean another year's
        of_it = re.sub(r"(articles?)([:.])$", rf"\1 published {dates.filter.time}\2", about[0].text)
        told = (replace(about[0], text=of_it), *about[1:])
    return (*told, *told_line(others)) if undated else told


def none_of_the_time(dates: DateFilter) -> str:
    """Return what is told where no article is of the time that is meant."""
    return f"No article is dated {dates.time}."


def _of_a_time(dates: Dated, articles: Mapping[str, Article]) -> tuple[str, Mapping[str, Article]]:
    """Return what is asked about the articles of a time, and those; "" where nothing is."""
    if dates.filter is None or not dates.filter.only:
        return "", {}
    asked = _ARTICLES_ALONE.sub("which articles are there", dates.question)
    asked = _OF_NOTHING_ELSE.sub(r"\1 are there", asked)
    plain = plain_question(asked)
    if not any(form.fullmatch(plain) for form in _OF_ARTICLES):
        return "", {}
    return asked, catalogue_of(articles).published_in(dates.filter)


def _state(count: int) -> str:
    """Return the verb of what so many articles state."""
    return "states" if count == 1 else "state"


def _reply_to(talk: Talk, number: str, they_say: str) -> str:
    return {
        "greeting": f"Hello. I answer from {number}: ask a question about what {they_say}.",
        "thanks": "You’re welcome. Ask another question whenever you like.",
        "farewell": "Goodbye.",
        "doubt": "Each statement comes from an article’s sentence, to be read at the number behind "
        "it. If it is not what you asked for, ask in other words, or name the article you mean.",
        "nod": f"All right. Ask me anything about the {number}.",
    }[talk]


def told_line(text: str, article: Article | None = None) -> tuple[Statement, ...]:
    """Return one line of the collection itself, which names `article` where there is one."""
    return (Statement(text, (), article_id=article.id if article else ""),)


def _listed(
    head: str, names: Sequence[str], articles: Mapping[str, Article]
) -> tuple[Statement, ...]:
    shown = [articles[name] for name in names[:MOST_LISTED]]
    rest = len(names) - len(shown)
    lines = [
        Statement(f"{at}. {source_line(article)}", (), article_id=article.id)
        for at, article in enumerate(shown, start=1)
    ]
    more = told_line(f"and {rest:,} more") if rest else ()
    return (*told_line(head), *lines, *more)


def _by_age(age: str, articles: Mapping[str, Article]) -> tuple[Statement, ...]:
    article = oldest_or_newest(age, articles)
    if article is None:
        return told_line("None of the articles states its date.") if articles else ()
    undated = len(catalogue_of(articles).undated)
    left_out = f" {undated:,} of them {_state(undated)} no date." if undated else ""
    told = f"By the dates that the articles state, the {age} is {titled(article)}.{left_out}"
    return told_line(told, article)


def _by_length(most: str, articles: Mapping[str, Article]) -> tuple[Statement, ...]:
    if not articles:
        return ()
    name, words = catalogue_of(articles).by_length(most)
    found = articles[name]
    return told_line(f"The {most} is {titled(found)}, with {words:,} words.", found)


def _openings(articles: Mapping[str, Article]) -> tuple[Statement, ...]:
    """Return the opening sentence of each article below its title, as far as they are listed."""
    told: list[Statement] = []
    for at, article in enumerate(islice(articles.values(), MOST_LISTED), start=1):
        told += told_line(f"{at}. {source_line(article)}:", article)
        if spans := statement_spans(article):
            told += cite([Place(article.id, *spans[0])], articles)
    rest = len(articles) - MOST_LISTED
    more = [Statement(f"and {rest:,} more", ())] if rest > 0 else []
    return numbered([*told, *more])


def titled(article: Article) -> str:
    """Return the title, quoted, and the date where it is known."""
    dated = f" ({article.published.isoformat()})" if article.published else ""
    return f"“{article.title}”{dated}"
