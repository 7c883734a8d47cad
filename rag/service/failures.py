"""What went wrong, as programs are told it: a status and {"error": {"code", "message"}}."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rag.errors import QuestionError, RagError

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger(__name__)

UNEXPECTED = "something went wrong that should not: the program's log has the details"
_JSON = re.compile(r"(?i)application/(?:[\w.+-]+\+)?json\b")
_CODES = {
    400: "not_json",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_type",
}


class Failure(Exception):
    """A request that is not answered.

    `code` is for programs, the message for people: what was seen and what to do. `after_s` is
    when to try again.
    """

    def __init__(self, status: int, code: str, message: str, *, after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.after_s = after_s

    @property
    def headers(self) -> dict[str, str]:
        """The headers that go with it."""
        return {} if self.after_s is None else {"retry-after": str(self.after_s)}

    def to_dict(self) -> dict[str, Any]:
        """The failure as every address tells it."""
        return {"error": {"code": self.code, "message": self.message}}


def failure_of(error: BaseException) -> Failure:
    """Return what a program is told of `error`; what is not meant for it goes to the log."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, QuestionError):
        return Failure(422, "bad_question", str(error))
    if isinstance(error, RagError):
        log.warning("A request could not be answered: %s", error)
        return Failure(500, "failed", str(error))
    log.error("A request could not be answered", exc_info=error)
    return Failure(500, "unexpected", UNEXPECTED)


def respond(error: BaseException, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the response that tells of `error`."""
    failure = failure_of(error)
    return JSONResponse(
        failure.to_dict(), failure.status, headers={**failure.headers, **(headers or {})}
    )


def tell_failures(app: FastAPI) -> None:
    """Make every error of the addresses of `app` a response of the one shape."""

    async def told(request: Request, error: Exception) -> JSONResponse:
        return respond(error)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        problems = error.errors()
        if _is_broken(problems):
            return respond(Failure(400, _CODES[400], in_words(problems)))
        told, sent = in_words(problems), request.headers.get("content-type", "")
        if request.method == "POST" and not _JSON.match(sent):
            found = f"it says {sent[:60]!r}" if sent else "it has none"
            told = f"the request needs the header “Content-Type: application/json”: {found}"
        return respond(Failure(422, "invalid_request", told))

    async def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        code = _CODES.get(error.status_code, "refused")
        failure = Failure(error.status_code, code, str(error.detail))
        return respond(failure, error.headers)

    app.add_exception_handler(Failure, told)
    app.add_exception_handler(RagError, told)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, told)


def _is_broken(problems: Sequence[Any]) -> bool:
    """Return whether pydantic's problems are that the body is no JSON at all."""
    return bool(problems) and problems[0].get("type") == "json_invalid"


def in_words(problems: Sequence[Any]) -> str:
    """Return pydantic's problems in one line.

    >>> in_words([{"loc": ("body", "question"), "msg": "Field required"}])
    'question: Field required'
    >>> in_words([{"type": "json_invalid", "loc": ("body", 12), "ctx": {"error": "Invalid value"}}])
    'the body is not JSON: Invalid value at character 12'
    """
    if _is_broken(problems):
        why, at = problems[0].get("ctx", {}).get("error", "cannot be read"), problems[0]["loc"][-1]
        return f"the body is not JSON: {why.removesuffix(' at')} at character {at}"
    return "; ".join(
        ": ".join(filter(None, (".".join(map(str, p["loc"][1:])), str(p["msg"]))))
        for p in problems[:5]
    )
