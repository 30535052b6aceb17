"""The usual request, recognised without a schema: turns of text, and knobs that are numbers.

A process that only chats never builds the schema for blocks and tools, which takes 10 ms. Whatever
is not exactly of this shape takes the schema, which alone says what is wrong; a test holds that
both give the same request.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ._is_json import is_text

_MOST = 100_000
_ROLES = frozenset({"user", "assistant", "system"})


def _text(value: Any) -> bool:
    return type(value) is str and is_text(value)


def _flag(value: Any) -> bool:
    return type(value) is bool


def _count(value: Any) -> bool:
    return type(value) is int


def _number(value: Any) -> bool:
    return type(value) is float and math.isfinite(value)


_KNOBS: Mapping[str, Callable[[Any], bool]] = {
    "system": _text,
    "stream": _flag,
    "temperature": _number,
    "top_p": _number,
    "top_k": _count,
}
_NEEDED = {"model", "messages", "max_tokens"}
_KNOWN = _NEEDED | _KNOBS.keys()


def usual_fields(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the checked fields of a request of the usual shape; None for any other."""
    if not _NEEDED <= fields.keys() <= _KNOWN:
        return None
    checked: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "messages":
            value = _turns(value)  # noqa: PLW2901  # new objects: nobody holds the caller's own
            fits = value is not None
        elif name == "max_tokens":
            fits = type(value) is int and value >= 0
        elif name == "model":
            fits = _text(value) and value != ""
        else:
            fits = value is None or _KNOBS[name](value)
        if not fits:
            return None
        checked[name] = value
    return checked


def _turns(said: Any) -> list[dict[str, str]] | None:
    """Return turns that are a role and a text each; None when there are others."""
    if type(said) is not list or not 0 < len(said) <= _MOST:
        return None
    turns = []
    for turn in said:
        if type(turn) is not dict or len(turn) != 2:
            return None
        role, content = turn.get("role"), turn.get("content")
        if type(role) is not str or role not in _ROLES:
            return None
        if type(content) is not str or not (content.isascii() or is_text(content)):
            return None
        turns.append({"role": role, "content": content})
    return turns
