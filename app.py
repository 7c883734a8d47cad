"""Serves the page with the configuration in force: `python app.py`."""

from __future__ import annotations

import sys

from rag.config import load_config
from rag.conversations import Conversations
from rag.errors import RagError
from rag.ui import Backend, Progress, serve


def main() -> int:
    """The exit code: 0 after Ctrl-C, 2 after an error, which is told in one line."""
    try:
        config = load_config().config

        def open_assistant(progress: Progress) -> Backend:
            from rag.assistant import Assistant

            return Assistant.open(config.corpus, config.index, config=config, progress=progress)

        serve(
            open_assistant,
            conversations=Conversations.of(config),
            examples=config.examples,
            host=config.host,
            port=config.port,
            uploads=config.uploads,
            open_browser=sys.stdout.isatty(),
        )
    except RagError as error:
        print(f"rag: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
