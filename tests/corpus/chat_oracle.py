"""Say what a recorded Chat Completions answer means in Messages terms.

The whole body is taken apart first, then its pieces are grouped, then judged: no state is carried
from chunk to chunk, so that a mistake of a streaming decoder is not repeated here. The rules are
the project's mapping: 5 for answers, 6 for errors, 7.3 for tool calls.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from . import chat_calls, chat_errors
from .chat_calls import Contradiction
from .chat_stop import End, stop_reason
from .chat_usage import last_usage
from .chat_wire import Piece, body_of, first_choices, pieces, split_stream, string_reasoning
from .expected import Answer, Block, Call, Expected, Failure, Outside
from .records import Record

Json = dict[str, Any]


def judge(record: Record) -> Expected:
    """Return what must come of a recording: an answer, a failure, or the reason to leave it out."""
    stops = _stops(record)
    if record["status"] >= 400:
        return chat_errors.failure(_any_body(record), record["status"])
    if record["stream"]:
        return judge_stream(record["response_text"], stops)
    return judge_whole(record["response_json"], stops)


def judge_whole(body: Any, stops: list[str]) -> Expected:
    """Return what a whole answer means; `stops` are the stop sequences of its request."""
    if not isinstance(body, dict | list):
        return Failure(kind="unreadable")
    if error := chat_errors.reported(body):
        return chat_errors.failure(error, 200)
    choices = list(first_choices((body,))) if isinstance(body, dict) else []
    if not choices or isinstance(body, list):
        return Failure(kind="unreadable")
    message = choices[0].get("message") or {}
    details = not string_reasoning(message)
    return _answer([body], choices[:1], list(pieces(message, details=details)), stops, whole=True)


def judge_stream(text: str, stops: list[str]) -> Expected:
    """Return what the text of a stream means, complete or cut off anywhere."""
    stream = split_stream(text)
    payloads: list[Json] = []
    for payload in stream.payloads:
        if error := chat_errors.reported(payload):
            return chat_errors.failure(error, 200, after_output=bool(_content_of(payloads)))
        payloads.append(payload)
    content = _content_of(payloads)
    if stream.junk:
        return Failure(kind="unreadable", after_output=bool(content))
    choices = list(first_choices(tuple(payloads)))
    if End.of(choices).finish is None and not stream.done:
        return Failure(kind="incomplete", after_output=bool(content))
    return _answer(payloads, choices, content, stops, whole=False)


def _answer(
    payloads: list[Json],
    choices: list[Json],
    content: list[Piece],
    stops: list[str],
    *,
    whole: bool,
) -> Expected:
    bodies = [body_of(choice) for choice in choices]
    if any(_sounds(body) for body in bodies):
        return Outside(reason="audio output")
    try:
        blocks = tuple(_blocks(content, whole=whole))
    except Contradiction:
        return Failure(kind="unreadable", after_output=True)
    ended = stop_reason(
        End.of(choices),
        calls=any(kind == "tool_use" for kind, _ in blocks),
        refused=any(body.get("refusal") for body in bodies),
        stops=stops,
    )
    if isinstance(ended, Failure):
        return Failure(
            kind=ended.kind, status=ended.status, type=ended.type, after_output=bool(blocks)
        )
    return Answer(
        blocks=blocks,
        stop_reason=ended[0],
        stop_sequence=ended[1],
        usage=last_usage(payloads),
        ids=frozenset(payload["id"] for payload in payloads if payload.get("id")),
        vendor_state=any(_opaque(body) for body in bodies),
        citations=tuple(url for body in bodies for url in _cited(body)),
    )


def _content_of(payloads: list[Json]) -> list[Piece]:
    bodies = [body_of(choice) for choice in first_choices(tuple(payloads))]
    details = not any(string_reasoning(body) for body in bodies)
    return [piece for body in bodies for piece in pieces(body, details=details)]


def _blocks(content: list[Piece], *, whole: bool) -> Iterator[Block]:
    """Join prose of one kind and put each call where its first fragment stood."""
    fragments = [(at, piece.call) for at, piece in enumerate(content) if piece.call is not None]
    if whole:  # each entry of a whole answer is a call of its own
        groups = [one for each in fragments for one in chat_calls.group([each])]
    else:
        groups = chat_calls.group(fragments)
    starts: dict[int, Call] = {found.at: chat_calls.settle(found) for found in groups}
    run: list[str] = []
    kind = ""
    for at, piece in enumerate(content):
        if at in starts or piece.kind not in ("call", kind):
            yield from _prose(kind, run)
            run, kind = [], piece.kind
        if at in starts:
            yield ("tool_use", starts[at])
        elif piece.kind != "call":
            run.append(piece.text)
    yield from _prose(kind, run)


def _prose(kind: str, run: list[str]) -> Iterator[Block]:
    if run:
        yield ("thinking" if kind == "thinking" else "text"), "".join(run)


def _sounds(body: Json) -> bool:
    audio = body.get("audio") or {}
    return any(audio.get(key) for key in ("id", "data", "transcript", "expires_at"))


def _opaque(body: Json) -> bool:
    held = body.get("reasoning_details") or body.get("thought_signature")
    places = [body, *(body.get("tool_calls") or [])]
    return bool(held) or any(place.get("extra_content") for place in places)


def _cited(body: Json) -> Iterator[str]:
    for note in body.get("annotations") or []:
        if note.get("type") == "url_citation":
            yield note.get("url_citation", note)["url"]


def _stops(record: Record) -> list[str]:
    request = record["request"]
    stop = request.get("stop") if isinstance(request, dict) else None
    return [stop] if isinstance(stop, str) else list(stop or [])


def _any_body(record: Record) -> Any:
    if record["response_text"] is None:
        return record["response_json"]
    try:
        return json.loads(record["response_text"])
    except ValueError:
        return record["response_text"]
