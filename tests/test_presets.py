"""Every preset against a server that is as particular as that provider says it is.

None of the providers is reached: the server of the tests stands at the preset's path, takes what
the provider's documentation takes, refuses the rest, and streams in the provider's manner.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from rag.chat_model import ChatModel
from rag.datatypes import Message
from rag.errors import ChatError
from rag.providers import PROVIDERS, Endpoint, endpoint
from tests.scripted import Act, Fails, ScriptedServer, Sends, scripted

TOLD = ("The Nile is long", " [1].")
ASKED: list[Message] = [
    {"role": "system", "content": "Answer from the passages."},
    {"role": "user", "content": "How long is the Nile?"},
]
USAGE = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}
TAKEN = {"model", "messages", "stream", "temperature"}  # by every one of them
AZURE = "https://name.openai.azure.com/openai/v1"


@dataclass(frozen=True)
class Manner:
    """How a provider's server differs: the model's name there, what it refuses, how it streams."""

    model: str
    refuses_zero: str = ""  # its words for a temperature of 0
    before: tuple[dict[str, Any], ...] = ()  # chunks before the text
    thinks: bool = False  # aloud, in reasoning_content
    comments: bool = False  # while it waits
    usage: bool = False  # in a last chunk without a choice
    ends_with_text: bool = False  # the last text and the end come in one chunk


MANNERS: Mapping[str, Manner] = {
    "ollama": Manner("qwen3:8b", thinks=True),
    "llama.cpp": Manner("tiny.gguf", usage=True),
    "vllm": Manner("Qwen/Qwen3-8B", usage=True, ends_with_text=True),
    "lmstudio": Manner("qwen3-8b@q4_k_m"),
    "openai": Manner(
        "gpt-5-mini",
        refuses_zero="Unsupported value: 'temperature' does not support 0 with this model.",
        usage=True,
    ),
    "azure": Manner(
        "my-deployment", before=({"choices": [], "prompt_filter_results": [{"prompt_index": 0}]},)
    ),
    "dashscope": Manner("qwen-plus", thinks=True, usage=True),
    "zhipu": Manner("glm-4.6", refuses_zero="temperature 参数非法", ends_with_text=True),
    "moonshot": Manner(
        "kimi-k2.5", refuses_zero="invalid temperature: only 1 is allowed", thinks=True
    ),
    "baidu": Manner("ernie-4.5-turbo-128k", refuses_zero="temperature must be in (0, 1.0]"),
    "tencent": Manner("hunyuan-turbos-latest", ends_with_text=True),
    "sensetime": Manner("SenseNova-V6-5-Pro", refuses_zero="temperature must be > 0", thinks=True),
    "01.ai": Manner("yi-lightning", ends_with_text=True),
    "deepseek": Manner("deepseek-chat", thinks=True, comments=True, usage=True),
}


def at_its_path(name: str, url: str) -> Endpoint:
    """Return the preset's model, as a server of this machine at the preset's path."""
    found = endpoint(f"{name}:{MANNERS[name].model}", AZURE if name == "azure" else "")
    return replace(found, base_url=f"http://{urlsplit(url).netloc}{urlsplit(found.base_url).path}")


def acted(manner: Manner, request: Mapping[str, Any]) -> Act:
    """What the provider's server does with a request."""
    if set(request) - TAKEN or request["stream"] is not True:
        return Fails(400, f"unknown parameters: {sorted(request)}")
    if request["model"] != manner.model:
        return Fails(404, f"model {request['model']} not found")
    if [turn["role"] for turn in request["messages"]] != ["system", "user"]:
        return Fails(400, "messages must be a system message and a question")
    if manner.refuses_zero and request.get("temperature") == 0:
        return Fails(400, manner.refuses_zero, code="invalid_request")
    return Sends(streamed(manner))


def streamed(manner: Manner) -> bytes:
    """The reply as the provider streams it."""
    first, second = TOLD
    chunks = [*manner.before, choice({"role": "assistant", "content": ""})]
    if manner.thinks:
        chunks.append(choice({"content": None, "reasoning_content": "Let me see [9]."}))
    chunks.append(choice({"content": first}))
    if manner.ends_with_text:
        chunks.append(choice({"content": second}, "stop"))
    else:
        chunks += [choice({"content": second}), choice({}, "stop")]
    if manner.usage:
        chunks.append({"choices": [], "usage": USAGE})
    events = [
        "data: " + json.dumps({"id": "1", "object": "chat.completion.chunk", "created": 0,
                               "model": manner.model, **chunk}, ensure_ascii=False)
        for chunk in chunks
    ]  # fmt: skip
    if manner.comments:
        events = [": keep-alive", *events[:2], ": keep-alive", *events[2:]]
    return ("\n\n".join([*events, "data: [DONE]"]) + "\n\n").encode()


def choice(delta: Mapping[str, Any], ends: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": dict(delta), "finish_reason": ends}]}


def sent(server: ScriptedServer) -> list[str | None]:
    """The Authorization header of each request."""
    return [
        {name.casefold(): value for name, value in headers.items()}.get("authorization")
        for headers in server.headers
    ]


def test_every_preset_is_tried() -> None:
    assert set(MANNERS) == set(PROVIDERS)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_preset_asks_as_its_provider_wants_to_be_asked(name: str) -> None:
    manner, variable = MANNERS[name], PROVIDERS[name].key_variable
    keys = {one.key_variable: f"sk-{one.name}" for one in PROVIDERS.values() if one.key_variable}
    with scripted(lambda request: acted(manner, request)) as server:
        chat = ChatModel(at_its_path(name, server.url), environ=keys)
        assert "".join(chat.reply(ASKED)) == "".join(TOLD)
        assert chat.models()
        chat.close()
    base = urlsplit(PROVIDERS[name].base_url or AZURE).path
    *asked, listed = server.paths
    assert set(asked) == {f"{base}/chat/completions"}
    assert len(asked) == (2 if manner.refuses_zero else 1)
    assert listed == f"{base}/models"
    assert set(sent(server)) == {f"Bearer {keys[variable]}" if variable else None}


@pytest.mark.parametrize("name", [one.name for one in PROVIDERS.values() if not one.local])
def test_without_its_key_a_preset_tells_the_variable_and_asks_nobody(name: str) -> None:
    with scripted(lambda request: acted(MANNERS[name], request)) as server:
        chat = ChatModel(at_its_path(name, server.url), environ={})
        with pytest.raises(ChatError, match=f"set the variable {PROVIDERS[name].key_variable}"):
            list(chat.reply(ASKED))
    assert not server.headers
