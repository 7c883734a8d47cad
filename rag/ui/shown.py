"""What the page says that it shows -> its turns again, where the program holds none for it.

The turns of an open page are held in memory: they are gone when the program was started anew, or
when many other pages were opened since. So each event of the page tells what it shows, and what was
kept of that is taken from there, of the visitor's own alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from rag.datatypes import Article
from rag.hosting.conversations import KeptTurn
from rag.ui.conversation import Turn, Turns, TurnState, again

MOST_TURNS = 1000
QUESTION_CHARS = 2000


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A turn that the page shows: `kept` is its id where it is kept, or ""."""

    number: int
    state: TurnState
    kept: str
    question: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows: the conversation that its turns are kept in, or "", and the turns.

    `among` are the ids of the articles that alone are asked; none: all of them. `editing` is the
    number of the turn whose question is in the box to be edited, or 0.
    """

    conversation: str = ""
    turns: tuple[ShownTurn, ...] = ()
    among: tuple[str, ...] = ()
    editing: int = 0


def shown_of(sent: object) -> Shown:
    """What the page's script told; of what is no such form, that nothing is shown."""
    try:
        form = json.loads(str(sent or "{}"))
        turns = tuple(_turn(each) for each in form.get("turns", ())[:MOST_TURNS])
        among = tuple(sorted({str(name) for name in form.get("articles", ())}))
        editing = int(form.get("editing", 0))
        return Shown(str(form.get("conversation", "")), turns, among, editing)
    except (ValueError, TypeError, AttributeError, KeyError):
        return Shown()


def _turn(form: Mapping[str, Any]) -> ShownTurn:
    if form["state"] not in get_args(TurnState):
        raise ValueError(form["state"])
    question = str(form["question"])[:QUESTION_CHARS]
    return ShownTurn(
        int(form["number"]), cast("TurnState", form["state"]), str(form["kept"]), question
    )


def turns_again(
    shown: Shown, kept: Sequence[KeptTurn], articles: Mapping[str, Article]
) -> Turns | None:
    """The turns that are shown, their answers those that were `kept`; None where one is not.

    A turn without a whole answer has nothing to be kept, and is stopped. `articles` are those that
    there are now.

    Raises:
        ValueError: a kept answer cannot be read.
    """
    by_id = {turn.id: turn for turn in kept}
    turns: list[Turn] = []
    for each in shown.turns:
        if (found := by_id.get(each.kept)) is not None:
            turns.append(again(each.number, found, shown.conversation, articles))
        elif each.state == "done" or each.kept:
            return None
        else:
            turns.append(Turn(each.number, each.question, state="stopped"))
    return tuple(turns)
