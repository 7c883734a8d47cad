"""Haystack: in-memory BM25 and embedding retrievers with a joiner of reciprocal ranks."""

from __future__ import annotations

from pathlib import Path

from harness import K, Passages, Search, main


def build(passages: Passages, model: str, place: Path) -> None:
    """Embed into a document store and save that."""
    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
    )

    embedder = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
    embedder.warm_up()
    documents = [Document(id=name, content=text) for name, text in passages]
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(embedder.run(documents)["documents"])
    place.mkdir(parents=True, exist_ok=True)
    store.save_to_disk(str(place / "store.json"))


def open_index(passages: Passages, model: str, place: Path) -> Search:
    """Load the store and connect the pipeline."""
    from haystack import Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import (
        InMemoryBM25Retriever,
        InMemoryEmbeddingRetriever,
    )
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersTextEmbedder,
    )

    store = InMemoryDocumentStore.load_from_disk(str(place / "store.json"))
    pipeline = Pipeline()
    embedder = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
    pipeline.add_component("embedder", embedder)
    pipeline.add_component("vectors", InMemoryEmbeddingRetriever(store, top_k=K))
    pipeline.add_component("lexical", InMemoryBM25Retriever(store, top_k=K))
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=K)
    pipeline.add_component("joiner", joiner)
    pipeline.connect("embedder.embedding", "vectors.query_embedding")
    pipeline.connect("vectors", "joiner")
    pipeline.connect("lexical", "joiner")
    pipeline.warm_up()

    def search(question: str) -> list[str]:
        asked = {"embedder": {"text": question}, "lexical": {"query": question}}
        return [document.id for document in pipeline.run(asked)["joiner"]["documents"]]

    return search


if __name__ == "__main__":
    main(build, open_index)
