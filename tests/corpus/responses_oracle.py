"""Say what a recorded Responses answer means in Messages terms.

The items are taken as they ended, one after the other, and each is looked up in the mapping (5 for
answers, 6 for errors); no state is carried from event to event, so that a mistake of a streaming
decoder is not repeated here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import chat_errors
from .expected import Call, Failure, Outside, Usage
from .records import Record
from .responses_wire import annotations, deltas, split, streamed_items

Json = dict[str, Any]
Block = tuple[str, Any]
"""(thinking, text), (redacted_thinking, encrypted), (text, text), (tool_use, Call),
(server_tool_use, (id, input)), (web_search_tool_result, (id, urls))."""

BLOCKS = ("message", "reasoning", "function_call", "web_search_call")
_STOPS = {"max_output_tokens": "max_tokens", "content_filter": "refusal"}
_NO_ANSWERS = ("response.compaction", "response.input_tokens")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A complete answer. Each part of text is a block; nothing is joined.

    `sealed` are id and encrypted content of each reasoning item that is a block, `kept` the items
    that are none and must survive as they came, `phases` those of the text blocks.
    """

    id: str
    model: str
    blocks: tuple[Block, ...]
    stop_reason: str
    usage: Usage | None
    searches: int | None
    sealed: tuple[tuple[Any, Any], ...]
    citations: tuple[str, ...]
    kept: tuple[Json, ...]
    phases: tuple[str, ...]
    tier: str | None


class Contradiction(Exception):  # what the wire said, not what went wrong here
    """Two things that cannot both be true."""


Expected = Answer | Failure | Outside


def judge(record: Record) -> Expected:
    """Return what must come of a recording: an answer, a failure, or the reason to leave it out."""
    if record["status"] >= 400:
        text = record["response_text"]
        return chat_errors.failure(_parsed(text) or record["response_json"], record["status"])
    if record["response_text"] is not None:
        return judge_stream(record["response_text"])
    return judge_whole(record["response_json"])


def judge_whole(body: Json) -> Expected:
    """Return what a whole response means."""
    if body.get("object") in _NO_ANSWERS:
        return Outside(reason=f"{body['object']}: the answer of another endpoint")
    return _ended(body, body.get("status"), body.get("output") or [], [])


def judge_stream(text: str) -> Expected:
    """Return what the text of a stream means, complete or cut off anywhere."""
    stream = split(text)
    if stream.last is None:
        return Failure(kind="incomplete")
    if stream.last.get("type") == "error" or "type" not in stream.last:
        return chat_errors.failure(stream.last, 200)
    response = stream.last["response"]
    items = streamed_items(stream.events) or response.get("output") or []
    return _ended(response, stream.last["type"].removeprefix("response."), items, stream.events)


def _ended(response: Json, status: str | None, items: list[Json], events: list[Json]) -> Expected:
    if response.get("error"):
        return chat_errors.failure(response, 200)
    if status in ("queued", "in_progress", "cancelled"):
        return Failure(kind="status", status=500, type="api_error")
    try:
        blocks = tuple(block for item in items for block in _blocks(item, events))
    except Contradiction:
        return Failure(kind="unreadable", after_output=True)
    return Answer(
        id=response.get("id") or "",
        model=response.get("model") or "",
        blocks=blocks,
        stop_reason=_stop(response, status, items),
        usage=_usage(response.get("usage")),
        searches=_searches(response),
        sealed=tuple(_sealed(items)),
        citations=tuple(n["url"] for n in annotations(items) if n["type"] == "url_citation"),
        kept=tuple(item for item in items if item["type"] not in BLOCKS),
        phases=tuple(_phases(items)),
        tier={"default": "standard", "priority": "priority"}.get(str(response.get("service_tier"))),
    )


def _blocks(item: Json, events: list[Json]) -> Iterator[Block]:
    kind = item["type"]
    if kind == "message":
        yield from _texts(item, events)
    elif kind == "reasoning":
        if text := _thinking(item):
            yield "thinking", _shown(text, _told(item, events))
        elif item.get("encrypted_content"):
            yield "redacted_thinking", item["encrypted_content"]
    elif kind == "function_call":
        told = deltas(events, "response.function_call_arguments.delta", item)
        if told and _parsed(told) != _parsed(item["arguments"]):
            raise Contradiction
        arguments = _parsed(item["arguments"] or "{}")
        said = arguments if isinstance(arguments, dict) else item["arguments"]
        yield "tool_use", Call(id=item["call_id"], name=item["name"], arguments=said)
    elif kind == "web_search_call":
        action = dict(item.get("action") or {})
        sources = action.pop("sources", None) or []
        action = {name: value for name, value in action.items() if value is not None}
        yield "server_tool_use", (item["id"], action)
        urls = [source["url"] for source in sources if source.get("url")]
        yield "web_search_tool_result", (item["id"], urls)


def _texts(item: Json, events: list[Json]) -> Iterator[Block]:
    for at, part in enumerate(item["content"]):
        final = part["refusal"] if part["type"] == "refusal" else part["text"]
        text = _shown(final, _text_deltas(item, events, at))
        if text:
            yield "text", text


def _shown(final: str, told: str) -> str:
    """Return what the caller has: what was shown cannot be taken back."""
    return final if final.startswith(told) else told


def _text_deltas(item: Json, events: list[Json], at: int) -> str:
    """Return what the deltas of a part say; a lone part may have any index (Bedrock)."""
    lone = len(item["content"]) == 1
    return deltas(events, "response.output_text.delta", item, None if lone else at)


def _told(item: Json, events: list[Json]) -> str:
    """Return what the deltas of a summary say, its parts joined as the final ones are."""
    parts: dict[int, str] = {}
    for event in events:
        kind = event["type"]
        if kind == "response.reasoning_summary_text.delta" and event["item_id"] == item["id"]:
            at = event["summary_index"]
            parts[at] = parts.get(at, "") + event["delta"]
    return "\n\n".join(parts.values())


def _thinking(item: Json) -> str:
    for parts in (item.get("summary"), item.get("content")):
        if said := [part["text"] for part in parts or [] if part["text"]]:
            return "\n\n".join(said)
    return ""


def _sealed(items: list[Json]) -> Iterator[tuple[Any, Any]]:
    for item in items:
        held = item.get("encrypted_content")
        if item["type"] == "reasoning" and (held or _thinking(item)):
            yield item.get("id"), held or None


def _phases(items: list[Json]) -> Iterator[str]:
    for item in items:
        if item["type"] == "message" and item.get("phase"):
            yield from [item["phase"]] * sum(bool(part.get("text")) for part in item["content"])


def _stop(response: Json, status: str | None, items: list[Json]) -> str:
    if status == "incomplete":
        return _STOPS[response["incomplete_details"]["reason"]]
    if any(item["type"] == "function_call" for item in items):
        return "tool_use"
    parts = [part for item in items if item["type"] == "message" for part in item["content"]]
    return "refusal" if any(part["type"] == "refusal" for part in parts) else "end_turn"


def _usage(said: Json | None) -> Usage | None:
    if not said:
        return None
    into, out = said.get("input_tokens_details") or {}, said.get("output_tokens_details") or {}
    cached, written = into.get("cached_tokens"), into.get("cache_write_tokens")
    return Usage(
        input_tokens=max(0, said["input_tokens"] - (cached or 0) - (written or 0)),
        output_tokens=max(0, said["output_tokens"]),
        cache_read_input_tokens=cached,
        cache_creation_input_tokens=written,
        thinking_tokens=out.get("reasoning_tokens"),
    )


def _searches(response: Json) -> int | None:
    used = (response.get("tool_usage") or {}).get("web_search") or {}
    return used.get("num_requests") or None


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text
