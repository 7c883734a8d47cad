"""What is trained on, chosen by and reported on; and one pass over the training part."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from random import Random

from rag.errors import QuestionSetError
from rag.training import claims, sources, variants
from rag.training.examples import CLAIMS, Example
from rag.training.variants import Pool, Pools, Text

# Shares of the groups that are reported on, and that settings are chosen by.
_CLAPNQ_SHARES = (0.30, 0.12)
_NEWS_SHARES = (1 / 6, 1 / 24)
_WRITTEN_SHARES = (1 / 20, 1 / 40)
# Files of written pieces that are kept whole to report on; one of them has sentences of answers.
ANSWERED_FILE = "answered.jsonl"
_JUDGED = ("judged.jsonl", ANSWERED_FILE)
# Articles of SQuAD to report on (with and without unanswerable questions) and to choose by.
_SQUAD_TEST, _SQUAD_TEST_ANSWERABLE, _SQUAD_DEV = 5, 2, 2
# How often a question comes in a pass, where it is not once.
_TIMES = {"clapnq": 3, "news": 2, "squad-2.0": 2}
_TRECQA_TIMES = 3
# Shares of a pass: of examples whose passage is joined or cropped, of answerable ones that also
# come with a passage that does not answer them, and of these, by how they are made.
_JOINED, _CROPPED = 0.07, {"clapnq": 0.58, "": 0.33}
_NEGATIVE, _OTHER_PASSAGE, _WITHOUT_ANSWER = {"clapnq": 0.50, "": 0.22}, 0.50, 0.28
# The share of questions that a claim is made of; and of claims that come with another passage.
_CLAIMED, _ELSEWHERE = {"clapnq": 0.0, CLAIMS: 0.0, "": 0.08}, 0.12
# The share of written claims that a pass has, and of its true ones that also come altered.
_CLAIMS_OF_PASS, _ALTERED = 0.6, 0.3


@dataclass(frozen=True, slots=True)
class Data:
    """The three parts, disjoint by group; `pools` are the training part's passages."""

    train: tuple[Example, ...]
    dev: tuple[Example, ...]
    test: tuple[Example, ...]
    trecqa: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...]
    pools: Pools


def read_data(data: Path, written: Path = sources.WRITTEN) -> Data:
    """Return every set below the folder `data` and the pieces in `written`, split.

    Raises:
        QuestionSetError: a set cannot be read.
    """
    squad, clapnq, news, pieces, claimed = (
        sources.read_squad(data), sources.read_clapnq(data), sources.read_news(data),
        sources.read_written(written), claims.read_claims(data, written),
    )  # fmt: skip
    with_unanswerable = in_hash_order(sources.squad_2_articles(data))
    others = in_hash_order({e.group for e in squad} - set(with_unanswerable))
    first_dev = _SQUAD_TEST + _SQUAD_DEV
    test = {*with_unanswerable[:_SQUAD_TEST], *others[:_SQUAD_TEST_ANSWERABLE]}
    dev = set(with_unanswerable[_SQUAD_TEST:first_dev])
    asked = {example.group for example in (*news, *pieces)}
    only_claimed = [e for e in claimed if e.group not in asked and file_of(e) not in _JUDGED]
    for examples, shares in (
        (clapnq, _CLAPNQ_SHARES), (news, _NEWS_SHARES),
        (pieces, _WRITTEN_SHARES), (only_claimed, _WRITTEN_SHARES),
    ):  # fmt: skip
        names = in_hash_order({example.group for example in examples})
        low = round(len(names) * shares[0])
        high = low + round(len(names) * shares[1])
        test.update(names[:low])
        dev.update(names[low:high])
    everything = [*squad, *clapnq, *news, *pieces, *claimed]
    test.update(e.group for e in everything if file_of(e) in _JUDGED)
    train = tuple(e for e in everything if e.group not in test | dev)
    return Data(
        train=train,
        dev=tuple(e for e in everything if e.group in dev),
        test=tuple(e for e in everything if e.group in test),
        trecqa=tuple(sources.read_trecqa(data)),
        pools=make_pools(train),
    )


def in_hash_order(names: Iterable[str]) -> list[str]:
    """Return the names in the order of their hashes: a draw that adding a name hardly changes."""
    return sorted(names, key=lambda name: hashlib.sha256(f"split:{name}".encode()).hexdigest())


def file_of(example: Example) -> str:
    """Return the name of the file of pieces that an example is of, "" where it is of none."""
    return example.group.partition(":")[0] if example.source in ("written", CLAIMS) else ""


def leaning_on(
    data: Data, files: Collection[str], *, others: Mapping[str, float], seed: int
) -> Data:
    """Return `data` for a leg that goes on from a trained reader when pieces were added.

    What is asked and claimed of the written pieces of `files`, names or patterns such as
    "pairs_*.jsonl", comes twice, of each other source its share in `others` once (all of it where
    it has none); the negatives are still drawn from every passage.

    Raises:
        QuestionSetError: there is no such file or source.
    """
    named = {file_of(example) for example in data.train} - {""}
    leant = {name for name in named for pattern in files if fnmatchcase(name, pattern)}
    for pattern in files:
        if not any(fnmatchcase(name, pattern) for name in named):
            raise QuestionSetError(f"no file of pieces to train on is called {pattern!r}")
    if unknown := sorted(others.keys() - {example.source for example in data.train}):
        raise QuestionSetError(f"there is no source {unknown[0]!r} to train on")
    random, train = Random(seed), []
    for example in data.train:
        if file_of(example) in leant:
            train += [example, example]
        elif random.random() < others.get(example.source, 1.0):
            train.append(example)
    return replace(data, train=tuple(train))


def make_pools(examples: Sequence[Example]) -> Pools:
    """Return the passages of the examples by pool, each once, in the order of their text."""
    pools: dict[str, list[Text]] = defaultdict(list)
    for example in examples:
        pools[variants.pool_of(example)].append(Text(example.passage, example.sentences))
    return {name: Pool(texts) for name, texts in sorted(pools.items())}


def one_pass(data: Data, *, seed: int) -> list[Example]:
    """Return the examples of one pass, shuffled: other variants and negatives for every seed."""
    random = Random(seed)
    examples: list[Example] = []
    beside = claims.by_passage(data.train)
    for example in data.train:
        if example.source == CLAIMS and random.random() >= _CLAIMS_OF_PASS:
            continue
        examples.extend(
            _varied(example, data.pools, random) for _ in range(_TIMES.get(example.source, 1))
        )
        if example.answerable:
            negative = _negative(example, data.pools, random)
            examples.extend([negative] if negative else [])
            if example.source == CLAIMS and random.random() < _ALTERED:
                altered = claims.altered(example, random)
                examples.extend([altered] if altered else [])
        if random.random() < _CLAIMED.get(example.source, _CLAIMED[""]):
            claim = claims.made(example, beside, random)
            examples.extend([claim] if claim else [])
    for key, question, right, wrong in data.trecqa:
        for _ in range(_TRECQA_TIMES):
            chosen = random.sample(right, 1) if right and random.random() < 0.7 else []
            some = random.sample(wrong, min(len(wrong), random.randint(2, 6)))
            sentences = [*chosen, *some]
            random.shuffle(sentences)
            examples.append(sources.sentences_example(key, question, chosen, sentences))
    random.shuffle(examples)
    return examples


def _varied(example: Example, pools: Pools, random: Random) -> Example:
    drawn = random.random()
    if example.source == CLAIMS:  # which sentences bear it out is not known: none is cut
        return (drawn < 2 * _JOINED and variants.joined(example, pools, random)) or example
    variant = None
    if drawn < _JOINED:
        variant = variants.joined(example, pools, random)
    elif drawn < _JOINED + _CROPPED.get(example.source, _CROPPED[""]):
        variant = variants.cropped(example, random)
    return variant or example


def _negative(example: Example, pools: Pools, random: Random) -> Example | None:
    if example.source == CLAIMS:
        elsewhere = random.random() < _ELSEWHERE
        return variants.other_passage(example, pools, random) if elsewhere else None
    share = _NEGATIVE.get(example.source, _NEGATIVE[""])
    drawn = random.random() / share
    if drawn < _OTHER_PASSAGE:
        return variants.other_passage(example, pools, random)
    if drawn < _OTHER_PASSAGE + _WITHOUT_ANSWER:
        return variants.without_answer(example)
    return variants.swapped(example, pools, random) if drawn < 1 else None
