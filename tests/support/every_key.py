"""Every key of a large request: adding one, or taking it away, is seen on the wire or told of."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
Path = tuple[Any, ...]

MARK: Json = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
CITED: Json = {"citations": {"enabled": True}}
ABOUT: Json = {"title": "T", "context": "C", **CITED}


def text(said: str, **more: Any) -> Json:
    """Return a text block."""
    return {"type": "text", "text": said, **more}


PNG: Json = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/png", "data": "iVBO"},
    **MARK,
}
PDF: Json = {
    "type": "document",
    "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBE"},
    **ABOUT,
}
NOTE: Json = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "n"},
    **ABOUT,
}
PAGES: Json = {
    "type": "document",
    "source": {"type": "content", "content": [text("x")]},
    "title": "T",
}
HIT: Json = {"type": "search_result", "source": "s", "title": "t", "content": [text("x")], **CITED}
SEARCHED: list[Json] = [
    {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}},
    {"type": "web_search_tool_result", "tool_use_id": "s", "content": []},
]
INNER: Json = {
    "type": "object",
    "description": "dd",
    "properties": {"b": {"type": "integer", "minimum": 1, "default": 2}},
    "required": ["b"],
}
TOOL: Json = {
    "type": "custom",
    "name": "f",
    "description": "d",
    "input_schema": {
        "type": "object",
        "properties": {"a": INNER},
        "required": ["a"],
        "additionalProperties": False,
    },
    "input_examples": [{"a": {"b": 1}}],
    "eager_input_streaming": True,
    "defer_loading": True,
    "allowed_callers": ["code_execution_20260120"],
    **MARK,
}


def large_request(thought: list[Json], files: list[Json], tools: list[Json]) -> Json:
    """Return a request with all that a wire may carry or report.

    `thought` is reasoning that this wire takes back, `files` stand in a user turn and in a tool's
    result, `tools` beside the caller's own.
    """
    call = {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": {"b": 1}}}
    said = text("said", citations=[{"type": "char_location"}])
    referred = {"type": "tool_reference", "tool_name": "q"}
    result = {"type": "tool_result", "tool_use_id": "t1", "is_error": True}
    return {
        "max_tokens": 5000,
        "system": [text("s", **MARK, citations=[{"type": "x"}])],
        "messages": [
            {"role": "system", "content": [text("first")]},
            {"role": "user", "content": [text("hi"), PNG, NOTE, PAGES, HIT, *files]},
            {
                "role": "assistant",
                "content": [
                    *thought,
                    said,
                    *SEARCHED,
                    {**call, "caller": {"type": "direct"}},
                    {**call, "id": "t2", "input": {}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {**result, "content": [text("r"), PNG, NOTE, HIT, referred, *files]},
                    {"type": "tool_result", "tool_use_id": "t2", "content": "x"},
                ],
            },
            {"role": "assistant", "content": "ok"},
            {"role": "system", "content": [text("later")]},
            {"role": "user", "content": "go"},
        ],
        "tools": [TOOL, *tools],
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
        "metadata": {"user_id": "u"},
        "thinking": {"type": "enabled", "budget_tokens": 2000, "display": "omitted"},
        "output_config": {
            "effort": "low",
            "format": {
                "type": "json_schema",
                "schema": {"type": "object", "properties": {"a": {"type": "string"}}},
            },
        },
        "temperature": 0.5,
        "top_p": 0.4,
        "top_k": 3,
        "stop_sequences": ["x"],
        "service_tier": "standard_only",
        "speed": "fast",
        **MARK,
    }


def silent(request: Json, sent: Callable[[Json], Any]) -> set[str]:
    """Return the keys that make no difference to `sent` (bytes and losses, or the error).

    `+a.0` means that a key nobody knows vanished in `a[0]`, `-a.0.b` that nobody looked at `b`.
    """
    before = sent(copy.deepcopy(request))
    found = set()
    for path, name, changed in _changed(request):
        if sent(changed) == before:
            sign = "-" if name else "+"
            found.add(sign + ".".join(map(str, [*path, *([name] if name else [])])))
    return found


def _changed(request: Json) -> Iterator[tuple[Path, str, Json]]:
    for path in _objects(request):
        more = copy.deepcopy(request)
        _at(more, path)["brand_new"] = 1
        yield path, "", more
        for name in _at(request, path):
            less = copy.deepcopy(request)
            del _at(less, path)[name]
            yield path, name, less


def _objects(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inner:
        if isinstance(each, dict | list):
            yield from _objects(each, (*path, key))


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


# Inside of what is reported whole, or says what is so anyway: nothing of it can be lost.
_WHOLE = ("cache_control", "citations.", "caller")


def matters(found: set[str]) -> set[str]:
    """Return the silent keys that are not inside of something that is reported as a whole."""
    return {each for each in found if not any(word in each for word in _WHOLE)}
