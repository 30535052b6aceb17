"""Name the features that a request in Messages form uses, so that coverage can be counted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

Json = dict[str, Any]

_PLAIN = (
    *("system", "stop_sequences", "temperature", "top_p", "top_k", "stream", "metadata"),
    *("service_tier", "extra_body"),
)


def features(call: Json) -> set[str]:
    """Return the names of all features of Messages that `call` uses."""
    return {*_of_fields(call), *_of_turns(call["messages"])}


def _of_fields(call: Json) -> Iterator[str]:
    yield from (name for name in _PLAIN if call.get(name))
    config = call.get("output_config") or {}
    if "effort" in config:
        yield f"effort:{config['effort']}"
    if "format" in config:
        yield "structured output"
    if len(call.get("stop_sequences") or ()) > 1:
        yield "several stop_sequences"
    if call.get("thinking"):
        yield f"thinking:{call['thinking']['type']}"
    tools = call.get("tools") or []
    if tools:
        yield "tools" if len(tools) > 1 else "tool"
    if any(tool.get("strict") for tool in tools):
        yield "strict tool"
    choice = call.get("tool_choice")
    if choice:
        yield f"tool_choice:{choice['type']}"
        if choice.get("disable_parallel_tool_use"):
            yield "disable_parallel_tool_use"
    if any("cache_control" in block for block in [*(call.get("system") or []), *tools]):
        yield "cache_control"


def _of_turns(messages: list[Json]) -> Iterator[str]:
    if len(messages) > 1:
        yield "several turns"
    if messages[0]["role"] != "user":
        yield f"starts with a turn of the {messages[0]['role']}"
    if messages[-1]["role"] == "assistant":
        yield "prefill"
    for before, after in pairwise(messages):
        if before["role"] == after["role"]:
            yield f"two {after['role']} turns in a row"
    for message in messages:
        if message["role"] == "system":
            yield "system in the middle"
        yield from _of_content(message["role"], message["content"])


def _of_content(role: str, content: str | list[Json]) -> Iterator[str]:
    if isinstance(content, str):
        yield f"{role}: string"
        return
    kinds = [block["type"] for block in content]
    for block in content:
        source = (block.get("source") or {}).get("type")
        yield f"{role}: {block['type']}" + (f" {source}" if source else "")
        if "cache_control" in block:
            yield "cache_control"
        if block["type"] == "tool_result" and isinstance(block["content"], list):
            yield "tool result of blocks"
            yield from (f"{part['type']} in a tool result" for part in block["content"])
        if "INVALID_JSON" in (block.get("input") or {}):
            yield "broken arguments in the history"
    for kind in ("tool_use", "tool_result", "text", "image"):
        if kinds.count(kind) > 1:
            yield f"{role}: several {kind}"
    if "tool_result" in kinds and len(set(kinds)) > 1:
        yield "text beside a tool result"
    if {"text", "tool_use"} <= set(kinds):
        yield "text beside a call"
