"""Serves the page and the API with the configuration in force: `python app.py`.

The variables RAG_AUTH and RAG_TOKEN say what is asked of whoever comes.
"""

from __future__ import annotations

import os
import sys

from rag.config import load_config
from rag.errors import RagError
from rag.hosting.conversations import Conversations
from rag.indexing.origin import over_own_folder
from rag.service import Login, serve
from rag.ui import Backend, Progress


def main() -> int:
    """The exit code: 0 after Ctrl-C, 2 after an error, which is told in one line."""
    try:
        config = over_own_folder(load_config()).config

        def open_assistant(progress: Progress) -> Backend:
            from rag.assistant import Assistant

            return Assistant.open(config.corpus, config.index, config=config, progress=progress)

        login = Login.from_environment(os.environ)
        serve(
            open_assistant,
            config,
            login=login,
            conversations=Conversations.of(config),
            open_browser=sys.stdout.isatty(),
        )
    except RagError as error:
        print(f"rag: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
