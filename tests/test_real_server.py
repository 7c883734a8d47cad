"""A chat model of a real server program: transformers' own, with a tiny model made here."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant, Config
from rag.chat_model import ChatModel
from rag.cite import broken_citations
from rag.providers import endpoint
from tests.making import RIVERS, WordEncoder, write_folder
from tests.started import free_port
from tests.tiny import make_chat_model

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Serve a tiny model and yield (base URL, model)."""
    program = Path(sys.executable).with_name("transformers")
    if not program.exists():
        pytest.skip(f"there is no {program}")
    folder = make_chat_model(tmp_path_factory.mktemp("chat") / "tiny")
    port = free_port()
    command = [
        str(program), "serve", str(folder),
        "--host", "127.0.0.1", "--port", str(port), "--device", "cpu",
    ]  # fmt: skip
    environ = {**os.environ, "HF_HUB_OFFLINE": "1"}
    log = (folder / "server.log").open("wb")
    running = subprocess.Popen(command, env=environ, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}/v1"
    try:
        until = time.monotonic() + 240
        while not _answers(port):
            if running.poll() is not None or time.monotonic() > until:
                told = (folder / "server.log").read_text(encoding="utf-8")[-500:]
                pytest.fail(f"the server did not start: {told}")
            time.sleep(0.5)
        yield url, str(folder)
    finally:
        running.terminate()
        running.wait(30)
        log.close()


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def test_a_real_server_is_asked_and_its_noise_is_no_answer(
    server: tuple[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url, name = server
    chat = ChatModel(endpoint(name, url), timeout_s=120)
    config = Config(reader="none", min_confidence=0.0)
    folder = write_folder(tmp_path / "in", RIVERS)
    opened = Assistant.open(folder, tmp_path / "index", config=config, encoder=WordEncoder())
    request.addfinalizer(chat.close)
    # A model with drawn weights writes noise: whatever comes, the user has an answer that holds.
    answer = opened.ask("How long is the Nile?", chat_model=chat)
    assert answer.outcome == "answered"
    assert answer.statements
    assert not broken_citations(answer, opened.articles)
    assert answer.answered_by.startswith("model ") or "The model gave no answer" in answer.reason
    assert "no server answers" not in answer.reason
    assert "cannot be read" not in answer.reason
