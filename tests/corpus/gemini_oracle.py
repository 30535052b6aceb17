"""Say what a recorded Gemini answer means in Messages terms.

All chunks are collected first, then grouped, then judged: no state is carried from part to part, so
that a mistake of a streaming decoder is not repeated here. The rules are the project's mapping:
1.6 for answers, 1.8 for errors.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from .expected import Answer, Block, Call, Expected, Failure, Outside, Usage
from .gemini_wire import Body, Json, body_of, first_candidates, last_of, parts_of
from .records import Record

NUMBERS = {1: "STOP", 2: "MAX_TOKENS", 3: "SAFETY", 4: "RECITATION", 5: "OTHER"}
REFUSED = {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR"}
FAILED = {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"}
TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    499: "invalid_request_error",
    500: "api_error",
    503: "overloaded_error",
}


def judge(record: Record) -> Expected:
    """Return what must come of a recording: an answer, a failure, or the reason to leave it out."""
    body = body_of(record)
    if record["status"] >= 400:
        return _error(body, record["status"])
    if "countTokens" in record["url_path"]:
        return Outside(reason="an answer of countTokens")
    if any(chunk.get("error") for chunk in body.chunks):
        return _error(body, None)
    if any("inlineData" in part or "fileData" in part for part in parts_of(body)):
        return Outside(reason="media in the answer")
    return _answer(body, streamed=record["response_text"] is not None)


def _error(body: Body, status: int | None) -> Failure:
    error: Json = next(chunk["error"] for chunk in body.chunks if chunk.get("error"))
    reasons = {detail.get("reason") for detail in error.get("details") or []}
    code = status or error["code"]
    kind = "authentication_error" if "API_KEY_INVALID" in reasons else TYPES[code]
    after = bool(parts_of(body))
    return Failure(kind="status", status=code, type=kind, after_output=after)


def _answer(body: Body, *, streamed: bool) -> Expected:
    candidates = first_candidates(body)
    finish = last_of(candidates, "finishReason")
    finish = NUMBERS.get(finish, finish)
    blocked = (last_of(list(body.chunks), "promptFeedback") or {}).get("blockReason")
    blocks = tuple(_blocks(parts_of(body)))
    if body.torn or not (finish or blocked):
        kind = "incomplete" if streamed else "unreadable"
        return Failure(kind=kind, after_output=bool(blocks))
    if finish in FAILED:
        return Failure(kind="status", status=500, type="api_error", after_output=bool(blocks))
    return Answer(
        blocks=blocks,
        stop_reason=_stop(finish, calls=any(kind == "tool_use" for kind, _ in blocks)),
        usage=_usage(body),
        ids=frozenset(chunk["responseId"] for chunk in body.chunks if chunk.get("responseId")),
        vendor_state=any("thoughtSignature" in part and len(part) > 1 for part in parts_of(body)),
        citations=tuple(_cited(candidates, blocks)),
    )


def _stop(finish: str | None, *, calls: bool) -> str:
    if finish is None or finish in REFUSED:
        return "refusal"
    if finish == "STOP":
        return "tool_use" if calls else "end_turn"
    return "max_tokens" if finish == "MAX_TOKENS" else finish


def _blocks(parts: list[Json]) -> Iterator[Block]:
    """Group the parts: neighbouring prose of one kind, each call with what continues it."""
    said = [part for part in parts if _kind(part)]
    for kind, run in groupby(said, key=_kind):
        if kind == "call":
            yield from (("tool_use", call) for call in _calls([p["functionCall"] for p in run]))
        else:
            text = "".join(part["text"] for part in run)
            yield ("thinking" if kind == "thinking" else "text"), text


def _kind(part: Json) -> str:
    if "functionCall" in part:
        return "call"
    if part.get("text"):
        return "thinking" if part.get("thought") else "text"
    return ""


def _calls(said: list[Json]) -> Iterator[Call]:
    """Yield the calls: each begins with a name, pieces without one belong to the call before."""
    starts = [at for at, each in enumerate(said) if each.get("name")]
    for start, end in zip(starts, [*starts[1:], len(said)], strict=True):
        first, *more = said[start:end]
        arguments = dict(first.get("args") or {})
        for piece in (one for each in more for one in each.get("partialArgs") or []):
            name = piece["jsonPath"].removeprefix("$.")
            arguments[name] = arguments.get(name, "") + piece["stringValue"]
        yield Call(id=first.get("id"), name=first["name"], arguments=arguments)


def _usage(body: Body) -> Usage | None:
    """Return the counts: of each kind the last that is not zero."""
    said = [chunk.get("usageMetadata") or {} for chunk in body.chunks]
    if not any(said):
        return None

    def count(name: str) -> int:
        found = last_of(said, name)
        return found if isinstance(found, int) else 0

    thoughts, cached = count("thoughtsTokenCount"), count("cachedContentTokenCount")
    return Usage(
        input_tokens=count("promptTokenCount") - cached + count("toolUsePromptTokenCount"),
        output_tokens=count("candidatesTokenCount") + thoughts,
        cache_read_input_tokens=cached or None,
        cache_creation_input_tokens=0,
        thinking_tokens=thoughts or None,
    )


def _cited(candidates: list[Json], blocks: tuple[Block, ...]) -> Iterator[str]:
    """Yield the address of each source of each supported piece of text."""
    grounding = last_of(candidates, "groundingMetadata") or {}
    chunks = grounding.get("groundingChunks") or []
    if not blocks or blocks[-1][0] != "text":
        return
    for support in grounding.get("groundingSupports") or []:
        for at in support.get("groundingChunkIndices") or []:
            uri = chunks[at].get("web", {}).get("uri") if at < len(chunks) else None
            if uri:
                yield uri


def plain(value: Any) -> str:
    """Return a value as canonical JSON, to be compared."""
    return json.dumps(value, sort_keys=True)
