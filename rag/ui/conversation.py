"""A conversation as the page keeps it: a tuple of turns, one tuple per browser session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.conversation.turns import MOST_TURNS
from rag.datatypes import Answer, Article, Message, passages_counted
from rag.hosting.conversations import KeptAt, KeptTurn
from rag.hosting.recall import recalled

TurnState = Literal["working", "done", "stopped"]


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """A question and what has come of it so far.

    `number` counts from 1 and is unique in a conversation. `waiting` says what a working turn
    waits for. `as_it_stands` is for a question that is not to be read into the conversation.
    `among` are the ids of the articles that alone are asked; none: all of them. `kept`
    is where a finished turn is kept, or None.
    A turn equals only itself: the page's session state hashes what it keeps, and an
    answer holds mappings.
    """

    number: int
    question: str
    answer: Answer | None = None
    state: TurnState = "working"
    waiting: str = "Searching the articles"
    as_it_stands: bool = False
    among: tuple[str, ...] = ()
    kept: KeptAt | None = None


Turns = tuple[Turn, ...]


def begin(
    turns: Turns, question: str, *, as_it_stands: bool = False, among: tuple[str, ...] = ()
) -> Turns:
    """The turns and a new, working one."""
    number = turns[-1].number + 1 if turns else 1
    asked = Turn(number=number, question=question, as_it_stands=as_it_stands, among=among)
    return (*turns, asked)


def grow(turns: Turns, answer: Answer) -> Turns:
    """The turns with the last one's answer as far as it has been made."""
    count = len(answer.passages)
    waiting = f"Reading {passages_counted(count)}" if count else turns[-1].waiting
    return (*turns[:-1], replace(turns[-1], answer=answer, waiting=waiting))


def wait_for(turns: Turns, what: str) -> Turns:
    """The turns with the last one waiting for `what`."""
    return (*turns[:-1], replace(turns[-1], waiting=what))


def finish(turns: Turns, kept: KeptAt | None = None) -> Turns:
    """The turns with the last one done, and kept there."""
    return (*turns[:-1], replace(turns[-1], state="done", kept=kept))


def kept(turns: Turns) -> KeptAt | None:
    """Where the last turn that is kept is, or None."""
    return next((turn.kept for turn in reversed(turns) if turn.kept is not None), None)


def reopened(
    conversation: str, turns: Sequence[KeptTurn], articles: Mapping[str, Article]
) -> Turns:
    """The turns of a kept conversation; `articles` are those that there are now.

    Raises:
        ValueError: a kept answer cannot be read.
    """
    return tuple(
        again(number, turn, conversation, articles) for number, turn in enumerate(turns, start=1)
    )


def again(number: int, turn: KeptTurn, conversation: str, articles: Mapping[str, Article]) -> Turn:
    """The turn that was kept; `articles` are those that there are now.

    Raises:
        ValueError: the kept answer cannot be read.
    """
    answer = recalled(turn.answer, articles)
    return Turn(
        number=number,
        question=turn.question,
        answer=answer,
        state="done",
        as_it_stands=answer.as_it_stands,
        kept=KeptAt(conversation, turn.id),
    )


def stop(turns: Turns) -> Turns:
    """The turns with the last one stopped, if it was still at work."""
    if not turns or turns[-1].state != "working":
        return turns
    return (*turns[:-1], replace(turns[-1], state="stopped"))


def undo(turns: Turns) -> tuple[Turns, str]:
    """The turns without the last one, and its question."""
    return (turns[:-1], turns[-1].question) if turns else (turns, "")


def history(turns: Turns) -> list[Message]:
    """The last MOST_TURNS finished turns as plain text in the usual chat form.

    What came before them is not read into a question.
    """
    messages: list[Message] = []
    for turn in turns:
        if turn.state == "done" and turn.answer is not None:
            messages.append({"role": "user", "content": turn.question})
            messages.append({"role": "assistant", "content": turn.answer.lines})
    return messages[-2 * MOST_TURNS :]
