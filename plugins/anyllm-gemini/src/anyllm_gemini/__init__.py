"""Google's Gemini models: the Gemini API and Vertex AI."""

from __future__ import annotations

from collections.abc import Sequence

from any_llm.plugin import Dialect, ProviderSpec, hookimpl

from .dialect import Gemini
from .rows import ROWS

ANYLLM_API = (1, 0)


@hookimpl
def anyllm_dialects() -> Sequence[Dialect]:
    """Return the wire format of this distribution."""
    return [Gemini()]


@hookimpl
def anyllm_providers() -> Sequence[ProviderSpec]:
    """Return the Gemini API and Vertex AI."""
    return list(ROWS)
