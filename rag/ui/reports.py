"""The reports that open pages can show, in memory, each under an address that nobody guesses.

A report does not go through Gradio, which would keep it with the session, for an hour after its
page was closed; and it has an address of its own, because the links within it lead nowhere in a
frame that is filled from an attribute.
"""

from __future__ import annotations

import secrets
import threading

from rag.hosting.guard import REPORTS

KEPT = 16  # where more pages than this hold one, the oldest is dropped


class Reports:
    """One report a session, the newest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_session: dict[str, tuple[str, str]] = {}

    def keep(self, session: str, report: str) -> str:
        """Keep the report of a session in place of the one before; returns its address."""
        key = secrets.token_urlsafe(24)
        with self._lock:
            self._by_session.pop(session, None)
            self._by_session[session] = (key, report)
            while len(self._by_session) > KEPT:
                del self._by_session[next(iter(self._by_session))]
        return f"{REPORTS.lstrip('/')}{key}"

    def drop(self, session: str) -> None:
        """Forget the session's report, if it has one."""
        with self._lock:
            self._by_session.pop(session, None)

    def find(self, key: str) -> str | None:
        """The report under the last part of an address; None where it is not there any more."""
        with self._lock:
            kept = list(self._by_session.values())
        return next((report for other, report in kept if secrets.compare_digest(other, key)), None)

    def __len__(self) -> int:
        return len(self._by_session)
