"""Take a whole Chat Completions body apart: the payloads of a stream, the pieces of a delta.

Unlike a decoder this looks at the complete text at once: it splits it at blank lines (WHATWG
server-sent events) and keeps every payload.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Stream:
    """The JSON payloads before `[DONE]`; `torn`: the last is cut; `junk`: another is no JSON."""

    payloads: tuple[Any, ...]
    done: bool
    torn: bool
    junk: bool


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece of content: prose (`text`) or a fragment of a tool call (`call`)."""

    kind: Literal["thinking", "text", "call"]
    text: str = ""
    call: Json | None = None


def split_stream(text: str) -> Stream:
    """Split the text of an event stream, complete or cut off anywhere."""
    blocks = text.replace("\r\n", "\n").replace("\r", "\n").split("\n\n")
    datas = [data for block in blocks if (data := _data(block)) is not None]
    done = "[DONE]" in datas
    if done:
        datas = datas[: datas.index("[DONE]")]
    payloads: list[Any] = []
    bad = [at for at, data in enumerate(datas) if not _parse(data, payloads)]
    torn = not done and bad == [len(datas) - 1]
    return Stream(payloads=tuple(payloads), done=done, torn=torn, junk=bool(bad) and not torn)


def first_choices(payloads: tuple[Any, ...]) -> Iterator[Json]:
    """Yield choice 0 of each payload that has one; further choices are outside Messages."""
    for payload in payloads:
        for choice in payload.get("choices") or []:
            if choice.get("index") in (0, None):
                yield choice


def body_of(choice: Json) -> Json:
    """Return the delta of a choice, or where it has none its message (Perplexity sends both)."""
    for key in ("delta", "message"):
        body = choice.get(key)
        if isinstance(body, dict):
            return body
    return {}


def pieces(body: Json, *, details: bool) -> Iterator[Piece]:
    """Yield the pieces of a delta or message: reasoning, content, refusal, tool calls.

    `details` reads the text of `reasoning_details` too (for answers without a string field).
    """
    if thinking := string_reasoning(body) or (_details(body) if details else ""):
        yield Piece(kind="thinking", text=thinking)
    yield from _content(body.get("content"))
    if isinstance(body.get("refusal"), str) and body["refusal"]:
        yield Piece(kind="text", text=body["refusal"])
    for call in body.get("tool_calls") or []:
        yield Piece(kind="call", call=call)
    legacy = body.get("function_call")
    if legacy and (legacy.get("name") or legacy.get("arguments")):
        yield Piece(kind="call", call={"index": 0, "function": legacy})


def string_reasoning(body: Json) -> str:
    """Return the reasoning of the first of the two string fields that holds any."""
    for key in ("reasoning_content", "reasoning"):
        if isinstance(body.get(key), str) and body[key]:
            return str(body[key])
    return ""


def _data(block: str) -> str | None:
    lines = [line[5:].removeprefix(" ") for line in block.split("\n") if line.startswith("data:")]
    return "\n".join(lines) if lines else None


def _parse(data: str, into: list[Any]) -> bool:
    try:
        into.append(json.loads(data))
    except ValueError:
        return False
    return True


def _details(body: Json) -> str:
    found = [d.get("text") or d.get("summary") or "" for d in body.get("reasoning_details") or []]
    return "".join(found)


def _content(content: Any) -> Iterator[Piece]:
    if isinstance(content, str) and content:
        yield Piece(kind="text", text=content)
    elif isinstance(content, dict):  # Cloudflare's JSON mode answers with the object itself
        yield Piece(kind="text", text=json.dumps(content))
    elif isinstance(content, list):
        for part in content:
            yield from _part(part)


def _part(part: Json) -> Iterator[Piece]:
    if part["type"] == "thinking":
        inner = part["thinking"]
        text = inner if isinstance(inner, str) else "".join(each["text"] for each in inner)
        if text:
            yield Piece(kind="thinking", text=text)
    elif part["type"] == "text" and part["text"]:
        yield Piece(kind="text", text=part["text"])
