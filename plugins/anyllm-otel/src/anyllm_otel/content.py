"""What was said, in the conventions' JSON: only where somebody opted in.

Source: gen-ai-input-messages.json, gen-ai-output-messages.json, gen-ai-system-instructions.json
and gen-ai-tool-definitions.json of the GenAI semantic conventions (read 2026-11-28).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from any_llm.plugin import MessageResponse, MessagesRequest, dumps

from . import names

Part = dict[str, Any]


def of_request(request: MessagesRequest) -> dict[str, str]:
    """Return system instructions, turns and tools as attributes of JSON text."""
    found = {"gen_ai.input.messages": _json([_turn(turn) for turn in request.messages])}
    if request.system:
        found["gen_ai.system_instructions"] = _json(_parts(request.system))
    if request.tools:
        found["gen_ai.tool.definitions"] = _json([_tool(tool) for tool in request.tools])
    return found


def of_answer(message: MessageResponse | None) -> dict[str, str]:
    """Return the answer, or what had come of it, as an attribute of JSON text."""
    if message is None:
        return {}
    said = {
        "role": message.role,
        "parts": _parts(block.model_dump(mode="json") for block in message.content),
        "finish_reason": names.finish_reason(message.stop_reason),
    }
    return {"gen_ai.output.messages": _json([said])}


def _turn(turn: Mapping[str, Any]) -> Part:
    parts = _parts(turn["content"])
    only_results = bool(parts) and all(part["type"] == "tool_call_response" for part in parts)
    return {"role": "tool" if only_results else turn["role"], "parts": parts}


def _parts(content: Any) -> list[Part]:
    if isinstance(content, str):
        return [{"type": "text", "content": content}]
    return [_part(block) for block in content]


def _part(block: Mapping[str, Any]) -> Part:  # noqa: PLR0911  # one a kind of block
    kind = block["type"]
    match kind:
        case "text":
            return {"type": "text", "content": block["text"]}
        case "thinking":
            return {"type": "reasoning", "content": block["thinking"]}
        case "redacted_thinking":
            return {"type": kind}  # its data are for the provider alone
        case "image" | "document":
            return _media(kind, block)
        case "tool_use":
            return {"type": "tool_call", **_call(block), "arguments": block["input"]}
        case "tool_result":
            response = block.get("content")
            return {"type": "tool_call_response", "id": block["tool_use_id"], "response": response}
        case "server_tool_use":
            call = {"type": block["name"], "arguments": block.get("input")}
            return {"type": "server_tool_call", **_call(block), "server_tool_call": call}
    if kind.endswith("_tool_result"):
        response = {"type": kind.removesuffix("_tool_result"), "content": block.get("content")}
        called = {"id": block.get("tool_use_id"), "server_tool_call_response": response}
        return {"type": "server_tool_call_response", **called}
    return dict(block)


def _call(block: Mapping[str, Any]) -> Part:
    return {"id": block["id"], "name": block["name"]}


def _media(kind: str, block: Mapping[str, Any]) -> Part:
    source = block["source"]
    facts = {"modality": kind, "mime_type": source.get("media_type")}
    match source["type"]:
        case "base64":
            return {"type": "blob", **facts, "content": source["data"]}
        case "url":
            return {"type": "uri", **facts, "uri": source["url"]}
        case "file":
            return {"type": "file", **facts, "file_id": source["file_id"]}
        case "text":
            return {"type": "text", "content": source["data"]}
    return dict(block)


def _tool(tool: Mapping[str, Any]) -> Part:
    if "input_schema" not in tool:
        return {"type": tool.get("type", "function"), "name": tool.get("name")}
    said = {"type": "function", "name": tool["name"], "parameters": tool["input_schema"]}
    return said | ({"description": tool["description"]} if tool.get("description") else {})


def _json(value: Iterable[Any]) -> str:
    return dumps(value).decode()
