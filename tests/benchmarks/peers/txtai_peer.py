"""txtai: hybrid embeddings, as its documentation shows them."""

from __future__ import annotations

from pathlib import Path

from harness import K, Passages, Search, main


def build(passages: Passages, model: str, place: Path) -> None:
    """Build and save."""
    from txtai import Embeddings

    embeddings = Embeddings(path=model, hybrid=True)
    embeddings.index((name, text, None) for name, text in passages)
    embeddings.save(str(place))


def open_index(passages: Passages, model: str, place: Path) -> Search:
    """Load."""
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(place))
    return lambda question: [name for name, _ in embeddings.search(question, K)]


if __name__ == "__main__":
    main(build, open_index)
