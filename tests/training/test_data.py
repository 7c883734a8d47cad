"""Examples: targets stand where they should, parts share nothing, variants stay honest."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from rag.errors import QuestionSetError
from rag.reader.features import PieceSplitter
from rag.text import put_together
from rag.training import variants
from rag.training.claims import altered, by_passage, made, read_claims
from rag.training.examples import CLAIMS, Example, answer_places, cut
from rag.training.items import ItemMaker, batches
from rag.training.manifest import manifest
from rag.training.mixture import Data, file_of, leaning_on, one_pass, read_data
from rag.training.sources import WRITTEN, pieces, read_written
from tests.training.sets import write_sets


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sets(tmp_path_factory.mktemp("sets"))


@pytest.fixture(scope="module")
def data(folder: Path) -> Data:
    return read_data(folder, folder / "written")


def test_spans_and_sentences_are_places_of_the_answers(data: Data) -> None:
    for example in (*data.train, *data.dev, *data.test):
        assert example.answerable == bool(example.gold) or example.source == CLAIMS
        assert bool(example.spans) == bool(example.answers)
        for start, end in example.spans:
            assert example.passage[start:end] in example.answers
            assert any(
                example.sentences[n][0] <= start and end <= example.sentences[n][1]
                for n in example.gold
            )


def test_the_answer_is_found_inside_its_sentence_not_before_it(data: Data) -> None:
    news = [e for e in (*data.train, *data.dev, *data.test) if e.source == "news" and e.answerable]
    assert len(news) == 12
    for example in news:
        assert example.passage.index(example.answers[0]) < example.spans[0][0]
        assert example.gold == {1}


def test_parts_share_no_group_and_leave_nothing_out(data: Data) -> None:
    groups = [{e.group for e in part} for part in (data.train, data.dev, data.test)]
    assert all(groups)
    assert not groups[0] & groups[1]
    assert not groups[0] & groups[2]
    assert not groups[1] & groups[2]
    assert sum(map(len, (data.train, data.dev, data.test))) == 36 + 24 + 12 + 24 + 24 + 48
    held_out = {e.passage for e in (*data.dev, *data.test)}
    assert not held_out & {text.passage for pool in data.pools.values() for text in pool}


def test_a_pass_follows_from_its_seed(data: Data) -> None:
    assert one_pass(data, seed=3) == one_pass(data, seed=3)
    assert one_pass(data, seed=3) != one_pass(data, seed=4)


@pytest.mark.parametrize("seed", range(8))
def test_examples_of_a_pass_are_sound(data: Data, seed: int) -> None:
    for example in one_pass(data, seed=seed):
        _check(example)


def _check(example: Example) -> None:
    count = len(example.sentences)
    assert example.answerable == bool(example.gold) or example.source == CLAIMS
    assert all(0 <= number < count for number in example.gold)
    assert all(0 <= a < b <= len(example.passage) for a, b in (*example.spans, *example.sentences))
    for start, end in example.spans:
        assert example.passage[start:end] in example.answers


@pytest.mark.parametrize("name", ["cropped", "tight"])
def test_cuts_keep_the_answer_and_are_pieces_of_the_passage(data: Data, name: str) -> None:
    random = Random(1)
    for example in data.train:
        found = getattr(variants, name)(example, random) or example
        _check(found)
        assert found.passage in example.passage
        assert found.answerable == example.answerable
        assert len(found.sentences) >= min(2, len(example.sentences))


def test_negatives_hold_no_answer(data: Data) -> None:
    random, made = Random(2), 0
    for example in (e for e in data.train if e.answerable and e.answers):
        for found in (
            variants.without_answer(example),
            variants.other_passage(example, data.pools, random),
        ):
            if found is not None:
                made += 1
                _check(found)
                assert not any(answer in found.passage for answer in example.answers)
                assert found.passage != example.passage
    assert made > 20


def test_a_claim_is_of_the_group_of_its_piece(folder: Path, data: Data) -> None:
    found = read_claims(folder, folder / "written")
    assert len(found) == 48
    assert {e.answerable for e in found} == {True, False}
    groups = {e.passage: e.group for e in (*data.train, *data.dev, *data.test)}
    assert all(e.group == groups[e.passage] for e in found)
    # Claims over a piece of news may stand in a file of their own: they keep to that piece's part.
    (folder / "over").mkdir()
    news = json.loads((folder / "training" / "invented.jsonl").read_text().splitlines()[3])
    over = {**news, "qas": [], "claims": [{"claim": "It is read by all.", "supported": False}]}
    (folder / "over" / "claims.jsonl").write_text(json.dumps(over) + "\n")
    (beside,) = [e for e in read_claims(folder, folder / "over") if "by all" in e.question]
    assert beside.group == "invented.jsonl:3"


def test_a_made_claim_is_true_with_the_answer_and_false_with_another_one() -> None:
    passage = "Ada built the mill. Ben built the barn."
    spans = ((0, 19), (20, 39))
    whose = {"mill": "Ada", "barn": "Ben"}
    asked = [
        Example("news", "g", what, f"Who built the {what}?", passage, spans, True,
                ((20 * at, 20 * at + 3),), frozenset({at}), (who,))
        for at, (what, who) in enumerate(whose.items())
    ]  # fmt: skip
    random, beside, found = Random(1), by_passage(asked), set()
    for example in asked * 20:
        claim = made(example, beside, random)
        assert claim is not None
        assert claim.source == CLAIMS
        found.add((claim.question, claim.answerable))
    assert found == {
        ("Ada built the mill.", True), ("Ben built the mill.", False),
        ("Ben built the barn.", True), ("Ada built the barn.", False),
    }  # fmt: skip


def test_an_altered_claim_has_one_name_or_number_of_the_passage_in_the_place_of_another() -> None:
    passage = "In Oslo, Ada Lund sold 12 boats and 1,500 nets, and Ben Dahl bought 30 oars."
    claim = Example(
        CLAIMS, "g", "i", "It was Ada Lund who sold 12 boats.", passage, ((0, 77),), True
    )
    found = {altered(claim, Random(seed)) for seed in range(60)}
    assert {e and (e.question, e.answerable, e.passage == passage) for e in found} == {
        (question, False, True)
        for question in (
            "It was Ben Dahl who sold 12 boats.",
            "It was Ada Lund who sold 30 boats.",
            "It was Ada Lund who sold 1,500 boats.",
        )
    }
    for question in (
        "She sold boats.",
        "It was Eve Moe who sold 44 boats.",
    ):  # nothing of the passage
        assert altered(replace(claim, question=question), Random(1)) is None


def test_a_swapped_question_asks_about_what_the_passage_does_not_name() -> None:
    pool = {"news": variants.Pool([variants.Text("Long ago Peter met Karl.", ((0, 24),))])}
    example = Example(
        "news", "g", "i", "What did Anna do in 1999?", "In 1999, Anna left.", ((0, 19),), True,
        ((9, 13),), frozenset({0}), ("Anna",),
    )  # fmt: skip
    found = variants.swapped(example, pool, Random(1))
    assert found is not None
    assert not found.answerable
    assert "1999" not in found.question
    assert found.passage == example.passage
    nameless = Example("news", "g", "i", "What is left?", "No.", ((0, 3),), False)
    assert variants.swapped(nameless, pool, Random(1)) is None


def test_joined_passages_keep_their_places(data: Data) -> None:
    made = 0
    for seed, example in enumerate(data.train):
        found = variants.joined(example, data.pools, Random(seed))
        if found is not None:
            made += 1
            _check(found)
            assert example.passage in found.passage
            assert [found.passage[a:b] for a, b in found.spans] == [
                example.passage[a:b] for a, b in example.spans
            ]
    assert made


def test_of_equal_texts_the_place_nearest_to_the_question_is_right() -> None:
    passage = "Berlin is 5 years older. The bridge of Berlin has 5 arches of stone."
    sentences = ((0, 24), (25, 68))
    assert answer_places("How many arches has the bridge?", passage, sentences, ["5"]) == (
        (50, 51),
    )
    assert answer_places("How many?", passage, sentences, ["5"]) == ((10, 11), (50, 51))
    assert answer_places("How many?", passage, sentences, ["rch"]) == ((53, 56),)


def test_cut_by_hand() -> None:
    passage, sentences = put_together(["One a.", "Two b.", "Three."])
    example = Example(
        "s", "g", "i", "q", passage, sentences, True, ((11, 12),), frozenset({1}), ("b",)
    )
    found = cut(example, 1, 2)
    assert found.passage == "Two b. Three."
    assert (found.sentences, found.spans, found.gold) == (((0, 6), (7, 13)), ((4, 5),), {0})
    assert cut(example, 2, 2) == example


def test_items_point_at_the_pieces_of_the_answer(data: Data, tiny_model: Path) -> None:
    splitter = PieceSplitter.from_file(tiny_model / "tokenizer.json")
    for example in data.train:
        pieces = splitter.split(example.passage)
        for room in (384, 60):
            item = ItemMaker(splitter, window_pieces=room).make(example, Random(4))
            assert len(item.row.ids) <= room
            window = tuple(item.row.ids[item.row.first : -1])
            starts = range(len(pieces.ids) - len(window) + 1)
            low = next(at for at in starts if pieces.ids[at : at + len(window)] == window)
            for first, last in item.spans:
                start = pieces.spans[first - item.row.first + low][0]
                end = pieces.spans[last - item.row.first + low][1]
                assert example.passage[start:end] in example.answers
            if example.answerable:
                assert item.gold or example.source == CLAIMS


def test_batches_hold_every_item_once(data: Data, tiny_model: Path) -> None:
    maker = ItemMaker(PieceSplitter.from_file(tiny_model / "tokenizer.json"), window_pieces=384)
    items = [maker.make(example, Random(0)) for example in data.train]
    found = batches(items, positions=600, random=Random(0))
    assert sorted(id(item) for batch in found for item in batch) == sorted(map(id, items))
    for batch in found:
        assert len(batch) == 1 or max(len(i.row.ids) for i in batch) * len(batch) <= 600


def test_a_later_leg_leans_on_the_files_that_were_added(data: Data) -> None:
    leant = leaning_on(data, ["pieces.jsonl"], others={"news": 0.0}, seed=3)
    sources = {example.source for example in data.train}
    assert {"news", "written", "squad-1.1"} <= sources
    for source in sources:
        of = [example for example in data.train if example.source == source]
        found = [example for example in leant.train if example.source == source]
        assert found == [
            example
            for example in of
            for _ in range(
                0 if source == "news" else 2 if file_of(example) == "pieces.jsonl" else 1
            )
        ]
    assert {file_of(e) for e in data.train} == {"pieces.jsonl", "invented.jsonl", ""}
    assert leaning_on(data, [], others={}, seed=3) == data
    half = leaning_on(data, [], others=dict.fromkeys(sources, 0.5), seed=3)
    assert half == leaning_on(data, [], others=dict.fromkeys(sources, 0.5), seed=3)
    assert 0 < len(half.train) < len(data.train)
    assert half.pools == data.pools


def test_pieces_of_claims_alone_are_split_and_those_to_judge_by_kept_whole(tmp_path: Path) -> None:
    folder = write_sets(tmp_path)
    before = read_data(folder, folder / "written")
    for name in ("judged", "short"):
        lines = [
            {
                "title": f"{name} {number}", "style": "",
                "text": f"The {name} mill has {number} wings.",
                "qas": [],
                "claims": [{"claim": f"It has {number} wings.", "supported": True}],
            }
            for number in range(40)
        ]  # fmt: skip
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / "written" / f"{name}.jsonl").write_text(text, encoding="utf-8")
    data = read_data(folder, folder / "written")
    parts = (data.train, data.dev, data.test)
    counts = [Counter(file_of(example) for example in part) for part in parts]
    assert [count["judged.jsonl"] for count in counts] == [0, 0, 40]
    assert [count["short.jsonl"] for count in counts] == [37, 1, 2]
    for part, earlier in zip(parts, (before.train, before.dev, before.test), strict=True):
        assert [e for e in part if file_of(e) not in ("judged.jsonl", "short.jsonl")] == [*earlier]


def test_the_manifest_counts_what_is_there(folder: Path, data: Data) -> None:
    found = manifest(folder, data, folder / "written")
    sets = {"squad-1.1", "squad-2.0", "clapnq", "trecqa-train", "news", "written"}
    assert set(found["sets"]) == sets
    for name, file in (("news", "training/invented.jsonl"), ("written", "written/pieces.jsonl")):
        parts = found["sets"][name]["parts"].values()
        assert sum(part["answerable"] for part in parts) == 12
        assert sum(part["unanswerable"] for part in parts) == 12
        assert list(found["sets"][name]["files"]) == [file]
    assert not set(found["squad_articles"]["train"]) & set(found["squad_articles"]["test"])


def test_what_was_written_for_training_is_sound() -> None:
    """Each answer stands whole in a sentence of its piece, and no piece is there twice.

    Of a question that sentences answer together, each of them is a sentence of the piece.
    """
    examples = read_written()
    listed = {
        f"{group}:{number}": len(set(asked["sentences"]))
        for group, line in pieces(WRITTEN)
        for number, asked in enumerate(line["qas"])
        if "sentences" in asked
    }
    texts = {example.group: example.passage for example in examples}
    assert len(set(texts.values())) == len(texts) > 300
    assert len({example.id for example in examples}) == len(examples)
    for example in examples:
        assert example.answerable == bool(example.gold)
        assert example.together == (example.id in listed)
        if example.together:
            assert len(example.gold) == listed[example.id]
            assert not example.spans
        else:
            assert example.answerable == bool(example.spans) == bool(example.answers)
        for start, end in example.spans:
            assert (example.passage[start:end],) == example.answers
    assert 0.3 < sum(not e.answerable for e in examples) / len(examples) < 0.6


def test_pieces_that_an_installed_package_lacks_are_told_of(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="train from a clone"):
        read_written(tmp_path)


@pytest.mark.parametrize("harm", ["cut short", "changed", "no archive"])
def test_an_archive_that_cannot_be_unpacked_is_named(tmp_path: Path, harm: str) -> None:
    folder = write_sets(tmp_path)
    path = folder / "yardsticks" / "clapnq" / "questions.jsonl.gz"
    whole = path.read_bytes()
    path.write_bytes(
        {
            "cut short": whole[:-20],
            "changed": whole[:10] + b"\xff" * 20 + whole[30:],
            "no archive": b"{}",
        }[harm]
    )
    with pytest.raises(QuestionSetError, match=r"questions\.jsonl\.gz cannot be read"):
        read_data(folder, folder / "written")


@pytest.mark.parametrize(
    ("line", "message"),
    [("{", "Expecting property"), ("[1]", "an object is expected, got '.1.'")],
    ids=["no JSON", "no object"],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "pieces.jsonl"
    path.write_text(json.dumps({"text": "", "qas": []}) + f"\n\n{line}\n", encoding="utf-8")
    with pytest.raises(QuestionSetError, match=rf"line 3 of .*pieces\.jsonl cannot .*: {message}"):
        read_written(tmp_path)


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"], ids=ascii)
def test_a_text_may_hold_what_other_programs_end_lines_with(tmp_path: Path, separator: str) -> None:
    text = f"The mill has{separator}5 wings."
    asked = {"q": "How many wings?", "a": "5", "sentence": text}
    piece = {"text": text, "qas": [asked]}
    for name, data in (
        ("pieces.jsonl", json.dumps(piece, ensure_ascii=False) + "\r\n"),
        ("more.jsonl", json.dumps(piece, ensure_ascii=False)),
    ):
        (tmp_path / name).write_text(data, encoding="utf-8", newline="")
    found = read_written(tmp_path)
    assert [example.spans for example in found] == [((13, 14),)] * 2
    assert [example.group for example in found] == ["more.jsonl:0", "pieces.jsonl:0"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": None}, "its text is None"),
        ({"qas": None}, "not iterable"),
        ({"qas": [{"q": "Who?", "a": "Ada", "sentence": "Ada won."}]},
         "of 'Who.', the sentence 'Ada won.' is not in the text"),
        ({"qas": [{"q": "Who?", "a": "Ben", "sentence": "Ada built it."}]},
         "of 'Who.', the answer 'Ben' is not in its sentence"),
        ({"qas": [{"q": "Who?", "a": "Ada"}]}, "of 'Who.', the answer 'Ada' is not in its"),
        ({"qas": [{"q": "Who?", "sentences": ["It stands.", "It fell."]}]},
         "of 'Who.', 'It fell.' is no sentence of the text"),
        ({"qas": [{"q": "Who?"}]}, "of 'Who.', the question or its answer is missing"),
        ({"qas": [{"a": "Ada"}]}, "of None, the question or its answer is missing"),
        ({"claims": [{"claim": "Ada built it."}]}, "there is no 'supported'"),
    ],
    ids=["no text", "no questions", "other sentence", "other answer", "no sentence",
         "other sentences", "no answer", "no question", "half a claim"],
)  # fmt: skip
def test_a_piece_that_would_train_on_something_else_is_named(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    piece = {"text": "Ada built it. It stands.", "qas": []}
    lines = [json.dumps(piece), "", json.dumps({**piece, **change})]
    (tmp_path / "pieces.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(QuestionSetError, match=rf"pieces\.jsonl, line 3: .*{message}"):
        read_written(tmp_path)


@pytest.mark.parametrize("lacking", ["text", "qas"])
def test_a_piece_lacks_neither_text_nor_questions(tmp_path: Path, lacking: str) -> None:
    piece = {name: value for name, value in (("text", "A."), ("qas", [])) if name != lacking}
    (tmp_path / "pieces.jsonl").write_text(json.dumps(piece), encoding="utf-8")
    with pytest.raises(QuestionSetError, match=rf"line 1: there is no '{lacking}'"):
        read_written(tmp_path)


def test_files_to_lean_on_are_named_by_patterns_and_what_is_not_there_is_told(data: Data) -> None:
    named, by_pattern = (
        leaning_on(data, [name], others={}, seed=3) for name in ("pieces.jsonl", "p*.jsonl")
    )
    assert named == by_pattern
    every = leaning_on(data, ["*"], others={}, seed=3)
    counts = Counter(example.id for example in every.train if example.source == "squad-1.1")
    assert set(counts.values()) == {1}
    with pytest.raises(QuestionSetError, match=r"no file of pieces .* called 'q\.jsonl'"):
        leaning_on(data, ["q.jsonl"], others={}, seed=3)
    with pytest.raises(QuestionSetError, match="no source 'nobody'"):
        leaning_on(data, [], others={"nobody": 1.0}, seed=3)


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"squad-1\.1.corpus\.jsonl\.gz cannot be read"):
        read_data(tmp_path)
