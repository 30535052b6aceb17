"""OpenAI, and every vendor whose API has the same format."""

from __future__ import annotations

from collections.abc import Sequence

from any_llm.plugin import Dialect, ProviderSpec, hookimpl

from .chat.dialect import ChatCompletions
from .responses.dialect import Responses
from .rows import ROWS
from .wires import OpenAI

ANYLLM_API = (1, 0)


@hookimpl
def anyllm_dialects() -> Sequence[Dialect]:
    """Return the two wire formats, and the dialect that chooses between them."""
    return [ChatCompletions(), Responses(), OpenAI()]


@hookimpl
def anyllm_providers() -> Sequence[ProviderSpec]:
    """Return one row for each vendor."""
    return [row.spec for row in ROWS]
