"""One served assistant over three short articles, for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from rag.assistant import Assistant
from tests.making import RIVERS, write_folder
from tests.service.serving import door, rivers_assistant, running


@pytest.fixture(scope="session")
def river_guide(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("guide")
    return rivers_assistant(write_folder(folder / "rivers", RIVERS), folder / "index")


@pytest.fixture(scope="module")
def url(river_guide: Assistant) -> Iterator[str]:
    with running(door(river_guide)) as address:
        yield address


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as opened:
        yield opened
