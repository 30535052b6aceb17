"""Where the dialect does not write what a recorded Responses request said, by design, and why.

As in `chat_differences`: a class is decided on the recorded request alone, and `instead` turns the
accepted body into the one that the dialect is to write.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from fnmatch import fnmatch
from typing import Any

from .chat_differences import Difference

Json = dict[str, Any]

PREFILL = "prefill: refused, since OpenAI's models answer anew instead of going on"


def instead_of(body: Json, row: str) -> tuple[Json, list[str]]:
    """Return the body that is to be sent for an accepted one, and the reasons why it differs."""
    reasons = []
    for each in DIFFERENCES:
        if row == each.row and fnmatch(str(body["model"]), each.models):
            other = each.instead(body)
            if other != body:
                body = other
                reasons.append(each.reason)
    return body, reasons


def refused(body: Json) -> str | None:
    """Return why the dialect refuses a request that was accepted, or None."""
    last = body["input"][-1] if isinstance(body["input"], list) else {}
    return PREFILL if last.get("role") == "assistant" else None


def _no_reasoning(body: Json) -> Json:
    return {key: value for key, value in body.items() if key != "reasoning"}


def _told(body: Json) -> Json:
    """Move from a schema into its descriptions what strict mode does not know."""
    form = (body.get("text") or {}).get("format") or {}
    if form.get("type") != "json_schema":
        return body
    schema = _described(form["schema"])
    return {**body, "text": {**body["text"], "format": {**form, "schema": schema}}}


def _told_of_tools(body: Json) -> Json:
    tools = [
        {**tool, "parameters": _described(tool["parameters"])} if tool.get("strict") else tool
        for tool in body.get("tools") or ()
    ]
    return {**body, "tools": tools} if tools else body


_KNOWN_FORMATS = ("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6")


def _described(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_described(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = [
        name
        for name, value in schema.items()
        if name in ("minLength", "strict") or (name == "format" and value not in _KNOWN_FORMATS)
        if not isinstance(value, dict)
    ]
    out = {name: _described(value) for name, value in schema.items() if name not in told}
    if told:
        said = f"({', '.join(f'{name}: {json.dumps(schema[name])}' for name in told)})"
        out["description"] = " ".join(filter(None, [schema.get("description"), said]))
    return out


def _differences(rows: Iterable[tuple[Any, ...]]) -> tuple[Difference, ...]:
    return tuple(Difference(*row) for row in rows)


DIFFERENCES = _differences(
    [
        (
            "gpt-4.1 does not reason: that it should show its thinking is left out and reported",
            *("openai", "gpt-4.1*", "openai-responses-0a5ae7da8cb690ea218d"),
            _no_reasoning,
        ),
        (
            (
                "keywords that the guide to strict mode does not list: told in descriptions, and"
                " reported (these were accepted; whether they are enforced, nobody says)"
            ),
            *("openai", "*", "openai-responses-18f4f1db91604b830090"),
            _told,
        ),
        (
            "a key in a strict tool's schema that is no keyword: told, and reported",
            *("openai", "*", "openai-responses-230eadc1a467e4ce2daa"),
            _told_of_tools,
        ),
    ]
)
