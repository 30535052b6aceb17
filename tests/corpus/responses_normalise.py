"""Bring two Responses bodies to one form, so that only differences that matter remain.

The same function is applied to the body a provider accepted and to the body a dialect wrote.
`NORMALISATIONS` says all that it evens out.
"""

from __future__ import annotations

import json
from typing import Any

from .chat_normalise import drop_defaults, plain_schema
from .responses_items import items_of

Json = dict[str, Any]

NORMALISATIONS = (
    "null fields, `stream: false`, `background: false` and an empty `include` are absent",
    "a `temperature` or `top_p` of 1 is the default; so is a `text.format` of text",
    "a request without a limit or a model gets the one that its Messages form was given",
    "`store` goes: the dialect always says false, which a test of its own holds",
    (
        "`include` of encrypted reasoning and of a search's sources goes: the dialect asks for"
        " them of whatever has them, which tests of their own hold"
    ),
    (
        "`instructions` and system messages at the start are one, joined by a blank line;"
        " `developer` is `system`"
    ),
    "an item's missing `type` is message; its `id`, `status` and `phase` go",
    "neighbouring messages of one role are one: a Messages server reads them as one turn",
    "a string is a list of one text part; an empty text is no part; a lone text is a string",
    "annotations and log probabilities of earlier text go: they are for readers",
    "an image's `detail: auto` is the default",
    "a call's arguments are compared as JSON",
    "results in a row stand in the order of their calls",
    "a search's `sources` go where it had none",
    (
        "an empty description of a schema, an empty list of summaries' or reasoning's text, and a"
        " message without a word are none"
    ),
    (
        "a tool's missing or null `strict` is false: the dialect says it, as the API's own default"
        " would make every property required; an empty description is none"
    ),
    "an object schema without properties has an empty `properties`",
    "`tool_choice` and `parallel_tool_calls` go without tools; `auto` and `true` are defaults",
    "a response schema's `name`, `description` and `strict` go: Messages has no place for them",
    (
        "`additionalProperties: false` goes from a response schema, and so does the type of a"
        " constant text and a definition that nothing refers to"
    ),
    "an empty `reasoning` says nothing",
    "`user` is `safety_identifier`",
)

_ASKED = ("reasoning.encrypted_content", "web_search_call.action.sources")


def normalise(body: Json) -> Json:
    """Return the canonical form of a Responses request body; `body` is left alone."""
    out = {key: value for key, value in body.items() if value is not None}
    out.pop("store", None)
    drop_defaults(out)
    if out.get("background") is False:
        del out["background"]
    if "user" in out:
        out["safety_identifier"] = out.pop("user")
    out["include"] = [each for each in out.get("include", ()) if each not in _ASKED]
    out["reasoning"] = {k: v for k, v in (out.get("reasoning") or {}).items() if v is not None}
    out["text"] = _text(out.get("text") or {})
    if not out.get("tools"):
        for key in ("tools", "tool_choice", "parallel_tool_calls"):
            out.pop(key, None)
    else:
        out["tools"] = [_tool(tool) for tool in out["tools"]]
    out["input"] = items_of(out.pop("instructions", None), out["input"])
    return {key: value for key, value in out.items() if value not in ([], {})}


def _text(said: Json) -> Json:
    out = {key: value for key, value in said.items() if value is not None}
    form = out.get("format") or {}
    if form == {"type": "text"}:
        del out["format"]
    elif form.get("type") == "json_schema":
        schema = _used(_described(plain_schema(form["schema"])))
        out["format"] = {"type": "json_schema", "schema": schema}
    return out


def _described(schema: Any) -> Any:
    """Take out descriptions that say nothing."""
    if isinstance(schema, list):
        return [_described(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {n: _described(v) for n, v in schema.items() if (n, v) != ("description", "")}


def _used(schema: Json) -> Json:
    said = json.dumps(schema)
    if "$defs" not in schema:
        return schema
    used = {n: v for n, v in schema["$defs"].items() if f'"#/$defs/{n}"' in said}
    rest = {key: value for key, value in schema.items() if key != "$defs"}
    return rest | ({"$defs": used} if used else {})


def _tool(tool: Json) -> Json:
    out = {key: value for key, value in tool.items() if value not in (None, "", {})}
    if out.get("type") != "function":
        return out
    schema = _described(out.get("parameters") or {"type": "object"})
    if schema.get("type") == "object":
        schema = {"properties": {}, **schema}
    return {**out, "parameters": schema, "strict": bool(out.get("strict"))}
