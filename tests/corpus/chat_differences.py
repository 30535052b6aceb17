"""Where the dialect does not write what a recorded request said, by design, and why.

Each class of difference is decided on the recorded request alone, and says what is written in its
place: `instead` turns the accepted body into the one that the dialect is to write. So a record
that differs in anything else besides is still a fault.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatch
from typing import Any, NamedTuple

Json = dict[str, Any]


class Difference(NamedTuple):
    """A class of records: the reason, the row, its models, one of them, what is sent instead."""

    reason: str
    row: str
    models: str
    example: str
    instead: Callable[[Json], Json]


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
    last = body["messages"][-1]
    return PREFILL if last["role"] == "assistant" else None


PREFILL = "prefill: refused, since these servers answer anew instead of going on"


def _asks_for_reasoning_apart(body: Json) -> Json:
    return {"reasoning_format": "parsed", **body}


def _system_as_user(body: Json) -> Json:
    out: list[Json] = []
    for message in body["messages"]:
        later = message["role"] == "system" and any(m["role"] != "system" for m in out)
        tagged = f"<system>\n{message['content']}\n</system>" if later else None
        out.append({"role": "user", "content": tagged} if later else message)
    return {**body, "messages": out}


def _media_behind(body: Json) -> Json:
    out: list[Json] = []
    media: list[Json] = []
    for message in body["messages"]:
        if message["role"] != "tool" and media:
            out.append({"role": "user", "content": media})
            media = []
        if message["role"] == "tool" and isinstance(message["content"], list):
            kept = [part for part in message["content"] if part["type"] == "text"]
            label = f"[image from tool result {message['tool_call_id']}]"
            for part in message["content"]:
                if part["type"] != "text":
                    media += [{"type": "text", "text": label}, part]
            out.append({**message, "content": kept or label})
        else:
            out.append(message)
    return {**body, "messages": [*out, *([{"role": "user", "content": media}] if media else [])]}


def _no_temperature(body: Json) -> Json:
    thinks = body.get("thinking") != {"type": "disabled"}
    return {k: v for k, v in body.items() if not (thinks and k in ("temperature", "top_p"))}


def _filled(body: Json) -> Json:
    if body.get("thinking") == {"type": "disabled"}:
        return body
    said = [
        {"reasoning_content": " ", **{k: v for k, v in m.items() if (k, v) != _NOTHING}}
        if m["role"] == "assistant"
        else m
        for m in body["messages"]
    ]
    return {**body, "messages": said}


_NOTHING = ("reasoning_content", "")


def _medium_is_high(body: Json) -> Json:
    medium = body.get("reasoning_effort") == "medium"
    return {**body, "reasoning_effort": "high"} if medium else body


def _no_effort(body: Json) -> Json:
    return {key: value for key, value in body.items() if key != "reasoning_effort"}


def _thinks_anyway(body: Json) -> Json:
    said = body.get("thinking") or {}
    rest = {key: value for key, value in said.items() if (key, value) != ("type", "enabled")}
    return {**body, "thinking": rest} if said else body


_MEDIA = (
    "media in a tool result: the wire's types have text only, so they follow in a user message,"
    " and are reported"
)

DIFFERENCES = (
    Difference(
        "the row asks for the reasoning apart from the text (reasoning_format)",
        *("groq", "qwen/qwen3*", "openai-chat-a7a4ac3a02e7d4934961"),
        _asks_for_reasoning_apart,
    ),
    Difference(
        "a system turn inside: many templates refuse one, so to a server that nobody has listed"
        " it goes as marked user text, and is reported",
        *("openai-compatible", "*", "openai-chat-24443a25bed3977729b1"),
        _system_as_user,
    ),
    Difference(_MEDIA, "openai", "*", "openai-chat-a50248ed5557cc037b72", _media_behind),
    Difference(_MEDIA, "openai-compatible", "*", "openai-chat-046d098ec240ac0a907f", _media_behind),
    Difference(
        "a temperature while it thinks: DeepSeek ignores it, so it is left out and reported",
        *("deepseek", "deepseek-[vr]*", "openai-chat-1fefb919153c07e183ea"),
        _no_temperature,
    ),
    Difference(
        "DeepSeek's thinking models may refuse a turn without reasoning: it is filled",
        *("deepseek", "deepseek-[vr]*", "openai-chat-1a922231a579818e2070"),
        _filled,
    ),
    Difference(
        "DeepSeek's own table has no medium: it is high, which is reported",
        *("deepseek", "deepseek-*", "openai-chat-86f10ca5dedbb177e11d"),
        _medium_is_high,
    ),
    Difference(
        "GLM-4 has a switch and no effort: it is left out and reported",
        *("zai", "glm-4*", "openai-chat-890c470835ff344b556c"),
        _no_effort,
    ),
    Difference(
        "GLM-5.3 always thinks and is not told to",
        *("zai", "glm-5.3*", "openai-chat-bbe48b2bf744c7995401"),
        _thinks_anyway,
    ),
)
