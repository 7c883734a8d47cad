"""The retrievers inside a chain of LangChain and a query engine of LlamaIndex."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.errors import QuestionError
from tests.making import RIVERS, write_folder
from tests.service.serving import QUESTION, rivers_assistant

pytest.importorskip("langchain_core", reason="the extra langchain is not installed")
pytest.importorskip("llama_index.core", reason="the extra llama-index is not installed")


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("guide")
    return rivers_assistant(write_folder(folder / "rivers", RIVERS), folder / "index")


def test_langchain_finds_what_the_assistant_finds(guide: Assistant):
    from rag.integrations.langchain import ArticleRetriever

    for k in (None, 0, 2):
        documents = ArticleRetriever(assistant=guide, k=k).invoke(QUESTION)
        passages = guide.retrieve(QUESTION, k=k)
        assert [d.id for d in documents] == [p.chunk.id for p in passages]
        for found, passage in zip(documents, passages, strict=True):
            text = guide.articles[found.metadata["article_id"]].text
            assert text[found.metadata["start"] : found.metadata["end"]] == found.page_content
            assert found.metadata["scores"] == passage.to_dict()["scores"]
            assert found.metadata["source"] == passage.article.source


def test_langchain_puts_the_passages_before_a_model(guide: Assistant):
    from langchain_core.language_models.fake import FakeListLLM
    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.prompts import PromptTemplate
    from langchain_core.runnables import RunnableLambda, RunnablePassthrough

    from rag.integrations.langchain import ArticleRetriever

    shown: list[str] = []

    def look(prompt: object) -> object:
        shown.append(prompt.to_string())  # type: ignore[attr-defined]
        return prompt

    chain = (
        {
            "passages": ArticleRetriever(assistant=guide, k=2)
            | (lambda documents: "\n".join(d.page_content for d in documents)),
            "question": RunnablePassthrough(),
        }
        | PromptTemplate.from_template("{passages}\n\n{question}")
        | RunnableLambda(look)
        | FakeListLLM(responses=["6,650 kilometres"])
        | StrOutputParser()
    )
    assert chain.invoke(QUESTION) == "6,650 kilometres"
    texts = "\n".join(p.chunk.text for p in guide.retrieve(QUESTION, k=2))
    assert shown == [f"{texts}\n\n{QUESTION}"]


def test_llama_index_finds_what_the_assistant_finds(guide: Assistant):
    from rag.integrations.llama_index import ArticleRetriever

    for k in (None, 0, 2):
        nodes = ArticleRetriever(guide, k=k).retrieve(QUESTION)
        passages = guide.retrieve(QUESTION, k=k)
        assert [n.node.node_id for n in nodes] == [p.chunk.id for p in passages]
        for found, passage in zip(nodes, passages, strict=True):
            text = guide.articles[found.node.metadata["article_id"]].text
            place = slice(found.node.start_char_idx, found.node.end_char_idx)
            assert text[place] == found.node.get_content() == passage.chunk.text
            assert passage.scores.fused is not None
            assert found.score == passage.scores.fused.value
        assert [n.score for n in nodes] == sorted((n.score for n in nodes), reverse=True)


def test_llama_index_puts_the_passages_before_a_model(guide: Assistant):
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine

    from rag.integrations.llama_index import ArticleRetriever

    engine = RetrieverQueryEngine.from_args(ArticleRetriever(guide, k=2), llm=MockLLM())
    response = engine.query(QUESTION)  # such a model repeats what it was given
    passages = guide.retrieve(QUESTION, k=2)
    assert [n.node.node_id for n in response.source_nodes] == [p.chunk.id for p in passages]
    for passage in passages:
        assert passage.chunk.text in str(response)
        assert f"title: {passage.article.title}" in str(response)
    assert "scores" not in str(response)


@pytest.mark.parametrize("question", ["", "long " * 1000], ids=["empty", "long"])
def test_what_is_no_question_is_raised_as_the_assistant_raises_it(guide: Assistant, question: str):
    from rag.integrations import langchain, llama_index

    with pytest.raises(QuestionError):
        langchain.ArticleRetriever(assistant=guide).invoke(question)
    with pytest.raises(QuestionError):
        llama_index.ArticleRetriever(guide).retrieve(question)
