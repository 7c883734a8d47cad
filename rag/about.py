"""Small talk, and questions about the articles themselves: answered from what is known of them.

    "hello", "what can you do?"              -> what this program is for
    "Which articles do you have?"            -> their titles and dates
    "What is the newest article?"            -> by the dates that the articles state
    "Who wrote the China Daily piece?"       -> its byline, cited
    "Summarise the third article"            -> its opening sentences, cited

Only a message that is nothing else is taken for one of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.chunk import statement_spans
from rag.cite import Place, cite
from rag.datatypes import Article, BlockKind, Statement, source_line
from rag.text import content_terms, normalise, tokenise

MOST_LISTED = 20  # articles that are named one by one
_OPENING_SENTENCES = 3  # of a summary
_LEAST_SHARE = 0.6  # of the words that name an article, in what stands above and below its text

_ARTICLE = r"(?:articles?|pieces?|stor(?:y|ies)|reports?|texts?|documents?|files?|papers?)"
_THE = r"(?:the|this|that|your|my|these|those|all(?: the)?)"
# A message of these words and no others, with one of the first line of its kind, is small talk.
_COURTESY = frozenset(
    """there again everyone everybody all folks friend friends good great nice perfect fine lovely
    ok okay yes well oh so very really and just to you your me i it that this the a an is are
    was were how doing going today morning afternoon evening day night now then for later soon
    lot much many bunch million help helped helpful answer answers useful appreciated meet see
    be nice talk what up it's that's hope have""".split()
)
_GREETINGS = frozenset("hello hi hey greetings hallo hiya morning afternoon evening".split())
_THANKS = frozenset("thanks thank thx cheers ty appreciated".split())
_BYES = frozenset("bye goodbye farewell ciao night".split())
_FAREWELL = re.compile(r"see you(?: (?:later|soon|again|then|tomorrow))?|good night|take care")
_MOST_WORDS = 10
# The same of questions about this program: "how do I use this?", "what sort of things can I ask?"
_PROGRAM = frozenset(
    """what which who how can could may do does should would you i me we this thing program tool
    app bot assistant page chat here there is are am kind kinds sort sorts type types of
    questions question things a an the to with for please explain tell show work works use used
    ask asked help know answer answers about your yourself purpose able start begin get started
    made capable need some it""".split()
)
_OF_THE_PROGRAM = re.compile(
    r"help(?: me)?(?: please)?|(?:who|what) (?:are|is) (?:you|this(?: \w+)?)"
    r"|.*\b(?:you|i|we|this)\b.*\b(?:help|use|ask|do|work|works|know|answer|able|capable|start|"
    r"started)\b.*|.*\b(?:what|how)\b.*\b(?:this|you)\b.*\b(?:for|works?|purpose)\b.*"
    r"|explain (?:yourself|this(?: \w+)?)"
)
_COLLECTION = rf"(?:{_ARTICLE}|sources?|titles?|headlines?)"
_HERE = (
    r"(?: (?:here|there|in (?:here|there|the (?:collection|folder|index))|you have"
    r"|of (?:yours|all)))?"
)
_LIST = re.compile(
    rf"(?:(?:which|what) {_COLLECTION} (?:do you (?:have|know|use)|are there"
    rf"|are (?:in )?(?:here|there)|have you (?:got|read)|can you (?:read|see))"
    rf"|(?:please |can you |could you )?(?:list|show(?: me)?|name|give me)"
    rf"(?: (?:a|the) list of)? (?:{_THE} )?(?:{_COLLECTION}){_HERE}"
    rf"|what {_ARTICLE} (?:is|are) (?:this|it|they)"
    rf"|what is in {_THE} (?:collection|{_ARTICLE}|folder)"
    rf"|what (?:do you have|have you got)(?: here)?)"
)
_COUNT = re.compile(
    rf"how many {_COLLECTION} (?:do you (?:have|know)|are there|are (?:in )?(?:here|there)"
    rf"|have you (?:got|read)){_HERE}"
)
_DATED = re.compile(
    rf"(?:which|what)(?: of (?:the|these|your))? {_ARTICLE} "
    rf"(?:(?:have|has|states?|gives?|bears?) (?:a |their |its |the )?dates?|(?:are|is) dated)"
)
_TITLE = re.compile(
    rf"what (?:is|are) the (?:title|headline|name) of (?:the |this |that )?(?P<named>.{{2,120}}?) "
    rf"{_ARTICLE}|(?:how is|what is) (?:the |this |that )?(?P<other>.{{2,120}}?) {_ARTICLE} "
    rf"(?:called|titled|headed)"
)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_AGE = re.compile(rf"(?P<age>newest|latest|most recent|oldest|earliest) {_ARTICLE}")
_WHICH_AGE = re.compile(
    rf"(?:(?:what|which)(?: {_ARTICLE})?(?: is|'s) )?(?:the |your )?{_AGE.pattern}{_HERE}"
    rf"|which {_ARTICLE} is (?:the )?(?P<only>newest|latest|most recent|oldest|earliest)"
)


def _named(group: str) -> str:
    """Return the pattern of "the harbour piece" and "the piece on the harbour"."""
    return (
        rf"(?:the |this |that )?(?:(?P<{group}>.{{2,120}}?)(?:['’]s)? {_ARTICLE}"
        rf"|{_ARTICLE} (?:about|on|from|in|by|titled|called) (?P<{group}_after>.{{2,120}}))"
    )


_AUTHOR = re.compile(
    rf"who (?:wrote|authored|is the author of|was the author of|published) {_named('named')}"
    rf"|who is {_named('other')} by|by whom (?:is|was) {_named('whose')}(?: written)?"
)
_DATE = re.compile(
    rf"when (?:was|did) {_named('named')} (?:published|written|printed|appear|come out)"
    rf"|(?:what is the date of|how old is) {_named('other')}"
)
_SUMMARY = re.compile(
    rf"(?:please |(?:can|could) you (?:please )?)?"
    rf"(?:(?:summari[sz]e|sum up|give me (?:a|the) (?:short )?(?:summary|gist) of"
    rf"|(?:give |write )?a summary of|summary of) {_named('named')}"
    rf"|what is {_named('other')} about)"
)


def about_articles(message: str, articles: Mapping[str, Article]) -> tuple[Statement, ...]:
    """Return the reply to small talk or to a question about the articles themselves, else ().

    What is quoted is cited; what is told of the collection has no citation.
    """
    asked = normalise(message).rstrip("?!. ").replace("what's", "what is")
    count = len(articles)
    number = f"{count:,} article{'s' * (count != 1)}"
    if talk := _small_talk(asked, number):
        return _told(talk)
    if _is_about_the_program(asked):
        return _told(
            f"I answer questions from {number}, in their own sentences, and show where each one "
            "stands. Where they don’t say, I say so. A question may follow up on the one before; "
            "you can also ask which articles there are, which is the newest, who wrote one, or for "
            "a summary of one."
        )
    if _COUNT.fullmatch(asked):
        return _told(f"There {'is' if count == 1 else 'are'} {number}.")
    if _LIST.fullmatch(asked):
        return _listed(number, list(articles.values()))
    if match := _WHICH_AGE.fullmatch(asked):
        return _by_age(match["age"] or match["only"], articles)
    if _DATED.fullmatch(asked):
        return _with_dates(list(articles.values()))
    for pattern, reply in (
        (_AUTHOR, _author), (_DATE, _date), (_SUMMARY, _summary), (_TITLE, _titled),
    ):  # fmt: skip
        if (match := pattern.fullmatch(asked)) and (
            article := _article(next(filter(None, match.groupdict().values())), articles)
        ):
            return reply(article)
    return ()


def _small_talk(asked: str, number: str) -> str:
    """Return the reply to a greeting, thanks or a farewell that is nothing else; "" else."""
    words = re.findall(r"[\w']+", asked.replace("’", "'"))
    known = _COURTESY | _GREETINGS | _THANKS | _BYES
    said = {*words}
    if len(words) > _MOST_WORDS or not said <= known | {"take", "care", "tomorrow"}:
        return ""
    if said & _THANKS:
        return "You’re welcome. Ask another question whenever you like."
    if words[:1] and (said & (_BYES - {"night"}) or _FAREWELL.fullmatch(asked)):
        return "Goodbye."
    greets = words[:1] and (
        words[0] in _GREETINGS - {"morning", "afternoon", "evening"}
        or re.match(r"(?:good )?(?:morning|afternoon|evening|day)\b|how are you|what's up", asked)
    )
    return f"Hello. I answer from {number}: ask a question about what they say." if greets else ""


def _is_about_the_program(asked: str) -> bool:
    """Return whether a message asks what this program is and does, and nothing else."""
    words = re.findall(r"\w+", asked)
    inside = {*words} <= _PROGRAM and len(words) <= _MOST_WORDS
    return inside and _OF_THE_PROGRAM.fullmatch(asked) is not None


def _told(text: str) -> tuple[Statement, ...]:
    return (Statement(text, ()),)


def _listed(number: str, articles: Sequence[Article]) -> tuple[Statement, ...]:
    shown = articles[:MOST_LISTED]
    rest = len(articles) - len(shown)
    lines = [f"{at}. {source_line(article)}" for at, article in enumerate(shown, start=1)]
    more = [f"and {rest:,} more"] if rest else []
    return tuple(Statement(line, ()) for line in [f"{number}:", *lines, *more])


def _by_age(age: str, articles: Mapping[str, Article]) -> tuple[Statement, ...]:
    article = _oldest_or_newest(age, articles)
    if article is None:
        return _told("None of the articles states its date.")
    undated = sum(1 for each in articles.values() if each.published is None)
    left_out = f" {undated:,} of them state no date." if undated else ""
    return _told(f"By the dates that the articles state, the {age} is {_name(article)}.{left_out}")


def _oldest_or_newest(age: str, articles: Mapping[str, Article]) -> Article | None:
    dated = [(a.published, name) for name, a in articles.items() if a.published is not None]
    if not dated:
        return None
    oldest = age in ("oldest", "earliest")
    return articles[(min(dated) if oldest else max(dated))[1]]


def _author(article: Article) -> tuple[Statement, ...]:
    start = article.text.find(article.byline) if article.byline else -1
    if start < 0:
        return _told(f"{_name(article)} does not state who wrote it.")
    place = Place(article.id, start, start + len(article.byline))
    return cite([place], {article.id: article})


def _date(article: Article) -> tuple[Statement, ...]:
    if article.published is None:
        return _told(f"{_name(article)} does not state when it was published.")
    day = f"{article.published.day} {article.published:%B %Y}"
    return _told(f"“{article.title}” states that it was published on {day}.")


def _titled(article: Article) -> tuple[Statement, ...]:
    return _told(f"It is titled “{article.title}”.")


def _with_dates(articles: Sequence[Article]) -> tuple[Statement, ...]:
    dated = [article for article in articles if article.published is not None]
    verb = "states its date" if len(dated) == 1 else "state their dates"
    head = f"{len(dated):,} of {len(articles):,} articles {verb}"
    return _listed(head, dated) if dated else _told("None of the articles states its date.")


def _summary(article: Article) -> tuple[Statement, ...]:
    """Return the opening sentences: a piece of news says what matters first."""
    spans = statement_spans(article)[:_OPENING_SENTENCES]
    return cite([Place(article.id, *span) for span in spans], {article.id: article})


def _name(article: Article) -> str:
    """Return the title, quoted, and the date where it is known."""
    dated = f" ({article.published.isoformat()})" if article.published else ""
    return f"“{article.title}”{dated}"


def _article(named: str, articles: Mapping[str, Article]) -> Article | None:
    """Return the one article that `named` names: by place, by age, or by the words around its text.

    None where no article is named so, or more than one equally well.
    """
    words = named.split()
    if words and words[-1] in ("last", *_ORDINALS):
        at = len(articles) - 1 if words[-1] == "last" else _ORDINALS.index(words[-1])
        return list(articles.values())[at] if at < len(articles) else None
    if named in ("newest", "latest", "most recent", "oldest", "earliest"):
        return _oldest_or_newest(named, articles)
    wanted = set(content_terms(named)) - {"the", "a", "an", "on", "about", "of", "from", "by"}
    if not wanted:
        return None
    scored = sorted(
        ((len(wanted & set(tokenise(_around(article)))) / len(wanted), name)
         for name, article in articles.items()),
        reverse=True,
    )  # fmt: skip
    best = scored[0]
    alone = len(scored) == 1 or scored[1][0] < best[0]
    return articles[best[1]] if best[0] >= _LEAST_SHARE and alone else None


def _around(article: Article) -> str:
    """Return what stands around the article's text: title, byline, captions, credits, its file."""
    around = [
        article.text[block.start : block.end]
        for block in article.blocks
        if block.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.REPEAT)
    ]
    return "\n".join([article.title, article.byline, article.source, *around])
