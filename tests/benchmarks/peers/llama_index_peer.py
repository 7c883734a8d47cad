"""LlamaIndex: a FAISS vector store and its BM25 retriever, fused by reciprocal ranks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness import K, Passages, Search, main


def _embedding(model: str) -> Any:
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    return HuggingFaceEmbedding(model_name=model)


def build(passages: Passages, model: str, place: Path) -> None:
    """Build both, and persist them."""
    import faiss
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.faiss import FaissVectorStore

    nodes = [TextNode(id_=name, text=text) for name, text in passages]
    store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(384))
    context = StorageContext.from_defaults(vector_store=store)
    index = VectorStoreIndex(nodes, storage_context=context, embed_model=_embedding(model))
    index.storage_context.persist(persist_dir=str(place / "vectors"))
    BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=K).persist(str(place / "bm25"))


def open_index(passages: Passages, model: str, place: Path) -> Search:
    """Load both."""
    from llama_index.core import StorageContext, load_index_from_storage
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.faiss import FaissVectorStore

    folder = str(place / "vectors")
    store = FaissVectorStore.from_persist_dir(folder)
    context = StorageContext.from_defaults(vector_store=store, persist_dir=folder)
    index = load_index_from_storage(context, embed_model=_embedding(model))
    retriever = QueryFusionRetriever(
        [
            index.as_retriever(similarity_top_k=K),
            BM25Retriever.from_persist_dir(str(place / "bm25")),
        ],
        llm=MockLLM(),
        similarity_top_k=K,
        num_queries=1,
        mode="reciprocal_rerank",
        use_async=False,
    )
    return lambda question: [found.node.node_id for found in retriever.retrieve(question)]


if __name__ == "__main__":
    main(build, open_index)
