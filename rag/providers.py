"""The servers of chat models that are known by name, and what reaches a model: pure values.

    "ollama:qwen3"       -> the model qwen3 of the preset ollama
    "qwen3" + a base URL -> the model qwen3 of any server with OpenAI's interface

Keys are not settings: each stands in an environment variable, whose name is here, and is read where
the server is called. One is sent only to the address it was meant for: a preset's to its own, or to
the base_url that was given for that preset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from rag.errors import ConfigError

KEY_VARIABLE = "RAG_MODEL_KEY"  # of a server that no preset names
NO_MODEL = "none"


@dataclass(frozen=True, slots=True)
class Provider:
    """A server of chat models: its address, and the variable that holds its key, "" for none.

    `base_url` is "" where every user has another one. `local` servers work without a key.
    """

    name: str
    title: str
    base_url: str
    key_variable: str
    local: bool = False


PROVIDERS: Mapping[str, Provider] = {
    one.name: one
    for one in (
        Provider("ollama", "Ollama", "http://127.0.0.1:11434/v1", "", local=True),
        Provider("llama.cpp", "llama.cpp", "http://127.0.0.1:8080/v1", "LLAMA_API_KEY", local=True),
        Provider("vllm", "vLLM", "http://127.0.0.1:8000/v1", "VLLM_API_KEY", local=True),
        Provider("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1", "", local=True),
        Provider("openai", "OpenAI", "https://api.openai.com/v1", "OPENAI_API_KEY"),
        Provider("azure", "Azure OpenAI", "", "AZURE_OPENAI_API_KEY"),
        Provider(
            "dashscope",
            "Alibaba Cloud (Qwen)",
            "https://dashscope.aliyuncs.com/compatible-mode/v1",
            "DASHSCOPE_API_KEY",
        ),
        Provider(
            "zhipu", "Zhipu AI (GLM)", "https://open.bigmodel.cn/api/paas/v4", "ZHIPUAI_API_KEY"
        ),
        Provider(
            "moonshot", "Moonshot AI (Kimi)", "https://api.moonshot.cn/v1", "MOONSHOT_API_KEY"
        ),
        Provider(
            "baidu", "Baidu (ERNIE, Qianfan)", "https://qianfan.baidubce.com/v2", "QIANFAN_API_KEY"
        ),
        Provider(
            "tencent",
            "Tencent (Hunyuan)",
            "https://api.hunyuan.cloud.tencent.com/v1",
            "HUNYUAN_API_KEY",
        ),
        Provider(
            "sensetime",
            "SenseTime (SenseNova)",
            "https://api.sensenova.cn/compatible-mode/v1",
            "SENSENOVA_API_KEY",
        ),
        Provider("01.ai", "01.AI (Yi)", "https://api.lingyiwanwu.com/v1", "YI_API_KEY"),
        Provider("deepseek", "DeepSeek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
    )
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model on a server; `model` is "" where only the server is meant.

    `key` is the key itself, never shown; "" where it is still to be read from `key_variable`.
    `needs_key` says whether the server surely refuses whoever has none.
    """

    model: str
    base_url: str
    key_variable: str
    needs_key: bool = False
    key: str = field(default="", repr=False, compare=False)

    def found_key(self, environ: Mapping[str, str]) -> str:
        """Return the key: the one given, else the variable's, else ""."""
        return self.key or (environ.get(self.key_variable, "").strip() if self.key_variable else "")


@dataclass(frozen=True, slots=True)
class Offered:
    """What visitors may choose from: `configured` is the server of the settings, if there is one.

    `timeout_s` is the longest that an answer of a chosen model is waited for.
    """

    configured: Endpoint | None
    timeout_s: float


def endpoint(model: str, base_url: str = "") -> Endpoint:
    """Return where `model` ("qwen3", "ollama:qwen3", or "ollama" for the server alone) is reached.

    >>> endpoint("ollama:qwen3:8b")
    Endpoint(model='qwen3:8b', base_url='http://127.0.0.1:11434/v1', key_variable='', needs_key=False)

    Raises:
        ConfigError: nothing says where the server is, or the address is not one.
    """  # noqa: E501
    preset, rest = preset_of(model), model.partition(":")[2]
    if preset is None:
        if not base_url:
            raise ConfigError(
                f"model {model!r} does not say where it runs: give a base_url, or a preset before "
                f"it, such as ollama:{model} (`rag models` lists them). The encoder's setting is "
                f"called encoder: for an encoder, write encoder = {model!r}"
            )
        return Endpoint(model, checked_url(base_url), KEY_VARIABLE)
    if not (base_url or preset.base_url):
        raise ConfigError(
            f"the preset {preset.name} has no base_url of its own: give yours beside the model, "
            "such as https://NAME.openai.azure.com/openai/v1"
        )
    return Endpoint(
        rest.strip(),
        checked_url(base_url or preset.base_url),
        preset.key_variable or (KEY_VARIABLE if base_url else ""),
        needs_key=not preset.local,
    )


def preset_of(model: str) -> Provider | None:
    """Return the preset that `model` ("ollama:qwen3", or "ollama" alone) names, or None."""
    return PROVIDERS.get(model.partition(":")[0].casefold())


def is_meant_for(model: str, before: str) -> bool:
    """Whether a base_url that was given for the model `before` holds for `model`, named later.

    Not where that names a preset that the other did not: its key is none of that server's.

    >>> [is_meant_for("openai:b", before) for before in ("openai:a", "qwen3", "none")]
    [True, False, False]
    """
    preset = preset_of(model)
    return preset is None or preset is preset_of(before)


def checked_url(base_url: str) -> str:
    """Return the address without a slash at its end.

    Raises:
        ConfigError: it is no address of a server, or holds a name and password.
    """
    try:
        parts = urlsplit(base_url.strip())
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        if not base_url.strip().isprintable():
            raise ValueError
    except ValueError:
        raise ConfigError(f"base_url is not an address: {base_url!r}") from None
    if "@" in parts.netloc:
        raise ConfigError("base_url must not hold a name or a password: keys stand in variables")
    if parts.query or parts.fragment:
        raise ConfigError("base_url must end with its path, without a ? or #")
    if parts.scheme not in ("http", "https") or not named:
        raise ConfigError(
            f"base_url must be like http://127.0.0.1:11434/v1, got {base_url.strip()!r}"
        )
    return base_url.strip().rstrip("/")
