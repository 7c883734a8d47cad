"""A statement that stands below something is stated with that, and a list that is asked for whole.

"Do I have to return it?" -> the question that stands above the answer, and the answer
"Who must not take it?"   -> what opens the list ("Do not take it"), and its items that answer
"How do I descale it?"    -> what opens the steps, and all of them; of "the last step" that one
a row of a table          -> the row that names its columns, and the row; what tells itself alone
"What counts is this:"    -> with the list that it opens, or not at all
"Remedy: Open the knob."  -> from "Problem:" on, where such lines come again and again
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from rag.answerer import Draft
from rag.articles.first_person import first_person
from rag.cite import Place
from rag.conversation.shown import ORDINALS, PLACE, at_place, place_of
from rag.datatypes import Article, Passage
from rag.questions.asked import asks_how, asks_who_may, wants_several
from rag.reader.features import says_nothing
from rag.reading.antecedent import MOST_CHARS
from rag.reading.desk import Desk
from rag.reading.lead import NO_LEAD, Lead, Span
from rag.reading.rows import cells, columns
from rag.searching.subject import portrayed
from rag.text import tokenise
from rag.words.terms import term_share

MOST_ITEMS = 12  # of a list that is asked for
_LEAST_SHARE = 0.5  # of the question's terms above a list, for which it is asked
# The same of "Who should see a doctor first?" and of "What steps does she give for it?": a list of
# such people or steps tells it in words of its own.
_LEAST_OF_WHO = 0.25
_LEAST_OF_CHOSEN = 0.25  # the same of a list of which several items answer
_LEAST_CHOSEN = 2
_ALL = 0.95
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_COUNTED = re.compile(r"\b(?P<word>[^\W\d_]{3,20})\s+(?P<number>\d{1,4})(?![\w.,:]\d|\w)")
_BARE = re.compile(r"\W*(?:\d+(?:[.,:/-]\d+)*|yes|no|[^\W\d_])?\W*", re.IGNORECASE)
_FEW_ITEMS = 4  # of a list that is stated with what opens it, where that is not what is asked for
_FEW_WORDS = 3  # "Yes, usually."
_NTH = re.compile(rf"\bthe (?P<at>{PLACE}) (?P<noun>[a-z]+)\b", re.IGNORECASE)
_OF_A_LIST = re.compile(
    r"\b(?:what|which)(?:\s+are\s+the)?(?:\s+\w+)?\s+(?:steps|stages|points|rules|tips|items)\b",
    re.IGNORECASE,
)
_OF_ANY_LIST = frozenset("step item point stage rule".split())
_LISTING = " ".join(
    (
        *ORDINALS,
        "last step steps list lists item items way ways thing things point stage all",
        "still already yet now currently",
    )
)
_ASKING = re.compile(r"\W*(?:what|how|when|where|who|which|why)\b", re.IGNORECASE)

Leads = Callable[[str], Mapping[int, Lead]]
# A list's lead and its article -> the share of the question's terms that stand above, weighted by
# idf; 0 where the question tells one of the items by what it holds.
Share = Callable[[Lead, Article], float]
# A table's lead and its article -> those of its rows that a question picks by what they hold.
Picked = Callable[[Lead, Article], tuple[Span, ...]]


def with_leads(
    draft: Draft,
    question: str,
    passages: Sequence[Passage],
    leads: Leads,
    share: Share,
    *,
    most: int,
    picked: Picked = lambda *_: (),
    articles: Mapping[str, Article] | None = None,
) -> Draft:
    """Return the draft with what its places stand below.

    `passages` are those that were found, `leads` gives the leads of an article's statements, by its
    id, `share` how much of the question one tells, and `picked` the rows that it picks of a table:
    where several things are asked for, these are stated. Where the first place opens a list, or is
    of one that `question` asks for, all of it is stated: `most` items, or more where it is asked
    for. So is one of the passages that stands below all that is asked. Of "the third step" it is
    that one. With `most` 0 no list is stated whole. Claims that differ stay. `articles` are those
    of the places, by id, where the passages of a question's parts may lack one.
    """
    if not draft.places or draft.differing or draft.by_date:
        return draft
    if articles is None:
        articles = {passage.article.id: passage.article for passage in passages}
    for passage in passages if most and wants_several(question) else ():
        for table in _lists_in(passage, leads):
            if rows := picked(table, passage.article):
                some = replace(table, items=rows)
                return stating(draft, passage.article, some, MOST_ITEMS, question)
    first = draft.places[0]
    lead = _list_of(first, leads)
    nth = _NTH.search(question) if most else None
    of_who = asks_who_may(question) or _OF_A_LIST.search(question) is not None
    asks = most > 0 and (nth is not None or of_who or wants_several(question) or asks_how(question))
    told = share(lead, articles[first.article_id]) if asks and lead.items else 0.0
    below_all = (
        (passage.article, other)
        for passage in (passages if asks and told < _ALL else ())
        for other in _lists_in(passage, leads)
        if share(other, passage.article) >= _ALL
    )
    asked = next(below_all, None)
    least = _LEAST_OF_WHO if of_who else _LEAST_SHARE
    if asked is None and len(lead.items) > 1 and told >= least:
        asked = (articles[first.article_id], lead)
    if asked is None and asks and nth is None:
        asked = _list_chosen(draft.places, articles, leads, share)
    if nth is not None:
        for article, one in (*([asked] if asked else ()), *below_all):
            if _is_of(nth, article, one) and (item := _item(nth, article, one)) is not None:
                return replace(draft, places=(*_opening(article, one, [item], question), item))
    elif asked is not None:
        return stating(draft, *asked, MOST_ITEMS, question)
    elif most and len(lead.items) > 1 and _opens(first, lead):
        return stating(draft, articles[first.article_id], lead, most, question)
    numbers = set(re.findall(_NUMBER, question))
    places = _of_number(draft.places, question, articles, leads)
    if most:
        places = _with_items(places, articles, leads)
    return replace(draft, places=tuple(_below(places, articles, leads, question, numbers)))


def _list_chosen(
    places: Sequence[Place], articles: Mapping[str, Article], leads: Leads, share: Share
) -> tuple[Article, Lead] | None:
    """Return the list of which most of the places are that are of any, at least _LEAST_CHOSEN.

    Something of what is asked has to stand above it, and it has to be no table.
    """
    chosen = Counter(
        (place.article_id, lead.items)
        for place in places
        if (lead := leads(place.article_id).get(place.start, NO_LEAD)).items
        and not lead.asks
        and not lead.columns
    )
    for (name, items), count in chosen.most_common(1):
        lead = leads(name)[items[0][0]]
        if count >= _LEAST_CHOSEN and share(lead, articles[name]) >= _LEAST_OF_CHOSEN:
            return articles[name], lead
    return None


def _of_number(
    places: Sequence[Place], question: str, articles: Mapping[str, Article], leads: Leads
) -> list[Place]:
    """Return the places without the rows of another number than is asked for, where one has it.

    Of "week 5": a row with another number in the column "Week", or a line that says "Week 6".
    """
    kept = list(places)
    for asked in _COUNTED.finditer(question):
        numbers = {
            place: _counted(
                asked["word"],
                articles[place.article_id].text,
                place,
                leads(place.article_id).get(place.start, NO_LEAD),
            )
            for place in kept
        }
        if asked["number"] in numbers.values():
            kept = [place for place in kept if numbers[place] in ("", asked["number"])]
    return kept


def _counted(word: str, text: str, place: Place, lead: Lead) -> str:
    """Return the number that an item or a row has for a word such as "week", "" without one."""
    line, stems = text[place.start : place.end], tokenise(word)
    row = [line[low:high] for low, high in cells(line)]
    names = columns(text, lead)
    for name, cell in zip(names, row, strict=False):
        if tokenise(name) == stems and cell.isdigit():
            return cell
    said = re.search(rf"\b{re.escape(word)}\s+(\d+)\b", line, re.IGNORECASE)
    return said[1] if said and (lead.items or lead.columns) else ""


def _is_of(nth: re.Match[str], article: Article, lead: Lead) -> bool:
    """Return whether "the third sanction" is one of a list: of sanctions, by what stands above."""
    noun = nth["noun"].lower().removesuffix("s")
    above = "\n".join(article.text[slice(*span)] for span in lead.above)
    return noun in _OF_ANY_LIST or not set(tokenise(noun)).isdisjoint(tokenise(above))


def _item(nth: re.Match[str], article: Article, lead: Lead) -> Place | None:
    """Return the item of a list that an ordinal names; None where it has not so many."""
    item = at_place(_whole_items(article, lead), place_of(nth["at"]) or 0)
    return Place(article.id, *item) if item else None


def _list_of(place: Place, leads: Leads) -> Lead:
    """Return the lead of the list that a place opens, or is of."""
    found = leads(place.article_id)
    opened = next((one for one in found.values() if _opens(place, one)), NO_LEAD)
    lead = opened if opened.items else found.get(place.start, NO_LEAD)
    return NO_LEAD if lead.asks else lead


def _opens(place: Place, lead: Lead) -> bool:
    return lead.is_opened_by((place.start, place.end))


def _lists_in(passage: Passage, leads: Leads) -> Iterator[Lead]:
    """Yield the lead of each list of several items of which one stands in the passage."""
    seen: set[tuple[Span, ...]] = set()
    for start, lead in leads(passage.article.id).items():
        is_within = passage.chunk.start <= start < passage.chunk.end
        if is_within and not lead.asks and len(lead.items) > 1 and lead.items not in seen:
            seen.add(lead.items)
            yield lead


def stating(draft: Draft, article: Article, lead: Lead, most: int, question: str = "") -> Draft:
    """Return the draft that states a list: what opens it and `most` of its items.

    What the `question` says of the columns of a table need not be told again.
    """
    items = [Place(article.id, *span) for span in _whole_items(article, lead)]
    rest = len(items) - most
    reason = f"The list there has {rest:,} more." if rest > 0 else draft.reason
    says = [Place(article.id, *lead.says)] if lead.says else []
    places = (*says, *_opening(article, lead, items[:most], question), *items[:most])
    return replace(draft, places=places, reason=reason)


def _with_items(
    places: Sequence[Place], articles: Mapping[str, Article], leads: Leads
) -> list[Place]:
    """Return the places, each that opens a list with the items of it that are stated.

    Where none is, with all of a short list; beside others it is left out before a long one. An item
    that is stated by another sentence than its first has those before it, too.
    """
    whole: list[Place] = []
    for place in places:
        article, lead = articles[place.article_id], _list_of(place, leads)
        items = [Place(article.id, *span) for span in _whole_items(article, lead)]
        if not lead.items or not _opens(place, lead):
            of = next((one for one in items if _begins_in(one, place)), None)
            is_told = of is not None and any(_is_at(of, other) for other in places)
            whole.append(replace(place, start=of.start) if of and not is_told else place)
            continue
        told = [item for item in items if any(_begins_in(item, other) for other in places)]
        if not told and len(items) <= _FEW_ITEMS:
            whole += [place, *items]
        elif told:
            whole += [place, *told]
        elif len(places) == 1:
            whole += [place, *items[:_FEW_ITEMS]]
    return [one for at, one in enumerate(whole) if not any(_is_at(o, one) for o in whole[:at])]


def _begins_in(item: Place, place: Place) -> bool:
    return item.article_id == place.article_id and item.start <= place.start < item.end


def _is_at(one: Place, other: Place) -> bool:
    """Return whether two places of an article begin at the same character."""
    return (one.article_id, one.start) == (other.article_id, other.start)


def _whole_items(article: Article, lead: Lead) -> list[Span]:
    """Return the items of a list, the sentences of each together where they are not long."""
    items: list[Span] = []
    for start, end in lead.items:
        first, last = items[-1] if items else (start, end)
        is_one = "\n" not in article.text[last:start] and end - first <= MOST_CHARS
        if items and is_one:
            items[-1] = (first, end)
        else:
            items.append((start, end))
    return items


def _below(
    places: Sequence[Place],
    articles: Mapping[str, Article],
    leads: Leads,
    question: str,
    numbers: set[str],
) -> Iterator[Place]:
    """Yield the places below what opens their lists, those of one list together, in its order.

    Above them the headings with one of `numbers` that a place itself lacks: "4.1.2 (11 June)".
    """
    given: set[tuple[str, int]] = set()
    for place in places:
        if (place.article_id, place.start) in given:
            continue
        for head in _numbered(place, articles[place.article_id], numbers):
            if (head.article_id, head.start) not in given:
                given.add((head.article_id, head.start))
                yield head
        lead = leads(place.article_id).get(place.start, NO_LEAD)
        beside = [place]
        if lead.opens:
            starts = {start for start, _ in lead.items}
            beside += [
                other
                for other in places
                if other is not place
                and other.article_id == place.article_id
                and other.start in starts
            ]
            opening = _opening(articles[place.article_id], lead, beside, question)
            yield from (one for one in opening if (one.article_id, one.start) not in given)
            given |= {(one.article_id, one.start) for one in [*opening, *beside]}
            yield from sorted(beside, key=lambda one: one.start)
        else:
            whole = _with_question(place, lead, articles[place.article_id], question)
            if lead.record and lead.record[1] - lead.record[0] <= MOST_CHARS:
                whole = replace(place, start=lead.record[0], end=lead.record[1])
            if (whole.article_id, whole.start) not in given:
                yield whole
            given |= {(place.article_id, place.start), (whole.article_id, whole.start)}


def _numbered(place: Place, article: Article, numbers: set[str]) -> Iterator[Place]:
    """Yield the headings above a place that have one of `numbers`, where the place has none."""
    if not numbers or numbers & set(re.findall(_NUMBER, article.text[place.start : place.end])):
        return
    for head in article.headings_above(place.start):
        if numbers & set(re.findall(_NUMBER, article.text[head.start : head.end])):
            yield Place(article.id, head.start, head.end)


def _opening(article: Article, lead: Lead, told: Sequence[Place], question: str) -> list[Place]:
    """Return what opens a list, or names the columns of a table of which the rows are `told`.

    Two columns need no names where the rows tell what they give, or the `question` does.
    """
    if lead.opens is None:
        return []
    names = columns(article.text, lead)
    if len(names) == 2 and told:
        rows = [article.text[place.start : place.end] for place in told]
        values = [row[slice(*cells(row)[-1])] for row in rows]
        asked, named = set(tokenise(question)), set(tokenise(names[1]))
        if not any(map(_BARE.fullmatch, values)) or (named and named <= asked):
            return []
    return [Place(article.id, *lead.opens)]


def _with_question(place: Place, lead: Lead, article: Article, question: str) -> Place:
    """Return the place with the question that it stands right below.

    Where that very question is asked it stands without, but for what is no more than "Yes.", which
    goes on to what it stands before.
    """
    if lead.asks is None:
        return place
    start, end = lead.asks
    text = article.text
    if any(char.isalnum() for char in text[end : place.start]):
        return place
    words = re.findall(r"\w+", text[place.start : place.end])
    if len(words) > _FEW_WORDS and set(tokenise(text[start:end])) == set(tokenise(question)):
        start = place.start  # it would be said back
    after = next((to for at, to in lead.items if at >= place.end), place.end)
    last = after if len(words) <= _FEW_WORDS else place.end
    return replace(place, start=start, end=last) if last - start <= MOST_CHARS else place


def told_above(desk: Desk, terms: Sequence[str], lead: Lead, article: Article) -> float:
    """Return the share of a question's `terms`, weighted by idf, above a list's items.

    The article's title is above them, too, where one of the terms stands below that. Those
    count that tell what is asked of: neither "what" nor "the steps" do. It is 0 where another
    of them is in some of the items alone, which is what is asked for, and where the nearest
    heading asks for something else ("What to bring on a walk"). The name of whom all of the
    article is by or about counts for none of it.
    """
    listing, telling = _listing_terms(article.language), _telling(terms, article.language)
    telling -= set(tokenise(first_person(article) or portrayed(article)[0], article.language))
    idf = desk.idf(telling)
    texts = [article.text[slice(*span)] for span in lead.above]
    if not term_share(idf, "\n".join(texts), article):
        return 0.0
    nearest = texts[-1]
    asked = {term for term in tokenise(nearest, article.language) if not says_nothing(term)}
    if _ASKING.match(nearest) and not asked <= {*terms, *listing}:
        return 0.0
    above = "\n".join([article.title, *texts])
    rest = telling - set(tokenise(above, article.language))
    if rest and desk.items(article, lead.items).differ_in(rest):
        return 0.0
    return term_share(idf, above, article)


def rows_picked(desk: Desk, terms: Sequence[str], lead: Lead, article: Article) -> tuple[Span, ...]:
    """Return the rows of a table, but not all, that a question's `terms` pick.

    "Which walks are hard?": the walks are told above, in the title, the headings or the names
    of the columns, and "hard" in some of the rows. A row holds all that is not told above.
    """
    language = article.language
    telling = _telling(terms, language)
    texts = [article.title, *(article.text[slice(*span)] for span in lead.above)]
    rest = telling - set(tokenise("\n".join(texts), language))
    if not lead.columns or not rest or rest == telling:
        return ()
    rows = desk.items(article, lead.items).holding(rest)
    return tuple(rows) if len(rows) < len(lead.items) else ()


@lru_cache(maxsize=64)
def _listing_terms(language: str) -> frozenset[str]:
    """Return the terms in a language that only say that a list is asked for."""
    return frozenset(tokenise(_LISTING, language))


def _telling(terms: Sequence[str], language: str) -> set[str]:
    """Return those of a question's terms that tell what is asked of: neither "what" nor "steps"."""
    listing = _listing_terms(language)
    return {term for term in terms if term not in listing and not says_nothing(term)}
