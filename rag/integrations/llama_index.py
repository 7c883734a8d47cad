"""A retriever of LlamaIndex over an assistant. Owns llama_index.

>>> retriever = ArticleRetriever(Assistant.open("seeds"), k=4)  # doctest: +SKIP
>>> retriever.retrieve("Who founded 01.AI?")[0].node.metadata["title"]  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.datatypes import Passage


class ArticleRetriever(BaseRetriever):
    """Finds the passages that `Assistant.retrieve` finds, as nodes in the same order.

    `k` is their number (default: the assistant's setting `passages`); `more` is passed on to
    LlamaIndex. What is raised is what `retrieve` raises.
    """

    def __init__(self, assistant: Assistant, *, k: int | None = None, **more: Any) -> None:
        super().__init__(**more)
        self._assistant = assistant
        self._k = k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._assistant.retrieve(query_bundle.query_str, k=self._k)
        return [node(passage) for passage in found]


def node(passage: Passage) -> NodeWithScore:
    """Return a passage as a node with the score that it was ordered by.

    Its metadata is what `--json` prints beside the text; a model is shown the title and the date.
    """
    metadata = passage.to_dict()
    text = metadata.pop("text")
    metadata["source"] = passage.article.source
    hidden = [name for name in metadata if name not in ("title", "published")]
    scores = passage.scores
    score = scores.reordered or scores.reranker or scores.fused
    return NodeWithScore(
        node=TextNode(
            id_=passage.chunk.id,
            text=text,
            metadata=metadata,
            start_char_idx=passage.chunk.start,
            end_char_idx=passage.chunk.end,
            excluded_llm_metadata_keys=hidden,
            excluded_embed_metadata_keys=hidden,
        ),
        score=None if score is None else score.value,
    )
