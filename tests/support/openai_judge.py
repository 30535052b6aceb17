"""The official openai SDK as a judge of the bodies that we send: its request types read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

try:  # the environment without it still runs the tests of exact bodies
    from openai.types.chat.completion_create_params import (
        CompletionCreateParamsNonStreaming,
        CompletionCreateParamsStreaming,
    )
except ImportError:
    _JUDGES = {}
else:
    _JUDGES = {
        False: TypeAdapter(CompletionCreateParamsNonStreaming),
        True: TypeAdapter(CompletionCreateParamsStreaming),
    }


def judge(body: Mapping[str, Any], *, closed: bool) -> None:
    """Ask the official SDK's types; `closed` refuses fields that OpenAI does not know."""
    if _JUDGES:
        adapter = _JUDGES[bool(body.get("stream"))]
        _walk(adapter.validate_python(body, extra="forbid" if closed else "ignore"))


def _walk(value: Any) -> None:
    """Iterables are validated while they are read: read them all."""
    if isinstance(value, Mapping):
        for inner in value.values():
            _walk(inner)
    elif isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        for inner in value:
            _walk(inner)
