"""What is taken as a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.datatypes import Message
from rag.errors import QuestionError
from rag.text import whole_characters

_ROLES = ("user", "assistant", "system", "developer", "tool")  # the last three are passed over


def unbroken(text: str) -> str:
    """Return `text` with U+FFFD for each half of a character.

    Raises:
        QuestionError: it is no text.
    """
    if not isinstance(text, str):
        raise QuestionError(f"the question must be text, got {text!r:.80}")
    return whole_characters(text)


def checked_question(question: str, *, most_chars: int) -> str:
    """Return `question` on one line, without surrounding space or broken characters.

    Raises:
        QuestionError: it is empty, holds no letter or digit, or is longer than `most_chars`.
    """
    asked = " ".join(unbroken(question).split())
    if not asked:
        raise QuestionError("the question is empty: type a question")
    if not any(character.isalnum() for character in asked):
        raise QuestionError(
            f"the question {asked[:20]!r} holds no letter or digit: type a question"
        )
    if len(asked) > most_chars:
        raise QuestionError(
            f"the question has {len(asked):,} characters, at most {most_chars:,} are taken: "
            "ask a shorter one"
        )
    return asked


def checked_history(history: Sequence[Message]) -> None:
    """Raise QuestionError where a turn of `history` is not {"role": ..., "content": text}."""
    if isinstance(history, str | bytes) or not isinstance(history, Sequence):
        raise QuestionError(f"the history must be a list of turns, got {history!r:.80}")
    for number, turn in enumerate(history, start=1):
        if not isinstance(turn, Mapping) or not isinstance(turn.get("content"), str):
            raise QuestionError(
                f"turn {number} of the history must be {{'role': ..., 'content': text}}, "
                f"got {turn!r:.80}"
            )
        if turn.get("role") not in _ROLES:
            raise QuestionError(
                f"the role of turn {number} of the history must be 'user' or 'assistant', "
                f"got {turn.get('role')!r:.40}"
            )
