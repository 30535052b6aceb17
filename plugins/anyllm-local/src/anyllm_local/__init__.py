"""The provider `local`: llama.cpp inside this process, no server, no key, no network.

    any_llm.messages("local:default", [{"role": "user", "content": "Hello"}], 100)
    any_llm.messages("local:/models/qwen3-8b.gguf", ...)

`unload()` gives the memory of all loaded models back; they load again when they are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from any_llm.plugin import ProviderSpec, TransportFactory, hookimpl

from .engine import Engine, engine, unload
from .settings import EngineSettings, row_settings
from .transport import FACTORY

__all__ = ["ANYLLM_API", "Engine", "EngineSettings", "engine", "unload"]

ANYLLM_API = (1, 0)

_SETTINGS = tuple(row_settings())

LOCAL = ProviderSpec(
    id="local",
    dialect="openai-chat",
    base_url="local://llama.cpp/v1?" + "&".join(f"{s.name}={{{s.name}}}" for s in _SETTINGS),
    settings=_SETTINGS,
    options={"top_k": True, "images": "none"},
    docs="https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
    checked="2026-11-23",
)


@hookimpl
def anyllm_providers() -> Sequence[ProviderSpec]:
    """The one row of this plugin."""
    return [LOCAL]


@hookimpl
def anyllm_transports() -> Mapping[str, TransportFactory]:
    """What `local://` means."""
    return {"local": FACTORY}
