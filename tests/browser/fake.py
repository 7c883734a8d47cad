"""A small real assistant for the page's tests: it finds sentences by their words."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from rag.datatypes import (
    Answer,
    Article,
    Block,
    BlockKind,
    Chunk,
    Citation,
    DateFilter,
    Grounds,
    Message,
    Passage,
    Score,
    Scores,
    Statement,
)
from rag.errors import QuestionError

LIMIT_CHARS = 2000
PAUSE_S, LONG_PAUSE_S = 1.5, 20.0
_SENTENCE = re.compile(r"[^\n.!?]+(?:\.(?=\d)[^\n.!?]*)*[.!?]*[\"”]?")
_COMMON = """a an and are at by did do does for from how in is it of on or slowly the to very was
were what when which who why will with"""


def words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if word not in _COMMON.split()}


def article(name: str, title: str, text: str, **more: object) -> Article:
    blocks = tuple(
        Block(match.start(), match.end(), BlockKind.PARAGRAPH)
        for match in re.finditer(r"[^\n]+", text)
    )
    return Article(id=name, title=title, text=text, source=f"{name}.txt", blocks=blocks, **more)  # type: ignore[arg-type]


class KeywordAssistant:
    """Answers with the sentences that share most words with the question.

    A follow-up that begins with "and" is searched for together with the question before it. A
    question with "slowly" in it takes `PAUSE_S` for each step, with "very slowly" `LONG_PAUSE_S`.
    "break" is a bug. "before July 9" is a filter that is told, and leaves nothing out.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles: Mapping[str, Article] = {a.id: a for a in articles}
        self._sentences = [
            (a, match.start() + len(match[0]) - len(match[0].lstrip()), match.end())
            for a in articles
            for match in _SENTENCE.finditer(a.text)
            if len(match[0].split()) > 3
        ]

    def warm(self) -> None:
        """Nothing to load."""

    def ask(self, question: str, *, history: Sequence[Message] = ()) -> Answer:
        *_, answer = self.stream(question, history=history)
        return answer

    def retrieve(
        self, question: str, *, k: int | None = None, articles: Collection[str] = ()
    ) -> list[Passage]:
        return list(next(self.stream(question, articles=articles)).passages)[:k]

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        as_it_stands: bool = False,
        articles: Collection[str] = (),
    ) -> Iterator[Answer]:
        question = question.strip()
        if len(question) > LIMIT_CHARS:
            raise QuestionError(
                f"the question is {len(question):,} characters long, at most {LIMIT_CHARS:,} "
                "are read: shorten it"
            )
        if question == "break":
            raise ZeroDivisionError("a bug")
        started = time.perf_counter()
        searched = question
        before = [m["content"] for m in history if m["role"] == "user"]
        if not as_it_stands and before and question.casefold().startswith("and "):
            searched = f"{before[-1]} {question}"
        dates = None
        if "before July 9" in searched and not as_it_stands:
            day = date(2024, 7, 8)
            rest = searched.replace(" in articles before July 9", "")
            dates = DateFilter("before July 9", searched, None, day, True, False, rest)
        wanted = words(searched)
        scored = sorted(
            ((len(wanted & words(a.text[s:e])) / max(len(wanted), 1), a, s, e)
             for a, s, e in self._sentences if not articles or a.id in articles),
            key=lambda row: (-row[0], row[1].id, row[2]),
        )[:5]  # fmt: skip
        passages = tuple(
            Passage(
                Chunk(id=f"{a.id}:{s}", article_id=a.id, start=s, end=e, text=a.text[s:e]),
                a,
                Scores(lexical=Score(rank, value), fused=Score(rank, value)),
            )
            for rank, (value, a, s, e) in enumerate(scored, start=1)
        )
        named = {p.article.id: p.article for p in passages}
        best = scored[0][0] if scored else 0.0
        answered = best >= 0.5

        def made(statements: tuple[Statement, ...]) -> Answer:
            return Answer(
                question=question,
                searched_for=searched,
                statements=statements,
                passages=passages,
                outcome="answered" if answered else "declined",
                reason="" if answered else "No passage holds enough of what was asked.",
                confidence=best,
                answered_by="keywords",
                seconds={"search": time.perf_counter() - started},
                articles=named,
                among=tuple(articles),
                dates=dates,
                grounds=Grounds(tuple(sorted(wanted)), len(self._sentences), 0.5),
            )

        pauses = {"very slowly": LONG_PAUSE_S, "slowly": PAUSE_S}
        pause_s = next((each for how, each in pauses.items() if how in question), 0)
        time.sleep(pause_s)
        yield made(())
        statements: list[Statement] = []
        for marker, (value, a, s, e) in enumerate(scored, start=1):
            if not answered or (value < best - 0.2 and marker > 1) or marker > 3:
                break
            quote = a.text[s:e]
            shared = [m for m in re.finditer(r"\w+", quote) if m[0].casefold() in wanted]
            highlight = (shared[0].start(), shared[-1].end()) if marker == 1 and shared else None
            citation = Citation(marker, a.id, s, e, quote)
            statements.append(Statement(quote, (citation,), highlight))
            yield made(tuple(statements))
            time.sleep(pause_s)
        yield made(tuple(statements))
