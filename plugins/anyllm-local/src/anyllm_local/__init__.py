"""The provider `local`: llama.cpp inside this process, no server, no key, no network.

    any_llm.messages("local:default", [{"role": "user", "content": "Hello"}], 100)
    any_llm.messages("local:/models/qwen3-8b.gguf", ...)

`unload()` gives back the memory of all loaded models; they load again when they are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from any_llm.plugin import ProviderSpec, TransportFactory, hookimpl

from .engine import Engine, engine, unload
from .row import LOCAL, SCHEME
from .settings import EngineSettings
from .transport import FACTORY

__all__ = ["ANYLLM_API", "Engine", "EngineSettings", "engine", "unload"]

ANYLLM_API = (1, 0)


@hookimpl
def anyllm_providers() -> Sequence[ProviderSpec]:
    """Return the one row of this plugin."""
    return [LOCAL]


@hookimpl
def anyllm_transports() -> Mapping[str, TransportFactory]:
    """Return what moves the bytes behind `local://`."""
    return {SCHEME: FACTORY}
