"""Blocks and tools of the usual request: each with the keys that it must have, and no others.

What is not exactly of these shapes is None here, and takes the schema. `objects` collects what a
block holds that may be any JSON, which is checked once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ._is_json import is_text

Block = dict[str, Any]

_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def usual_content(content: Any, objects: list[Any], kinds: Mapping[str, Any]) -> Any:
    """Return the content of a turn or of a tool's result, its blocks as new ones; None if odd."""
    if type(content) is str:
        return content if content.isascii() or is_text(content) else None
    if type(content) is not list:
        return None
    blocks = []
    for said in content:
        if type(said) is not dict or type(kind := said.get("type")) is not str:
            return None
        make = kinds.get(kind)
        block = make(said, objects) if make is not None else None
        if block is None:
            return None
        blocks.append(block)
    return blocks


def usual_tools(said: Any, objects: list[Any]) -> list[Block] | None:
    """Return tools that have a name, a schema and perhaps a description, as new objects."""
    if type(said) is not list:
        return None
    tools = []
    for tool in said:
        if type(tool) is not dict or not _TOOL <= tool.keys() <= _TOOL_KNOWN:
            return None
        name, schema, description = tool["name"], tool["input_schema"], tool.get("description", "")
        if not _is_name(name) or type(schema) is not dict or not _is_text(description):
            return None
        objects.append(schema)
        made = {"name": name, "input_schema": {**schema}}
        tools.append({**made, "description": description} if len(tool) == 3 else made)
    return tools


_TOOL = {"name", "input_schema"}
_TOOL_KNOWN = _TOOL | {"description"}


def _is_text(value: Any) -> bool:
    return type(value) is str and (value.isascii() or is_text(value))


def _is_name(value: Any) -> bool:
    return _is_text(value) and value != ""


def _text(said: Block, _: list[Any]) -> Block | None:
    text = said.get("text")
    return {"type": "text", "text": text} if len(said) == 2 and _is_text(text) else None


def _image(said: Block, _: list[Any]) -> Block | None:
    source = said.get("source")
    if len(said) != 2 or type(source) is not dict or len(source) != 3:
        return None
    media, data = source.get("media_type"), source.get("data")
    if source.get("type") != "base64" or type(media) is not str or media not in _PICTURES:
        return None
    made = {"type": "base64", "media_type": media, "data": data}
    return {"type": "image", "source": made} if _is_text(data) else None


def _thinking(said: Block, _: list[Any]) -> Block | None:
    thinking, signature = said.get("thinking"), said.get("signature")
    if len(said) != 3 or not _is_text(thinking) or not _is_text(signature):
        return None
    return {"type": "thinking", "thinking": thinking, "signature": signature}


def _tool_use(said: Block, objects: list[Any]) -> Block | None:
    call, name, given = said.get("id"), said.get("name"), said.get("input")
    if len(said) != 4 or not _is_name(call) or not _is_name(name) or type(given) is not dict:
        return None
    objects.append(given)
    return {"type": "tool_use", "id": call, "name": name, "input": {**given}}


def _tool_result(said: Block, objects: list[Any]) -> Block | None:
    call = said.get("tool_use_id")
    if len(said) != 3 or not _is_name(call):
        return None
    content = usual_content(said.get("content"), objects, _IN_RESULTS)
    if content is None:
        return None
    return {"type": "tool_result", "tool_use_id": call, "content": content}


_Make = Callable[[Block, list[Any]], Block | None]

_IN_RESULTS: Mapping[str, _Make] = {"text": _text, "image": _image}
IN_TURNS: Mapping[str, _Make] = {
    **_IN_RESULTS,
    "thinking": _thinking,
    "tool_use": _tool_use,
    "tool_result": _tool_result,
}
"""What makes the blocks of a turn, by their types."""
