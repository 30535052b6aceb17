"""The official anthropic SDK as a judge of the bodies that we send: its request types read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

try:  # the environment without it still runs the tests of exact bodies
    from anthropic.types.beta.message_create_params import (
        MessageCreateParamsNonStreaming,
        MessageCreateParamsStreaming,
    )
except ImportError:
    _JUDGES = {}
else:
    _JUDGES = {
        False: TypeAdapter(MessageCreateParamsNonStreaming),
        True: TypeAdapter(MessageCreateParamsStreaming),
    }

# 2.12 knows these three no more; API version 2023-06-01 does.
_BEFORE = ("temperature", "top_p", "top_k")


def judge(body: Mapping[str, Any], *, closed: bool = False) -> None:
    """Ask the SDK's types; `closed` refuses fields that it does not know."""
    if _JUDGES:
        asked = {name: value for name, value in body.items() if name not in _BEFORE}
        adapter = _JUDGES[bool(body.get("stream"))]
        _walk(adapter.validate_python(asked, extra="forbid" if closed else "ignore"))


def _walk(value: Any) -> None:
    """Iterables are validated while they are read: read them all."""
    if isinstance(value, Mapping):
        for inner in value.values():
            _walk(inner)
    elif isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        for inner in value:
            _walk(inner)
