"""Who is let in: every address with a login, hosts, origins, rates, sizes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from rag.backend import Opening
from rag.config import Config
from rag.errors import ConfigError
from rag.hosting.conversations import Conversations
from rag.hosting.guard import HEADERS, PROGRAM_HEADERS
from rag.service.door import Door, asks_per_minute
from rag.service.limits import MOST_CLIENTS, Buckets, client_key
from rag.service.login import Login
from rag.service.serving import Served, application
from tests.browser.fake import KeywordAssistant
from tests.making import RIVERS, write_folder
from tests.service.serving import rivers_assistant, run

AUTH, TOKEN = "Ada:pass:word é", "t0ken"


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


async def ask(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    client: str = "127.0.0.1",
    host: str = "127.0.0.1:7860",
    **more: Any,
) -> httpx.Response:
    """Return the response to a client of that address, which calls the server by that name."""
    transport = httpx.ASGITransport(app=app, client=(client, 1234))
    headers = {"host": host, **more.pop("headers", {})}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as opened:
        return await opened.request(method, path, headers=headers, **more)


def asked(app: ASGIApp, method: str = "GET", path: str = "/x", **more: Any) -> httpx.Response:
    response: httpx.Response = run(ask(app, method, path, **more))
    return response


async def yes(scope: Any, receive: Any, send: Any) -> None:
    """An application that reads the body and says how long it is."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


# --- the login -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("auth", "token", "header", "admitted"),
    [
        (AUTH, "", basic(AUTH), True),
        (AUTH, "", "basic " + basic(AUTH)[6:], True),
        (AUTH, "", f"Bearer {AUTH}", True),
        (AUTH, "", basic("Ada:pass:word e"), False),
        (AUTH, "", basic("ada:pass:word é"), False),
        (AUTH, "", basic("Ada:"), False),
        (AUTH, "", basic(""), False),
        (AUTH, "", f"Bearer {TOKEN}", False),
        (AUTH, "", "Bearer ", False),
        (AUTH, "", "", False),
        (AUTH, "", "Basic !!!", False),
        (AUTH, "", "Basic /w==", False),
        (AUTH, "", f"Digest {AUTH}", False),
        ("", TOKEN, f"Bearer {TOKEN}", True),
        ("", TOKEN, f"bearer  {TOKEN} ", True),
        ("", TOKEN, basic(f"anyone:{TOKEN}"), True),
        ("", TOKEN, basic(f":{TOKEN}"), True),
        ("", TOKEN, basic(TOKEN), False),
        ("", TOKEN, f"Bearer {TOKEN}x", False),
        ("", TOKEN, "Bearer ", False),
        ("", TOKEN, basic("anyone:"), False),
        ("", TOKEN, basic(AUTH), False),
        (AUTH, TOKEN, f"Bearer {TOKEN}", True),
        (AUTH, TOKEN, basic(AUTH), True),
        (AUTH, TOKEN, basic(f"Ada:{TOKEN}x"), False),
    ],
)
def test_what_opens_the_door(auth: str, token: str, header: str, admitted: bool):
    assert Login(auth=auth, token=token).admits(header) is admitted


@pytest.mark.parametrize("auth", ["a", ":a", "a:", ":"])
def test_a_login_without_a_name_or_a_password_is_refused(auth: str):
    with pytest.raises(ConfigError, match="NAME:PASSWORD"):
        Login(auth=auth)


def test_a_token_that_no_header_can_hold_is_refused():
    for token in ("a b", "ä", "a\n"):
        with pytest.raises(ConfigError, match="printable ASCII"):
            Login(token=token)


def test_no_login_is_asked_for_where_none_is_set():
    assert Login.given("", None) is None
    assert Login.from_environment({"RAG_AUTH": "", "OTHER": "x"}) is None
    login = Login.from_environment({"RAG_TOKEN": TOKEN})
    assert login is not None
    assert login.admits(f"Bearer {TOKEN}")


def test_a_secret_is_kept_nowhere_as_text():
    login = Login(auth=AUTH, token=TOKEN)
    held = repr(vars(login))
    assert "pass:word" not in held
    assert TOKEN not in held
    assert "pass:word" not in repr(login)


def test_a_secret_is_no_setting(tmp_path: Path):
    from rag.config import load_config

    sourced = load_config(folder=tmp_path, environ={"RAG_AUTH": AUTH, "RAG_TOKEN": TOKEN})
    assert "pass:word" not in json.dumps(sourced.to_dict())


# --- every address -------------------------------------------------------------------------------


def every_address(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the method and path of every route, those of mounted applications too."""
    for route in routes:
        if isinstance(route, Mount):
            yield from every_address(list(route.routes), prefix + route.path)
            yield "GET", f"{prefix}{route.path}/anything"
            continue
        if hasattr(route, "original_router"):  # a router that was included, as FastAPI keeps it
            prefixed = prefix + route.include_context.prefix
            yield from every_address(list(route.original_router.routes), prefixed)
            continue
        assert isinstance(route, Route), f"this test does not know how to ask {route!r}"
        for method in route.methods or {"GET", "POST", "DELETE"}:
            yield method, prefix + route.path


async def everything(folder: Path) -> Served:
    """Return the application with all it can serve; Gradio wants a loop while it is made."""
    return application(
        Opening.of(KeywordAssistant([])),
        Config(uploads="on"),
        login=Login(auth=AUTH, token=TOKEN),
        conversations=Conversations(folder / "talks.sqlite3", "articles"),
    )


def test_every_address_refuses_who_has_no_login(tmp_path: Path):
    async def walk() -> None:
        served = await everything(tmp_path)
        addresses = sorted(set(every_address(list(served.app.router.routes))))
        paths = {path for _, path in addresses}
        # It sees what it is to see: the API, MCP, the page, Gradio's own, and the page's views.
        assert {"/api/ask", "/v1/chat/completions", "/mcp", "/", "/config"} <= paths
        assert {"/gradio_api/queue/join", "/report/{key}", "/library/add"} <= paths
        assert {"/history/list", "/history/export"} <= paths
        assert len(addresses) > 80
        seen = 0
        for method, path in [*addresses, ("GET", "/no/such/address"), ("PUT", "/api/ask")]:
            filled = path.replace(":path}", "}").replace("{", "").replace("}", "")
            for headers in ({}, {"authorization": basic("Ada:wrong")}):
                seen += 1  # each from another client, or wrong logins would be counted
                client = f"10.0.{seen // 250}.{seen % 250}"
                response = await ask(served.door, method, filled, headers=headers, client=client)
                assert response.status_code == 401, (method, path)
                assert response.headers["www-authenticate"].startswith("Basic ")
                assert response.headers["x-frame-options"] in ("DENY", "SAMEORIGIN")

    run(walk())


def test_with_a_login_the_page_the_api_and_mcp_are_there(tmp_path: Path):
    async def look() -> None:
        app = (await everything(tmp_path)).door
        for header in (basic(AUTH), f"Bearer {TOKEN}"):
            headers = {"authorization": header}
            for path in ("/", "/config", "/api/health", "/v1/models", "/api/openapi.json"):
                assert (await ask(app, "GET", path, headers=headers)).status_code == 200, path
            hidden = await ask(app, "GET", "/gradio_api/upload", headers=headers)
            assert hidden.status_code == 404

    run(look())


def test_a_socket_is_refused_too():
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    door = Door(yes, login=Login(token=TOKEN), hosts=())
    scope = {"type": "websocket", "path": "/ws", "headers": [], "client": ("192.0.2.1", 1)}
    run(door(scope, None, send))  # type: ignore[arg-type]
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_wrong_logins_are_throttled_and_then_even_the_right_one():
    now = [0.0]
    tries = Buckets(most=3, per_s=0.5, clock=lambda: now[0])
    door = Door(yes, login=Login(token=TOKEN), hosts=(), tries=tries)
    wrong, right = {"authorization": "Bearer x"}, {"authorization": f"Bearer {TOKEN}"}
    assert [asked(door).status_code for _ in range(9)] == [401] * 9  # nothing was tried
    assert [asked(door, headers=wrong).status_code for _ in range(5)] == [401, 401, 401, 429, 429]
    refused = asked(door, headers=right)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    assert asked(door, headers=right, client="192.0.2.9").status_code == 200
    now[0] = 2.0
    assert asked(door, headers=right).status_code == 200


# --- hosts and origins ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("localhost", 200),
        ("LOCALHOST:80", 200),
        ("[::1]:7860", 200),
        ("evil.example:7860", 421),
        ("127.0.0.1.evil.example", 421),
        ("0.0.0.0:7860", 421),
        ("", 421),
    ],
)
def test_on_this_machine_no_other_name_is_answered(host: str, status: int):
    app = application(Opening.of(KeywordAssistant([])), Config(), page=False).door
    assert asked(app, path="/api/health", host=host).status_code == status


def test_the_address_that_is_served_at_is_answered():
    for config in (Config(host="127.0.0.2"), Config(host="10.0.0.5", hosts=("articles.example",))):
        app = application(Opening.of(KeywordAssistant([])), config, page=False).door
        assert asked(app, path="/api/health", host=f"{config.host}:7860").status_code == 200


def test_a_name_of_a_proxy_is_answered_where_it_is_set():
    config = Config(hosts=("Articles.example",))
    app = application(Opening.of(KeywordAssistant([])), config, page=False).door
    assert asked(app, path="/api/health", host="articles.example").status_code == 200
    assert asked(app, path="/api/health", host="evil.example").status_code == 421
    public = Config(host="0.0.0.0")
    app = application(Opening.of(KeywordAssistant([])), public, page=False).door
    assert asked(app, path="/api/health", host="anything.example").status_code == 200


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        (None, "127.0.0.1:7860", 200),
        ("http://127.0.0.1:7860", "127.0.0.1:7860", 200),
        ("https://articles.example", "articles.example", 200),
        ("https://articles.example", "articles.example:443", 200),
        ("http://127.0.0.1:8000", "127.0.0.1:7860", 403),
        ("https://evil.example", "127.0.0.1:7860", 403),
        ("http://127.0.0.1:7860.evil.example", "127.0.0.1:7860", 403),
        ("null", "127.0.0.1:7860", 403),
        ("", "127.0.0.1:7860", 403),
        ("http://[", "127.0.0.1:7860", 403),
    ],
)
def test_a_page_of_another_site_may_not_post(origin: str | None, host: str, status: int):
    door = Door(yes, login=None, hosts=())
    headers = {} if origin is None else {"origin": origin}
    assert asked(door, "POST", host=host, headers=headers).status_code == status
    assert asked(door, "GET", host=host, headers=headers).status_code == 200


# --- rates and sizes -----------------------------------------------------------------------------


def test_buckets_fill_up_again_by_the_second():
    now = [100.0]
    buckets = Buckets(most=2, per_s=0.25, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 4]
    assert (buckets.wait_s("a"), buckets.wait_s("b")) == (4, 0)
    now[0] = 103.0  # .75 of one is back
    assert buckets.take("a") == 1
    now[0] = 104.0
    assert [buckets.take("a"), buckets.take("a")] == [0, 4]
    now[0] = 1e6  # never more than it holds
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 4]


def test_only_so_many_clients_are_remembered():
    buckets = Buckets(most=1, per_s=1e-9, clock=lambda: 0.0)
    for number in range(MOST_CLIENTS + 5):
        assert buckets.take(str(number)) == 0
    assert len(buckets._left) == MOST_CLIENTS
    assert buckets.take("0") == 0  # forgotten
    assert buckets.take(str(MOST_CLIENTS + 4)) > 0


def test_a_client_of_another_machine_asks_so_often_and_one_of_this_as_it_likes():
    door = Door(yes, login=None, hosts=(), asks=asks_per_minute(2))

    def statuses(client: str, path: str = "/api/ask") -> list[int]:
        return [asked(door, "POST", path, client=client).status_code for _ in range(4)]

    assert statuses("192.0.2.1") == [200, 200, 429, 429]
    assert statuses("192.0.2.1", "/v1/chat/completions") == [429] * 4
    assert statuses("192.0.2.1", "/gradio_api/queue/join") == [429] * 4
    assert statuses("192.0.2.1", "/static/x") == [200] * 4
    assert statuses("192.0.2.2", "/mcp") == [200, 200, 429, 429]
    assert statuses("127.0.0.1") == [200] * 4
    refused = asked(door, "POST", "/api/ask", client="192.0.2.1")
    assert refused.headers["retry-after"] == "30"
    assert refused.json()["error"]["code"] == "too_many_requests"
    assert asks_per_minute(0) is None


def test_a_client_of_ipv6_has_one_bucket_for_its_network():
    assert client_key("2001:db8::1") == client_key("2001:db8::ffff:1%eth0")
    assert client_key("2001:db8::1") != client_key("2001:db8:0:1::1")
    assert client_key("testclient") == "testclient"


@pytest.mark.parametrize(("size", "status"), [(0, 200), (10, 200), (11, 413), (10**7, 413)])
@pytest.mark.parametrize("streamed", [False, True])
def test_a_request_is_taken_up_to_its_size(size: int, status: int, streamed: bool):
    door = Door(yes, login=None, hosts=(), body_bytes=10)

    async def parts() -> Any:
        for at in range(0, size, 7):
            yield b"x" * min(7, size - at)

    content: Any = parts() if streamed else b"x" * size
    response = asked(door, "POST", "/api/ask", content=content)
    assert response.status_code == status
    if status == 200:
        assert response.text == str(size)
    else:
        assert response.json()["error"]["code"] == "too_large"
        assert response.headers["connection"] == "close"


def test_a_length_that_is_no_number_is_refused():
    door = Door(yes, login=None, hosts=(), body_bytes=10)
    for told in ("-1", "1e3", "x", "９", "9" * 40):
        response = asked(door, "POST", "/api/ask", headers={"content-length": told.encode()})
        assert response.status_code == 413


def test_a_body_that_comes_too_slowly_is_refused(monkeypatch: pytest.MonkeyPatch):
    from rag.service import door as module

    monkeypatch.setattr(module, "BODY_S", 0.05)

    async def parts() -> Any:
        import asyncio

        yield b"x"
        await asyncio.sleep(20)

    response = asked(Door(yes, login=None, hosts=()), "POST", "/api/ask", content=parts())
    assert response.status_code == 408


def test_every_refusal_carries_the_security_headers():
    app = application(
        Opening.of(KeywordAssistant([])), Config(), login=Login(token=TOKEN), page=False
    ).door
    for path, headers in (("/", HEADERS), ("/api/ask", PROGRAM_HEADERS)):
        for more in ({}, {"host": "evil.example"}):
            response = asked(app, "POST", path, **more)
            assert response.status_code in (401, 421)
            assert headers.items() <= dict(response.headers).items()


# --- all of it together, as it is served by default ----------------------------------------------


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass by: no bucket fills up again."""
    monkeypatch.setitem(Buckets.__init__.__kwdefaults__, "clock", lambda: 0.0)


@pytest.mark.parametrize(
    ("config", "statuses"),
    [
        (Config(uploads="off"), [404, 404]),
        (Config(), [200, 403]),
        (Config(uploads="on"), [200, 200]),
        (Config(hosts=("chat.example",)), [404, 404]),
    ],
    ids=["off", "auto", "on", "auto, behind a proxy"],
)
def test_files_are_added_from_where_it_is_set(tmp_path: Path, config: Config, statuses: list[int]):
    folder = write_folder(tmp_path / "rivers", RIVERS)
    assistant = rivers_assistant(folder, tmp_path / "index")

    async def add() -> list[int]:
        """From this machine, and passed on from another one."""
        app = application(Opening.of(assistant), config).door
        return [
            (
                await ask(
                    app, "POST", f"/library/add?name={name}.txt", content=name.encode(),
                    headers={"x-page": "articles", **headers},
                )
            ).status_code
            for name, headers in (("here", {}), ("there", {"x-forwarded-for": "192.0.2.1"}))
        ]  # fmt: skip

    assert run(add()) == statuses
    added = [name for name, one in zip(("here", "there"), statuses, strict=True) if one == 200]
    assert {path.name for path in folder.iterdir()} == {*RIVERS, *(f"{name}.txt" for name in added)}


@pytest.mark.usefixtures("still")
def test_a_client_of_another_machine_asks_120_times_a_minute():
    async def statuses(client: str) -> list[int]:
        app = application(Opening.of(KeywordAssistant([])), Config(), page=False).door
        return [
            (
                await ask(app, "POST", "/api/retrieve", client=client, json={"question": "a"})
            ).status_code
            for _ in range(121)
        ]

    assert run(statuses("192.0.2.1")) == [200] * 120 + [429]
    assert run(statuses("127.0.0.1")) == [200] * 121


def test_a_request_has_at_most_a_megabyte():
    app = application(Opening.of(KeywordAssistant([])), Config(), page=False).door
    question = json.dumps({"question": "x"}).encode()
    for size, status in ((1_000_000, 200), (1_000_001, 413)):
        response = asked(
            app, "POST", "/api/retrieve", content=question.rjust(size),
            headers={"content-type": "application/json"},
        )  # fmt: skip
        assert response.status_code == status


@pytest.mark.usefixtures("still")
def test_after_ten_wrong_logins_no_more_are_looked_at():
    login = Login(auth=AUTH)
    app = application(Opening.of(KeywordAssistant([])), Config(), login=login, page=False).door

    def status(pair: str, client: str = "192.0.2.1") -> int:
        headers = {"authorization": basic(pair)}
        return asked(app, path="/api/health", headers=headers, client=client).status_code

    assert [status(f"Ada:{n}") for n in range(11)] == [401] * 10 + [429]
    assert status(AUTH) == 429
    assert status(AUTH, client="192.0.2.2") == 200
