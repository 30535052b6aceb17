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


def _name(value: Any) -> bool:
    return _text(value) and value != ""


def _flag(value: Any) -> bool:
    return type(value) is bool


def _count(value: Any) -> bool:
    return type(value) is int


def _limit(value: Any) -> bool:
    return type(value) is int and value >= 0


def _number(value: Any) -> bool:
    return type(value) is float and math.isfinite(value)


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "model": _name,
    "max_tokens": _limit,
    "system": _text,
    "stream": _flag,
    "temperature": _number,
    "top_p": _number,
    "top_k": _count,
}
_NEEDED = {"model", "messages", "max_tokens"}
_KNOWN = _NEEDED | _FITS.keys() | {"tools"}
_PLAIN = frozenset({str})  # the schema makes plain text of what is like it, an enum's member
_DEEP = 100  # levels of an input or a schema: far within what a request may have


def usual_fields(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the checked fields of a request of the usual shape; None for any other."""
    if not _NEEDED <= fields.keys() <= _KNOWN or not _PLAIN.issuperset(map(type, fields)):
        return None
    checked = dict(fields)
    for name, value in fields.items():
        if name in _MADE:
            continue  # which may be long: at last
        if not (_FITS[name](value) if value is not None else name not in _NEEDED):
            return None
    objects: list[Any] = []
    for name, make in _MADE.items():
        if (value := fields.get(name)) is not None:
            checked[name] = value = make(value, objects)  # new objects, not the caller's
            if value is None:
                return None
    if checked["messages"] is None or (objects and not is_plain_json(objects, _DEEP + 1)):
        return None
    return checked


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


_MADE: Mapping[str, Callable[[Any, list[Any]], Any]] = {"tools": usual_tools, "messages": _turns}
