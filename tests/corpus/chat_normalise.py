"""Bring two Chat Completions bodies to one form, so that only differences that matter remain.

The same function is applied to the body a provider accepted and to the body a dialect wrote.
`NORMALISATIONS` says all that it evens out.
"""

from __future__ import annotations

import json
from typing import Any

from .chat_turns import turns

Json = dict[str, Any]

NORMALISATIONS = (
    "null fields, `stream: false`, `stream_options`, `n: 1` and no stop strings are absent",
    "a `temperature` or `top_p` of 1 is the default",
    "`max_completion_tokens` is `max_tokens`: the server decides which of the two it takes",
    "a request without a limit or a model gets the one that its Messages form was given",
    "`developer` is `system`; such messages at the start are one, joined by a blank line",
    "neighbouring messages of one role are one: a Messages server reads them as one turn",
    "a string is a list of one text part; an empty text is no part",
    "neighbouring text parts are one, joined by a blank line",
    "`image_url` may be a string, its `detail: auto` is the default",
    "a call's arguments are compared as JSON; its `index`, `type` and client-side keys go",
    "tool results in a row stand in the order of their calls; their `name` goes",
    "calls whose ids the publisher of a recording replaced (`call_REDACTED_1`) go by their place",
    "an assistant message's `annotations` and `parsed` go: they are for readers",
    "`reasoning` that repeats `reasoning_content` or `reasoning_details` counts once",
    "a tool's missing `type`, `strict: false` and empty description are defaults",
    "an object schema without properties has an empty `properties`",
    "`tool_choice` and `parallel_tool_calls` go without tools; `auto` and `true` are defaults",
    "`any` is Mistral's word for `required`",
    "a response schema's `name`, `description` and `strict` go: Messages has no place for them",
    "`additionalProperties: false` goes from a response schema",
    "a definition that nothing refers to goes from it, and so does the type of a constant text",
    "`reasoning_effort`, `reasoning.effort` and what turns thinking off are one knob",
    "an effort or a budget inside `reasoning` says that it is on",
    "`user` is `safety_identifier`; one stop string is a list of one",
)


def normalise(body: Json, *, by_place: bool = False) -> Json:
    """Return the canonical form of a Chat Completions request body; `body` is left alone.

    `by_place`: calls are named by their place, for recordings whose ids were replaced.
    """
    out = {key: value for key, value in body.items() if value is not None}
    out.pop("stream_options", None)
    drop_defaults(out)
    _rename(out)
    if not out.get("tools"):
        for key in ("tools", "tool_choice", "parallel_tool_calls"):
            out.pop(key, None)
    else:
        out["tools"] = [_tool(tool) for tool in out["tools"]]
    out["messages"] = turns(out["messages"], by_place=by_place)
    if out.get("response_format", {}).get("type") == "json_schema":
        out["response_format"] = _format(out["response_format"])
    return out


def drop_defaults(out: Json) -> None:
    """Take out what says what is the case anyway."""
    defaults = {"stream": False, "n": 1, "temperature": 1, "top_p": 1, "parallel_tool_calls": True}
    for key, default in {**defaults, "tool_choice": "auto"}.items():
        if key in out and out[key] == default:
            del out[key]


def _rename(out: Json) -> None:
    for old, new in (("max_completion_tokens", "max_tokens"), ("user", "safety_identifier")):
        if old in out:
            out[new] = out.pop(old)
    _rename_thinking(out)
    if isinstance(out.get("stop"), str):
        out["stop"] = [out["stop"]]
    elif "stop" in out and not out["stop"]:
        del out["stop"]
    choice = out.get("tool_choice")
    if choice == "any":
        out["tool_choice"] = "required"
    elif isinstance(choice, dict):
        out["tool_choice"] = {"name": (choice.get("function") or choice).get("name")}


def _rename_thinking(out: Json) -> None:
    said = out.get("reasoning")
    if isinstance(said, dict):
        if len(said) > 1:
            said = {key: value for key, value in said.items() if (key, value) != ("enabled", True)}
            out["reasoning"] = said
        if list(said) == ["effort"]:
            out["reasoning_effort"] = out.pop("reasoning")["effort"]
        elif said == {"enabled": False}:
            del out["reasoning"]
            out["reasoning_effort"] = "none"
    if out.get("thinking") == {"type": "disabled"}:
        del out["thinking"]
        out["reasoning_effort"] = "none"


def _tool(tool: Json) -> Json:
    function = tool.get("function")
    if not isinstance(function, dict):
        return tool
    schema = function.get("parameters") or {"type": "object"}
    if schema.get("type") == "object":
        schema = {"properties": {}, **schema}
    mark = {"cache_control": tool["cache_control"]} if tool.get("cache_control") else {}
    out = {"name": function["name"], "parameters": schema, **mark}
    for key in ("description", "strict"):
        if function.get(key):
            out[key] = function[key]
    return out


def _format(value: Json) -> Json:
    schema = plain_schema((value.get("json_schema") or {}).get("schema"))
    if isinstance(schema, dict) and "$defs" in schema:
        said = json.dumps(schema)
        used = {n: v for n, v in schema.pop("$defs").items() if f'"#/$defs/{n}"' in said}
        schema |= {"$defs": used} if used else {}
    return {"type": "json_schema", "schema": schema}


def plain_schema(schema: Any) -> Any:
    """Take from a schema what says nothing about the values that fit it here."""
    if isinstance(schema, list):
        return [plain_schema(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    idle = {key for key in ("additionalProperties",) if schema.get(key) is False}
    idle |= {key for key in ("type",) if isinstance(schema.get("const"), str)}
    return {key: plain_schema(value) for key, value in schema.items() if key not in idle}
