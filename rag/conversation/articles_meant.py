"""The articles that a message means by what was told before: "summarise it", "the second one".

    "Which articles mention the dam?", then "When was it published?"
      -> "When was the article that mentions “the dam” published?"
    "Which articles are from 2022?", then "Summarise the second one"
      -> "Summarise the second article listed for “Which articles are from 2022?”"
    "Which articles mention the dam?", then "Which of them are from 2022?"
      -> "Which of the articles that mention “the dam” are from 2022?"
    "How many articles mention the dam?", then "List them"
      -> "Which articles mention the dam?"
    "Give me a timeline", then "Show the rest"
      -> "Give me a timeline, the further dates?"
    "Who runs Orion?", then "Which article says that?"
      -> "Which article answers “Who runs Orion?”?"

Only what is asked of articles is read so: in "when was it built" it is the dam.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.conversation.by_number import as_an_article
from rag.conversation.going_on import goes_on
from rag.conversation.meant import (
    AGES,
    AT,
    OPEN,
    OUTLET,
    SUM_UP,
    TELL,
    TELL_MAYBE,
    DatesWanted,
    Meant,
    dates_wanted,
    is_listing,
    meant_in,
    some_of,
    source_asked,
    which_asked,
)
from rag.conversation.shown import BEFORE, BY_DATE, NEXT, PLACE, SOURCE, beside_time
from rag.questions.kinds import ARTICLES, KIND, PIECE
from rag.questions.manners import LED, PLEASE
from rag.questions.topic import coverage_topic

# "It", "that article", "the second one", "all of them".
_ONE = (
    rf"(?P<one>(?:all|each|both)(?: of (?:them|these|those|the {PIECE}))?"
    rf"|(?:it|them|they|this|that|these|those)(?! {PIECE})|(?:this|that) one"
    rf"|(?:the|this|that|these|those) (?:two )?{PIECE}|the two(?: of them)?"
    rf"|the (?P<at>{AT})(?: (?:one|{PIECE}|of (?:them|these|those)))?)"
)
_SEVERAL = re.compile(r"them|they|these|those|articles|pieces|stories|all|each|both|two")
_THAT_ONE = re.compile(r"(?:the|this|that) (?:article|piece|story)", re.IGNORECASE)
# "Who wrote that?" is asked of what was told, unless a letter or a book was spoken of.
_WROTE_THAT = re.compile(rf"{LED}who (?:wrote|authored) (?:that|this)", re.IGNORECASE)
_OF_A_WORK = re.compile(
    r"\b(?:books?|novels?|poems?|songs?|letters?|plays?|essays?|stor(?:y|ies)|films?|diar(?:y|ies)"
    r"|notes?|laws?|rules?|code|scripts?|reports?|stud(?:y|ies)|papers?|speech(?:es)?|wrote|written)\b"
    r"|“",
    re.IGNORECASE,
)
_WHEN = r"(?:when|(?:on )?(?:what|which) (?:date|day))"
_OF_ARTICLES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{LED}{TELL} {_ONE}",
        rf"{_WHEN} (?:was|were|is|are|did|has|have) {_ONE} (?:been )?"
        r"(?:(?:first|last|originally) )?(?:published|written|printed|posted|updated|dated|appear)",
        rf"what (?:is|was) the (?:publication )?(?:date|title|headline) of {_ONE}",
        rf"who (?:wrote|authored|published|(?:is|are|was|were) the (?:authors?|writers?) of)"
        rf" {_ONE}",
        rf"who (?:is|was|are|were) {_ONE} (?:written )?by",
        rf"by whom (?:is|was|are|were) {_ONE} written",
        rf"(?:from )?(?:which|what) {OUTLET} (?:is|was|are|were|does|did|do) {_ONE}"
        r"(?: (?:come|taken|published))?(?: (?:from|in|by))?",
        rf"(?:which|what) {OUTLET} (?:published|printed|ran|carried|posted) {_ONE}",
        rf"where (?:is|was|were|are) {_ONE} (?:published|printed|taken from)",
        rf"what (?:is|are) {_ONE} about",
        rf"who (?:is|are|was|were|gets) quoted in {_ONE}",
        rf"what (?:does|do|did) {_ONE} (?:say|report|write|tell(?: us| me)?) (?:about|on|of) .+",
        rf"(?:does|do|did) {_ONE} (?:(?:also|even|ever) )?(?:mention|cite|quote|discuss|refer to"
        r"|(?:say|write) (?:anything|something) (?:about|on)) .+",
        rf"(?:is|are|was|were) .+ (?:mentioned|cited|quoted|discussed|referred to) in {_ONE}",
    )
)
# What is asked of the article whose author, outlet, title or date was asked for: "and when?"
_OF_THE_SAME = tuple(
    (re.compile(rf"{LED}{pattern}", re.IGNORECASE), said)
    for pattern, said in (
        (rf"(?:{_WHEN}|when was (?:it|that)"
         r"|(?:what (?:is|was) )?(?:the|its) (?:publication )?date)",
         "When was {} published?"),
        (r"(?:who|by whom|who by|who is it by|(?:who (?:is|was) )?(?:the|its) (?:author|writer))",
         "Who wrote {}?"),
        (rf"(?:(?:from|in) )?(?:which|what|(?:what(?:['’]s| is| was) )?the) {OUTLET}",
         "Which outlet is {} from?"),
        (r"(?:what(?:['’]s| is| was) )?(?:the|its) (?:title|headline)", "What is the title of {}?"),
    )
)  # fmt: skip
_ASKED_OF_ONE = re.compile(
    rf"who (?:wrote|authored|published|(?:is|are|was|were) the (?:authors?|writers?) of)\b"
    rf"|(?:from )?(?:which|what) {OUTLET} (?:is|was|does|did|published|printed)\b"
    rf"|what (?:is|was) the (?:publication )?(?:date|title|headline) of\b"
    rf"|{_WHEN} (?:was|were) .* (?:published|written|printed|posted|updated)\W*$",
    re.IGNORECASE,
)
# What is asked of it in other words than those of rag.replies.about_one.
_IN_OTHER_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), said)
    for pattern, said in (
        (r"who (?:is|was) its (?:author|writer)", "Who wrote {}?"),
        (r"what (?:is|was) its (title|headline|date)", "What is the {1} of {}?"),
        (rf"what else (?:does|do|did) {_ONE} say", "Summarise {}"),
        (rf"{LED}{TELL_MAYBE} {_ONE}", "Summarise {}"),
        (rf"{LED}who else (?:is|was|are|were|gets) quoted(?: there| here| in {_ONE})?",
         "Who is quoted in {}?"),
        (r"who (?:is|are|was|were) quoted (?:there|here)", "Who is quoted in {}?"),
    )
)  # fmt: skip
_NEWEST = re.compile(
    rf"{LED}(?P<which>which|what)(?: one| article| of (?:them|these|those|the two))?"
    r"(?: is|['’]s) (?:the )?"
    rf"(?:(?P<age>{'|'.join(AGES)}|longest|shortest)|(?P<more>newer|older|longer|shorter))"
    r"(?: one| article| of (?:them|these|those|the two))?",
    re.IGNORECASE,
)
_MOST_OF = {"newer": "newest", "older": "oldest", "longer": "longest", "shorter": "shortest"}
_WHICH = re.compile(r"(?:which|what|list|show(?: me)?) (?:the |all )*articles\s+(?=\w)", re.I)
_HOW_MANY = re.compile(rf"{LED}how many(?: of them| articles)?(?: are (?:there|they))?", re.I)
# An article that a question names: "When was the article that quotes Kim published?"
_NAMED_ONE = re.compile(
    rf"\bthe (?:[\w’'-]+ ){{0,4}}?(?:article|piece|story|{KIND})(?: (?:about|on|by|from|that|which"
    r"|mentioning|quoting|citing|with|titled|called|to|of|for|between) [^?]+?)?"
    r"(?=(?: (?:been |first )?"
    r"(?:published|written|printed|posted|updated|dated|from|by|in|about))?$"
    r"| (?:also |even |ever )?(?:say|mention|cite|quote|discuss|refer)\b)",
    re.IGNORECASE,
)
# What is asked of a text by its title: "Who wrote A Weekend in Velm?"
_OF_A_TEXT = re.compile(
    rf"(?:who (?:wrote|authored|(?:is|was) the (?:author|writer) of)|{LED}{SUM_UP})"
    r" (?!(?:about|on|the most|all|both|each|more)\b)(?P<named>(?!.*\barticles\b).+)"
    r"|when (?:was|were) (?P<dated>(?!.*\barticles\b).+?) (?:(?:first|last) )?"
    r"(?:published|written|printed)",
    re.IGNORECASE,
)
# "Summarise the handbook", and then "Tell me more"
_SUMMED = re.compile(
    rf"{LED}(?:{SUM_UP} (?P<more>(?:more of )*)"
    r"(?P<named>(?!.*\b(?:articles?|piece|story)\b).+)"
    rf"|(?:{OPEN}|{TELL_MAYBE}) (?P<told>the (?:[\w’'-]+ ){{0,4}}?{KIND}"
    r"(?: (?:to|of|on|for|by) .+)?))",
    re.IGNORECASE,
)
_WHAT_ELSE = re.compile(r"what else(?: does it say)?", re.IGNORECASE)
# "What do the articles say about it?": all of them, not those of the list before.
_ALL_SAY = re.compile(r"what (?:do|did) the (?:articles|stories|pieces)\b", re.IGNORECASE)
_IT = re.compile(r"it|this|that|(?:this|that|the) (?:one|article|piece|story)", re.IGNORECASE)
# "Which articles do you have?": all of them, in their order.
_ALL = re.compile(
    rf"(?:which|what|how many) {ARTICLES} "
    r"(?:do you have|are (?:there|here|in (?:the|this|your|my) (?:collection|folder|index)))"
    rf"|{LED}(?:list|show(?: me)?|name) (?:all )?(?:of )?(?:the |your )?articles",
    re.IGNORECASE,
)
# "Who wrote the third?"
_ENDS_IN_A_PLACE = re.compile(rf".*\bthe (?:{PLACE})", re.IGNORECASE)
# "List them", "Which are they?"
_LIST_THEM = re.compile(
    rf"{LED}(?:(?:list|show(?: me)?|name|give me) (?:all of )?(?:them|these|those)(?: all)?"
    rf"|(?:which|what) (?:ones )?are (?:they|these|those)(?: articles)?|which ones){PLEASE}",
    re.IGNORECASE,
)
# "Which of them are from 2022?", "... are by Ana Ruiz", "... mention the mill", "... have no date"
_WHICH_OF_THEM = re.compile(
    rf"{LED}(?P<ask>which|what|how many)(?: ones?)? of (?:them|these|those)(?: articles)? "
    r"(?P<rest>(?:(?:are|is|were|was|come|comes|came) (?:(?:written|published|printed|dated) )?"
    r"(?:from|by|in|on|after|before|since|until|between|during|about"
    r"|(?:newer|older|later|earlier|more recent) than) "
    r"|(?:do not |does not |don['’]t |doesn['’]t )?mentions? ).+"
    r"|(?:have|has|states?|names?) no (?:dates?|authors?|bylines?)"
    r"|(?:are|is) (?:undated|anonymous))",
    re.IGNORECASE,
)
# "Which of them mentions the mill?"
_ALSO = re.compile(
    rf"{LED}(?:which|what)(?: ones?)?(?: of (?:them|these|those))? (?:also )?"
    r"(?:mentions?|(?:is|are) about) (?:also )?(?P<topic>.+)",
    re.IGNORECASE,
)
# "And the second?"
_THE_AT = re.compile(rf"\bthe ({AT}) ({PIECE})(?! (?:that|listed)\b)", re.IGNORECASE)
_OTHER_AT = re.compile(
    rf"{LED}(?:(?:what about|how about|in|of|from|by) )*the (?P<at>{AT})(?: (?:one|{PIECE}))?",
    re.IGNORECASE,
)
# "Give me a timeline", and then "Show the rest"
_SHOW = rf"{LED}(?:(?:show|list|give|tell)(?: me)? |what are )?"
_NEXT_DATES = re.compile(
    rf"{_SHOW}(?:the )?(?:rest|others|other (?:\d+ )?(?:dates|ones|sentences|events)"
    r"|(?:other|remaining) \d+|remaining (?:\d+ )?(?:dates|ones|sentences|events)"
    r"|(?:more|further|next) (?:dates|ones|sentences|events)|more(?= of )|next)"
    rf"(?: of (?:them|it|the (?:dates|sentences|events|time ?line)))?{PLEASE}",
    re.IGNORECASE,
)
_EVERY_DATE = re.compile(
    rf"{_SHOW}(?:all(?: of (?:them|it)| (?:the )?(?:\d+ )?(?:dates|sentences|events))?|them all"
    rf"|everything|the (?:whole|full|complete|entire) (?:time ?line|list)){PLEASE}",
    re.IGNORECASE,
)
_HAPPENED = re.compile(rf"{LED}what (?:else )?happened\b(?!,? (?:and )?when\b)", re.IGNORECASE)
_MOST = 300  # characters of a question before that is named


def with_articles_named(message: str, before: str) -> str:
    """Return `message` with the articles named that it means, "" where it means none.

    `before` is the question before it, itself standing on its own.

    >>> with_articles_named("Summarise the second one.", "Which articles mention the dam?")
    'Summarise the second article that mentions “the dam”.'
    """
    asked, known = message.strip().rstrip("?!. "), _known(before)
    if BY_DATE.search(before) and (dates := _further_dates(asked, before)):
        return dates
    if known is None:
        return ""
    told_at = list(_THE_AT.finditer(before))
    if len(told_at) == 1 and (other := _OTHER_AT.fullmatch(asked)):
        return _THE_AT.sub(f"the {other['at'].lower()} {told_at[0][2]}", before)
    if (told_at or _ALL.fullmatch(before.rstrip("?!. "))) and _ENDS_IN_A_PLACE.fullmatch(asked):
        one = as_an_article(f"{asked} one")
        if one != f"{asked} one":
            return f"{one}?" if one.lower().startswith("wh") else one
    if whole := _of_the_one_named(asked, before):
        return whole
    if (told := meant_in(before)) and (whole := _of_the_same(asked, before, told[1])):
        return whole
    if _ALL.fullmatch(before.strip().rstrip("?!. ")):
        if age := _NEWEST.fullmatch(asked):
            return f"{age['which']} is the {_most_asked(age)} article?"
        if some := _WHICH_OF_THEM.fullmatch(asked):
            return f"{some['ask'].capitalize()} articles {some['rest']}?"
        if _LIST_THEM.fullmatch(asked):
            return "Which articles do you have?"
    told = None if some_of(before) else meant_in(before)
    spoken_of = known.how != "answer" or told is not None or source_asked(before) != ""
    if SOURCE.fullmatch(asked):
        if not spoken_of:
            return f"Which article answers “{known.what}”?"
        these = known if told is not None else replace(known, several=known.how != "answer")
        return f"What is the title of {these.phrase}?"
    by_name = re.search(r"\barticles?\b", asked, re.IGNORECASE) and _NEWEST.fullmatch(asked)
    if (spoken_of or by_name) and (whole := _of_those(asked, before, known)):
        return whole
    if spoken_of and (same := _in_other_words(asked)):
        return same.said.replace("{}", _one(same.one, same.at, known).phrase)
    for pattern in _OF_ARTICLES:
        if (match := pattern.fullmatch(asked)) is None:
            continue
        if _ALL_SAY.match(asked):
            return ""
        # After an answer "it" is what the answer is about, unless the article was spoken of.
        wrote = _WROTE_THAT.fullmatch(asked) and not _OF_A_WORK.search(before)
        if not spoken_of and not wrote and not _THAT_ONE.fullmatch(match["one"]):
            return ""
        meant = _one(match["one"], match["at"] or "", known)
        end = message[message.index(asked) + len(asked) :]
        named = f"{asked[: match.start('one')]}{meant.phrase}{asked[match.end('one') :]}{end}"
        return f"{named[:1].upper()}{named[1:]}"
    return ""


def _further_dates(asked: str, before: str) -> str:
    """Return what asks for the dates that were not told after the question `before`; "" if none."""
    wanted = dates_wanted(before)
    of = wanted.question.rstrip("?!. ")
    if _EVERY_DATE.fullmatch(asked):
        return f"{DatesWanted(of, every=True).said}?"
    if goes_on(asked) and _HAPPENED.match(of):
        return ""  # on what happened
    if aside := beside_time(asked, before):
        return aside
    beside = NEXT.fullmatch(asked) or BEFORE.fullmatch(asked)
    if (_NEXT_DATES.fullmatch(asked) or goes_on(asked) or beside) and not wanted.every:
        return f"{DatesWanted(of, wanted.page + 1).said}?"
    return ""


@dataclass(frozen=True, slots=True)
class _Other:
    """What is asked in other words: `said`, of what is to stand at its "{}", `one` and `at`."""

    said: str
    one: str
    at: str


def _in_other_words(asked: str) -> _Other | None:
    """Return what a message asks in other words than those of rag.replies.about_one, or None."""
    for pattern, said in _IN_OTHER_WORDS:
        if match := pattern.fullmatch(asked):
            groups = match.groupdict()
            of = match[1] if not groups and match.lastindex else ""
            return _Other(
                said.replace("{1}", of), groups.get("one") or "it", groups.get("at") or ""
            )
    return None


def _most_asked(age: re.Match[str]) -> str:
    """Return the age or length that a question for the newest or the newer one asks for."""
    return _MOST_OF.get((age["more"] or "").lower()) or age["age"].lower()


def _of_the_one_named(asked: str, before: str) -> str:
    """Return what is asked of "it", after a question that names an article; "" where none does."""
    told = before.strip().rstrip("?!. ")
    more = goes_on(asked) or _WHAT_ELSE.fullmatch(asked)
    if more and not meant_in(before) and (summed := _SUMMED.fullmatch(told)):
        return f"Summarise more of {summed['more'] or ''}{summed['named'] or summed['told']}"
    named = _NAMED_ONE.findall(told)
    if not named and (text := _OF_A_TEXT.fullmatch(told)):
        named = [text["named"] or text["dated"]]
    if len(named) != 1 or meant_in(before) or _SEVERAL.fullmatch(named[0].lower()):
        return ""
    if same := _of_the_same(asked, before, named[0]):
        return same
    if (other := _in_other_words(asked)) and _IT.fullmatch(other.one):
        return other.said.replace("{}", named[0])
    for pattern in _OF_ARTICLES:
        match = pattern.fullmatch(asked)
        if match and _IT.fullmatch(match["one"]):
            whole = f"{asked[: match.start('one')]}{named[0]}{asked[match.end('one') :]}"
            end = (
                "?"
                if re.match(r"(?:wh|on |by |from |do|did|is|are|was)", whole, re.IGNORECASE)
                else ""
            )
            return f"{whole[:1].upper()}{whole[1:]}{end}"
    return ""


def _of_the_same(asked: str, before: str, named: str) -> str:
    """Return what a message asks of the article of which something alike was asked; or ""."""
    if not _ASKED_OF_ONE.match(before):
        return ""
    for pattern, said in _OF_THE_SAME:
        if pattern.fullmatch(asked):
            return said.replace("{}", named)
    return ""


def _known(before: str) -> Meant | None:
    """Return the articles that the question before was about, or that answer it."""
    if (told := meant_in(before)) and not some_of(before):
        return told[0]
    question = source_asked(before) or " ".join(before.replace("“", '"').replace("”", '"').split())
    if len(question) > _MOST:
        return None
    covered = coverage_topic(before)
    if some_of(before):
        return Meant("list", question)
    if covered is not None:
        return None if covered.speakers else Meant("mention", covered.text.strip("“”\"' "))
    return Meant("list" if is_listing(question) else "answer", question)


def _of_those(asked: str, before: str, known: Meant) -> str:
    """Return what is asked of the articles together: the newest, how many, which of them."""
    these = replace(known, at="", several=False)
    if _LIST_THEM.fullmatch(asked):
        return _listing_of(replace(these, several=True))
    if age := _NEWEST.fullmatch(asked):
        most = _most_asked(age)
        if known.how == "mention":
            return f"Which is the {most} article that mentions “{known.what}”?"
        return f"What is the title of {replace(these, at=most).phrase}?" if most in AGES else ""
    if known.how == "mention" and _HOW_MANY.fullmatch(asked):
        return f"How many articles mention {known.what}?"
    if known.how == "list" and _HOW_MANY.fullmatch(asked) and (which := _WHICH.match(known.what)):
        return f"How many articles {known.what[which.end() :]}"
    if known.how == "mention" and (also := _ALSO.fullmatch(asked)):
        return f"Which articles mention {known.what} and {also['topic']}?"
    if some := _WHICH_OF_THEM.fullmatch(asked):
        ask = "How many" if some["ask"].lower() == "how many" else "Which"
        return f"{ask} of {replace(these, several=True).phrase} {some['rest']}?"
    told = None if some_of(before) else meant_in(before)
    if other := _OTHER_AT.fullmatch(asked):
        named = replace(these, at=other["at"].lower()).phrase
        if told is not None and told[0].at:
            return before.replace(told[1], named)
        return f"Summarise {named}"
    return ""


def _listing_of(meant: Meant) -> str:
    """Return the question that lists the articles that are meant."""
    if meant.how == "mention":
        return f"Which articles mention {meant.what}?"
    if meant.how == "list":
        return which_asked(meant.what)
    return f"What is the title of {meant.phrase}?"


def _one(word: str, at: str, known: Meant) -> Meant:
    """Return which of the known articles are meant by "it", "the second one" or "both"."""
    if at:
        return replace(known, at=at.lower(), several=False)
    if _SEVERAL.search(word.lower()):
        return replace(known, at="", several=True)
    return replace(known, several=False)  # the one that was picked before
