"""Replies to questions about one article: who wrote it, where and when it appeared, what it says.

    "Who wrote the China Daily piece?"                    -> its byline, cited
    "When was the article that quotes Kim updated?"       -> its date, and the line that states it
    "Which outlet is the second article from?"            -> its byline, cited
    "Summarise the third article"                         -> its most telling sentences, cited
    "Summarise the handbook"                              -> the same
    "Which article says that?"                            -> its title, and the sentence, cited

It is named by its title, its place, its age, by what it is ("the handbook"), the words around its
text, or by what it mentions; where several mention it, each is told of. What is quoted is cited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import takewhile

from rag.articles.catalogue import catalogue_of
from rag.articles.credit_line import read_credit_line
from rag.articles.credits import credits_of
from rag.articles.dateline import Rank, byline_parts, dates_in
from rag.articles.typography import ends_sentence
from rag.chunk import statement_spans
from rag.cite import Place, cite, numbered
from rag.conversation.meant import AGES, OUTLET, TELL, Meant, meant_in
from rag.conversation.shown import at_place
from rag.datatypes import Article, BlockKind, Statement, day_in_words, source_line
from rag.questions.kinds import ARTICLE
from rag.replies.about import titled, told_line
from rag.replies.named import (
    articles_named,
    documents_named,
    oldest_or_newest,
    place_asked,
    place_named,
    plain_question,
    titled_so,
    without_article,
)
from rag.replies.quoted import whose_words
from rag.text import content_terms, holds_words, tokenise
from rag.words.months import MONTH, YEAR
from rag.words.person import may_be_a_person

_MEANT = "those that are meant"
_HEAD_BLOCKS = 6  # lines above the text that are looked at
_SUMMED_UP = 4  # sentences of a summary
MOST_TOLD = 10  # articles that mention the same, and are told of one by one
_ON_WHICH_DAY = r"(?:when|(?:on )?(?:what|which) (?:date|day))"
_PUBLISHED = r"(?:published|written|printed|posted|updated|dated|revised|reviewed)"
_MENTIONING = (
    r"(?:with|featuring|(?:that|which) (?:has|features|is with)"
    r"|quoting|mentioning|citing|naming|describing|covering|reporting(?: on)?"
    r"|(?:that|which) (?:quotes|mentions|cites|names|describes|covers|reports(?: on)?"
    r"|speaks of|talks about|tells of))"
)
# "the opinion piece by Kim"; but the newest one is told by its date, not by its words.
_SORT = r"(?:(?!newest|latest|recent|oldest|earliest|first|last|other|next)[\w-]+ )?"
# "the article with Kim's remarks" is the one that mentions Kim.
_SAYINGS = re.compile(
    r"['’]s? (?:remarks?|words?|comments?|quotes?|quotations?|statements?|opinions?|views?"
    r"|assessments?)$"
)
_QUOTED_IN_IT = (
    r"(?:where|in which) (?P<{0}>.{{2,120}}?) (?:is|was|are|were) (?:quoted|cited|named)"
)


def _named(group: str) -> str:
    """Return the pattern of "the harbour piece", "the piece on the harbour", "... that quotes Kim".

    Or by its title, quoted. The phrase is in the group, or in the one of that name with "_title",
    "_mentions", "_quoted" or "_after"; of "the Echo's piece on the harbour" in "_of" and "_on".
    What may be a title without quotation marks, or "the handbook", is in "_plain"; all that is
    matched in "_phrase".
    """
    within = _QUOTED_IN_IT.format(f"{group}_quoted")
    return (
        rf"(?P<{group}_phrase>(?:(?:the |this |that )?{ARTICLE} )?"
        rf"[\"“‘'](?P<{group}_title>[^\"“”]{{2,200}})[\"”’']"
        rf"|(?:the |this |that )?(?:(?P<{group}>.{{2,120}}?)(?:['’]s)? {ARTICLE}"
        rf"|{_SORT}{ARTICLE} (?:{_MENTIONING} (?P<{group}_mentions>.{{2,120}}?)|{within})"
        rf"|{_SORT}{ARTICLE} (?:about|on|from|in|by|titled|called) (?P<{group}_after>.{{2,120}}?)"
        rf"|(?P<{group}_of>.{{2,80}}?)(?:['’]s)? {ARTICLE}"
        rf" (?:about|on) (?P<{group}_on>.{{2,120}}?))"
        rf"|(?P<{group}_plain>(?!(?:about|on|for) )[^\"“”]{{2,200}}?))"
    )


_AUTHOR = re.compile(
    r"who (?:(?:wrote|authored|published)(?! (?:the )?most\b)"
    r"|(?:is|are|was|were) the (?:author|writer|journalist|reporter)s? (?:of|behind))"
    rf" {_named('named')}"
    rf"|who (?:wrote|writes|has written|reported|reports) (?:about|on) (?P<topic>.{{2,120}})"
    rf"|who (?:is|are) {_named('other')} by"
    rf"|by whom (?:is|was|are|were) {_named('whose')}(?: written)?"
)
_OUTLETS = re.compile(
    rf"(?:which|what) {OUTLET} (?:published|printed|ran|carried|posted|released) {_named('named')}"
    rf"|(?:from )?(?:which|what) {OUTLET} (?:does|did|has) (?P<taker>.{{2,80}}?)"
    rf" (?:take|taken|get|have) (?:its|their|his|her|the|this) {ARTICLE}(?: from)?"
    rf"|(?:which|what) {OUTLET} (?:is|was) (?:credited|named|given|stated)"
    rf" (?:as the source )?(?:of|for|with) {_named('credited')}"
    rf"|(?:from )?(?:which|what) {OUTLET} (?:is|was|does|did|comes) {_named('other')}"
    r"(?: come| taken| published)?(?: from| in| by)?"
    rf"|(?:what|who) (?:is|was) the (?:source|publisher) of {_named('whose')}"
    # A "report" or a "document" may be one that the articles tell of.
    rf"|where (?:is|was|does|did) (?=.*\b(?:article|piece|story)\b){_named('where')}"
    r" (?:from|come from|taken from|published|appear|printed)"
)
# A line's parts that may be names: "Words: Ana Ruiz", "as told to Ana Ruiz by Bo Li"
_CREDITED = re.compile(r"\b(?:by|with|to|from|and)\s|[:.]\s", re.IGNORECASE)
_MONTH_OF_YEAR = re.compile(rf"\b{MONTH},?\s+{YEAR}\b", re.IGNORECASE)
_FRONT = re.compile(r"[a-z]+ ?[:=]")
_DATE = re.compile(
    rf"{_ON_WHICH_DAY} (?:was|is|did|has|were|are|have) {_named('named')} (?:been )?"
    rf"(?:(?:first|last|originally) )?(?:{_PUBLISHED}|appear|come out)"
    rf"|what is the (?:publication )?date of {_named('other')}|how old is {_named('aged')}"
    rf"|(?:what|which) date (?:does|is on|is given (?:on|in|by)) {_named('whose')}"
    r"(?: (?:carry|bear|have|state|give))?"
)
_SUMMARY = re.compile(
    rf"(?:{TELL} {_named('named')}"
    rf"|what (?:is|are) {_named('other')} about|tell me (?:more )?about {_named('told')})"
)
# What "tell me more" asks after a summary.
_FURTHER = re.compile(r"(?P<ask>summari[sz]e )(?P<more>(?:more of )+)", re.IGNORECASE)
_TITLE = re.compile(
    rf"what (?:is|are) the (?:title|headline|name) of {_named('named')}"
    rf"|(?:how is|what is) {_named('other')} (?:called|titled|headed)"
)


def about_one(
    message: str,
    articles: Mapping[str, Article],
    mentioning: Callable[[str], Collection[str]],
    found: Callable[[Meant], Sequence[str]] = lambda _: (),
    telling: Callable[[Article], Sequence[tuple[int, int]]] = statement_spans,
) -> tuple[Statement, ...]:
    """Return the reply to a question about an article that the message names, else ().

    `mentioning` gives the ids of the articles that mention a topic; `found` of those that it means
    by what was told before, in that order; `telling` an article's sentences in the order in which
    a summary takes them.
    """
    meant = meant_in(message)
    if meant is not None:  # in the place of a title
        message = message.replace(meant[1], f"“{_MEANT}”")
    shown = 0  # sentences of it
    if further := _FURTHER.match(message):
        shown = _SUMMED_UP * further["more"].count("of")
        message = f"{further['ask']}{message[further.end() :]}"
    asked = plain_question(message)
    for pattern, reply in (
        (_AUTHOR, _author), (_DATE, _date), (_OUTLETS, _outlet),
        (_SUMMARY, partial(_summary, shown=shown, telling=telling)), (_TITLE, _titled),
    ):  # fmt: skip
        if (match := pattern.fullmatch(asked)) is None:
            continue
        words = {g: text for g, text in match.groupdict().items() if text}
        phrase = next((words.pop(g) for g in list(words) if g.endswith("_phrase")), "")
        (group, named), *on = words.items()
        topic = on[0][1] if on else ""
        place = None if meant is not None or group.endswith("_plain") else place_named(named)
        if none := _none_there(place, articles):
            return none
        if meant is not None and named == _MEANT:
            those: Sequence[str] = [name for name in found(meant[0]) if name in articles]
        elif group.endswith("_plain"):
            those = _called(phrase, articles, about_it=pattern is not _SUMMARY)
            if group.startswith(("told", "aged")):  # "tell me about Orion", "how old is Orion"
                those = _documents(phrase, articles)
            if not those and group.startswith("told"):
                those = _titled_after(phrase, articles)
        else:
            those = _those(group, named, topic, articles, mentioning, phrase)
        if those:
            told = [(articles[name], reply(articles[name])) for name in those[:MOST_TOLD]]
            more = len(those) - len(told)
            rest = told_line(f"and {more:,} more") if more > 0 else ()
            return numbered([*_each_below_its_title(told), *rest])
        if meant is not None:
            return told_line("There is no such article among those.")
    return _none_there(place_asked(message), articles)


def _none_there(place: int | None, articles: Mapping[str, Article]) -> tuple[Statement, ...]:
    """Return that there is no article at a place of the list; () where there is one."""
    if place is None or at_place(tuple(articles), place) is not None:
        return ()
    there = "is only one article" if len(articles) == 1 else f"are only {len(articles):,} articles"
    return told_line(f"There {there}: ask which ones there are.")


def stated_in(places: Sequence[Place], articles: Mapping[str, Article]) -> tuple[Statement, ...]:
    """Return the articles of the places by title and date, and below each what it states, cited.

    What are somebody's words stand below a line that says whose.
    """
    told: list[Statement] = []
    for name in dict.fromkeys(place.article_id for place in places):
        article = articles[name]
        speaking = whose_words(article)
        below: dict[str, list[Place]] = {}
        for place in places:
            if place.article_id == name:
                within = (who for at, who in speaking.items() if place.start <= at < place.end)
                below.setdefault(next(within, ""), []).append(place)
        for speaker, said in below.items():
            whose = f", words of {speaker}" if speaker else ""
            told += told_line(f"{source_line(article)}{whose}:", article)
            told += cite(said, articles)
    return numbered(told) or told_line("No article seems to say it.")


def _those(
    group: str,
    named: str,
    topic: str,
    articles: Mapping[str, Article],
    mentioning: Callable[[str], Collection[str]],
    phrase: str,
) -> Sequence[str]:
    """Return the ids of the articles that a phrase names, and with it a topic where there is one.

    `group` is the one that matched the name in the phrase.
    """
    if group.endswith("_title"):
        return titled_so(named, articles)
    if not group.endswith(("_mentions", "_quoted")):
        if topic and named in AGES:
            those = sorted(mentioning(without_article(topic)))
            newest = oldest_or_newest(named, {n: articles[n] for n in those if n in articles})
            return [newest.id] if newest else []
        found = articles_named(f"{named} {topic}".rstrip(), articles)
        if topic and not found.is_one:
            found = articles_named(named, articles)
        if found.is_one:
            [one] = (articles[name] for name in found.names)
            tells = not topic or set(content_terms(topic)) <= set(tokenise(one.text))
            return found.names if tells else []
        if group != "topic":  # two may be named so
            return _called(phrase, articles, about_it=True) or found.all
    names = mentioning(without_article(_SAYINGS.sub("", named)))
    return [name for name in sorted(names) if name in articles]


def _called(phrase: str, articles: Mapping[str, Article], *, about_it: bool) -> Sequence[str]:
    """Return the ids of those that are titled as the phrase, or of the document that it names.

    A title that its article tells of is a thing's, too: then its author is not the article's, nor
    is its date, where the question is `about_it`.
    """
    titled = titled_so(phrase, articles)
    those = [n for n in titled if not (about_it and _tells_of_its_title(articles[n]))]
    return those or _documents(phrase, articles)


def _tells_of_its_title(article: Article) -> bool:
    told = [b for b in article.blocks if b.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)]
    return holds_words("\n".join(article.text[b.start : b.end] for b in told), article.title)


def _documents(phrase: str, articles: Mapping[str, Article]) -> Sequence[str]:
    """Return the id of the one article that a phrase names by what it is, "the handbook"."""
    names = documents_named(phrase, articles)
    return names if len(names) == 1 else ()


def _titled_after(phrase: str, articles: Mapping[str, Article]) -> Sequence[str]:
    """Return the id of the one article titled after what a phrase names, "Orion: a ship"."""
    names = catalogue_of(articles).titled_after(phrase)
    return names if len(names) == 1 else ()


def _each_below_its_title(
    replies: Sequence[tuple[Article, tuple[Statement, ...]]],
) -> list[Statement]:
    """Return the replies, those of several articles below the titles that they do not tell."""
    below: list[Statement] = []
    for article, reply in replies:
        if len(replies) > 1 and not any(article.title in one.text for one in reply):
            below += told_line(f"{source_line(article)}:", article)
        below += reply
    return below


def _lines(article: Article, *kinds: BlockKind) -> list[Place]:
    """Return the places of the article's lines of these kinds."""
    return [Place(article.id, b.start, b.end) for b in article.blocks if b.kind in kinds]


def _author(article: Article) -> tuple[Statement, ...]:
    return _byline(article) or _closing_lines(article, "who wrote it")


def _outlet(article: Article) -> tuple[Statement, ...]:
    """Return the byline where it names more than an author, the site of a saved page, or neither.

    What stands after "By" is an author, and no outlet.
    """
    [credited] = credits_of([article])
    if credited["author"] and not credited["outlet"]:
        what = "which outlet it is from"
        if any(_lines(article, BlockKind.CREDIT)):
            return _closing_lines(article, what)
        if lines := _lines(article, BlockKind.BYLINE):
            told = f"“{article.title}” does not state {what}; its byline is"
            return _quoting(told, lines, article)
        return told_line(f"“{article.title}” does not state {what}.", article)
    beside = [name for name in credited["outlet"] if name not in article.text]
    if credited["author"] and beside:
        return told_line(f"“{article.title}” is from {', '.join(beside)}.", article)
    return _byline(article) or _closing_lines(article, "where it is from")


def _byline(article: Article) -> tuple[Statement, ...]:
    """Return the byline, cited: as it stands, or the lines that hold its parts."""
    if not article.byline:
        return ()
    start = article.text.find(article.byline)
    places = [Place(article.id, start, start + len(article.byline))]
    if start < 0:
        parts = article.byline.split(" | ")
        places = [
            place
            for place in _lines(article, BlockKind.BYLINE, BlockKind.CREDIT)
            if any(part in article.text[place.start : place.end] for part in parts)
        ]
    by = article.byline.replace(" | ", ", ")
    # A file may state it beside its text, as a table does in a column of its own.
    stated = cite(places, {article.id: article})
    if any(_FRONT.match(line.text) for line in stated):  # `author: "Ana Ruiz"` is no prose
        told = f"“{article.title}” is by {by}."
        return (Statement(told, tuple(c for line in stated for c in line.citations)),)
    return stated or told_line(f"“{article.title}” is by {by}.", article)


def _closing_lines(article: Article, what: str) -> tuple[Statement, ...]:
    """Return that no byline states it, and the lines of credit that the article has, cited."""
    places = _lines(article, BlockKind.CREDIT)
    if not places:
        return _not_understood(what, article, _credits_somebody)
    told = f"“{article.title}” has no byline that states {what}; it closes with"
    return _quoting(told, places, article)


def _not_understood(
    what: str, article: Article, might: Callable[[str], bool]
) -> tuple[Statement, ...]:
    """Return that it is not stated; where a line above the text might do so, that line, cited."""
    read = (BlockKind.TITLE, BlockKind.BYLINE, BlockKind.CAPTION, BlockKind.REPEAT)
    others = [b for b in article.blocks if b.kind not in read]
    above = {(b.start, b.end) for b in others}
    places = [
        at
        for at in _head(article)
        if (at.start, at.end) in above and might(article.text[at.start : at.end])
    ]
    if not places or all(b.end <= places[-1].end for b in others):  # and a text below it
        return told_line(f"“{article.title}” does not state {what}.", article)
    told = f"“{article.title}” does not say {what} in a form that is understood; above its text"
    return _quoting(f"{told} stands:", places, article)


def _is_dated(line: str) -> bool:
    """Return whether a line holds a date, or a month and a year."""
    return bool(dates_in(line)) or _MONTH_OF_YEAR.search(line) is not None


def _credits_somebody(line: str) -> bool:
    """Return whether a line holds what may be a name, behind "by", a label or none."""
    parts = (part for piece in _CREDITED.split(line) for part in byline_parts(piece))
    return any(may_be_a_person(part.strip(" .")) for part in parts)


def _quoting(told: str, places: Sequence[Place], article: Article) -> tuple[Statement, ...]:
    """Return one statement: what is told, and after it the lines at `places`, cited."""
    lines = cite(places, {article.id: article})
    quoted = ", ".join(f"“{line.text}”" for line in lines)
    return (Statement(f"{told} {quoted}", tuple(c for line in lines for c in line.citations)),)


def _date(article: Article) -> tuple[Statement, ...]:
    """Return the day that the article states of itself, and the line that states it."""
    if article.published is None:
        lines = _lines(article, BlockKind.BYLINE)
        credited = [read_credit_line(article.text[at.start : at.end]) for at in lines]
        if any(credit and credit.period for credit in credited):  # "Digest, October 2024"
            return _quoting(f"“{article.title}” states no day, but", lines, article)
        return _not_understood("when it was published", article, _is_dated)
    day = day_in_words(article.published)
    for place in _lines(article, BlockKind.BYLINE):
        dates = dates_in(article.text[place.start : place.end])
        ranks = [rank for rank, date in dates if date == article.published]
        if ranks:
            what = "updated" if max(ranks) is Rank.UPDATED else "published"
            told = f"“{article.title}” states that it was {what} on {day}:"
            return _quoting(told, [place], article)
    for place in _head(article):  # a line that states more than the date
        ranks = [r for r, date in dates_in(article.text[place.start : place.end])
                 if date == article.published]  # fmt: skip
        if ranks:
            what = "was updated on" if max(ranks) is Rank.UPDATED else "is dated"
            return _quoting(f"“{article.title}” {what} {day}:", [place], article)
    return told_line(f"“{article.title}” states that it was published on {day}.", article)


def _head(article: Article) -> list[Place]:
    """Return the lines above the article's first sentence."""
    places = [Place(article.id, b.start, b.end) for b in article.blocks[:_HEAD_BLOCKS]]
    return list(takewhile(lambda at: not ends_sentence(article.text[at.start : at.end]), places))


def _titled(article: Article) -> tuple[Statement, ...]:
    return told_line(f"It is titled {titled(article)}.", article)


def _summary(
    article: Article, *, shown: int, telling: Callable[[Article], Sequence[tuple[int, int]]]
) -> tuple[Statement, ...]:
    """Return the most telling sentences, in the article's order; `shown` are passed."""
    spans = telling(article)[shown : shown + _SUMMED_UP]
    if not spans:
        return told_line(f"“{article.title}” says no more than that.", article)
    return cite([Place(article.id, *span) for span in sorted(spans)], {article.id: article})
