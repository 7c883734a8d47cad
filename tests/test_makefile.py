"""`make chat` leaves the settings to rag.toml and the environment, unless it is told otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize(
    ("words", "environment", "flags"),
    [
        ((), {}, ""),
        (("PORT=8000",), {}, "--port 8000"),
        (("HOST=0.0.0.0", "PORT=8000"), {}, "--host 0.0.0.0 --port 8000"),
        ((), {"HOST": "x86_64-conda-linux-gnu", "PORT": "3000"}, ""),  # set for something else
    ],
)
def test_make_chat_passes_on_what_it_was_told(
    words: tuple[str, ...], environment: dict[str, str], flags: str
) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    made = subprocess.run(
        ["make", "--no-print-directory", "-n", "chat", *words],
        cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert made.stdout.splitlines()[-1].split() == f".venv/bin/rag serve {flags}".split()
