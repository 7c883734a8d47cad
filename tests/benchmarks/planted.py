"""What share of planted statements the claim check catches: `python -m ... planted [QUESTIONS]`.

A scripted model answers questions over seeds/ with the sentence that answers, and beside it with
statements that no article makes: the same sentence with a number or a name of it changed to another
one of its article, and one about something else. Each is cited as the true one is. Nothing was
fitted to these. Printed are the shares that are marked, and that of the true ones that are not.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from rag.assistant import Assistant
from rag.chat_model import ChatModel
from rag.config import Config
from rag.evaluate import load_questions
from rag.providers import Endpoint
from rag.words.phrases import names
from tests.scripted import Says, scripted

QUESTIONS = 40
ELSEWHERE = (
    "Bananas are rich in potassium.",
    "The river Nile flows through Khartoum and Cairo.",
    "Queen Victoria opened the exhibition in Hyde Park in 1851.",
    "The recipe asks for three eggs and a pinch of salt.",
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def main(most: int) -> None:
    """Print the shares."""
    draw = random.Random(3)
    met: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as index:
        config = Config(below_evidence="ask")
        assistant = Assistant.open("seeds", index, config=config)
        for question, written in scripts(assistant, draw, most):
            said = " ".join(f"{text.rstrip('.')} [1]." for text in written.values())
            with scripted([Says(said)]) as server:
                model = ChatModel(Endpoint("scripted", server.url, ""))
                answer = assistant.ask(question, chat_model=model)
                model.close()
            if answer.answered_by != "model scripted":  # nothing of it was borne out
                continue
            kinds = {text.rstrip("."): kind for kind, text in written.items()}
            for statement in answer.statements:
                if kind := kinds.get(statement.text.rstrip(".")):
                    met[kind] += 1
                    marked[kind] += not statement.supported
    for kind, count in met.items():
        print(f"{kind}: {count}, marked as not borne out {marked[kind] / count:.2f}")
    planted = sum(met.values()) - met["true"]
    caught = sum(marked.values()) - marked["true"]
    print(f"planted: {planted}, caught {caught / planted:.2f}")


def scripts(
    assistant: Assistant, draw: random.Random, most: int
) -> list[tuple[str, dict[str, str]]]:
    """Return questions, and what the model writes: a statement by its kind."""
    found: list[tuple[str, dict[str, str]]] = []
    asked = [q for q in load_questions("tests/questions.jsonl").questions if q.evidence]
    draw.shuffle(asked)
    for question in asked:
        quote = question.evidence[0].quote
        if question.history or not re.fullmatch(r"[^.?!“”\"\n]{40,300}\.", quote):
            continue
        text = assistant.articles[question.evidence[0].article].text
        written = {"true": quote}
        for kind, spans in (("a number changed", numbers), ("a name changed", names)):
            if changed := other(quote, text, spans, draw):
                written[kind] = changed
        written["of something else"] = draw.choice(ELSEWHERE)
        found.append((question.question, written))
        if len(found) == most:
            break
    return found


def numbers(text: str) -> Sequence[tuple[int, int]]:
    """Return where the numbers of `text` stand."""
    return [match.span() for match in _NUMBER.finditer(text)]


def other(quote: str, text: str, spans: Callable[[str], Any], draw: random.Random) -> str:
    """Return the quote with one of its spans changed to another one of the text, or ""."""
    own = list(spans(quote))
    others = sorted({text[a:b] for a, b in spans(text) if text[a:b] not in quote})
    if not own or not others:
        return ""
    start, end = draw.choice(own)
    return quote[:start] + draw.choice(others) + quote[end:]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else QUESTIONS)
