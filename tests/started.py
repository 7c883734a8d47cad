"""Programs that tests start: each finds this project from any folder, and ends with its test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
# After so long a program is killed, so that a test which waits for it fails and does not hang.
MOST_S, MOST_SERVED_S = 120.0, 3600.0


def variables(**more: str) -> dict[str, str]:
    """The environment of a program that runs this project in a folder of its own."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


@contextmanager
def started(
    *words: str, folder: Path, most_s: float = MOST_S, **more: str
) -> Iterator[subprocess.Popen[str]]:
    """`python *words`, at work in the folder with the variables `more`; killed at the end."""
    with subprocess.Popen(
        [sys.executable, *words],
        cwd=folder,
        env=variables(**more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        bound = threading.Timer(most_s, process.kill)
        bound.daemon = True
        bound.start()
        try:
            yield process
        finally:
            bound.cancel()
            process.kill()


@dataclass
class Served:
    """A program that serves at an address; `said` is what it printed, once it has ended."""

    url: str
    process: subprocess.Popen[str]
    said: str = ""


@contextmanager
def serving(
    *words: str, folder: Path = ROOT, port: int | None = None, **more: str
) -> Iterator[Served]:
    """`python *words` once it serves at the port, or at a free one.

    "{port}" in the words and in the values of the variables `more` stands for it.
    """
    port = port or free_port()
    words = tuple(word.replace("{port}", str(port)) for word in words)
    more = {name: value.replace("{port}", str(port)) for name, value in more.items()}
    with started(*words, folder=folder, most_s=MOST_SERVED_S, **more) as process:
        served = Served(f"http://127.0.0.1:{port}", process)
        _wait_for(served)
        try:
            yield served
        finally:
            process.kill()
            served.said = "".join(process.communicate())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def eventually(holds: Callable[[], bool], *, seconds: float = 60) -> bool:
    """Whether it holds within so long."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _wait_for(served: Served) -> None:
    """Wait until something is answered, be it that a login is needed."""

    def answers() -> bool:
        if served.process.poll() is not None:
            return True
        try:
            with urllib.request.urlopen(served.url, timeout=30):
                return True
        except urllib.error.HTTPError as refused:
            refused.close()
            return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    if not eventually(answers, seconds=90) or served.process.poll() is not None:
        served.process.kill()
        raise AssertionError(f"nothing was served: {served.process.communicate()}")
