"""This machine, as an address or a name tells it."""

from __future__ import annotations

import ipaddress

NAMES = ("127.0.0.1", "localhost", "::1")  # what it is called by most


def is_loopback(address: str) -> bool:
    """Return whether an address or a host's name is this machine's own.

    >>> [is_loopback(a) for a in ("127.0.0.1", "127.8.0.1", "::1", "localhost", "0.0.0.0", "a.b")]
    [True, True, True, True, False, False]
    """
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
