"""How much a client may ask for: buckets that are emptied by asking and fill up again."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable

MOST_CLIENTS = 10_000  # clients that are remembered


class Buckets:
    """A bucket of `most` for each client; `per_s` of it come back each second.

    >>> now = 0.0
    >>> buckets = Buckets(most=2, per_s=0.5, clock=lambda: now)
    >>> [buckets.take("a"), buckets.take("a"), buckets.take("a"), buckets.take("b")]
    [0, 0, 2, 0]
    """

    def __init__(
        self, *, most: int, per_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._per_s = per_s
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}  # what was left, and when

    def wait_s(self, client: str) -> int:
        """Return in how many whole seconds there is something to take; 0 where there is now."""
        return self._wait_s(self._now(client))

    def take(self, client: str) -> int:
        """Take one and return 0, or take nothing and return in how many seconds to come again."""
        left = self._now(client)
        if wait_s := self._wait_s(left):
            return wait_s
        self._left.pop(client, None)
        self._left[client] = (left - 1, self._clock())
        while len(self._left) > MOST_CLIENTS:  # the one that took longest ago
            self._left.pop(next(iter(self._left)))
        return 0

    def _now(self, client: str) -> float:
        left, at = self._left.get(client, (float(self._most), 0.0))
        return min(float(self._most), left + (self._clock() - at) * self._per_s)

    def _wait_s(self, left: float) -> int:
        return 0 if left >= 1 else max(1, math.ceil((1 - left) / self._per_s))


def client_key(address: str) -> str:
    """Return what one client is known by; of IPv6 the network, since a client has all of it.

    >>> client_key("192.0.2.7"), client_key("2001:db8:1:2:3:4:5:6"), client_key("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8:1:2::/64', '192.0.2.7')
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)
