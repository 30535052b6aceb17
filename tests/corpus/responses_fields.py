"""The top-level fields of a recorded Responses request as fields of Messages."""

from __future__ import annotations

from typing import Any

from .chat_fields import TIERS, choice_of
from .chat_knobs import EFFORTS
from .unsayable import Unsayable

Json = dict[str, Any]

_SAME = {
    "max_output_tokens": "max_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "stream": "stream",
}
_ELSEWHERE = frozenset(
    ("model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "store")
)
# What asks for the state that Messages carries itself.
_STATE = frozenset({"previous_response_id", "conversation", "prompt"})
# What the dialect asks for by itself.
_ASKED = frozenset({"reasoning.encrypted_content", "web_search_call.action.sources"})
_DEFAULTS = (("background", False), ("truncation", "disabled"), ("parallel_tool_calls", True))


def fields(request: Json, *, host: str) -> Json:
    """Return the Messages fields that the top-level fields of `request` mean on `host`.

    What Messages has no field for stands in `extra_body`, to go into the wire body unchanged.
    """
    said = {key: value for key, value in request.items() if value not in (None, [], {})}
    out: Json = {}
    extra: Json = {}
    for key, value in said.items():
        if key in _STATE:
            raise Unsayable(f"{key}: state on the server")
        if key in _SAME:
            out[_SAME[key]] = value
        elif key not in _ELSEWHERE and (key, value) not in _DEFAULTS:
            _knob(key, value, out, extra, host=host)
    if "tools" in said:
        out["tools"] = [_tool(tool) for tool in said["tools"]]
        _limit_of_searches(out, extra)
        if {"tool_choice", "parallel_tool_calls"} & said.keys():
            out["tool_choice"] = choice_of(said)
    return {**out, **({"extra_body": extra} if extra else {})}


def _knob(key: str, value: Any, out: Json, extra: Json, *, host: str) -> None:
    openai = host in ("openai", "azure-openai", "azure")
    if key == "reasoning":
        meant = _thought(value)
        if "thinking" in meant:
            out["thinking"] = meant["thinking"]
        if "effort" in meant:
            out.setdefault("output_config", {})["effort"] = meant["effort"]
        if "rest" in meant:
            extra[key] = meant["rest"]
    elif key == "text":
        _text(value, out, extra)
    elif key == "include":
        if others := [each for each in value if each not in _ASKED]:
            extra["include"] = others
    elif key in ("user", "safety_identifier") and openai:
        out["metadata"] = {"user_id": value}
    elif key == "service_tier" and openai and value in TIERS:
        out["service_tier"] = TIERS[value]
    else:
        extra[key] = value


def _thought(value: Json) -> Json:
    """Return what `reasoning` says in the words of Messages, and what is left of it."""
    rest = {key: inner for key, inner in value.items() if inner is not None}
    out: Json = {}
    if rest.get("effort") == "none" and "summary" not in rest:
        out["thinking"] = {"type": "disabled"}
        del rest["effort"]
    if rest.get("effort") in EFFORTS:
        out["effort"] = rest.pop("effort")
    if rest.get("summary") == "auto":
        out["thinking"] = {"type": "adaptive"}
        del rest["summary"]
    return {**out, **({"rest": rest} if rest else {})}


def _text(value: Json, out: Json, extra: Json) -> None:
    form = value.get("format") or {}
    rest = {key: inner for key, inner in value.items() if key != "format" and inner is not None}
    if form.get("type") == "json_schema":
        said = {"type": "json_schema", "schema": form["schema"]}
        out.setdefault("output_config", {})["format"] = said
    elif form and form != {"type": "text"}:
        rest["format"] = form
    if rest:
        extra["text"] = rest


def _tool(tool: Json) -> Json:
    if tool["type"] == "web_search":
        return _search(tool)
    if tool["type"] != "function":
        raise Unsayable(f"tool of the server's own kind: {tool['type']}")
    if "function" in tool:
        raise Unsayable("a tool in the form of Chat Completions")
    if tool.get("defer_loading"):
        raise Unsayable("defer_loading: a hint that Messages' servers act on otherwise")
    schema = tool.get("parameters") or {"type": "object", "properties": {}}
    if schema.get("type") != "object":
        raise Unsayable("tool schema that is no object")
    out = {"name": tool["name"], "input_schema": schema}
    if tool.get("description"):
        out["description"] = tool["description"]
    if tool.get("strict"):
        out["strict"] = True
    return out


def _search(tool: Json) -> Json:
    said = {key: value for key, value in tool.items() if value is not None}
    del said["type"]
    out = {"type": "web_search_20250305", "name": "web_search"}
    if place := said.pop("user_location", None):
        out["user_location"] = place
    if domains := said.pop("filters", {}).get("allowed_domains"):
        out["allowed_domains"] = domains
    if said:
        raise Unsayable(f"web search with {', '.join(sorted(said))}")
    return out


def _limit_of_searches(out: Json, extra: Json) -> None:
    searches = [tool for tool in out["tools"] if tool["name"] == "web_search"]
    if "max_tool_calls" in extra and searches:
        searches[0]["max_uses"] = extra.pop("max_tool_calls")
