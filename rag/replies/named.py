"""Which articles a phrase of a question names, and what is asked of them alone.

"the third article", "the newest piece"              by their place in the list, by their dates
"the harbour piece", "the China Daily article"       by the words around their texts
"What does the second article say about patents?"    asks that one about patents
"Does the second article mention patents?"           asks that one where they are mentioned
"According to China Daily, how many ...?"            asks those with that byline
"the staff handbook", "the guide to Port Aldren"     by what it is, as its file or its opening says
"Who is quoted in the harbour piece?"                asks that one
"Give me a timeline of the second article"           asks that one
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from rag.articles.catalogue import called_by, catalogue_of
from rag.chunk import statement_spans
from rag.conversation.meant import AGES, Meant, dates_wanted, meant_in
from rag.conversation.shown import PLACE, at_place, place_of
from rag.datatypes import Article
from rag.questions.kinds import ARTICLE, Document, document_in
from rag.questions.manners import asked_plainly
from rag.text import content_terms, holds_words, normalise, tokenise

_LEAST_SHARE = 0.6  # of the words that name an article, in what stands above and below its text
_MOST_TEXTS = 500  # articles that are read for a phrase; of more, those that may hold it
_OPENING_SENTENCES = 2
_JOINING = {"the", "a", "an", "on", "about", "of", "from", "by"}
_MEANT = "meant article"
# What whoever writes it may be asked of by their name: "the newsletter by Ana Ruiz", "her letter".
_WRITTEN_AS_I = re.compile(r"letters?|newsletters?|columns?|essays?|diar(?:y|ies)", re.IGNORECASE)
_WRITER = re.compile(r"(?:(?:by|from|of) )?(?P<name>.+?)(?:['’]s?)?", re.IGNORECASE)
_NAMED = r"(?:the |this |that )?(?P<named>[^,?]{2,80}?)"
_SAID = re.compile(
    rf"what (?:does|do|did) {_NAMED} "
    r"(?:say|tell(?: us| me)?|state|(?P<wrote>report|write)) "
    r"(?P<about>(?:about|on|of) .{2,200})",
    re.IGNORECASE,
)
# "Does the mill article mention flour?", "Is flour mentioned in the mill article?"
_MENTIONS = (
    re.compile(
        rf"(?:does|do|did) {_NAMED} (?:(?:also|even|ever) )?(?:mention|name|cite|quote|discuss"
        r"|cover|refer to|report on|(?:talk|write|speak|say (?:any|some)thing) (?:about|of|on))"
        r" (?P<topic>[^,?]{2,200})",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:is|are|was|were) (?P<topic>[^,?]{2,200}?) (?:(?:also|even|ever) )?"
        rf"(?:mentioned|named|cited|quoted|discussed|covered|referred to) (?:in|by) {_NAMED}",
        re.IGNORECASE,
    ),
)
_QUESTION = r"(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|does|do|did)\b"
# "Who is quoted in the mill article?", "... in the article about the mill?"
_QUOTED = re.compile(
    r"(?P<rest>who (?:(?:is|are|was|were|gets) (?:quoted|cited|interviewed)|speaks?|spoke|talks?))"
    rf" in {_NAMED}",
    re.IGNORECASE,
)
# "a timeline of the strike in the mill article"
_TIMELINE = re.compile(
    r"(?P<rest>(?:.* )?(?:time ?line|chronology)(?: of .+?)?) (?:in|of|from) (?:the |this |that )?"
    rf"(?P<named>[^,?]{{2,80}}? {ARTICLE}|{ARTICLE} (?:about|on) [^,?]{{2,80}})",
    re.IGNORECASE,
)
# "a timeline of the minutes"
_TIMELINE_OF = re.compile(
    r"(?P<rest>(?:.* )?(?:time ?line|chronology)) (?:in|of|from|for) "
    r"(?P<named>(?:the|this|that) [^,?]{2,80})",
    re.IGNORECASE,
)
_ABOUT = re.compile(rf"{ARTICLE} (?:about|on) (?P<topic>.+)")
_ACCORDING = (
    re.compile(
        rf"(?:according to|as told by) {_NAMED}(?:,\s*|\s+(?={_QUESTION}))(?P<rest>.+)",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(rf"(?P<rest>.+?),? according to {_NAMED}", re.IGNORECASE | re.DOTALL),
)
_PLACE_AT_THE_END = re.compile(rf"\b{PLACE}$", re.IGNORECASE)
_NAMES_SOME = re.compile(
    r"(?i)\baccording to\b|^what d|\b(?:time ?line|chronology)\b"
    r"|^who (?:\w+ (?:quoted|cited|interviewed)|speaks?|spoke|talks?) in\b"
    r"|^do(?:es)? |^did |^(?:is|are|was|were) .+ed (?:to )?(?:in|by) "
)


@dataclass(frozen=True, slots=True)
class OfArticles:
    """What is asked of the articles with these ids alone.

    `called` is how the question calls them; `wrote` says that it asks for what was written there,
    not said.
    """

    articles: tuple[str, ...]
    question: str
    called: str = ""
    wrote: bool = False


def plain_question(message: str) -> str:
    """Return a message in lower case, without what stands before and behind its question.

    >>> plain_question("Hello, what's the newest article?")
    'what is the newest article'
    """
    return asked_plainly(re.sub(r"\bwhat'?s\b", "what is", normalise(message)))


def asked_of(
    question: str,
    articles: Mapping[str, Article],
    found: Callable[[Meant], Sequence[str]] = lambda _: (),
) -> OfArticles | None:
    """Return which articles `question` names and what it asks of them; None where it names none.

    `found` gives the ids of those that mention a topic or answer a question.
    """
    wanted = dates_wanted(question.strip())
    text = wanted.question.rstrip("?!. ")
    meant = meant_in(text)
    match = _naming(text.replace(meant[1], _MEANT) if meant else text)  # it may have marks, too
    if match is None:
        return None
    if match.re is _SAID:
        rest = f"What do the articles say {match['about']}?"
    elif match.re in _MENTIONS:
        rest = f"Where is {match['topic']} mentioned?"
    else:
        rest = f"{match['rest'][:1].upper()}{match['rest'][1:]}"
        rest = f"{replace(wanted, question=rest).said}?"
    if meant:
        names = tuple(found(meant[0])) if match["named"] == _MEANT else ()
    else:
        phrase = normalise(match["named"])
        names = (
            all_named(_ABOUT.sub(r"\g<topic> article", phrase), articles)
            or documents_named(phrase, articles)
            or titled_so(phrase, articles)
        )
    wrote = match.groupdict().get("wrote") is not None
    return (
        OfArticles(names, rest, match["named"], wrote) if 0 < len(names) < len(articles) else None
    )


def _naming(text: str) -> re.Match[str] | None:
    """Return where a question names an article that it asks something of, or None."""
    if not _NAMES_SOME.search(text):
        return None
    patterns = (_SAID, *_MENTIONS, _QUOTED, _TIMELINE, _TIMELINE_OF, *_ACCORDING)
    return next(filter(None, (pattern.fullmatch(text) for pattern in patterns)), None)


def place_asked(question: str) -> int | None:
    """Return the place in the list of the article that a question asks something of, or None.

    >>> place_asked("What does the ninth article say about bees?")
    9
    """
    match = _naming(dates_wanted(question.strip()).question.rstrip("?!. "))
    noun = match and re.fullmatch(rf"(?P<words>.+) {ARTICLE}", normalise(match["named"]))
    return place_named(noun["words"]) if noun else None


@dataclass(frozen=True, slots=True)
class ArticlesNamed:
    """The ids of the articles that are named, one or several equally well.

    `surely` tells that all the words that name them stand around their texts, where several are.
    """

    names: tuple[str, ...] = ()
    surely: bool = False

    @property
    def is_one(self) -> bool:
        """Whether one article alone is named."""
        return len(self.names) == 1

    @property
    def all(self) -> tuple[str, ...]:
        """The one that is named, or those of several that all the words name."""
        return self.names if self.is_one or self.surely else ()


def articles_named(named: str, articles: Mapping[str, Article]) -> ArticlesNamed:
    """Return the articles that `named` names, as `article_named` tells one."""
    known, least = catalogue_of(articles), _LEAST_SHARE
    if (place := place_named(named)) is not None:
        if (one := at_place(known.names, place)) is not None:
            return ArticlesNamed((one,))
        least = 1.0  # not a place, then, but a word of a title
    elif named in AGES:
        if (one := known.by_age(named)) is not None:
            return ArticlesNamed((one,))
        least = 1.0
    best, names = known.nearest(set(content_terms(named)) - _JOINING)
    if best >= least:
        return ArticlesNamed(tuple(names), surely=best >= 1.0)
    return (
        ArticlesNamed()
        if least == 1.0
        else ArticlesNamed(tuple(_holding(without_article(named), articles)))
    )


def article_named(named: str, articles: Mapping[str, Article]) -> Article | None:
    """Return the one article that `named` names: by place, by age, or by the words around its text.

    Where those name none, by words that stand in the text of one article alone: "the Global Times
    article". None where no article is named so, or more than one equally well.
    """
    found = articles_named(named, articles)
    return articles[found.names[0]] if found.is_one else None


def without_article(named: str) -> str:
    """Return a phrase in lower case without the "the", "a" or "an" that it begins with."""
    return re.sub(r"^(?:the|an?) ", "", named)


def place_named(named: str) -> int | None:
    """Return the place in the list, from 1, that a phrase ends in: "third" -> 3; -1 is the last."""
    words = _PLACE_AT_THE_END.search(named)
    return place_of(words[0]) if words else None


def oldest_or_newest(age: str, articles: Mapping[str, Article]) -> Article | None:
    """Return the oldest or newest article by the dates that they state; None where none does."""
    name = catalogue_of(articles).by_age(age)
    return articles[name] if name is not None else None


def all_named(named: str, articles: Mapping[str, Article]) -> tuple[str, ...]:
    """Return the ids of all articles that `named` names; without "article", by their bylines."""
    noun = re.fullmatch(rf"(?P<words>.+?)(?:['’]s)? {ARTICLE}", named)
    if noun is None:
        return tuple(catalogue_of(articles).credited_to(named))
    return articles_named(noun["words"], articles).all


def documents_named(phrase: str, articles: Mapping[str, Article]) -> tuple[str, ...]:
    """Return the ids of the articles that `phrase` calls by what they are: "the staff handbook".

    Such a one is called so by its file, its title or the lines above its text; of several, by the
    other words of the phrase, which stand there too, or in its first sentences. Where none is, "the
    letter by Ana Ruiz" is what she wrote.
    """
    document = document_in(phrase)
    if document is None:
        return ()
    those = [
        name
        for name in catalogue_of(articles).may_be_called(document.names)
        if _is_called_so(articles[name], document)
    ]
    wanted = set(content_terms(document.words)) - _JOINING
    named = [
        name for name in those if not wanted or wanted <= set(tokenise(_opening(articles[name])))
    ]
    if not named and _WRITTEN_AS_I.fullmatch(document.kind):
        writer = _WRITER.fullmatch(document.words)
        named = catalogue_of(articles).credited_to(writer["name"]) if writer else []
    return tuple(named)


def _is_called_so(article: Article, document: Document) -> bool:
    file, title, above = called_by(article)
    return any(map(document.is_called_so, (file, title))) or document.stands_in(above)


def titled_so(phrase: str, articles: Mapping[str, Article]) -> tuple[str, ...]:
    """Return the ids of the articles whose title is `phrase`, but for case, marks and "the"."""
    return catalogue_of(articles).titled_so(phrase)


def _opening(article: Article) -> str:
    """Return what the article is called and opens with."""
    first = statement_spans(article)[:_OPENING_SENTENCES]
    opening = (article.text[start:end] for start, end in first)
    return "\n".join((*called_by(article), article.byline, *opening))


def _holding(words: str, articles: Mapping[str, Article]) -> list[str]:
    """Return the ids of the articles whose texts hold the words, no more than two.

    More than one is not named by them.
    """
    known = catalogue_of(articles)
    names = known if len(known) <= _MOST_TEXTS else known.may_hold(words)
    return list(islice((name for name in names if holds_words(known[name].text, words)), 2))
