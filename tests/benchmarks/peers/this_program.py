"""This program, over the folder of the articles that the passages were cut from."""

from __future__ import annotations

from pathlib import Path

from harness import K, Passages, Search, main


def build(passages: Passages, model: str, place: Path) -> None:
    """Read the folder, cut it, encode it, index it."""
    from rag import Assistant

    Assistant.open(place.parent / "articles", place)


def open_index(passages: Passages, model: str, place: Path) -> Search:
    """Open the index, as a script would."""
    from rag import Assistant

    assistant = Assistant.open(place.parent / "articles", place)
    return lambda question: [p.chunk.id for p in assistant.retrieve(question, k=K)]


if __name__ == "__main__":
    main(build, open_index)
