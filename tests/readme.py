"""The README and its chapters, and what in them is made, not written.

`python -m tests.readme` writes the answers that they show anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from rag.assistant import Assistant

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
# A question, or the turns of a conversation, of which the last one's answer is shown.
_ANSWER = re.compile(r"(<!-- answer: (?P<turns>.+?) -->\n)(?P<shown>.*?)(<!-- /answer -->)", re.S)
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.S | re.M)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(*kinds: str, pages: list[Path] = PAGES) -> list[str]:
    """Return the fenced blocks of these kinds on `pages`, in their order."""
    return [
        block for page in pages for kind, block in _BLOCK.findall(text_of(page)) if kind in kinds
    ]


def with_answers(text: str, assistant: Assistant) -> str:
    """Return the `text` of a page with every answer in it as `assistant` gives it."""

    def answered(match: re.Match[str]) -> str:
        history: list[dict[str, str]] = []
        for question in match["turns"].split(" | "):
            answer = assistant.ask(question, history=history)
            history += [
                {"role": "user", "content": question},
                {"role": "assistant", "content": answer.text},
            ]
        return f"{match[1]}\n```text\n{answer}\n```\n\n{match[4]}"

    return _ANSWER.sub(answered, text)


if __name__ == "__main__":
    given = Assistant.open("seeds", "index")
    for page in PAGES:
        page.write_text(with_answers(text_of(page), given), encoding="utf-8")
