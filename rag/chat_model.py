"""A chat model behind OpenAI's interface: messages -> the pieces of its reply. Owns openai, httpx2.

Every failure is a ChatError in one plain line, without the key, and with the start of what the
server says where nothing else tells the reason. A rate limit or a server that is busy is tried
again, after as long as the server asks for, as far as the time allows and somebody waits. Nothing
of the environment reaches the server but the key that is meant for it: no proxy is used for this
machine, no redirect is followed, no other header is sent.
"""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from rag.datatypes import Message
from rag.errors import ChatError, NoModelList, NoServer, TooLong
from rag.hosting.hangup import WaitingLine, also_cut, cut_by_hanging_up, waited_for
from rag.hosting.loopback import is_loopback
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
# Why a reply ended, as servers name it, casefolded; whatever else they name is a good end.
_FILTERED = ("content_filter", "sensitive")
_FULL = ("length", "max_tokens", "context", "model_length", "model_context_window_exceeded")
_BROKEN = (
    "network_error", "insufficient_system_resource", "error", "abort", "aborted", "cancelled",
)  # fmt: skip
# What servers say with a 429 where no waiting helps: there is nothing left to pay with.
_UNPAID = re.compile(
    r"insufficient_quota|exceeded_current_quota|\bbilling\b|(?<!load )\bbalance\b|余额|欠费"
)
_UNPAID_CODE = "1113"  # Zhipu's
_ADDRESS = re.compile(r"https?://[!-~]+")
BROKE_OFF = "broke off in the middle of its answer"


class ChatModel:
    """A chat model on a server. Nothing is imported or connected before it is asked.

    `timeout_s` is the longest that a whole reply takes, tries and waits included. `sleep` waits
    between tries, instead of a wait that hanging up ends.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeout_s: float = 120.0,
        sleep: Callable[[float], None] | None = None,
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
        call, heard = WaitingLine(), _Heard()
        with cut_by_hanging_up(call.hang_up):
            with waited_for(call):
                stream = self._tried(lambda left_s: self._started(messages, left_s), deadline, call)
            yield from self._read(stream, heard, deadline, call)
        if not heard.finished and time.monotonic() > deadline:
            raise self._late()
        if wrong := heard.wrong:
            raise ChatError(f"{self._subject} {wrong}")

    def _read(
        self, stream: Any, heard: _Heard, deadline: float, call: WaitingLine
    ) -> Generator[str]:
        """Yield the pieces of a reply that has begun."""
        # Comments that keep a connection alive are no chunks, and each begins its wait anew.
        alarm = threading.Timer(max(0.0, deadline - time.monotonic()), call.hang_up)
        alarm.daemon = True
        alarm.start()
        try:
            with stream:
                for chunk in stream:
                    if time.monotonic() > deadline:
                        raise self._late()
                    if piece := heard.piece_of(chunk):
                        if heard.chars > _MOST_CHARS:
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

    def close(self) -> None:
        """Let go of the connections that are open."""
        if "_base" in self.__dict__:
            self._base.close()

    def models(self, *, timeout_s: float = LIST_S) -> list[str]:
        """Return the names of the models that the server offers, sorted.

        Raises:
            NoModelList: the server has no such list, at least not at this address.
            ChatError: the server cannot be asked, or tells nothing of the kind.
        """
        call = WaitingLine()
        try:
            with cut_by_hanging_up(call.hang_up), waited_for(call):
                page = self._client(timeout_s).models.list()
            names = [str(one.id) for one in (page.data or ())[:MOST_MODELS]]
        except ChatError:
            raise
        except Exception as error:
            if getattr(error, "status_code", None) in (404, 405):
                parts = urlsplit(self.endpoint.base_url)
                raise NoModelList(
                    f"{parts.netloc} has no list of models at {parts.path or '/'}: the path of "
                    "most servers is /v1"
                ) from error
            raise self._translated(error, waited_s=timeout_s) from error
        return sorted(set(names))

    def _started(self, messages: Sequence[Message], left_s: float) -> Any:
        options: dict[str, Any] = {} if self._plain else {"temperature": 0}
        return self._client(left_s).chat.completions.create(
            model=self.endpoint.model,
            messages=cast(Any, messages),
            stream=True,
            **options,
        )

    def _tried(self, start: Callable[[float], Any], deadline: float, call: WaitingLine) -> Any:
        """Return what `start` gives, tried again where that may help and time is left."""
        wait_s = FIRST_WAIT_S
        for tries in range(1, MOST_TRIES + 1):
            if call.is_hung_up:
                break
            left_s = deadline - time.monotonic()
            try:
                return start(max(0.1, left_s))
            except Exception as error:
                if call.is_hung_up:
                    break
                status = getattr(error, "status_code", None)
                if status == 400 and not self._plain and "temperature" in str(error).casefold():
                    self._plain = True
                    continue
                failure = self._translated(error)
                asked_s = _retry_after(error)
                pause_s = wait_s if asked_s is None else asked_s
                wait_s *= 2
                can = status in _BUSY and not _is_unpaid(error) and tries < MOST_TRIES
                if not can or pause_s >= deadline - time.monotonic():
                    raise failure from error
            (self._sleep or call.pause)(pause_s)
        why = "is no longer waited for" if call.is_hung_up else "could not be asked"
        raise ChatError(f"{self._subject} {why}")

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

        try:
            http = self._http()
        except Exception as error:
            raise ChatError(
                "the proxy or certificate settings of the environment cannot be used: "
                + _to_mend(error)
            ) from error
        try:
            return OpenAI(
                api_key=self._key or "none",
                base_url=self.endpoint.base_url,
                max_retries=0,
                http_client=http,
            )
        except (httpx2.InvalidURL, ValueError) as error:
            http.close()
            raise ChatError(f"{self.endpoint.base_url!r} is not the address of a server") from error

    def _http(self) -> httpx2.Client:
        """Return what sends the requests; raises what httpx2 makes of a proxy that is none."""
        import httpx2

        key = self._key

        def only_what_is_meant(request: httpx2.Request) -> None:
            for name in list(request.headers):
                if name.casefold() not in _SENT:
                    del request.headers[name]
            if key:
                request.headers["authorization"] = f"Bearer {key}"
            request.headers["user-agent"] = "rag"
            request.extensions["trace"] = _cut_what_is_made

        local = is_loopback(urlsplit(self.endpoint.base_url).hostname or "")
        return httpx2.Client(
            trust_env=not local,
            follow_redirects=False,
            # Each request makes its connection: that of another would not be known, to be cut.
            limits=httpx2.Limits(max_keepalive_connections=0),
            event_hooks={"request": [only_what_is_meant]},
        )

    @property
    def _key(self) -> str:
        return self.endpoint.found_key(self._environ)

    @property
    def _subject(self) -> str:
        named = self.endpoint.model or "the server"
        return f"{named} at {urlsplit(self.endpoint.base_url).netloc}"

    def _late(self, waited_s: float | None = None) -> ChatError:
        waited_s = self._timeout_s if waited_s is None else waited_s
        return ChatError(f"{self._subject} took longer than {waited_s:g} s")

    def _translated(
        self, error: Exception, *, begun: bool = False, waited_s: float | None = None
    ) -> ChatError:
        """Return the plain line of an error of openai, httpx2 or the JSON they read.

        `waited_s` is the longest that the server was waited for, where that is not `timeout_s`.
        """
        import httpx2
        import openai

        if isinstance(error, ChatError):
            return error
        subject, server = self._subject, urlsplit(self.endpoint.base_url).netloc
        if isinstance(error, openai.APITimeoutError):
            if isinstance(error.__cause__, httpx2.ConnectTimeout):
                waited_s = min(CONNECT_S, self._timeout_s if waited_s is None else waited_s)
            return self._late(waited_s)
        if isinstance(error, openai.APIConnectionError):
            if begun:
                return ChatError(f"{subject} {BROKE_OFF}")
            return NoServer(f"no server answers at {self.endpoint.base_url}")
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
        said = self._said(error)
        if _is_unpaid(error):
            return ChatError(f"the account at {server} has no quota or balance left: {said}")
        if status == 429:
            return ChatError(f"{server} takes no more questions for now (rate limit)")
        return ChatError(
            f"{server} answered with the error {status}" + (f": {said}" if said else "")
        )

    def _said(self, error: Any) -> str:
        """Return the start of what the server says of an error, without the key."""
        said = _told(error)
        if self._key:
            said = said.replace(self._key, "…")
        return said[:_SAID_CHARS]

    def _is_too_long(self, error: Any) -> bool:
        if "429" in (str(getattr(error, "status_code", "")), str(error.code)):
            return False  # too many tokens in a minute, not in a question
        said = f"{error.code} {error.message} {json.dumps(error.body, default=str)}".casefold()
        return any(sign in said for sign in _TOO_LONG)


@dataclass(slots=True)
class _Heard:
    """What a reply has come to, as its chunks are read."""

    chunks: int = 0
    chars: int = 0
    finished: str = ""  # why it ended, as the server names it
    says: bool = False  # anything but white space
    refuses: bool = False
    calls: bool = False  # for a tool

    def piece_of(self, chunk: Any) -> str:
        """Take a chunk, and return the text that it adds, or ""."""
        self.chunks += 1
        piece = ""
        for choice in list(getattr(chunk, "choices", None) or ())[:1]:
            self.finished = str(choice.finish_reason or self.finished)
            delta = choice.delta
            self.refuses |= bool(getattr(delta, "refusal", None))
            self.calls |= bool(
                getattr(delta, "tool_calls", None) or getattr(delta, "function_call", None)
            )
            text = getattr(delta, "content", None)
            piece = text if isinstance(text, str) else ""
        self.chars += len(piece)
        self.says |= bool(piece.strip())
        return piece

    @property
    def wrong(self) -> str:
        """What was wrong with the reply, now that nothing more comes; "" for nothing."""
        why = self.finished.casefold()
        if why in _FILTERED:
            return "broke off: the server’s content filter stopped it"
        if why in _FULL:
            return "used up its length before it had ended"
        if why in _BROKEN:
            return BROKE_OFF
        if self.refuses or why == "refusal":
            return "declined to answer"
        if self.calls and not self.says:
            return "asked for a tool, which it was not given"
        if why:
            return ""
        if self.chars:
            return BROKE_OFF
        return "sent an empty reply" if self.chunks else UNREADABLE


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


def _cut_what_is_made(event: str, told: Mapping[str, Any]) -> None:
    """Have a connection that was made be cut by hanging up; httpx2 calls this at its every step."""
    made = told.get("return_value")
    if hasattr(made, "get_extra_info"):
        also_cut(partial(_cut, made))


def _cut(connection: Any) -> None:
    """End a connection that another thread waits for, which closing it would not wake."""
    connection.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


def _to_mend(error: Exception) -> str:
    """Return what to do about such settings, but none of them: a proxy's may hold a password."""
    if isinstance(error, ImportError):
        return (
            "a SOCKS proxy needs the package socksio; unset ALL_PROXY, name an HTTP proxy, or "
            "install that"
        )
    if isinstance(error, OSError):
        return "SSL_CERT_FILE names no file of certificates that can be read; correct or unset it"
    return (
        "a proxy must be like http://HOST:PORT; correct or unset HTTPS_PROXY, HTTP_PROXY and "
        "ALL_PROXY"
    )


def _told(error: Any) -> str:
    """Return what a server says of an error, as one line."""
    body = error.body if isinstance(error.body, dict) else {}
    told = body.get("message") or error.message
    return " ".join(told.split()) if isinstance(told, str) else ""


def _is_unpaid(error: Any) -> bool:
    """Whether a server refuses for want of money, and not for the many questions."""
    if getattr(error, "status_code", None) != 429:
        return False
    # Where a rate limit is told, an address leads to what a higher one costs.
    said = _ADDRESS.sub(" ", f"{error.code} {error.type} {_told(error)}").casefold()
    return str(error.code) == _UNPAID_CODE or _UNPAID.search(said) is not None


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
