"""Bring the messages of two Chat Completions bodies to one form (see `chat_normalise`)."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]


def turns(messages: list[Json], *, by_place: bool) -> list[Json]:
    """Return the canonical form of `messages`, which are left alone.

    `by_place`: calls are named by their place and not by their ids.
    """
    start = next((at for at, each in enumerate(messages) if _role(each) != "system"), len(messages))
    parts = [part for each in messages[:start] for part in _parts(each.get("content"))]
    out = [{"role": "system", "content": _joined(parts)}] if parts else []
    out += [_message(message) for message in messages[start:]]
    out = _ordered(_merged(out))
    return _by_place(out) if by_place else out


def _message(message: Json) -> Json:
    out: Json = {"role": _role(message), "content": _joined(_parts(message.get("content")))}
    for key in ("tool_call_id", "reasoning_content", "reasoning", "reasoning_details", "name"):
        if message.get(key) and not (key == "name" and out["role"] == "tool"):
            out[key] = message[key]
    if out.get("reasoning") in (out.get("reasoning_content"), _text(message)):
        out.pop("reasoning", None)
    if message.get("tool_calls"):
        out["tool_calls"] = [_call(call) for call in message["tool_calls"]]
    return out


def _text(message: Json) -> str:
    """The text of a message's reasoning_details."""
    details = message.get("reasoning_details") or []
    return "".join(each.get("text") or each.get("summary") or "" for each in details)


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
        return {**part, "image_url": url}
    return part


def _joined(parts: list[Json]) -> list[Json]:
    out: list[Json] = []
    for part in parts:
        if out and part.keys() == out[-1].keys() == {"type", "text"}:
            out[-1] = {"type": "text", "text": f"{out[-1]['text']}\n\n{part['text']}"}
        else:
            out.append(part)
    return out


def _merged(messages: list[Json]) -> list[Json]:
    out: list[Json] = []
    for message in messages:
        last = out[-1] if out else {}
        plain = last.keys() == message.keys() == {"role", "content"}
        if plain and last["role"] == message["role"]:
            content = _joined([*last["content"], *message["content"]])
            out[-1] = {**message, "content": content}
        else:
            out.append(message)
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


def _by_place(messages: list[Json]) -> list[Json]:
    """Name each call by its place, in the message that makes it and in the one that answers."""
    calls = [call for message in messages for call in message.get("tool_calls", [])]
    place: dict[str, str] = {}
    for call in calls:
        place.setdefault(call["id"], f"call {len(place)}")
    for message in messages:
        for call in message.get("tool_calls", []):
            call["id"] = place[call["id"]]
        if message["role"] == "tool":
            message["tool_call_id"] = place[message["tool_call_id"]]
    return messages
