"""A provider for tests of the core: Messages bodies, their streams, and a row to call them by."""

from __future__ import annotations

import json
from typing import Any

from any_llm import PluginManager
from any_llm.plugin import ApiKey, MessagesDialect, ProviderSpec, hookimpl

KEY = "sk-test-0123456789abcdef"
MODEL = "msgs:model-1"
QUESTION = [{"role": "user", "content": "Say hello"}]
USAGE = {"input_tokens": 5, "output_tokens": 3}


def message(text: str = "Hello there", **more: Any) -> dict[str, Any]:
    """A whole answer, as JSON data."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "model-1",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": USAGE,
        **more,
    }


def events(*texts: str) -> list[dict[str, Any]]:
    """The events of an answer whose text arrives in these pieces."""
    start = message(content=[], stop_reason=None, usage={**USAGE, "output_tokens": 1})
    return [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": t}}
            for t in texts or ("Hello", " there")
        ),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": USAGE},
        {"type": "message_stop"},
    ]


def sse(*said: dict[str, Any]) -> bytes:
    """Events as the Messages API sends them."""
    return b"".join(
        b"event: %s\ndata: %s\n\n" % (one["type"].encode(), json.dumps(one).encode())
        for one in said
    )


def fault(type: str = "overloaded_error", text: str = "Overloaded", **more: Any) -> dict[str, Any]:
    """An error, as a body or as an event of a stream."""
    return {"type": "error", "error": {"type": type, "message": text, **more}}


def row(**more: Any) -> ProviderSpec:
    """The row `msgs`: the Messages wire format with a bearer key from MSGS_API_KEY."""
    facts: dict[str, Any] = {
        "id": "msgs",
        "dialect": MessagesDialect(),
        "base_url": "http://msgs.invalid",
        "auth": ApiKey(env=("MSGS_API_KEY",)),
    }
    return ProviderSpec(**{**facts, **more})


class Rows:
    """A plugin that offers these rows and nothing else."""

    def __init__(self, *rows: ProviderSpec) -> None:
        self.rows = rows

    @hookimpl
    def anyllm_providers(self) -> tuple[ProviderSpec, ...]:
        return self.rows


def plugins(*rows: ProviderSpec) -> PluginManager:
    """A plugin manager that knows these rows only; `msgs` when none is given."""
    manager = PluginManager(autoload=False)
    manager.register(Rows(*(rows or (row(),))))
    return manager
