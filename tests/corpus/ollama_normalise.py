"""Bring two /api/chat bodies to one form, so that only differences that matter remain.

The same function is applied to the body a server accepted and to the body the dialect wrote.
`NORMALISATIONS` says all that it evens out.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

Json = dict[str, Any]

NORMALISATIONS = (
    "null and empty fields are absent, in `options` and messages too; `stream` is true unsaid",
    "a request without a limit gets the one that its Messages form was given",
    "`truncate: false` is what every request says that does not say true",
    "messages of one role in a row are one, texts joined by a newline, pictures by order",
    "calls and results are numbered by place, their ids go; a missing `tool_name` is filled in",
    "a call's `type` and `index` go",
    "an object schema without properties has an empty `properties`",
)


def normalise(body: Json) -> Json:
    """Return the canonical form of a request body; `body` is left alone."""
    out = {name: value for name, value in body.items() if value is not None}
    out = {"stream": True, "truncate": False, **out}
    out["options"] = {k: v for k, v in (out.get("options") or {}).items() if v is not None}
    out["messages"] = _numbered([_message(message) for message in out["messages"]])
    if "tools" in out:
        out["tools"] = [_tool(tool) for tool in out["tools"]]
    return {name: value for name, value in out.items() if value not in ("", [])}


def _message(message: Json) -> Json:
    out = {name: value for name, value in message.items() if value not in (None, "", [])}
    if "images" in out:
        out["images"] = [image for image in out["images"] if image is not None]
    if "tool_calls" in out:
        out["tool_calls"] = [_call(call) for call in out["tool_calls"]]
    return out


def _call(call: Json) -> Json:
    function = {name: value for name, value in call["function"].items() if name != "index"}
    return {"id": call.get("id"), **function}


def _numbered(messages: list[Json]) -> list[Json]:
    """Join neighbours, number the calls, and name each result by the number of its call."""
    out: list[Json] = []
    waiting: list[tuple[Any, str]] = []
    for role, run in groupby(messages, key=lambda message: message["role"]):
        group = list(run)
        if role == "tool":
            out += [_result(message, waiting) for message in group]
            continue
        joined = _joined(group)
        if role == "assistant":
            waiting = [(call.pop("id"), call["name"]) for call in joined.get("tool_calls", [])]
        out.append(joined)
    return out


def _joined(group: list[Json]) -> Json:
    out: Json = {"role": group[0]["role"]}
    for name in ("content", "thinking"):
        if text := "\n".join(message[name] for message in group if name in message):
            out[name] = text
    for name in ("images", "tool_calls"):
        if found := [each for message in group for each in message.get(name, [])]:
            out[name] = found
    return out


def _result(message: Json, waiting: list[tuple[Any, str]]) -> Json:
    known = [call for call, _ in waiting]
    identity = message.get("tool_call_id")
    at = known.index(identity) if identity in known else 0
    _, name = waiting.pop(at)
    rest = {key: value for key, value in message.items() if key != "tool_call_id"}
    return {**rest, "tool_name": rest.get("tool_name", name), "of": at}


def _tool(tool: Json) -> Json:
    function = dict(tool["function"])
    function["parameters"] = {"properties": {}, **function["parameters"]}
    return {"type": tool.get("type", "function"), "function": function}
