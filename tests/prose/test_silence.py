"""Sentences that say that the passages do not answer, and those of articles that say less."""

from __future__ import annotations

import pytest

from rag import Assistant
from rag.chunk import statement_spans
from rag.prose.silence import tells_nothing


@pytest.mark.parametrize(
    "sentence",
    [
        "The articles do not mention how many free tokens Baidu offers for its Ernie model.",
        "The passages do not say how many free tokens Baidu offers.",
        "The passages don't say who founded 01.AI.",
        "The provided passages do not contain information about the founder.",
        "The provided text doesn’t specify the number.",
        "The information provided does not say when.",
        "Unfortunately, the given articles do not explicitly state who founded it.",
        "I'm sorry, but the sources do not say.",
        "I could not find the answer in the passages.",
        "I cannot answer this question.",
        "I don't have enough information to answer.",
        "There is no information in the passages about this.",
        "There is no information about Baidu's free tokens.",
        "There is no mention of free tokens in the articles.",
        "It is not mentioned in the passages how many.",
        "The number of tokens is not specified in the provided articles.",
        "It is not stated in any of the passages.",
        "None of the passages mention it.",
        "None of the articles says when.",
        "No passage says when.",
        "Nothing in the passages says when.",
        "Based on the provided passages, it is not possible to say.",
        "Based on the passages, I cannot answer.",
        "The answer is not in the passages.",
        "The founder cannot be determined from the passages.",
        "The context does not mention it.",
        "The excerpts are silent on this.",
        "The articles say nothing about China.",
        "The article does not mention how many tokens Baidu offers.",
        "The passages contain no information on it.",
        "The passage does not mention China.",
        "The passages that I was given do not say.",
        "No information about employees is given in the passages.",
        "However, the passages do not specify when.",
        "Based on the passages, it is not clear who founded it.",
        "It isn’t clear from the articles who founded it.",
        "文章没有提到百度提供多少免费令牌。",
        "提供的段落中没有说明谁创立了它。",
        "The documents do not mention the founder.",
        "In the passages, it is not mentioned.",
        "The articles do not provide any specific figure.",
        "The provided information is not sufficient to answer.",
        "The articles cannot answer this.",
        "The articles do not appear to mention it.",
        "The articles don’t seem to answer this question.",
        "Not in passages.",
        "(The passages do not say.)",
        "Note: the passages do not say who founded it.",
        "I do not see any mention of Baidu in the articles.",
        "提供的文章中没有关于此的信息。",
    ],
)
def test_that_the_passages_do_not_say_is_told(sentence: str) -> None:
    assert tells_nothing(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The company did not say how many tokens it offers.",
        "The report does not mention China.",
        "The text does not mention fossil fuels.",
        "The treaty's article does not mention it.",
        "The sources did not say when.",
        "The documents did not say who paid.",
        "Zhipu is not mentioned in the report.",
        '"I cannot answer that," Li said.',
        "Li said the passages do not mention him.",
        "There is no information on casualties in the region.",
        "There is no mention of China in the communique.",
        "There is no evidence of fraud.",
        "Zhipu does not provide articles.",
        "The articles say that Zhipu does not give tokens.",
        "The passages say that there is no information.",
        "The articles do not say how many, but they say that Baidu has an Ernie model.",
        "According to the articles, Zhipu is not listed on the stock exchange.",
        "The articles of association do not mention it.",
        "He was not named in the articles.",
        "Available information suggests it grew.",
        "The company did not provide information.",
        "The model cannot answer questions about passages.",
        "It does not read the articles.",
        "The text of the law does not say so.",
        "We could not find any evidence.",
        "The passages of the bill do not mention it.",
        "Information is not available in China.",
        "Chinese sources do not mention it.",
        "The documents provided by the company do not mention Zhipu.",
        "He does not mention the articles.",
        "Zhipu's tokens are not included in the given price.",
        "I don’t know what that’s all about.",
        "I can’t tell you how many times I had 20-hour days.",
        "I have no information, Li said.",
        "These articles say that it does not grow.",
        "Sources do not agree on the number.",
        "文章说公司没有提供信息。",
    ],
)
def test_what_an_article_says_of_others_is_a_statement(sentence: str) -> None:
    assert not tells_nothing(sentence)


def test_no_sentence_of_the_articles_is_taken_for_a_models(seeds: Assistant) -> None:
    sentences = [
        article.text[start:end]
        for article in seeds.articles.values()
        for start, end in statement_spans(article)
    ]
    assert [text for text in sentences if tells_nothing(text)] == []
