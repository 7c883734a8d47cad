"""The port, the address, and who may be served without a login."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from rag.config import Config
from rag.errors import ServeError
from rag.service import Login, serve
from rag.service.serving import address, check_public, listen, uploads_of


def test_a_taken_port_is_a_clear_message():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ServeError) as raised:
            listen("127.0.0.1", port)
    assert str(raised.value) == (
        f"port {port} is already in use: "
        "stop the other program or choose another with --port / PORT="
    )


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        ("127.0.0.1", 70000, "a port is a number from 0 to 65535, got 70000"),
        ("127.0.0.1", -1, "a port is a number from 0 to 65535, got -1"),
        ("192.0.2.1", 0, "'192.0.2.1' is not an address of this machine"),
        ("no such host", 0, "the address 'no such host' cannot be served"),
    ],
    ids=["too large", "negative", "not ours", "no host"],
)
def test_an_address_that_cannot_be_served_is_a_clear_message(host: str, port: int, message: str):
    with pytest.raises(ServeError, match=message.replace(".", r"\.")):
        listen(host, port)


def test_any_free_port_is_taken_for_0():
    with listen("127.0.0.1", 0) as first, listen("127.0.0.1", 0) as second:
        assert 0 < first.getsockname()[1] != second.getsockname()[1]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("localhost", "http://localhost:80"),
    ],
)
def test_the_address_is_one_a_browser_here_can_open(host: str, expected: str):
    assert address(host, 80) == expected


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_other_machines_are_let_in_only_with_a_login_or_when_asked_for_twice(host: str):
    config = Config().replace(host=host or "0.0.0.0")
    with pytest.raises(ServeError, match="--public-without-login"):
        check_public(config, None)
    check_public(config, Login(token="secret"))
    check_public(config.replace(public="open"), None)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_needs_no_login(host: str):
    check_public(Config(host=host), None)


def test_what_would_be_public_is_refused_before_anything_is_loaded():
    def never(progress: object) -> None:
        raise AssertionError

    with pytest.raises(ServeError, match="is reached by other machines"):
        serve(never, Config(host="0.0.0.0"), open_browser=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "hosts", "uploads", "expected"),
    [
        ("127.0.0.1", (), "auto", "auto"),
        ("0.0.0.0", (), "auto", "off"),
        ("0.0.0.0", (), "on", "on"),
        ("127.0.0.1", (), "off", "off"),
        ("127.0.0.1", ("chat.example",), "auto", "off"),  # behind a proxy
        ("127.0.0.1", ("chat.example",), "on", "on"),
    ],
)
def test_files_are_added_from_this_machine_unless_set(
    host: str, hosts: tuple[str, ...], uploads: str, expected: str
):
    config = Config(hosts=hosts).replace(host=host, uploads=uploads)
    assert uploads_of(config) == expected


def test_without_the_page_nothing_of_it_is_loaded() -> None:
    serving = (
        "import sys\n"
        "import rag.commands.mcp, rag.service.tools\n"
        "from rag.backend import Opening\n"
        "from rag.config import Config\n"
        "from rag.service.serving import application\n"
        "application(Opening(lambda _: None), Config(), page=False)\n"
        "print([name for name in sys.modules if name.startswith(('rag.ui', 'gradio'))])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", serving], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
