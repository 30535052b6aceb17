"""Bring two Chat Completions bodies to one form, so that only differences that matter remain.

The same function is applied to the body a provider accepted and to the body a dialect wrote.
`NORMALISATIONS` says all that it evens out.
"""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

NORMALISATIONS = (
    "null fields, `stream: false`, `stream_options`, `n: 1` and no stop strings are absent",
    "a `temperature` or `top_p` of 1 is the default",
    "`max_completion_tokens` is `max_tokens`: the server decides which of the two it takes",
    "a request without a limit or a model gets the one that its Messages form was given",
    "`developer` is `system`; such messages at the start are one, joined by a blank line",
    "a string is a list of one text part; an empty text is no part",
    "neighbouring text parts are one, joined by a blank line",
    "`image_url` may be a string, its `detail: auto` is the default; a file's name is free",
    "a call's arguments are compared as JSON; its `index`, `type` and client-side keys go",
    "tool results in a row stand in the order of their calls; their `name` goes",
    "an assistant message's `annotations` and `parsed` go: they are for readers",
    "`reasoning` that repeats `reasoning_content` counts once",
    "a tool's missing `type`, `strict: false` and empty description are defaults",
    "an object schema without properties has an empty `properties`",
    "`tool_choice` and `parallel_tool_calls` go without tools; `auto` and `true` are defaults",
    "`any` is Mistral's word for `required`",
    "a response schema's `name`, `description` and `strict` go: Messages has no place for them",
    "`additionalProperties: false` goes from a response schema",
    "`reasoning_effort`, `reasoning.effort` and `thinking: disabled` are one knob",
    "`user` is `safety_identifier`; one stop string is a list of one",
)


def normalise(body: Json) -> Json:
    """Return the canonical form of a Chat Completions request body; `body` is left alone."""
    out = {key: value for key, value in body.items() if value is not None}
    out.pop("stream_options", None)
    _drop_defaults(out)
    _rename(out)
    if not out.get("tools"):
        for key in ("tools", "tool_choice", "parallel_tool_calls"):
            out.pop(key, None)
    else:
        out["tools"] = [_tool(tool) for tool in out["tools"]]
    out["messages"] = _messages(out["messages"])
    if out.get("response_format", {}).get("type") == "json_schema":
        out["response_format"] = _format(out["response_format"])
    return out


def _drop_defaults(out: Json) -> None:
    defaults = {"stream": False, "n": 1, "temperature": 1, "top_p": 1, "parallel_tool_calls": True}
    for key, default in {**defaults, "tool_choice": "auto"}.items():
        if key in out and out[key] == default:
            del out[key]


def _rename(out: Json) -> None:
    for old, new in (("max_completion_tokens", "max_tokens"), ("user", "safety_identifier")):
        if old in out:
            out[new] = out.pop(old)
    if isinstance(out.get("reasoning"), dict) and list(out["reasoning"]) == ["effort"]:
        out["reasoning_effort"] = out.pop("reasoning")["effort"]
    if out.get("thinking") == {"type": "disabled"}:
        del out["thinking"]
        out["reasoning_effort"] = "none"
    if isinstance(out.get("stop"), str):
        out["stop"] = [out["stop"]]
    elif "stop" in out and not out["stop"]:
        del out["stop"]
    choice = out.get("tool_choice")
    if choice == "any":
        out["tool_choice"] = "required"
    elif isinstance(choice, dict):
        out["tool_choice"] = {"name": (choice.get("function") or choice).get("name")}


def _messages(messages: list[Json]) -> list[Json]:
    start = next((at for at, each in enumerate(messages) if _role(each) != "system"), len(messages))
    parts = [part for each in messages[:start] for part in _parts(each.get("content"))]
    out = [{"role": "system", "content": _joined(parts)}] if parts else []
    out += [_message(message) for message in messages[start:]]
    return _ordered(out)


def _message(message: Json) -> Json:
    out: Json = {"role": _role(message), "content": _joined(_parts(message.get("content")))}
    for key in ("tool_call_id", "reasoning_content", "reasoning", "reasoning_details", "name"):
        if message.get(key) and not (key == "name" and out["role"] == "tool"):
            out[key] = message[key]
    if out.get("reasoning") == out.get("reasoning_content"):
        out.pop("reasoning", None)
    if message.get("tool_calls"):
        out["tool_calls"] = [_call(call) for call in message["tool_calls"]]
    return out


def _role(message: Json) -> str:
    return "system" if message["role"] == "developer" else str(message["role"])


def _parts(content: Any) -> list[Json]:
    if isinstance(content, list):
        said = ({k: v for k, v in part.items() if v is not None} for part in content)
        return [_part(part) for part in said if part.get("text") != ""]
    return [{"type": "text", "text": content}] if content else []


def _part(part: Json) -> Json:
    if part.get("type") == "image_url":
        image = part["image_url"]
        url = image if isinstance(image, str) else image["url"]
        return {"type": "image_url", "url": url}
    if part.get("type") == "file":
        return {"type": "file", "file_data": part["file"].get("file_data")}
    return part


def _joined(parts: list[Json]) -> list[Json]:
    out: list[Json] = []
    for part in parts:
        if out and part.keys() == out[-1].keys() == {"type", "text"}:
            out[-1] = {"type": "text", "text": f"{out[-1]['text']}\n\n{part['text']}"}
        else:
            out.append(part)
    return out


def _call(call: Json) -> Json:
    function = call["function"]
    return {"id": call["id"], "name": function["name"], "arguments": _json(function["arguments"])}


def _json(arguments: Any) -> Any:
    if arguments in (None, "", "null"):
        return {}
    try:
        return json.loads(arguments) if isinstance(arguments, str) else arguments
    except ValueError:
        return arguments


def _ordered(messages: list[Json]) -> list[Json]:
    """Sort each run of tool messages by the order of the calls before it."""
    out: list[Json] = []
    order: list[str] = []
    run: list[Json] = []
    for message in [*messages, {"role": ""}]:
        if message["role"] == "tool":
            run.append(message)
            continue
        out += sorted(run, key=lambda each: order.index(each["tool_call_id"]))
        run = []
        order = [call["id"] for call in message.get("tool_calls", [])]
        out.append(message)
    return out[:-1]


def _tool(tool: Json) -> Json:
    function = tool.get("function")
    if not isinstance(function, dict):
        return tool
    schema = function.get("parameters") or {"type": "object"}
    if schema.get("type") == "object":
        schema = {"properties": {}, **schema}
    out = {"name": function["name"], "parameters": schema}
    for key in ("description", "strict"):
        if function.get(key):
            out[key] = function[key]
    return out


def _format(value: Json) -> Json:
    inner = value.get("json_schema") or {}
    return {"type": "json_schema", "schema": _opened(inner.get("schema"))}


def _opened(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_opened(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = schema.get("additionalProperties") is False
    return {
        key: _opened(value)
        for key, value in schema.items()
        if not (closed and key == "additionalProperties")
    }
