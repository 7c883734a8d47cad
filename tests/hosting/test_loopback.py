"""This machine is told from others in one way, wherever that decides what is let in."""

from __future__ import annotations

import pytest

from rag.config import Config
from rag.hosting.loopback import NAMES, is_loopback
from rag.service.serving import check_public, models_of, uploads_of
from rag.ui.articles import is_from_here


@pytest.mark.parametrize("host", [*NAMES, "127.0.0.2"])
def test_every_spelling_of_this_machine_may_do_what_it_alone_may(host: str) -> None:
    config = Config(host=host)
    assert is_loopback(host)
    assert uploads_of(config) == "auto"
    assert models_of(config, None) is not None
    check_public(config, None)
    assert is_from_here({"host": f"[{host}]:7860" if ":" in host else f"{host}:7860"})


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "2001:db8::1", "localhost.example", ""])
def test_no_other_name_is_taken_for_it(host: str) -> None:
    assert not is_loopback(host)
    assert uploads_of(Config(host=host or "a.b")) == "off"
    assert not is_from_here({"host": f"[{host}]:7860" if ":" in host else f"{host}:7860"})
