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
_GREETING = re.compile(
    r"(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|greetings)(?: there)?"
)
_THANKS = re.compile(
    r"(?:(?:ok|okay|great|nice|good|perfect),? )?(?:thanks|thank you|cheers)"
    r"(?: (?:a lot|so much|very much|for (?:your|the) (?:help|answer)))?"
)
_BYE = re.compile(r"(?:bye|goodbye|bye bye|see you(?: later)?|good night)")
_ABLE = re.compile(
    r"(?:help|what (?:can|could) (?:you|i) (?:do|ask)(?: (?:you|here|for me|with this))?"
    r"|who are you|what are you|what is this|how does this work|how do you work"
    r"|what (?:can|do) you (?:know|answer)(?: about)?|can you help(?: me)?)"
)
_LIST = re.compile(
    rf"(?:(?:which|what) {_ARTICLE} (?:do you have|are there|are (?:in )?(?:here|there)|do you know"
    rf"|have you (?:got|read))|(?:please )?(?:list|show(?: me)?|name) {_THE} {_ARTICLE}"
    rf"|what {_ARTICLE} (?:is|are) (?:this|it|they)|what is in {_THE} (?:collection|{_ARTICLE}))"
)
_COUNT = re.compile(rf"how many {_ARTICLE} (?:do you have|are there|are (?:in )?(?:here|there))")
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_AGE = re.compile(rf"(?P<age>newest|latest|most recent|oldest|earliest) {_ARTICLE}")
_WHICH_AGE = re.compile(
    rf"(?:(?:what|which)(?: {_ARTICLE})?(?: is|'s) )?(?:the )?{_AGE.pattern}"
    rf"|which {_ARTICLE} is (?:the )?(?P<only>newest|latest|most recent|oldest|earliest)"
)
_NAMED = rf"(?:the |this |that )?(?P<named>.{{2,120}}?)(?:['’]s)? {_ARTICLE}"
_AUTHOR = re.compile(
    rf"who (?:wrote|authored|is the author of|was the author of|published) {_NAMED}"
    rf"|who is {_NAMED.replace('named', 'other')} by"
)
_DATE = re.compile(
    rf"when (?:was|did) {_NAMED} (?:published|written|printed|appear|come out)"
    rf"|(?:what is the date of|how old is) {_NAMED.replace('named', 'other')}"
)
_SUMMARY = re.compile(
    rf"(?:please )?(?:(?:summari[sz]e|sum up|give me a summary of) {_NAMED}"
    rf"|what is {_NAMED.replace('named', 'other')} about)"
)


def about_articles(message: str, articles: Mapping[str, Article]) -> tuple[Statement, ...]:
    """Return the reply to small talk or to a question about the articles themselves, else ().

    What is quoted is cited; what is told of the collection has no citation.
    """
    asked = normalise(message).rstrip("?!. ").replace("what's", "what is")
    count = len(articles)
    number = f"{count:,} article{'s' * (count != 1)}"
    if _GREETING.fullmatch(asked):
        return _told(f"Hello. I answer from {number}: ask a question about what they say.")
    if _THANKS.fullmatch(asked):
        return _told("You’re welcome. Ask another question whenever you like.")
    if _BYE.fullmatch(asked):
        return _told("Goodbye.")
    if _ABLE.fullmatch(asked):
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
    for pattern, reply in ((_AUTHOR, _author), (_DATE, _date), (_SUMMARY, _summary)):
        if (match := pattern.fullmatch(asked)) and (
            article := _article(match["named"] or match["other"], articles)
        ):
            return reply(article)
    return ()


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
