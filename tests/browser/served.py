"""Serves the page for the browser tests: `python -m tests.browser.served PORT [MODE]`.

In the mode "gated" the assistant opens when a line comes on stdin, and in the mode "failing" it
then fails to.
"""

from __future__ import annotations

import os
import sys
from datetime import date

from rag.config import Config
from rag.errors import CorpusError, RagError
from rag.service import Login, serve
from rag.ui import Backend, Progress
from tests.browser.fake import KeywordAssistant, article

HOSTILE = (
    '<script>window.pwned = "script"</script>'
    '<img src="https://elsewhere.example/x.png" onerror="window.pwned = 1">'
    "<iframe src='javascript:parent.pwned = 2'></iframe><style>body { display: none }</style>"
    "![x](https://elsewhere.example/y.png) [1] ${window.pwned = 3} {{this}} \u202e"
)
ARTICLES = (
    article(
        "harbour",
        "The harbour master keeps a heron",
        "The harbour of Velm lies on the northern shore.\n"
        "The heron of the harbour master is called Odilo. It eats herring at noon. "
        "Visitors are asked to keep away from its nest.\n"
        "In winter the heron sleeps in the customs house.",
        published=date(2024, 7, 9),
    ),
    article(
        "lighthouse",
        "Lighthouse <em>news</em>",
        "The lighthouse of Velm burns oil from Brask. " + HOSTILE + "\n"
        "Its keeper, Ansa, hostile to visitors, wrote: " + HOSTILE + " and nothing more.",
    ),
    article(
        "lamps", "שמן זית למאור", "המגדלור של ולם שורף שמן זית בכל לילה. הספינות רואות אותו מרחוק."
    ),
    article("tower", "灯塔与苍鹭", "维尔姆的灯塔 每天 晚上 燃烧 橄榄油。船只从远处就能看到它。"),
)
EXAMPLES = ("What is the heron of the harbour master called?", "Who won the chess game in Lima?")


def main(port: int, mode: str) -> int:
    def open_assistant(progress: Progress) -> Backend:
        progress("reading", 3, 4)
        if mode:
            sys.stdin.readline()
        if mode == "failing":
            raise CorpusError("there is nothing to read in <b>nowhere</b>")
        return KeywordAssistant(ARTICLES)

    try:
        config = Config(examples=EXAMPLES, uploads="off", port=port)
        login = Login.from_environment(os.environ)
        serve(open_assistant, config, login=login, open_browser=False)
    except RagError as error:
        print(f"rag: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""))
