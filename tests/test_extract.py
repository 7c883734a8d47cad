"""The extractive answerer: which sentences it picks, and when it picks none."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from rag import extract
from rag.answerer import Draft
from rag.asked import asks_for_judgement
from rag.chunk import statement_spans
from rag.cite import Place
from rag.config import Config
from rag.datatypes import Article, BlockKind, Chunk, Passage, Scores
from rag.declining import not_said
from rag.encoder import SentenceEncoder
from rag.extract import ExtractiveAnswerer, Features, Judged, left_out
from rag.retrieve import HybridRetriever, Retrieved
from rag.store import Generation
from rag.text import normalise, tokenise
from tests.making import RIVERS, CountingEncoder, blocks_article, make_article, make_generation
from tests.test_lead import TROUBLES

QUESTION = "How long is the Nile?"
ANY = Config(min_confidence=0.0, most_statements=3)


@pytest.fixture(scope="module")
def generation(tiny: SentenceEncoder) -> Generation:
    articles = [make_article(text, name=name) for name, text in sorted(RIVERS.items())]
    return make_generation(articles, tiny, chunk_tokens=60, overlap=1)


def found_for(
    question: str, generation: Generation, encoder: SentenceEncoder | CountingEncoder, k: int = 8
) -> Retrieved:
    return HybridRetriever(generation, encoder, Config()).retrieve(question, k=k)


def draft_for(
    question: str, generation: Generation, encoder: SentenceEncoder, config: Config = ANY
) -> Draft:
    answerer = ExtractiveAnswerer(generation, encoder, config)
    return answerer.answer(question, found_for(question, generation, encoder))


def texts_of(draft: Draft, generation: Generation) -> list[str]:
    return [generation.articles[p.article_id].text[p.start : p.end] for p in draft.places]


def test_it_picks_whole_sentences_of_the_passages(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    found = found_for(QUESTION, generation, tiny, k=2)
    draft = ExtractiveAnswerer(generation, tiny, ANY).answer(QUESTION, found)
    assert draft.places
    for place in draft.places:
        assert (place.start, place.end) in statement_spans(generation.articles[place.article_id])
        assert any(
            p.chunk.article_id == place.article_id
            and p.chunk.start <= place.start
            and place.end <= p.chunk.end
            for p in found.passages
        )
    assert len(set(draft.places)) == len(draft.places)


@pytest.mark.parametrize("most", [1, 2, 3, 50])
def test_it_keeps_to_the_number_of_statements(
    generation: Generation, tiny: SentenceEncoder, most: int
) -> None:
    draft = draft_for(QUESTION, generation, tiny, ANY.replace(most_statements=most))
    longest = draft_for(QUESTION, generation, tiny, ANY.replace(most_statements=50))
    stated = [normalise(text) for text in texts_of(draft, generation)]
    assert 1 <= len(set(stated)) <= most
    assert draft.places == longest.places[: len(draft.places)], "fewer are the head of more"


def test_it_is_as_sure_as_the_formula_says(generation: Generation, tiny: SentenceEncoder) -> None:
    """The features and the two logistic regressions, computed here in plain steps.

    No sentence of the first six passages leans on another one.
    """
    found = found_for(QUESTION, generation, tiny, k=6)
    draft = ExtractiveAnswerer(generation, tiny, ANY).answer(QUESTION, found)
    idf = {term: generation.lexical.idf(term) for term in found.terms}
    features: dict[str, Features] = {}
    for passage in found.passages:
        for start, end in statement_spans(passage.article):
            text = passage.article.text[start:end]
            if text not in passage.chunk.text or text in features:
                continue
            held = sum(weight for term, weight in idf.items() if term in tokenise(text))
            features[text] = Features(
                cosine=float(tiny.encode([text])[0] @ tiny.encode([QUESTION])[0]),
                coverage=held / sum(idf.values()),
                expected=float(any(character.isdigit() for character in text)
                               or "two" in text or "ten" in text.split()),
            )  # fmt: skip

    def logistic(values: Sequence[float], weights: Sequence[float], constant: float) -> float:
        return 1 / (1 + math.exp(-constant - sum(np.multiply(values, weights))))

    best = [max(f.cosine for f in features.values()), max(f.coverage for f in features.values())]
    assert draft.confidence == pytest.approx(
        logistic(best, extract.ANSWER_WEIGHTS, extract.ANSWER_CONSTANT), abs=1e-5
    )
    scores = {
        text: logistic(f.vector(), extract.SENTENCE_WEIGHTS, extract.SENTENCE_CONSTANT)
        for text, f in features.items()
    }
    chosen = texts_of(draft, generation)
    assert scores[chosen[0]] == pytest.approx(max(scores.values()), abs=1e-5)
    expected = sorted(scores.values(), reverse=True)[: len(chosen)]
    assert [scores[text] for text in chosen] == pytest.approx(expected, abs=1e-5), "best first"


def test_it_declines_below_the_confidence_that_is_asked_for(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    sure = draft_for(QUESTION, generation, tiny).confidence
    assert 0 < sure < 1
    above = draft_for(QUESTION, generation, tiny, ANY.replace(min_confidence=sure + 1e-6))
    assert (above.places, above.confidence) == ((), sure)
    assert above.reason == not_said(QUESTION)
    exactly = draft_for(QUESTION, generation, tiny, ANY.replace(min_confidence=sure))
    assert (len(exactly.places) > 0, exactly.reason) == (True, "")


def test_without_passages_it_declines(generation: Generation, tiny: SentenceEncoder) -> None:
    draft = ExtractiveAnswerer(generation, tiny, ANY).answer("x", Retrieved((), ("x",), None, {}))
    assert draft == Draft(
        (), 0.0, "The articles hold nothing that matches this question.", threshold=0.0
    )


def test_passages_without_a_statement_decline(tiny: SentenceEncoder) -> None:
    article = blocks_article(("The length of the Nile", BlockKind.HEADING))
    draft = draft_for(QUESTION, make_generation([article], tiny), tiny)
    assert (draft.places, draft.confidence) == ((), 0.0)


def test_no_caption_byline_or_heading_is_picked(tiny: SentenceEncoder) -> None:
    said = "The Nile is about 6,650 kilometres long"
    article = blocks_article(
        *((f"{said}, {kind}.", kind) for kind in BlockKind if kind is not BlockKind.ITEM)
    )
    generation = make_generation([article], tiny)
    draft = draft_for(QUESTION, generation, tiny)
    assert texts_of(draft, generation) == [f"{said}, paragraph."]


def test_the_number_of_a_clause_is_no_statement(tiny: SentenceEncoder) -> None:
    table = "| 3 | 12 |\n|---|---|\n| 4 | 9 |\n"
    text = f"Berths\n\nAll boats are moored here.\n\n17.\n\nThe fee is due.\n\n{table}"
    generation = make_generation([make_article(text)], tiny, chunk_tokens=60, overlap=1)
    (chunk,) = generation.chunks
    article = generation.articles["a"]
    plain = ExtractiveAnswerer(generation, tiny, ANY)
    passage = Passage(chunk, article, Scores())
    stated = [article.text[start:end] for start, end in plain.sentences(passage)]
    assert stated == ["All boats are moored here.", "The fee is due.", "| 4 | 9 |"]


def test_the_same_sentence_of_two_articles_takes_one_of_the_places(tiny: SentenceEncoder) -> None:
    """One statement of two sources, so that both articles stand behind it."""
    said = "The Nile is 6,650 kilometres long."
    articles: list[Article] = [
        blocks_article((said, BlockKind.PARAGRAPH), name="a"),
        blocks_article((said, BlockKind.PARAGRAPH), name="b"),
    ]
    generation = make_generation(articles, tiny)
    draft = draft_for(QUESTION, generation, tiny, ANY.replace(most_statements=1))
    assert [place.article_id for place in draft.places] == ["a", "b"]


def test_a_sentence_in_two_chunks_is_picked_once(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    counts = {
        (c.article_id, span): sum(
            other.article_id == c.article_id and other.start <= span[0] and span[1] <= other.end
            for other in generation.chunks
        )
        for c in generation.chunks
        for span in statement_spans(generation.articles[c.article_id])
    }
    assert max(counts.values()) == 2, "the chunks do overlap"
    draft = draft_for(QUESTION, generation, tiny, ANY.replace(most_statements=50))
    assert len(set(draft.places)) == len(draft.places)


def test_without_a_question_vector_it_makes_its_own(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    lexical = HybridRetriever(generation, tiny, Config(retriever="lexical"))
    found = lexical.retrieve(QUESTION, k=8)
    assert found.query is None
    draft = ExtractiveAnswerer(generation, tiny, ANY).answer(QUESTION, found)
    assert "6,650" in " ".join(texts_of(draft, generation))


def test_a_sentence_is_encoded_once(generation: Generation, counting: CountingEncoder) -> None:
    answerer = ExtractiveAnswerer(generation, counting, ANY)
    first = answerer.answer(QUESTION, found_for(QUESTION, generation, counting))
    counting.encoded.clear()
    again = answerer.answer(QUESTION, found_for(QUESTION, generation, counting))
    assert counting.encoded == [QUESTION], "the question alone is new"
    assert again == first


@pytest.mark.parametrize("leaning", ["It is 6,650 km long.", "Among them, two are 6,650 km long."])
def test_a_sentence_that_leans_on_the_one_before_is_judged_with_it(
    tiny: SentenceEncoder, leaning: str
) -> None:
    question = "How long are the rivers of the atlas?"

    def coverage(text: str) -> float:
        generation = make_generation([make_article(text)], tiny, chunk_tokens=60, overlap=0)
        answerer = ExtractiveAnswerer(generation, tiny, ANY)
        judged = answerer.judge(question, found_for(question, generation, tiny))
        return next(each.features.coverage for each in judged if each.text == leaning)

    opening = "The atlas has rivers."
    assert coverage(f"{opening} {leaning}\n") > coverage(f"{leaning} {opening}\n")


def test_a_line_that_opens_a_paragraph_of_its_own_leans_on_none_before(
    tiny: SentenceEncoder,
) -> None:
    text = TROUBLES[TROUBLES.index("The pump is loud") :]
    generation = make_generation([make_article(text)], tiny, chunk_tokens=60, overlap=0)
    judged = ExtractiveAnswerer(generation, tiny, ANY).judge(
        "Why does it leak?", found_for("Why does it leak?", generation, tiny)
    )
    told = {each.text: each.understood for each in judged}
    assert told["It leaks."] == "It leaks."
    assert told["It must not be forced."].startswith("It leaks.\nTighten the ring")


def test_how_alike_the_nearest_passages_are_leaves_the_passage_itself_out(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    answerer = ExtractiveAnswerer(generation, tiny, ANY)
    vectors = generation.vectors.vectors(range(len(generation.chunks)))
    nearest = np.sort(vectors @ vectors[0])[::-1][1:6]
    assert answerer.near(vectors[0]) == pytest.approx(float(nearest.mean()), abs=1e-5)
    alone = make_generation([make_article("Rain fell on Velm.", name="a")], tiny)
    one = alone.vectors.vectors([0])[0]
    assert ExtractiveAnswerer(alone, tiny, ANY).near(one) == pytest.approx(0.3)


def test_threads_share_the_vectors_that_are_kept(
    generation: Generation, tiny: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where there is no room for them, and each question drops those of the others."""
    monkeypatch.setattr(extract, "_MOST_VECTORS", 4)
    questions = [QUESTION, "Which port is the largest?", "What are the capitals on the Danube?"]
    found = {question: found_for(question, generation, tiny, k=1) for question in questions}
    alone = {q: ExtractiveAnswerer(generation, tiny, ANY).answer(q, found[q]) for q in questions}
    answerer = ExtractiveAnswerer(generation, tiny, ANY)
    wrong: list[object] = []

    def work(question: str) -> None:
        for _ in range(15):
            try:
                draft = answerer.answer(question, found[question])
            except Exception as error:  # told in the main thread
                wrong.append(error)
                return
            if draft.places != alone[question].places:
                wrong.append(draft)

    threads = [threading.Thread(target=work, args=(question,)) for question in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Which companies gave tokens away?", True),
        ("What two reasons does she give?", True),
        ("What other lakes freeze over?", True),
        ("Which Swiss rivers flow north?", True),
        ("Who were the founders?", True),
        ("What do the reports say about the dam?", True),
        ("List the towns on the river", True),
        ("Which company gave tokens away?", False),
        ("Which country makes the best use of it?", False),
        ("What does the dam cost?", False),
        ("Which crisis followed?", False),
        ("Who was the founder?", False),
        ("How many rivers are there?", False),
    ],
)
def test_whether_a_question_asks_for_several_things(question: str, several: bool) -> None:
    from rag.asked import wants_several

    assert wants_several(question) is several
    config = ANY.replace(most_statements=3, list_statements=6)
    assert extract.most_statements(question, config) == (6 if several else 3)


def test_the_kinds_of_answer_a_question_expects() -> None:
    from rag.asked import DATE, NAME, NUMBER, expected_kind

    assert expected_kind("How MANY tokens?") is NUMBER
    assert expected_kind("What fraction of the firms is Dutch?") is NUMBER
    assert expected_kind("What is the total population of Malta?") is NUMBER
    assert expected_kind("What is the number one?") is None
    assert expected_kind("百度提供多少代币？") is NUMBER
    assert expected_kind("When was the dam finished?") is DATE
    assert expected_kind("Who finished it?") is NAME
    assert expected_kind("Tell me about the dam") is None
    assert NUMBER.search("It was about twice that")
    assert not NUMBER.search("None of it")
    assert DATE.search("finished in 1970")
    assert not DATE.search("finished at last")
    assert NAME.search("It was built by Egypt")
    assert not NAME.search("It was built by hand")


def test_each_passage_that_gives_no_statement_is_told_why() -> None:
    """By hand: passage a gives the statement, b holds only what a holds, c repeats its text, d is
    far behind it, e is not, but one statement was enough.
    """
    text = "One is first. Two is here. One is first. Three is far. Four is near."
    article = make_article(text)
    spans = statement_spans(article)
    passages = {
        name: Passage(Chunk(name, "a", start, end, text[start:end]), article, Scores())
        for name, (start, end) in {
            "a": (0, spans[1][1]), "b": spans[1], "c": spans[2], "d": spans[3], "e": spans[4],
        }.items()
    }  # fmt: skip
    scored = {0: ("a", 0.9), 1: ("a", 0.1), 2: ("c", 0.9), 3: ("d", 0.1), 4: ("e", 0.7)}
    judged = [
        Judged(Place("a", *spans[at]), passages[name], text[slice(*spans[at])],
               Features(0, 0, 0), np.zeros(1))
        for at, (name, _) in scored.items()
    ]  # fmt: skip
    scores = [score for _, score in scored.values()]
    places = extract.best_places(
        [(score, each.place, each.text) for score, each in zip(scores, judged, strict=True)], most=1
    )
    assert [place.start for place in places] == [spans[0][0], spans[2][0]]
    assert left_out(tuple(passages.values()), judged, scores, places) == {
        "b": "held", "c": "repeated", "d": "weak", "e": "enough",
    }  # fmt: skip


def test_a_draft_tells_by_what_it_was_judged(generation: Generation, tiny: SentenceEncoder) -> None:
    found = found_for(QUESTION, generation, tiny)
    config = Config(min_confidence=0.0, most_statements=1)
    draft = ExtractiveAnswerer(generation, tiny, config).answer(QUESTION, found)
    assert draft.threshold == 0.0
    assert found.candidates >= len(found.passages)
    gave = {p.chunk.id for p in found.passages} - set(draft.left_out)
    assert len(gave) == len(draft.places) == 1
    declined = ExtractiveAnswerer(generation, tiny, Config(min_confidence=1.0))
    assert declined.answer(QUESTION, found).threshold == 1.0


def test_a_value_is_borne_out_once_before_others_are_stated() -> None:
    scored = [
        (0.9, Place("a", 0, 5), "It gave 50 million tokens."),
        (0.8, Place("b", 0, 5), "Tokens given away: 50-million."),
        (0.7, Place("c", 0, 5), "All of the 50 million were taken."),
        (0.6, Place("d", 0, 5), "It gave 150 million."),
        (0.1, Place("e", 0, 5), "too weak"),
    ]

    def articles(most: int, value: str) -> str:
        chosen = extract.best_places(scored, most=most, value=value)
        return "".join(place.article_id for place in chosen)

    assert articles(3, "") == "abc"
    assert articles(3, "50 million") == "abd"
    assert articles(5, "50 million") == "abdc"
    assert articles(3, "Zhipu") == "abc"


def test_what_holds_a_reader_s_answer_comes_before_what_holds_none() -> None:
    scored = [
        (0.9, Place("a", 0, 5), "It gave 50 million tokens."),
        (0.8, Place("b", 0, 5), "They went in a day."),
        (0.7, Place("c", 0, 5), "All of the 50 million were taken."),
        (0.5, Place("d", 0, 5), "The 50 million were free."),
        (0.06, Place("e", 0, 5), "It gave 150 million."),
        (0.04, Place("f", 0, 5), "It gave 22 million."),
    ]

    def articles(most: int, spans: set[int], value: str = "", least: float = 0.05) -> str:
        shares = dict.fromkeys(spans, least)
        chosen = extract.best_places(scored, most=most, value=value, spans=shares)
        return "".join(place.article_id for place in chosen)

    assert articles(3, set()) == "abc"
    assert articles(3, {0, 2, 4, 5}) == "ace"
    assert articles(6, {0, 2, 4, 5}) == "acebd"
    assert articles(6, {0, 2, 4, 5}, least=0.1) == "acbd"
    assert articles(6, {0, 2, 4, 5}, least=0.04) == "acefbd"
    assert articles(3, {1, 4}) == "abe"
    assert articles(5, {0, 2, 3, 4}, "50 million") == "acebd"
    assert extract.best_places([], most=2, spans={0: 0.1}) == ()


def test_each_article_is_heard_before_one_speaks_twice() -> None:
    scored = [
        (0.9, Place("a", 0, 5), "one"), (0.8, Place("a", 6, 9), "two"),
        (0.5, Place("b", 0, 5), "three"), (0.3, Place("c", 0, 5), "four"),
        (0.1, Place("d", 0, 5), "too weak"),
    ]  # fmt: skip

    def names(**options: int) -> list[str]:
        return [
            text for _, place, text in scored if place in extract.best_places(scored, **options)
        ]

    assert names(most=2) == ["one", "two"]
    assert names(most=3, articles=6) == ["one", "three", "four"]
    assert names(most=4, articles=6) == ["one", "two", "three", "four"]
    assert names(most=3, articles=2) == ["one", "two", "three"]
    assert extract.best_places([], most=2, articles=6) == ()


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Is the ban bad for local companies?", True),
        ("So will it speed things up or slow them down?", True),
        ("How badly were the farmers hit?", True),
        ("How many farmers were hit?", False),
        ("Which companies are hit?", False),
        ("What is it called?", False),
    ],
)
def test_a_judgement_is_told_from_a_fact(question: str, wanted: bool) -> None:
    assert asks_for_judgement(question) is wanted


KITE = """# The kite

It flies.

## Colours

- red
- blue

## What to bring

- a kite
- tea
"""


@pytest.mark.parametrize(
    ("question", "item", "told"),
    [
        ("What are the colours of the kite?", "red", 1.0),
        ("What are all the colours?", "red", 1.0),
        ("Which colour is red?", "red", 0.0),  # one of the items is asked for
        ("What do kites cost?", "red", 0.0),  # the title alone tells of them
        ("What do I bring?", "tea", 1.0),
        ("Which colours?", "tea", 0.0),
        ("Which kites fly?", "a kite", 0.0),  # the heading asks for something else
    ],
)
def test_how_much_of_a_question_stands_above_a_list(
    tiny: SentenceEncoder, question: str, item: str, told: float
) -> None:
    generation = make_generation([make_article(KITE)], tiny)
    (article,) = generation.articles.values()
    answerer = ExtractiveAnswerer(generation, tiny, ANY)
    lead = answerer.leads(article.id)[KITE.index(item)]
    assert answerer.told_above(tokenise(question), lead, article) == told


WALKS = """# Walks

| Date | Walk | Grade |
|---|---|---|
| 4 May | Gull Rock | easy |
| 18 May | Black Combe | hard |
| 1 June | Scar Edge | hard |

## What to bring on a hard walk

- a torch
- a map
"""


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which walks are hard?", ["Black Combe", "Scar Edge"]),
        ("Which walks are still hard now?", ["Black Combe", "Scar Edge"]),
        ("Which walks are in June?", ["Scar Edge"]),
        ("Which hard walks are on 18 May?", ["Black Combe"]),
        ("Which walks are there?", []),  # all: nothing picks some
        ("Which boats are hard?", []),  # no table of boats
        ("Which walks are wet?", []),
    ],
)
def test_the_rows_that_a_question_picks(
    tiny: SentenceEncoder, question: str, rows: list[str]
) -> None:
    generation = make_generation([make_article(WALKS)], tiny)
    (article,) = generation.articles.values()
    answerer = ExtractiveAnswerer(generation, tiny, ANY)
    found = answerer.leads(article.id)
    lead, other = (found[WALKS.index(item)] for item in ("| 4 May", "a torch"))
    picked = answerer.rows_picked(tokenise(question), lead, article)
    assert [WALKS[slice(*row)].split(" | ")[1] for row in picked] == rows
    assert answerer.rows_picked(tokenise(question), other, article) == ()


def test_every_row_of_a_long_table_is_looked_at(tiny: SentenceEncoder) -> None:
    rows = "\n".join(
        f"| Path {n} | {n % 9 + 2} km | {'steep' if n in (3, 450, 799) else 'flat'} |"
        for n in range(800)
    )
    text = f"# Paths\n\n| Path | Length | Kind |\n|---|---|---|\n{rows}\n"
    generation = make_generation([make_article(text)], tiny)
    (article,) = generation.articles.values()
    answerer = ExtractiveAnswerer(generation, tiny, ANY)
    lead = answerer.leads(article.id)[text.index("| Path 0 ")]
    picked = answerer.rows_picked(tokenise("Which paths are steep?"), lead, article)
    assert [text[slice(*row)].split(" | ", maxsplit=1)[0] for row in picked] == [
        "| Path 3", "| Path 450", "| Path 799",
    ]  # fmt: skip
    late = tokenise("What is the length of path 799?")
    assert answerer.told_above(late, lead, article) == 0.0  # one of the rows is asked for
