"""The usual request, recognised without a schema: turns of text and blocks, tools, some knobs.

A process that only chats never builds the schema for all there is, which takes 10 ms, and a long
conversation is checked in half the time. Whatever is not exactly of this shape takes the schema,
which alone says what is wrong; tests hold that both give the same request.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ._is_json import is_plain_json, is_text
from ._usual_blocks import IN_TURNS, usual_content, usual_tools

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
_KNOWN = _NEEDED | _KNOBS.keys() | {"tools"}
_PLAIN = frozenset({str})  # the schema makes plain text of what is like it, an enum's member
_DEEP = 100  # levels of an input or a schema: far within what a request may have


def usual_fields(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the checked fields of a request of the usual shape; None for any other."""
    if not _NEEDED <= fields.keys() <= _KNOWN or not _PLAIN.issuperset(map(type, fields)):
        return None
    checked: dict[str, Any] = {}
    objects: list[Any] = []
    for name, value in fields.items():
        if value is None and name not in _NEEDED:
            fits = True
        elif name in _MADE:
            value = _MADE[name](value, objects)  # noqa: PLW2901  # new objects, not the caller's
            fits = value is not None
        elif name == "max_tokens":
            fits = type(value) is int and value >= 0
        elif name == "model":
            fits = _text(value) and value != ""
        else:
            fits = _KNOBS[name](value)
        if not fits:
            return None
        checked[name] = value
    return checked if not objects or is_plain_json(objects, _DEEP + 1) else None


def _turns(said: Any, objects: list[Any]) -> list[dict[str, Any]] | None:
    """Return turns that have a role and a content each; None when there are others."""
    if type(said) is not list or not 0 < len(said) <= _MOST:
        return None
    turns = []
    for turn in said:
        if type(turn) is not dict or len(turn) != 2:
            return None
        role, content = turn.get("role"), turn.get("content")
        if type(role) is not str or role not in _ROLES:
            return None
        if type(content) is not str or not content.isascii():
            content = usual_content(content, objects, IN_TURNS)
            if content is None:
                return None
        turns.append({"role": role, "content": content})
    return turns


_MADE: Mapping[str, Callable[[Any, list[Any]], Any]] = {"messages": _turns, "tools": usual_tools}
