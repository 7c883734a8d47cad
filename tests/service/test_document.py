"""The API keeps to its own document, whatever is sent: schemathesis asks every operation."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import given, seed, settings

from rag.service.serving import OPENAPI
from tests.browser.fake import KeywordAssistant, article
from tests.service.serving import door, running

OPERATIONS = [
    "POST /api/ask",
    "POST /api/retrieve",
    "GET /api/articles",
    "GET /api/articles/{id}",
    "GET /api/health",
    "GET /v1/models",
    "GET /v1/models/{model}",
    "POST /v1/chat/completions",
]
# Those that something wrong can be sent to.
REFUSING = ("POST /api/ask", "POST /api/retrieve", "GET /api/articles", "POST /v1/chat/completions")
POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
# A question has to hold a letter or digit and a conversation to end with it, and a model to be
# there: what a schema allows may still be refused, with a 4xx, as the document says.
REFUSED = ["positive_data_acceptance"]
# A body that is too large is refused with 413, which the library does not take for a refusal.
TOO_LARGE = ["negative_data_rejection"]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, schemathesis.BaseSchema]]:
    text = "The heron is called Odilo. It eats herring at noon."
    with running(door(KeywordAssistant([article("news/heron", "A heron", text)]))) as url:
        document = httpx.get(f"{url}{OPENAPI}").json()
        yield url, schemathesis.openapi.from_dict(document)


@pytest.mark.parametrize(
    ("operation", "mode"),
    [(operation, POSITIVE) for operation in OPERATIONS]
    + [(operation, NEGATIVE) for operation in OPERATIONS if operation in REFUSING],
)
def test_the_answers_are_as_documented(
    served: tuple[str, schemathesis.BaseSchema],
    operation: str,
    mode: schemathesis.GenerationMode,
):
    url, schema = served
    method, path = operation.split()
    found = schema[path][method]
    refused, too_large = (
        [check for check in _checks() if check.__name__ in names] for names in (REFUSED, TOO_LARGE)
    )
    assert refused
    assert too_large

    @seed(1)
    @settings(max_examples=12)
    @given(case=found.as_strategy(generation_mode=mode))
    def hold(case: schemathesis.Case) -> None:
        response = case.call(base_url=url)
        left_out = [*refused, *too_large] if response.status_code == 413 else refused
        case.validate_response(response, excluded_checks=left_out)

    hold()


def _checks() -> list[object]:
    from schemathesis.checks import CHECKS, load_all_checks

    load_all_checks()
    return list(CHECKS.get_all())


def test_every_operation_of_the_document_is_asked(
    served: tuple[str, schemathesis.BaseSchema],
):
    _, schema = served
    documented = [
        f"{result.ok().method.upper()} {result.ok().path}" for result in schema.get_all_operations()
    ]
    assert sorted(documented) == sorted(OPERATIONS)
