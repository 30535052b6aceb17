"""Ollama's own chat API: a server of one's own, and ollama.com."""

from __future__ import annotations

from collections.abc import Sequence

from any_llm.plugin import Dialect, ProviderSpec, hookimpl

from .dialect import OllamaChat
from .rows import ROWS

ANYLLM_API = (1, 0)


@hookimpl
def anyllm_dialects() -> Sequence[Dialect]:
    """Return the wire format of this distribution."""
    return [OllamaChat()]


@hookimpl
def anyllm_providers() -> Sequence[ProviderSpec]:
    """Return the row of a server of one's own and that of ollama.com."""
    return ROWS
