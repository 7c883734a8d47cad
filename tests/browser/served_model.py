"""Serves the page over a folder: `... served_model PORT FOLDER INDEX [MODEL BASE_URL]`."""

from __future__ import annotations

import sys
from pathlib import Path

from rag.assistant import Assistant
from rag.config import Config
from rag.service import serve
from rag.ui import Backend, Progress
from tests.making import WordEncoder


def main(port: int, folder: Path, index: Path, model: str = "none", base_url: str = "") -> None:
    config = Config(
        corpus=str(folder), index=str(index), reader="none", port=port, model=model,
        base_url=base_url, uploads="off", examples=("How long is the Nile?",),
    )  # fmt: skip

    def open_assistant(progress: Progress) -> Backend:
        return Assistant.open(folder, index, config=config, encoder=WordEncoder())

    serve(open_assistant, config, open_browser=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])
