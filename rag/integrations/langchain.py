"""A retriever of LangChain over an assistant. Owns langchain_core.

>>> retriever = ArticleRetriever(assistant=Assistant.open("seeds"), k=4)  # doctest: +SKIP
>>> retriever.invoke("Who founded 01.AI?")[0].metadata["title"]  # doctest: +SKIP
"""

from __future__ import annotations

from typing import Any

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from rag.datatypes import Passage


class ArticleRetriever(BaseRetriever):
    """Finds the passages that `Assistant.retrieve` finds, as documents in the same order.

    `assistant` is a rag.Assistant, `k` the number of passages (default: its setting `passages`).
    What is raised is what `retrieve` raises.
    """

    assistant: Any
    k: int | None = None

    def _get_relevant_documents(self, query: str, **_: Any) -> list[Document]:
        return [document(passage) for passage in self.assistant.retrieve(query, k=self.k)]


def document(passage: Passage) -> Document:
    """Return a passage as a document; its metadata is what `--json` prints beside the text."""
    metadata = passage.to_dict()
    text = metadata.pop("text")
    metadata["source"] = passage.article.source
    return Document(id=passage.chunk.id, page_content=text, metadata=metadata)
