"""What programs send and get, as pydantic models: they check what comes in and document both.

What goes out is made by the values' own `to_dict`; that the two agree is tested.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_TURNS = 1000  # turns of a conversation that are taken
MOST_PASSAGES = 100
MOST_ARTICLES = 1000  # articles that are listed at once


class _Asked(BaseModel):
    """What comes in: an unknown field is an error, since it is most likely a misspelled one."""

    model_config = ConfigDict(extra="forbid")


class Turn(_Asked):
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str


Question = Annotated[
    str, Field(description="What is asked, in plain words", min_length=1, examples=["Who paid?"])
]


Articles = Annotated[
    list[str],
    Field(
        description="The ids of the articles that alone are asked; none: all of them",
        max_length=MOST_ARTICLES,
    ),
]


class AskBody(_Asked):
    """A question, and the conversation that it belongs to."""

    question: Question
    history: list[Turn] = Field(
        [], description="The earlier turns, oldest first", max_length=MOST_TURNS
    )
    as_it_stands: bool = Field(
        False,
        description="The words as they are: no spelling, no follow-up, no filter by date",
    )
    articles: Articles = []
    stream: bool = Field(
        False,
        description="Answer in server-sent events, like the header `Accept: text/event-stream`",
    )


class RetrieveBody(_Asked):
    """A question, and how many passages are wanted for it."""

    question: Question
    k: int | None = Field(
        None,
        ge=0,
        le=MOST_PASSAGES,
        description="How many passages (default: the setting `passages`)",
    )
    articles: Articles = []


class ScoreBody(BaseModel):
    """What one stage said of a passage."""

    rank: int = Field(description="From 1")
    value: float = Field(description="Higher is better")


class ScoresBody(BaseModel):
    """Every stage's score; null where the stage did not return the passage."""

    lexical: ScoreBody | None
    vector: ScoreBody | None
    fused: ScoreBody | None
    reranker: ScoreBody | None
    reader: ScoreBody | None
    reordered: ScoreBody | None


class PassageBody(BaseModel):
    """A passage: characters `start` to `end` of the text of its article."""

    article_id: str
    title: str
    published: str | None = Field(description="A date, YYYY-MM-DD, where the article states one")
    start: int
    end: int
    text: str
    scores: ScoresBody


class CitationBody(BaseModel):
    """Where a statement comes from: the article's text from `start` to `end` is `quote`."""

    marker: int = Field(description="The number in brackets, from 1")
    article_id: str
    start: int
    end: int
    quote: str
    page: int | None = Field(None, description="Where the article has pages")


class StatementBody(BaseModel):
    """One statement of an answer and its sources."""

    text: str
    citations: list[CitationBody]
    highlight: list[int] | None = Field(
        description="Start and end of what of `text` answers most directly"
    )
    supported: bool = Field(description="Whether its citations bear it out")
    support: float | None = Field(description="How surely, 0 to 1; null where it is a quote")
    when: str = Field(
        description="The date that it is told under, in words, where statements are in the order "
        "of their dates; else empty"
    )
    article_id: str = Field(
        description="The article that a line of a list names, where nothing is cited; else empty"
    )


class DatesBody(BaseModel):
    """A filter by date that was read out of the question.

    `rest`, asked with `as_it_stands`, asks without it.
    """

    words: str = Field(description="The question's own words for it")
    question: str = Field(description="The whole question, with them")
    rest: str = Field(
        description="The question without the filter: without words that only say when the "
        "articles were published"
    )
    start: str | None = Field(description="ISO date: the first day that is meant; null: no bound")
    end: str | None = Field(description="ISO date: the last day that is meant; null: no bound")
    only: bool = Field(description="Whether articles of other dates were left out")
    newest: bool = Field(description="Whether the newest were put first")
    told: str = Field(description="The filter in words")


class DifferingBody(BaseModel):
    """One of the different answers that articles give."""

    value: str
    marker: int = Field(description="That of the citation which states it")
    published: str | None


class GroundsBody(BaseModel):
    """What an answer was weighed by."""

    terms: list[str] = Field(description="The stems that were searched for")
    candidates: int = Field(description="How many passages were compared")
    threshold: float | None = Field(description="Below this confidence it is declined")
    left_out: list[str | None] = Field(description="Why a passage is not cited, in their order")
    likelier: list[str] = Field(description="The articles that the last answers cited, if likelier")


class AnswerBody(BaseModel):
    """An answer, as `rag ask --json` prints it."""

    question: str
    searched_for: str = Field(description="The question after the conversation was read into it")
    outcome: Literal["answered", "declined"]
    reason: str = Field(description="Why it was declined, or what an answer leaves open")
    statements: list[StatementBody] = Field(description="None where the answer was declined")
    passages: list[PassageBody] = Field(description="What was read for it, best first")
    confidence: float = Field(ge=0, le=1)
    answered_by: str
    dates: DatesBody | None = Field(
        description="What was heeded of what the question says of the dates of articles, or null"
    )
    among: list[str] = Field(description="The ids of the articles that alone were asked")
    as_it_stands: bool = Field(description="Whether the words were asked as they are")
    differing: list[DifferingBody] = Field(description="Where articles disagree, newest first")
    grounds: GroundsBody | None = Field(description="null where nothing was weighed")
    seconds: dict[str, float] = Field(description="The time of each stage")


class RetrieveAnswer(BaseModel):
    """The passages found for a question, best first."""

    passages: list[PassageBody]


class ArticleLine(BaseModel):
    """An article in the list of them."""

    id: str
    title: str
    published: str | None
    byline: str
    language: str = Field(description="ISO 639-1")
    source: str = Field(description="The file below the folder of articles")
    url: str
    characters: int


class ArticleList(BaseModel):
    """Some of the articles, in the order of their ids."""

    articles: list[ArticleLine]
    total: int = Field(description="How many there are in all")
    offset: int


class ArticleBody(ArticleLine):
    """An article with its text, to which the offsets of passages and citations refer."""

    text: str


class Health(BaseModel):
    """Whether questions are answered."""

    status: Literal["ready", "opening", "failed"]
    detail: str = Field(description="What is being waited for, or what went wrong")
    articles: int | None
    version: str


class Error(BaseModel):
    """What went wrong."""

    code: str = Field(description="For programs; it does not change")
    message: str = Field(description="For people: what was seen and what to do")


class ErrorBody(BaseModel):
    """The one shape of every error."""

    error: Error


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")
    type: str
    text: str | None = None


class ChatMessage(BaseModel):
    """A message in the form of OpenAI's chat completions."""

    model_config = ConfigDict(extra="allow")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None


class ChatBody(BaseModel):
    """A request in the form of OpenAI's chat completions.

    The last message is the question and the ones of "user" and "assistant" before it are the
    conversation; system messages, tools and settings of sampling have no effect.
    """

    model_config = ConfigDict(extra="allow")
    model: str = Field(description="The id of a model that /v1/models lists")
    messages: list[ChatMessage] = Field(min_length=1, max_length=2 * MOST_TURNS)
    stream: bool | None = False
    n: int | None = Field(None, ge=1, le=1)
    as_it_stands: bool | None = Field(
        None, description="Not OpenAI's: search for the words as they are"
    )
    articles: Articles | None = Field(
        None, description="Not OpenAI's: the ids of the articles that alone are asked"
    )


class ChatCitation(CitationBody):
    """A citation with what a list of sources shows of its article."""

    title: str
    published: str | None
    url: str


class ChatReply(BaseModel):
    """The answer as prose with [1] markers and a list of sources, and its citations as data."""

    role: Literal["assistant"]
    content: str
    citations: list[ChatCitation]


class ChatChoice(BaseModel):
    """The one choice."""

    index: int
    message: ChatReply
    finish_reason: Literal["stop"]


class ChatAnswer(BaseModel):
    """A reply in the form of OpenAI's; `answer` is what /api/ask returns."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChatChoice]
    answer: AnswerBody


class ModelLine(BaseModel):
    """A model that can be asked for."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelList(BaseModel):
    """The models that can be asked for: the assistant itself."""

    object: Literal["list"]
    data: list[ModelLine]


Responses = dict[int | str, dict[str, Any]]


def failing(**statuses: str) -> Responses:
    """Return the errors of an address for its document: failing(s404="no such article")."""
    return {
        int(status[1:]): {"model": ErrorBody, "description": told}
        for status, told in statuses.items()
    }
