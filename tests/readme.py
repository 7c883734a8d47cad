"""The parts of README.md that are made, not written: `python -m tests.readme` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

from rag.assistant import Assistant

README = Path(__file__).parents[1] / "README.md"
_ANSWER = re.compile(
    r"(<!-- answer: (?P<question>.+?) -->\n)(?P<shown>.*?)(\n<!-- /answer -->)", re.S
)


def with_answers(text: str, assistant: Assistant) -> str:
    """Return the README's `text` with every answer in it as `assistant` gives it."""

    def answered(match: re.Match[str]) -> str:
        said = str(assistant.ask(match["question"]))
        return f"{match[1]}\n```text\n{said}\n```\n{match[4]}"

    return _ANSWER.sub(answered, text)


if __name__ == "__main__":
    shown = README.read_text(encoding="utf-8")
    fresh = with_answers(shown, Assistant.open("seeds", "index"))
    README.write_text(fresh, encoding="utf-8")
