"""What opens the door: a name and password, a token, or both. Neither is kept as text."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from rag.errors import ConfigError

AUTH_VARIABLE, TOKEN_VARIABLE = "RAG_AUTH", "RAG_TOKEN"


class Login:
    """What has to be presented in an Authorization header.

    A browser presents a name and password (Basic), a program a token (Bearer). A token is taken as
    the password of any name, and "name:password" as a token, so that either will do for both.
    """

    def __init__(self, *, auth: str = "", token: str = "") -> None:
        """`auth` is "name:password".

        Raises:
            ConfigError: neither is given, or the name or the password is empty.
        """
        name, colon, password = auth.partition(":")
        if auth and not (name and colon and password):
            raise ConfigError("a login is NAME:PASSWORD, got one without a name or a password")
        if token != token.strip() or any(ord(c) < 33 or ord(c) > 126 for c in token):
            raise ConfigError("a token is printable ASCII without spaces")
        if not auth and not token:
            raise ConfigError("a login needs NAME:PASSWORD or a token, got neither")
        self._key = secrets.token_bytes(32)
        self._auth = self._digest(auth) if auth else None
        self._token = self._digest(token) if token else None

    @classmethod
    def given(cls, auth: str | None, token: str | None) -> Login | None:
        """Return the login, or None where nothing is asked for."""
        return cls(auth=auth or "", token=token or "") if auth or token else None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Login | None:
        """Return the login that the variables RAG_AUTH and RAG_TOKEN ask for, or None."""
        return cls.given(environ.get(AUTH_VARIABLE), environ.get(TOKEN_VARIABLE))

    def admits(self, header: str) -> bool:
        """Return whether the value of an Authorization header opens the door.

        The time that it takes does not tell how much of a secret was right.
        """
        scheme, _, value = header.strip().partition(" ")
        whole, secret = value.strip(), value.strip()
        if scheme.casefold() == "basic":
            whole = _decoded(whole)
            secret = whole.partition(":")[2]
        elif scheme.casefold() != "bearer":
            return False
        by_name = self._is(whole, self._auth)
        by_token = self._is(secret, self._token)
        return by_name or by_token

    def _is(self, presented: str, digest: bytes | None) -> bool:
        same = hmac.compare_digest(self._digest(presented), digest or bytes(32))
        return same and digest is not None

    def _digest(self, text: str) -> bytes:
        data = text.encode("utf-8", "surrogatepass")
        return hmac.new(self._key, data, hashlib.sha256).digest()


def _decoded(value: str) -> str:
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return ""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
