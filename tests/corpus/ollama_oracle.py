"""Say what a recorded answer of Ollama's /api/chat means in Messages terms.

The whole body is cut at its terminal line, flattened to pieces and grouped; no state is carried
from line to line, so that a mistake of a streaming decoder is not repeated here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from .expected import Answer, Block, Call, Expected, Failure, Outside, Usage
from .records import Record

Json = dict[str, Any]

# docs/api/errors.mdx of ollama/ollama, and HTTP's own names for the rest.
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    500: "api_error",
    502: "api_error",
    503: "overloaded_error",
}
_STOPS = {"stop": "end_turn", "": "end_turn", "length": "max_tokens"}


def judge(record: Record) -> Expected:
    """Return what must come of a recording: an answer, a failure, or the reason to leave it out."""
    if record["url_path"] != "/api/chat":
        return Outside(reason=f"{record['url_path']} is not /api/chat")
    if record["status"] >= 400:
        return Failure(kind="status", status=record["status"], type=_TYPES[record["status"]])
    if record["response_text"] is None:
        return judge_lines([record["response_json"]])
    return judge_text(record["response_text"])


def judge_text(text: str) -> Expected:
    """Return what the text of a stream means, complete or cut off anywhere."""
    try:
        lines = [json.loads(each) for each in text.split("\n") if each.strip()]
    except ValueError:
        return Failure(kind="incomplete")
    return judge_lines(lines)


def judge_lines(lines: list[Any]) -> Expected:
    """Return what the objects of an answer mean; what follows the terminal one does not count."""
    ends = [at for at, each in enumerate(lines) if each.get("done") is True]
    faults = [at for at, each in enumerate(lines) if each.get("error")]
    until = ends[0] + 1 if ends else len(lines)
    pieces = [piece for each in lines[:until] for piece in _pieces(each.get("message") or {})]
    if faults and faults[0] < until:
        said = any(at < faults[0] for at, each in enumerate(lines) if each.get("message"))
        return Failure(kind="status", status=500, type="api_error", after_output=said)
    if not ends:
        return Failure(kind="incomplete", after_output=bool(pieces))
    blocks = tuple(_blocks(pieces))
    last = lines[ends[0]]
    reason = last.get("done_reason") or ""
    stop = _STOPS.get(reason, reason)
    if stop == "end_turn" and any(kind == "tool_use" for kind, _ in blocks):
        stop = "tool_use"
    return Answer(blocks=blocks, stop_reason=stop, usage=_usage(last))


def _pieces(message: Json) -> Iterator[tuple[str, Any]]:
    for name, kind in (("thinking", "thinking"), ("content", "text")):
        if message.get(name):
            yield kind, message[name]
    for each in message.get("tool_calls") or []:
        yield "tool_use", each


def _blocks(pieces: list[tuple[str, Any]]) -> Iterator[Block]:
    """Yield prose joined, and each call; an id that stands twice counts as given once."""
    calls = [value for kind, value in pieces if kind == "tool_use"]
    seen: Counter[str] = Counter()
    ids = []
    for each in calls:
        own = each.get("id") or ""
        ids.append(own if own and not seen[own] else None)
        seen[own] += 1
    at = 0
    for kind, run in groupby(pieces, key=lambda piece: piece[0]):
        values = [value for _, value in run]
        if kind != "tool_use":
            yield ("thinking" if kind == "thinking" else "text"), "".join(values)
            continue
        for value in values:
            yield ("tool_use", _call(value["function"], ids[at]))
            at += 1


def _call(function: Json, identity: str | None) -> Call:
    said = function.get("arguments")
    if isinstance(said, str):
        try:
            said = json.loads(said or "{}")
        except ValueError:
            return Call(id=identity, name=function["name"], arguments=str(said))
    return Call(id=identity, name=function["name"], arguments=said or {})


def _usage(last: Json) -> Usage | None:
    counts = [last.get("prompt_eval_count"), last.get("eval_count")]
    if counts == [None, None]:
        return None
    return Usage(input_tokens=counts[0] or 0, output_tokens=counts[1] or 0)
