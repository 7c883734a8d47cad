"""A chat model behind OpenAI's interface: messages -> the pieces of its reply. Owns openai, httpx2.

Every failure is a ChatError in one plain line, without the key and without what the server says of
it. A rate limit or a server that is busy is tried again, after as long as the server asks for, as
far as the time allows. Nothing of the environment reaches the server but the key that is meant for
it: no proxy is used for this machine, no redirect is followed, no other header is sent.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from rag.datatypes import Message
from rag.errors import ChatError, NoModelList, TooLong
from rag.hangup import cut_by_hanging_up, nothing_to_cut
from rag.providers import Endpoint

if TYPE_CHECKING:
    import httpx2
    from openai import OpenAI

MOST_TRIES = 4
FIRST_WAIT_S = 1.0  # before the second try, where the server names no time; doubled after each
CONNECT_S = 10.0  # the longest that a connection is waited for
LIST_S = 10.0  # the longest that a list of models is waited for
MOST_MODELS = 1000  # names of models that are listed
UNREADABLE = "sent a reply that cannot be read"
WORD_S = 60.0  # how long a model may take to say a word
FOR_A_WORD = "Reply with the word OK."
_MOST_CHARS = 100_000  # of a reply: whatever is longer is no answer
_SAID_CHARS = 160  # of what a server says of an error
_BUSY = (408, 409, 429, 500, 502, 503, 504, 529)
_SENT = ("accept", "accept-encoding", "connection", "content-length", "content-type", "host",
         "user-agent")  # fmt: skip
_TOO_LONG = (
    "context_length", "context length", "context window", "context size", "maximum context",
    "too many tokens", "prompt is too long", "exceed_context", "input is too long", "max_model_len",
)  # fmt: skip
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ChatModel:
    """A chat model on a server. Nothing is imported or connected before it is asked.

    `timeout_s` is the longest that a whole reply takes, tries and waits included. `sleep` waits
    between tries.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeout_s: float = 120.0,
        sleep: Callable[[float], None] = time.sleep,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self._timeout_s = timeout_s
        self._sleep = sleep
        self._environ = os.environ if environ is None else environ
        self._plain = False  # the server refused a temperature

    @property
    def name(self) -> str:
        """The model's name, as its server knows it."""
        return self.endpoint.model

    def reply(self, messages: Sequence[Message]) -> Generator[str]:
        """Yield the pieces of the reply as they come; what a model thinks aloud is none of it.

        Raises:
            TooLong: the messages do not fit the model's window.
            ChatError: no reply, or one that broke off; the message says why.
        """
        _ = self._base  # importing takes time that is not the server's
        deadline = time.monotonic() + self._timeout_s
        with cut_by_hanging_up(nothing_to_cut):
            stream = self._tried(lambda left_s: self._started(messages, left_s), deadline)
        finished, length, chunks = "", 0, 0
        # Comments that keep a connection alive are no chunks, and each begins its wait anew.
        alarm = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, [stream])
        alarm.daemon = True
        alarm.start()
        try:
            with stream, cut_by_hanging_up(lambda: _cut(stream)):
                for chunk in stream:
                    if time.monotonic() > deadline:
                        raise self._late()
                    chunks += 1
                    for choice in list(getattr(chunk, "choices", None) or ())[:1]:
                        finished = choice.finish_reason or finished
                        piece = getattr(choice.delta, "content", None) if choice.delta else None
                        if isinstance(piece, str) and piece:
                            length += len(piece)
                            if length > _MOST_CHARS:
                                raise ChatError(f"{self._subject} would not stop writing")
                            yield piece
        except ChatError:
            raise
        except Exception as error:
            if time.monotonic() > deadline:
                raise self._late() from error
            raise self._translated(error, begun=True) from error
        finally:
            alarm.cancel()
        if not finished and time.monotonic() > deadline:
            raise self._late()
        if finished == "content_filter":
            raise ChatError(f"the server’s content filter stopped {self._subject}")
        if finished == "length":
            raise ChatError(f"{self._subject} used up its length before it had ended")
        if not finished:
            broke = "broke off in the middle of its answer" if length else "sent an empty reply"
            raise ChatError(f"{self._subject} {broke if chunks else UNREADABLE}")

    def close(self) -> None:
        """Let go of the connections that are kept open for the next question."""
        if "_base" in self.__dict__:
            self._base.close()

    def models(self, *, timeout_s: float = LIST_S) -> list[str]:
        """Return the names of the models that the server offers, sorted.

        Raises:
            NoModelList: the server has no such list, at least not at this address.
            ChatError: the server cannot be asked, or tells nothing of the kind.
        """
        try:
            page = self._client(timeout_s).models.list()
            names = [str(one.id) for one in (page.data or ())[:MOST_MODELS]]
        except Exception as error:
            if getattr(error, "status_code", None) in (404, 405):
                parts = urlsplit(self.endpoint.base_url)
                raise NoModelList(
                    f"{parts.netloc} has no list of models at {parts.path or '/'}: the path of "
                    "most servers is /v1"
                ) from error
            raise self._translated(error) from error
        return sorted(set(names))

    def _started(self, messages: Sequence[Message], left_s: float) -> Any:
        options: dict[str, Any] = {} if self._plain else {"temperature": 0}
        return self._client(left_s).chat.completions.create(
            model=self.endpoint.model,
            messages=cast(Any, messages),
            stream=True,
            **options,
        )

    def _tried(self, start: Callable[[float], Any], deadline: float) -> Any:
        """Return what `start` gives, tried again where that may help and time is left."""
        wait_s = FIRST_WAIT_S
        for tries in range(1, MOST_TRIES + 1):
            left_s = deadline - time.monotonic()
            try:
                return start(max(0.1, left_s))
            except Exception as error:
                status = getattr(error, "status_code", None)
                if status == 400 and not self._plain and "temperature" in str(error).casefold():
                    self._plain = True
                    continue
                failure = self._translated(error)
                asked_s = _retry_after(error)
                pause_s = wait_s if asked_s is None else asked_s
                wait_s *= 2
                can = status in _BUSY and tries < MOST_TRIES
                if not can or pause_s >= deadline - time.monotonic():
                    raise failure from error
            self._sleep(pause_s)
        raise ChatError(f"{self._subject} could not be asked")

    def _client(self, timeout_s: float) -> OpenAI:
        """Return a client that waits `timeout_s` at most for each thing that the server sends."""
        import httpx2

        key = self._key
        if self.endpoint.needs_key and not key:
            raise ChatError(
                f"{self._subject} needs a key: set the variable {self.endpoint.key_variable}"
            )
        if not (key.isascii() and key.isprintable()):
            raise ChatError(
                f"the key in the variable {self.endpoint.key_variable} is none: it has a line "
                "break or a character that no key has"
            )
        wait = httpx2.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
        return self._base.with_options(timeout=wait)

    @cached_property
    def _base(self) -> OpenAI:
        import httpx2
        from openai import OpenAI

        key = self._key

        def only_what_is_meant(request: httpx2.Request) -> None:
            for name in list(request.headers):
                if name.casefold() not in _SENT:
                    del request.headers[name]
            if key:
                request.headers["authorization"] = f"Bearer {key}"
            request.headers["user-agent"] = "rag"

        local = (urlsplit(self.endpoint.base_url).hostname or "") in LOOPBACK
        http = httpx2.Client(
            trust_env=not local,
            follow_redirects=False,
            event_hooks={"request": [only_what_is_meant]},
        )
        return OpenAI(
            api_key=key or "none", base_url=self.endpoint.base_url, max_retries=0, http_client=http
        )

    @property
    def _key(self) -> str:
        return self.endpoint.found_key(self._environ)

    @property
    def _subject(self) -> str:
        named = self.endpoint.model or "the server"
        return f"{named} at {urlsplit(self.endpoint.base_url).netloc}"

    def _late(self) -> ChatError:
        return ChatError(f"{self._subject} took longer than {self._timeout_s:g} s")

    def _translated(self, error: Exception, *, begun: bool = False) -> ChatError:
        """Return the plain line of an error of openai, httpx2 or the JSON they read."""
        import openai

        if isinstance(error, ChatError):
            return error
        subject, server = self._subject, urlsplit(self.endpoint.base_url).netloc
        if isinstance(error, openai.APITimeoutError):
            return self._late()
        if isinstance(error, openai.APIConnectionError):
            if begun:
                return ChatError(f"{subject} broke off in the middle of its answer")
            return ChatError(f"no server answers at {self.endpoint.base_url}")
        if not isinstance(error, openai.APIStatusError):
            if isinstance(error, openai.APIError) and self._is_too_long(error):
                return TooLong(f"what {subject} was given does not fit its window")
            if isinstance(error, openai.APIError) and (said := self._said(error)):
                return ChatError(f"{subject} failed: {said}")
            return ChatError(f"{subject} {UNREADABLE}")
        status = error.status_code
        if self._is_too_long(error) or status == 413:
            return TooLong(f"what {subject} was given does not fit its window")
        if status in (401, 403):
            variable = self.endpoint.key_variable
            hint = f" (the variable {variable})" if variable else ""
            return ChatError(f"{server} refused the key{hint}")
        if status == 404:
            return ChatError(
                f"{server} knows no model {self.endpoint.model!r} at "
                f"{urlsplit(self.endpoint.base_url).path or '/'}: `rag models` lists those it has"
            )
        if status == 429:
            return ChatError(f"{server} takes no more questions for now (rate limit)")
        said = self._said(error)
        return ChatError(
            f"{server} answered with the error {status}" + (f": {said}" if said else "")
        )

    def _said(self, error: Any) -> str:
        """Return the start of what the server says of an error, without the key."""
        body = error.body if isinstance(error.body, dict) else {}
        told = body.get("message") or error.message
        said = " ".join(str(told).split()) if isinstance(told, str) else ""
        if self._key:
            said = said.replace(self._key, "…")
        return said[:_SAID_CHARS]

    def _is_too_long(self, error: Any) -> bool:
        said = f"{error.code} {error.message} {json.dumps(error.body, default=str)}".casefold()
        return any(sign in said for sign in _TOO_LONG)


@dataclass(frozen=True, slots=True)
class Word:
    """What a model said when it was tried, and after how many seconds it had."""

    said: str
    seconds: float


def word_of(chat: ChatModel) -> Word:
    """Ask the model for a word: does it work?

    Raises:
        ChatError: it gave none; the message says why.
    """
    began = time.perf_counter()
    said = "".join(chat.reply([{"role": "user", "content": FOR_A_WORD}]))
    return Word(said, time.perf_counter() - began)


def _cut(stream: Any) -> None:
    """End a reply that is being read by another thread, which closing it would not wake."""
    with suppress(OSError):
        network = stream.response.extensions["network_stream"]
        network.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


def _retry_after(error: Exception) -> float | None:
    """Return the seconds that the server asks to wait, or None."""
    response = getattr(error, "response", None)
    headers = getattr(response, "headers", None) or {}
    milliseconds, told = headers.get("retry-after-ms"), headers.get("retry-after")
    try:
        if milliseconds is not None:
            return max(0.0, float(milliseconds) / 1000)
        if told is None:
            return None
        if told.strip().replace(".", "", 1).isdigit():
            return float(told)
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
