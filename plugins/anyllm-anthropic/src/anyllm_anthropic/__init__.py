"""Anthropic, and every endpoint that speaks the Messages API."""

from __future__ import annotations

from collections.abc import Sequence

from any_llm.plugin import Dialect, ProviderSpec, hookimpl

from .dialect import Anthropic
from .rows import ROWS

ANYLLM_API = (1, 0)


@hookimpl
def anyllm_dialects() -> Sequence[Dialect]:
    """Return the wire format of this distribution."""
    return [Anthropic()]


@hookimpl
def anyllm_providers() -> Sequence[ProviderSpec]:
    """Return one row for each endpoint."""
    return [row.spec for row in ROWS]
