"""Bring the items of two Responses bodies to one form (see `responses_normalise`)."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

_GONE = ("id", "status", "phase", "annotations", "logprobs", "internal_chat_message_metadata")


def items_of(instructions: str | None, said: Any) -> list[Json]:
    """Return the canonical form of `instructions` and `input`, which are left alone."""
    items = [{"role": "user", "content": said}] if isinstance(said, str) else said
    found = [said for said in map(_item, items) if said.get("content") != []]
    if instructions:
        found.insert(0, _item({"role": "system", "content": instructions}))
    found = _ordered(_merged(found))
    if found and found[0].get("role") == "system":
        found[0] = {**found[0], "content": _joined(found[0]["content"])}
    return found


def _item(item: Json) -> Json:
    out = {key: value for key, value in item.items() if value is not None and key not in _GONE}
    out["type"] = out.get("type") or "message"
    if out["type"] == "message":
        out["role"] = "system" if out["role"] == "developer" else out["role"]
        out["content"] = _parts(out["content"])
    elif out["type"] == "function_call":
        out["arguments"] = _json(out["arguments"])
    elif out["type"] == "function_call_output":
        out["output"] = _parts(out["output"])
    elif out["type"] == "reasoning":
        out = {key: value for key, value in out.items() if value != []}
    elif out["type"] == "web_search_call":
        out["id"] = item["id"]  # a search is looked up by it, and it is the only id we send
        out["action"] = {key: value for key, value in out["action"].items() if value}
    return out


def _parts(content: Any) -> list[Json]:
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    return [_part(part) for part in parts if part.get("text") != ""]


def _part(part: Json) -> Json:
    out = {key: value for key, value in part.items() if value is not None and key not in _GONE}
    if out["type"] in ("input_text", "output_text"):
        out["type"] = "text"
    if out.get("detail") == "auto":
        del out["detail"]
    return out


def _joined(parts: list[Json]) -> list[Json]:
    if any(part.keys() != {"type", "text"} for part in parts):
        return parts
    return [{"type": "text", "text": "\n\n".join(part["text"] for part in parts)}]


def _merged(items: list[Json]) -> list[Json]:
    out: list[Json] = []
    for item in items:
        last = out[-1] if out else {}
        if item["type"] == "message" == last.get("type") and item["role"] == last["role"]:
            out[-1] = {**item, "content": [*last["content"], *item["content"]]}
        else:
            out.append(item)
    return out


def _json(arguments: Any) -> Any:
    if not isinstance(arguments, str):
        return arguments
    try:
        return json.loads(arguments or "{}")
    except ValueError:
        return arguments


def _ordered(items: list[Json]) -> list[Json]:
    """Sort each run of results by the order of the calls before it."""
    order = [item["call_id"] for item in items if item["type"] == "function_call"]
    out: list[Json] = []
    run: list[Json] = []
    for item in [*items, {"type": ""}]:
        if item["type"] == "function_call_output":
            run.append(item)
            continue
        out += sorted(run, key=lambda each: order.index(each["call_id"]))
        run = []
        out.append(item)
    return out[:-1]
