"""Serves the page with conversations kept: `python -m tests.browser.served_history PORT FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

from rag.config import Config
from rag.hosting.conversations import Conversations
from rag.service import serve
from rag.ui import Backend, Progress
from tests.browser.fake import KeywordAssistant
from tests.browser.served import ARTICLES, EXAMPLES


def main(port: int, file: Path) -> None:
    def open_assistant(progress: Progress) -> Backend:
        return KeywordAssistant(ARTICLES)

    serve(
        open_assistant,
        Config(examples=EXAMPLES, port=port),
        open_browser=False,
        conversations=Conversations(file, "articles"),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
