"""Serves the page over a folder that may be changed: `... served_library PORT FOLDER INDEX`."""

from __future__ import annotations

import sys
from pathlib import Path

from rag.assistant import Assistant
from rag.config import Config
from rag.service import serve
from rag.ui import Backend, Progress
from tests.making import WordEncoder


def main(port: int, folder: Path, index: Path) -> None:
    config = Config(
        corpus=str(folder), index=str(index), reader="none", max_file_mb=1,
        examples=("Where do otters sleep?",), port=port,
    )  # fmt: skip

    def open_assistant(progress: Progress) -> Backend:
        return Assistant.open(folder, index, config=config, encoder=WordEncoder())

    serve(open_assistant, config, open_browser=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
