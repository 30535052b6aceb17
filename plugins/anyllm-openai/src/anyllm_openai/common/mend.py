"""Half characters and bottomless nesting in a chunk: what no JSON text could hold again.

A vendor may cut an emoji between two chunks; the halves of growing text are joined where that text
grows. Everywhere else (ids, names, fields nobody knows) a half is replaced by U+FFFD, and so is
what is nested deeper than a serializer goes. Only bytes that may hold either are looked through.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from .pieces import whole_text

_LOST = "\N{REPLACEMENT CHARACTER}"
_DEEPEST = 100  # pydantic_core writes 255 levels, and a message has some of its own
_PARTS = frozenset({"text", "output_text", "thinking", "refusal", None})
_GROWING = frozenset({"text", "summary", "data"})


def needs_mending(data: bytes) -> bool:
    """Whether a chunk may hold a half character, or be nested deeper than the fast parser goes."""
    return b"\\u" in data and (
        b"\\ud" in data or b"\\uD" in data or data.count(b"{") + data.count(b"[") > _DEEPEST
    )


def mended(chunk: dict[str, Any]) -> dict[str, Any]:
    """Return the chunk with all of that replaced but the halves of text that still grows."""
    clean = _fields(chunk, {"choices"})
    choices = chunk.get("choices")
    if isinstance(choices, list):
        clean["choices"] = [_choice(each) if isinstance(each, dict) else each for each in choices]
    return clean


def _choice(choice: dict[str, Any]) -> dict[str, Any]:
    clean = _fields(choice, {"delta", "message", "text"})
    for place in ("delta", "message"):
        if isinstance(choice.get(place), dict):
            clean[place] = _said(choice[place])
    return clean


def _said(said: dict[str, Any]) -> dict[str, Any]:
    """Leave all text at this level alone: it grows over the stream and is joined there."""
    clean = {name: v if isinstance(v, str) else cleaned(v) for name, v in said.items()}
    for name, one in (
        ("content", _part),
        ("tool_calls", _call),
        ("reasoning_details", _detail),
    ):
        if isinstance(said.get(name), list):
            clean[name] = [one(x) if isinstance(x, dict) else _text(x) for x in said[name]]
    if isinstance(said.get("function_call"), dict):
        clean["function_call"] = _function(said["function_call"])
    return clean


def _part(part: dict[str, Any]) -> Any:
    kind = part.get("type")
    if not (kind is None or isinstance(kind, str)) or kind not in _PARTS:
        return cleaned(part)
    thinking = part.get("thinking")
    clean = _fields(part, {"text", "refusal", *(("thinking",) if _plain(thinking) else ())})
    if isinstance(thinking, list):
        clean["thinking"] = [
            _fields(x, {"text"}) if isinstance(x, dict) else _text(x) for x in thinking
        ]
    return clean


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _call(call: dict[str, Any]) -> dict[str, Any]:
    clean = _fields(call, {"function"})
    if isinstance(call.get("function"), dict):
        clean["function"] = _function(call["function"])
    return clean


def _function(function: dict[str, Any]) -> dict[str, Any]:
    return _fields(function, {"arguments"})


def _detail(detail: dict[str, Any]) -> dict[str, Any]:
    return _fields(detail, _GROWING)


def _fields(said: dict[str, Any], growing: Container[str]) -> dict[str, Any]:
    """Clean all but the text that grows; what stands there and is no text is cleaned as well."""
    return {
        whole_text(name): value if name in growing and _grows(value) else cleaned(value)
        for name, value in said.items()
    }


def _grows(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else cleaned(value)


def cleaned(value: Any, depth: int = 0) -> Any:
    """Return a value with every half character and everything too deep replaced."""
    if isinstance(value, str):
        return whole_text(value)
    if depth > _DEEPEST and isinstance(value, dict | list):
        return _LOST
    if isinstance(value, dict):
        return {whole_text(name): cleaned(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [cleaned(each, depth + 1) for each in value]
    return value
