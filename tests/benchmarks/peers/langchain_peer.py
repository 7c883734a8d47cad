"""LangChain: FAISS and its BM25 retriever in an EnsembleRetriever.

Its BM25 retriever keeps nothing on disk: it is built anew at every start, from the passages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness import K, Passages, Search, main


def _embeddings(model: str) -> Any:
    from langchain_huggingface import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(model_name=model)


def build(passages: Passages, model: str, place: Path) -> None:
    """Build the vectors and save them."""
    from langchain_community.vectorstores import FAISS

    texts = [text for _, text in passages]
    names = [{"id": name} for name, _ in passages]
    FAISS.from_texts(texts, _embeddings(model), metadatas=names).save_local(str(place))


def open_index(passages: Passages, model: str, place: Path) -> Search:
    """Load the vectors, build BM25."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS

    store = FAISS.load_local(str(place), _embeddings(model), allow_dangerous_deserialization=True)
    lexical = BM25Retriever.from_texts(
        [text for _, text in passages], metadatas=[{"id": name} for name, _ in passages], k=K
    )
    vectors = store.as_retriever(search_kwargs={"k": K})
    retriever = EnsembleRetriever(retrievers=[lexical, vectors], weights=[0.5, 0.5])
    return lambda question: [d.metadata["id"] for d in retriever.invoke(question)[:K]]


if __name__ == "__main__":
    main(build, open_index)
